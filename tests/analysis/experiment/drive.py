"""Run a small study from a command line, as a planner would: folder, back end, way of computing."""

import signal
import sys
from pathlib import Path

from simulation.analysis.experiment.backends import Dask, ProcessPool, Serial
from simulation.analysis.experiment.experiment import run_experiment
from simulation.engine import runner
from tests.analysis.experiment import studies
from tests.parity.engines import FIXED

BACKENDS = {"serial": Serial, "pool": lambda: ProcessPool(2), "dask": lambda: Dask(n_workers=2)}
INTERRUPTED = 130  # what shells report


def main(folder: str, backend: str, compute: str, study: str = "STUDY") -> None:
    """Run it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background of a shell
    runner.solved = lambda *_, **__: FIXED
    try:
        run_experiment(getattr(studies, study), Path(folder), BACKENDS[backend](), compute=getattr(studies, compute))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main(*sys.argv[1:])
