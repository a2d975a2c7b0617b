"""The rules give the same bits compiled and interpreted: nothing hides in the compiler."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.core.jit import JIT_DISABLED
from tests.parity.engines import N_WEEKS, history_of_arrays

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import warnings
from simulation.core.jit import JIT_DISABLED
from tests.parity.engines import N_WEEKS, History, first_difference

warnings.simplefilter("ignore")
history = History()
difference = first_difference(300, N_WEEKS, history=history)
print(JIT_DISABLED, history.digest(), difference, sep="|")
"""


@pytest.fixture(scope="module")
def interpreted():
    """Return digest and first difference of both engines without the compiler: 300 citizens, everything switched on."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    call = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    is_interpreted, digest, difference = done.stdout.strip("\n").split("|")
    assert is_interpreted == "True"
    return digest, difference


def test_interpreted_engines_are_equal_too(interpreted):
    assert interpreted[1] == ""


def test_compiled_and_interpreted_runs_are_equal_bit_for_bit(interpreted):
    """Every agent, sum, posting and reading of every week, warm-up included."""
    assert not JIT_DISABLED
    assert history_of_arrays(300, N_WEEKS).digest() == interpreted[0]
