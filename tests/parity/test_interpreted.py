"""The rules give the same bits compiled and interpreted: nothing hides in the compiler."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import dataclasses, hashlib, warnings
import numpy as np
from simulation.core.jit import JIT_DISABLED
from tests.parity.engines import N_WEEKS, pair, plan

warnings.simplefilter("ignore")
engine, _ = pair(300)
engine.warm_up()
engine = engine.fork(plan())
digest = hashlib.sha256()
for _ in range(N_WEEKS):
    totals = engine.step()
    for state in (totals, engine.world.citizens, engine.world.merchants):
        for field in dataclasses.fields(state):
            value = getattr(state, field.name)
            digest.update(b"" if value is None else np.ascontiguousarray(value).tobytes())
digest.update(engine.programme.treasury.ledger.fen.tobytes())
digest.update(repr((engine.office.readings, engine.office.firings)).encode())
print(JIT_DISABLED, digest.hexdigest())
"""


def history(**environment: str) -> tuple[str, str]:
    """Return whether the run was interpreted, and the digest of every agent, posting and reading of every week."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    interpreted, digest = done.stdout.split()
    return interpreted, digest


def test_compiled_and_interpreted_runs_are_equal_bit_for_bit():
    """300 citizens, 60 weeks, levers and events of every kind, too little money, rules that act."""
    compiled, interpreted = history(), history(NUMBA_DISABLE_JIT="1")
    assert (compiled[0], interpreted[0]) == ("False", "True")
    assert compiled[1] == interpreted[1]
