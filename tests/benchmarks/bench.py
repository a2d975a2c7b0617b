"""Measure speed on one thread: `make bench`, or python tests/benchmarks/bench.py [CITIZENS ...].

Times are CPU seconds of this process, so that a busy machine matters little; graphs, worlds, solved
constants and compiled code are made before the clock starts. The ratio compares the business-as-usual
run with `pull1` at the same number of citizens and weeks, measured here and now.
"""

import os
import sys
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy and Numba load
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks import model, pull1  # noqa: E402  (after the environment is set)

SIZES = (100_000, 1_000_000)


def report(n: int) -> None:
    """Print the figures of one size."""
    reference, adopters = pull1.measure(n)
    print(f"{n:,} citizens, {pull1.N_WEEKS} weeks")
    print(f"  pull1: {reference:.3f} CPU s, {reference / n / pull1.N_WEEKS * 1e9:.1f} ns per citizen-week", end=", ")
    print(f"adopted after 20, 40, 60 weeks {', '.join(f'{adopters[w - 1] / n:.3f}' for w in (20, 40, 60))}")
    seconds, n_weeks = model.measure(n)
    print(f"  model: {seconds:.3f} CPU s, {seconds / n / n_weeks:.3g} CPU seconds per citizen-week")
    print(f"  ratio to pull1: {seconds / n_weeks / (reference / pull1.N_WEEKS):.2f}", flush=True)


def main() -> None:
    """Measure the sizes named on the command line, or 10^5 and 10^6 citizens."""
    for n in [int(float(word)) for word in sys.argv[1:]] or SIZES:
        report(n)


if __name__ == "__main__":
    main()
