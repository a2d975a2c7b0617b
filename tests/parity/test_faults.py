"""The comparison of the engines has teeth: a fault in a loop breaks it, a change of a rule moves both engines."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
N_WEEKS = 45
# what goes wrong: file of core/kernels, text in it, text in its place
FAULTS = {
    "cashback a week too long": (
        "decisions",
        "weeks_in_stage < p.cashback_weeks",
        "weeks_in_stage <= p.cashback_weeks",
    ),
    "the lapsed draw as if new": ("decisions", "S_TRIAL if stage == NEVER else S_RETURN", "S_TRIAL"),
    "the lapsed return as fast as the new start": (
        "decisions",
        "p.trial_rate if stage == NEVER else p.return_rate",
        "p.trial_rate",
    ),
    "kiosks start people as training does": (
        "decisions",
        "p.first_use_training if help_kind == TRAINING else p.first_use_kiosk",
        "p.first_use_training",
    ),
    "verification asked below the limit": ("payments", " + is_small * (ask_quick - ask_slow)", ""),
    "every payment counts as unverified": ("payments", "n_unverified += electronic & is_small", "n_unverified += 1"),
    "settled incidents hurt in full": (
        "aftermath",
        "p.risk_own_incident * p.settled_risk_share",
        "p.risk_own_incident",
    ),
    "an outage leaves trust as it was": ("aftermath", "if work.n_failed[u] > 0:", "if work.n_failed[u] > 1000:"),
    "shops overlook the rent subsidy": ("merchants", "benefit - cost * (1.0 - offered)", "benefit - cost"),
    "fee subsidy as if all shops accepted": ("merchants", " * weight / acceptance[till]", " * weight"),
    "catchments lack their first shop": (
        "merchants",
        "in range(zones.huff_start[row],",
        "in range(zones.huff_start[row] + 1,",
    ),
    "help is never far": ("help", "p.attends_help_share, best_km,", "p.attends_help_share, 0.0,"),
    "the trained go to a kiosk the same week": ("help", "if c.helped[i] != 0 or not", "if not"),
}
RULE = ("rules/learning.py", "return rate * peers", "return 0.5 * rate * peers")
SCRIPT = f"from tests.parity.engines import *; print(first_difference(300, {N_WEEKS}), events(300, {N_WEEKS}), sep='|')"


def copy_of_the_project(folder: Path) -> Path:
    shutil.copytree(ROOT / "simulation", folder / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "parity").mkdir(parents=True)
    for name in ("tests/__init__.py", "tests/parity/__init__.py", "tests/parity/engines.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def plant(folder: Path, file: str, text: str, fault: str) -> None:
    path = folder / "simulation" / "core" / file
    source = path.read_text(encoding="utf-8")
    assert source.count(text) == 1, f"{file} holds {text!r} {source.count(text)} times"
    path.write_text(source.replace(text, fault), encoding="utf-8")


def compared(folder: Path) -> tuple[str, str]:
    """Return the first difference between the engines in a copy, and what happened in it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        cwd=folder,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    difference, happened = done.stdout.strip().split("|")
    return difference, happened


@pytest.mark.slow
def test_every_fault_planted_in_a_loop_is_found(tmp_path):
    def difference_with(fault: str) -> str:
        file, text, wrong = FAULTS[fault]
        folder = copy_of_the_project(tmp_path / fault.replace(" ", "_"))
        plant(folder, f"kernels/{file}.py", text, wrong)
        return compared(folder)[0]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        differences = dict(zip(FAULTS, pool.map(difference_with, FAULTS), strict=True))
    assert {fault: found for fault, found in differences.items() if found == ""} == {}


@pytest.mark.slow
def test_a_changed_rule_changes_both_engines_alike(tmp_path):
    folder = copy_of_the_project(tmp_path)
    difference, before = compared(folder)
    assert difference == ""
    plant(folder, *RULE)
    difference, after = compared(folder)
    assert difference == ""
    assert after != before
