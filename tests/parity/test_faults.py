"""The comparison of the engines has teeth: a fault in a loop breaks it, a change of a rule moves both engines."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
N_WEEKS = 60
# what goes wrong: file of simulation/, text in it, text in its place
DECISIONS, PAYMENTS, AFTERMATH = (f"core/kernels/{name}" for name in ("decisions", "payments", "aftermath"))
MERCHANTS, TILLS = "core/kernels/merchants", "core/kernels/tills"
HELP, OBSERVATION = "core/kernels/help", "core/kernels/observation"
ENGINE = "engine/array_engine"
FAULTS = {
    "cashback a week too long": (DECISIONS, "weeks_in_stage < p.cashback_weeks", "weeks_in_stage <= p.cashback_weeks"),
    "the lapsed draw as if new": (DECISIONS, "S_TRIAL if stage == NEVER else S_RETURN", "S_TRIAL"),
    "the lapsed return as fast as the new start": (
        DECISIONS,
        "p.trial_rate if stage == NEVER else p.return_rate",
        "p.trial_rate",
    ),
    "telephones are handed out switched off": (
        DECISIONS,
        "if help_kind == PHONE:\n                c.has_device[i] = 1",
        "if help_kind == PHONE:\n                c.has_device[i] = 0",
    ),
    "nobody starts without a smartphone": (DECISIONS, "and channel > 0.0:", "and c.has_device[i] == 1:"),
    "points draw nobody": (DECISIONS, "promised = offers.reward_felt_fen[group]", "promised = 0.0"),
    "whoever refuses face payment is shown it all the same": (
        DECISIONS,
        "c.refuses_face[i] == 1)\n        among_ties, peers = 0.0, 0.0\n        # most",
        "False)\n        among_ties, peers = 0.0, 0.0\n        # most",
    ),
    "verification asked below the limit": (PAYMENTS, " + is_small * ask_more", ""),
    "every payment counts as unverified": (PAYMENTS, "n_unverified += electronic & is_small", "n_unverified += 1"),
    "failed attempts take no time": (PAYMENTS, "attempted * (slow", "electronic * (slow"),
    "amounts above the limit count as small": (PAYMENTS, "amount_row < work.small", "amount_row >= work.small"),
    "people are paid two words at most": (PAYMENTS, "range(2 * each, n, each)", "range(2 * each, each, each)"),
    "old devices are as good as new": (PAYMENTS, "np.float64(c.old_device[i])", "0.0"),
    "whoever has no smartphone pays everywhere": (
        PAYMENTS,
        "adoption.channel_share(c.has_device[i] == 1, face)",
        "adoption.channel_share(True, face)",
    ),
    "every payment to a user is electronic": (PAYMENTS, "to_user & np.int64(ask_draw < ask_threshold)", "to_user"),
    "settled incidents hurt in full": (
        AFTERMATH,
        "p.risk_own_incident * p.settled_risk_share",
        "p.risk_own_incident",
    ),
    "failed payments leave trust as it was": (AFTERMATH, "if work.n_failed[u] > 0:", "if work.n_failed[u] > 1000:"),
    "what a coupon pays for counts as one's own": (AFTERMATH, "n_given = 1", "n_given = 0"),
    "payments to people are rewarded": (
        AFTERMATH,
        "n_at_tills * offers.reward_fen[group]",
        "n_electronic * offers.reward_fen[group]",
    ),
    "shops overlook the rent subsidy": (MERCHANTS, "benefit - cost * (1.0 - offered)", "benefit - cost"),
    "fee subsidy as if all shops accepted": (
        TILLS,
        "number / acceptance[till], fen / acceptance[till]",
        "number / acceptance[till], fen",
    ),
    "catchments lack their first shop": (
        MERCHANTS,
        "first, last = zones.huff_start[row], ",
        "first, last = zones.huff_start[row] + 1, ",
    ),
    "catchments stay as they were at the start": (
        MERCHANTS,
        "if has_changed[row] or acceptance[n_merchants + row] == NOT_YET:",
        "if acceptance[n_merchants + row] == NOT_YET:",
    ),
    "whoever ceases to count is told of as beginning": (
        OBSERVATION,
        "sign = 1 if counted_by_peers[changed[k]] == 1 else -1",
        "sign = 1",
    ),
    "directives bind nobody": (MERCHANTS, "directed[j] == DIRECTED", "False"),
    "visits change nothing": (MERCHANTS, "directed[j] == VISITED", "False"),
    "staff never leave": (MERCHANTS, "m.trained[j] = 0", "m.trained[j] = 1"),
    "whoever stops accepting stays on the interface": (MERCHANTS, "m.unified[j] = 0\n", "m.unified[j] = 1\n"),
    "services are paid for whoever accepts": (
        MERCHANTS,
        "if m.integrated[j] == 1 and service_lever",
        "if service_lever",
    ),
    "every busy shop is active with services": (
        MERCHANTS,
        "m.quarter_integrated[j] >= UNIFIED_PAYMENTS and m.weeks_integrated[j] >= UNIFIED_WEEKS",
        "m.quarter_payments[j] >= UNIFIED_PAYMENTS",
    ),
    "children pay where nobody accepts": (
        MERCHANTS,
        "acceptance[n_merchants + z * N_SECTORS + s] * p.child_payment_share",
        "p.child_payment_share",
    ),
    "help is never far": (HELP, "p.attends_help_share, best_km,", "p.attends_help_share, 0.0,"),
    "the trained go to a kiosk the same week": (HELP, "if c.helped[i] != 0 or not", "if not"),
    "children show whoever was helped already": (HELP, "if c.helped[i] == 0 and learning", "if learning"),
    "a second telephone is taken": (HELP, "c.has_device[i] == 1, offered", "False, offered"),
    "children who never used the service pay": (HELP, " and c.stage[np.uint64(child[row])] == USER:", ":"),
    "paying people makes a merchant's customer": (
        OBSERVATION,
        "np.int64(weeks_since_merchant < ACTIVE_WEEKS)",
        "np.int64(weeks_since_use < ACTIVE_WEEKS)",
    ),
    "skilled users are taught at home": (
        HELP,
        "let_in_share[row], c.stage[i] == USER",
        "let_in_share[row], False",
    ),
    "whoever is taught at home stays turned away": (ENGINE, "self.c.turned_away[at_home] = 0", "pass"),
    "who was turned away stays so": (HELP, "turned_away[i] = 0", "pass"),
    "rents are promised again where money has run out": (
        ENGINE,
        "self.m.subsidy_lever[unpaid] = NO_LEVER",
        "pass",
    ),
    "cashback is paid before coupons": (
        ENGINE,
        "self._pay(CITIZEN_USES, ",
        "self._pay(CITIZEN_USES[::-1], ",
    ),
    "nobody waits in a queue for money": (ENGINE, "waiting.__getitem__", "np.zeros_like"),
}
RULE = ("core/rules/learning", "return rate * peers", "return 0.5 * rate * peers")
WORLDS = (
    300,
    400,
)  # citizens; in each of them a few things never happen, such as a first use that points alone bring about
DIFFERENCES = [f"from tests.parity.engines import *; print(first_difference({n}, {N_WEEKS}))" for n in WORLDS]
EVENTS = f"from tests.parity.engines import *; print(events({WORLDS[0]}, {N_WEEKS}))"


def copy_of_the_project(folder: Path) -> Path:
    shutil.copytree(ROOT / "simulation", folder / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "tests" / "parity").mkdir(parents=True)
    for name in ("tests/__init__.py", "tests/parity/__init__.py", "tests/parity/engines.py"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def plant(folder: Path, file: str, text: str, fault: str) -> None:
    path = folder / "simulation" / f"{file}.py"
    source = path.read_text(encoding="utf-8")
    assert source.count(text) == 1, f"{file} holds {text!r} {source.count(text)} times"
    path.write_text(source.replace(text, fault), encoding="utf-8")


def printed(folder: Path, script: str) -> str:
    """Return what a script prints in a copy of the project, without its rules and loops being compiled."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        cwd=folder,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.slow
def test_every_fault_planted_in_a_loop_is_found(tmp_path):
    def difference_with(fault: str) -> str:
        folder = copy_of_the_project(tmp_path / fault.replace(" ", "_"))
        plant(folder, *FAULTS[fault])
        return next((found for script in DIFFERENCES if (found := printed(folder, script))), "")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        differences = dict(zip(FAULTS, pool.map(difference_with, FAULTS), strict=True))
    assert {fault: found for fault, found in differences.items() if found == ""} == {}


@pytest.mark.slow
def test_a_changed_rule_changes_both_engines_alike(tmp_path):
    folder = copy_of_the_project(tmp_path)
    before = printed(folder, EVENTS)
    assert printed(folder, DIFFERENCES[0]) == ""
    plant(folder, *RULE)
    assert printed(folder, DIFFERENCES[0]) == ""
    assert printed(folder, EVENTS) != before
