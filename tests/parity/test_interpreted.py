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
from simulation.levers.base import Eligibility
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from tests.worlds import default_params, engine_of, toy_world

world = toy_world(300, user_share=0.4, accepting_share=0.4)
world.citizens.age[::3] = 3
world.citizens.aware[::4] = world.citizens.stage[::4] > 0
levers = {
    "coupon": Coupon(kind="coupon"),
    "campaign": Campaign(kind="campaign"),
    "training": TrainingEvent(kind="training_event", places="all", seats_per_week=3),
    "kiosk": Kiosk(kind="kiosk", places="all", capacity_per_week=3),
    "terminal": TerminalSubsidy(kind="terminal_subsidy"),
    "fee": FeeSubsidy(kind="fee_subsidy"),
}
p = default_params(fraud_probability=1e-2, settlement_share=0.5)
engine = engine_of(world, p, gamma=-2.0).fork(levers, {3: 2.5})
digest = hashlib.sha256()
warnings.simplefilter("ignore")
for _ in range(30):
    totals, usage = engine.step()
    digest.update(repr((totals.till_seconds, totals.n_electronic.tolist(), totals.n_cash.tolist(), usage)).encode())
    for state in (engine.world.citizens, engine.world.merchants):
        for field in dataclasses.fields(state):
            digest.update(np.ascontiguousarray(getattr(state, field.name)).tobytes())
print(JIT_DISABLED, digest.hexdigest())
"""


def history(**environment: str) -> tuple[str, str]:
    """Return whether the run was interpreted, and the digest of every field of every agent in every week."""
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
    """300 citizens, 30 weeks, six levers and a cash shortage."""
    compiled, interpreted = history(), history(NUMBA_DISABLE_JIT="1")
    assert (compiled[0], interpreted[0]) == ("False", "True")
    assert compiled[1] == interpreted[1]
