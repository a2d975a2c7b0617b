"""Small made-up runs for the rooms that read Datasets: they obey every identity and need no engine."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest

from simulation.core.jit import Settled
from simulation.core.offers import USE_NAMES, Use
from simulation.core.reasons import N_REASONS
from simulation.levers.coupon import Coupon
from simulation.levers.kiosk import Kiosk
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.outcomes import provenance
from simulation.outcomes.catalogue import VARIABLES
from simulation.outcomes.dataset import CODES, Labels, build_dataset
from simulation.outcomes.result import Result
from simulation.region.sources import GEONAMES, TOWNSHIP, Place
from simulation.scenario.schema import Scenario, Target, Title

Settled.is_checked = True  # types of what compiled loops are handed

CELL = (5, 3, 3)
LINES = ("materials", "trainers", "devices", "incentives", "operations")
ZONES = ("North urban", "North remote", "region")
N_CITIZENS = 200
LEVERS = {
    "coupon": ("coupon", "citizens"),
    "kiosks": ("kiosk", "citizens"),
    "terminals": ("terminal_subsidy", "merchants"),
}
AGE_LEVEL = np.array([0.85, 0.78, 0.6, 0.3, 0.12])
AREA_FACTOR = np.array([1.0, 0.85, 0.65])
INCOME_FACTOR = np.array([0.85, 1.0, 1.1])
SECTOR_SHARE = np.array([0.05, 0.15, 0.4, 0.2, 0.15, 0.05])
TICKET_SHARE = np.array([0.6, 0.35, 0.05])
CASH_SECONDS = np.array([16.0, 20.0, 30.0])


def made_up_recorder(
    seed: int,
    n_weeks: int = 26,
    n_places: int = 6,
    lift: float = 0.0,
    levers: tuple[str, ...] = (),
    factor: float = 40.0,
) -> dict[str, np.ndarray]:
    """Return one replicate's arrays; `lift` is the share of non-users a programme wins per year."""
    rng = np.random.default_rng(seed)
    people = rng.integers(60, 90, CELL).astype(float)
    share = AGE_LEVEL[:, None, None] * AREA_FACTOR[:, None] * INCOME_FACTOR
    users = np.floor(people * np.clip(share + rng.normal(0, 0.01), 0, 0.97))
    lapsed = np.floor((people - users) * 0.1)
    a: dict[str, np.ndarray] = {"initial_n_users": users * factor, "initial_n_lapsed": lapsed * factor}
    a["initial_n_active"] = np.floor(users * 0.97) * factor
    a["initial_n_payers"] = users * factor
    a["n_residents"] = people * factor
    names = ("n_active", "n_active_13w", "n_active_merchant", "n_users", "n_lapsed", "n_aware", "n_with_access")
    for name in (*names, "new_first_uses", "new_returns", "new_lapses", "n_at_risk"):
        a[name] = np.zeros((n_weeks, *CELL))
    home = rng.multinomial(1, rng.dirichlet(np.full(n_places, 2.0)), size=int(people.sum())).sum(0).astype(float)
    a["n_residents_place"] = home * factor
    a["n_active_place"] = np.zeros((n_weeks, n_places))
    for t in range(n_weeks):
        never = people - users - lapsed
        first = rng.binomial(never.astype(int), 0.002 + lift / 52).astype(float)
        back = rng.binomial(lapsed.astype(int), 0.02).astype(float)
        gone = rng.binomial(users.astype(int), 0.002).astype(float)
        a["n_at_risk"][t] = never * 0.6 * factor
        users, lapsed = users + first + back - gone, lapsed + gone - back
        active = np.floor(users * 0.97)
        for name, value in (
            ("new_first_uses", first),
            ("new_returns", back),
            ("new_lapses", gone),
            ("n_users", users),
            ("n_lapsed", lapsed),
            ("n_active", active),
            ("n_active_13w", users),
            ("n_active_merchant", np.floor(active * 0.95)),
            ("n_aware", users + never * 0.7),
            ("n_with_access", users + never * 0.6),
        ):
            a[name][t] = value * factor
        split = home / home.sum() * active.sum()
        a["n_active_place"][t] = np.minimum(split, home) * factor
    n_quarters = n_weeks // 13
    a["n_payers"] = a["n_users"][12::13][:n_quarters].copy()
    a["n_repeat_payers"] = np.floor(a["n_payers"] * 0.8)
    weekly = np.outer(np.ones(n_weeks), SECTOR_SHARE) * people.sum() * factor * 8
    share_now = (a["n_users"].sum((1, 2, 3)) / a["n_residents"].sum())[:, None] * 0.7
    a["n_payments_electronic"], a["n_payments_cash"] = weekly * share_now, weekly * (1 - share_now)
    a["n_payments_failed"] = weekly * 0.001
    a["value_electronic_yuan"], a["value_cash_yuan"] = weekly * share_now * 30, weekly * (1 - share_now) * 25
    shops = np.array([60.0, 120.0, 500.0, 200.0, 240.0, 100.0])
    a["n_merchants"] = shops * factor
    accepting = np.floor(shops * np.array([0.8, 0.7, 0.6, 0.4, 0.6, 0.5]))
    a["initial_n_merchants_accepting"] = accepting * factor
    for name in ("n_merchants_accepting", "new_acceptances", "new_withdrawals"):
        a[name] = np.zeros((n_weeks, 6))
    for t in range(n_weeks):
        start = rng.binomial((shops - accepting).astype(int), 0.004 + lift / 100).astype(float)
        stop = rng.binomial(accepting.astype(int), 0.001).astype(float)
        accepting = accepting + start - stop
        for name, value in (
            ("n_merchants_accepting", accepting),
            ("new_acceptances", start),
            ("new_withdrawals", stop),
        ):
            a[name][t] = value * factor
    a["acceptance_by_payments"] = np.minimum(1.0, a["n_merchants_accepting"] / a["n_merchants"] * 1.05)
    a["cash_handling_yuan"] = a["value_cash_yuan"] * 0.01
    a["merchant_fees_yuan"] = a["value_electronic_yuan"] * 0.0038
    a["terminal_costs_yuan"] = a["n_merchants_accepting"] * 2.9
    _add_payments(a)
    _add_interface(a, bool(levers))
    a["outage_share"] = np.where(np.arange(n_weeks) % 10 == 0, 0.02, 0.0)
    a["n_seats"] = np.outer(np.ones(n_weeks), [30.0, 30.0, 0.0, 0.0, 0.0]) * (factor if levers else 0.0)
    a["n_helps"] = a["n_seats"] * 0.5
    a["n_uses"] = np.zeros((n_weeks, len(levers), len(USE_NAMES)))
    a["n_uses"][:, :, Use.COUPON] = [2.0 * factor * (name == "coupon") for name in levers]
    _add_spending(a, n_weeks, levers)
    _add_outreach(a, rng, n_weeks, bool(levers))
    _add_the_rest(a, n_places, len(levers))
    return a


def _add_payments(a: dict[str, np.ndarray]) -> None:
    """Add family payments, those between people, and what depends on amounts."""
    electronic, cash = a["n_payments_electronic"], a["n_payments_cash"]
    a["n_payments_family"] = electronic * 0.02
    a["value_asked_in_vain_yuan"] = a["value_cash_yuan"] * 0.1
    a["n_person_payments_electronic"], a["n_person_payments_cash"] = electronic.sum(1) * 0.2, cash.sum(1) * 0.3
    a["value_person_electronic_yuan"] = a["n_person_payments_electronic"] * 80
    a["n_payments_ticket"] = (electronic + cash)[:, :, None] * TICKET_SHARE
    a["till_seconds"] = (electronic[:, :, None] * 13.0 + cash[:, :, None] * CASH_SECONDS) * TICKET_SHARE
    a["n_incidents"] = np.rint(electronic.sum(1) * 5e-6)
    a["fraud_loss_yuan"] = a["n_incidents"] * 420.0


def _add_interface(a: dict[str, np.ndarray], is_offered: bool) -> None:
    """Put a third of the accepting merchants on the unified interface, a tenth of them with services."""
    accepting, last = a["n_merchants_accepting"] * is_offered, slice(12, None, 13)
    a["n_merchants_unified"], a["n_merchants_integrated"] = accepting / 3, accepting / 10
    n_quarters = len(a["n_payers"])
    a["n_merchants_unified_active"] = a["n_merchants_unified"][last][:n_quarters] / 2
    a["n_merchants_integrated_active"] = a["n_merchants_integrated"][last][:n_quarters] / 2
    own = (a["n_payments_electronic"] - a["n_payments_family"]).sum(1) * is_offered
    a["n_payments_unified"], a["n_payments_integrated"] = own * 0.3, own * 0.08


def _add_spending(a: dict[str, np.ndarray], n_weeks: int, levers: tuple[str, ...]) -> None:
    """Add 17,000 yuan a week of the first lever, 34,000 of the second, 51,000 of the third, 15,000 of it private."""
    yuan = np.zeros((n_weeks, len(levers), len(LINES), 2))
    for row in range(len(levers)):
        yuan[:, row, row % len(LINES), 0] = 12000.0 * (row + 1)
        yuan[:, row, 3, 1 if row == 2 else 0] += 5000.0 * (row + 1)
    a["spending_yuan"] = yuan
    a["spending_zone_yuan"] = yuan.sum((2, 3))[:, :, None] * np.array([0.5, 0.3, 0.2])


def _add_outreach(a: dict[str, np.ndarray], rng: np.random.Generator, n_weeks: int, is_bought: bool) -> None:
    """Reach half the citizens in week 0; some of everybody make a first payment some time."""
    who = np.arange(N_CITIZENS)
    a["reached_week"] = np.where((who % 2 == 0) & is_bought, 0, -1)
    a["first_payment_week"] = np.where(who % (5 if is_bought else 9) == 0, rng.integers(0, n_weeks, N_CITIZENS), -1)


def _add_the_rest(a: dict[str, np.ndarray], n_places: int, n_levers: int) -> None:
    """Fill whatever else is recorded with zeros."""
    sizes = {dim: len(names) for dim, names in CODES.items()}
    sizes |= {"place": n_places, "lever": n_levers, "line": len(LINES), "zone": len(ZONES), "citizen": N_CITIZENS}
    sizes |= {"week": len(a["n_active"]), "quarter": len(a["n_payers"]), "reason": N_REASONS, "rule": 0}
    for name, variable in VARIABLES.items():
        if name not in a:
            a[name] = np.zeros([sizes[dim] for dim in variable.dims])


def made_up_places(n_places: int = 6) -> tuple[Place, ...]:
    """Return places on a rough ring around Lishui."""
    angle = np.linspace(0, 2 * np.pi, n_places, endpoint=False)
    return tuple(
        Place(
            f"p{i + 1}",
            f"Town {i + 1}",
            f"镇{i + 1}",
            28.4 + 0.4 * np.sin(a),
            119.6 + (0.4 + a / 10) * np.cos(a),
            TOWNSHIP,
            GEONAMES,
        )
        for i, a in enumerate(angle)
    )


def made_up_labels(n_replicates: int, levers: tuple[str, ...] = (), n_places: int = 6) -> Labels:
    """Return labels that fit `made_up_recorder`."""
    return Labels(
        start_date=date(2025, 1, 6),
        places=made_up_places(n_places),
        lever_names=levers,
        lever_kinds=tuple(LEVERS[n][0] for n in levers),
        lever_targets=tuple(LEVERS[n][1] for n in levers),
        lines=LINES,
        zones=ZONES,
        rules=(),
        seeds=tuple(range(100, 100 + n_replicates)),
        expansion_factor=40.0,
        n_simulated=3300,
    )


def made_up_result(role: str, n_replicates: int = 4, n_weeks: int = 60) -> Result:
    """Return a run: role "baseline" buys nothing, "programme" three levers."""
    programme = role == "programme"
    levers = tuple(LEVERS) if programme else ()
    recorders = [made_up_recorder(r, n_weeks, 12, 0.3 if programme else 0.0, levers) for r in range(n_replicates)]
    bought = {
        "coupon": Coupon(kind="coupon"),
        "kiosks": Kiosk(kind="kiosk", places=("all",)),
        "terminals": TerminalSubsidy(kind="terminal_subsidy"),
    }
    scenario = Scenario(
        title=Title(en="Three levers", zh="三项措施") if programme else Title(en="Nothing", zh="无措施"),
        weeks=n_weeks,
        replicates=n_replicates,
        levers=bought if programme else {},
        targets={
            "everyone": Target(share=0.8),
            "old": Target(code="T2", share=0.3, ages=("60-74",)),
            "time": Target(code="T5", share=0.3),
        },
    )
    region = {"name": "made up", "sources": ["a census"], "estimated": ["where people live"]}
    record = provenance.collect({"region": region, "elapsed_seconds": 1.5, "seeds": list(range(n_replicates))})
    return Result(build_dataset(recorders, made_up_labels(n_replicates, levers, 12)), scenario, record)


@pytest.fixture(scope="session")
def programme() -> Result:
    """Return a run with three levers."""
    return made_up_result("programme")


@pytest.fixture(scope="session")
def baseline() -> Result:
    """Return the run it is paired with."""
    return made_up_result("baseline")


@pytest.fixture(scope="session")
def short_run() -> Result:
    """Return one replicate of four weeks: no quarter, no interval."""
    return made_up_result("programme", 1, 4)


@pytest.fixture(scope="session")
def recorder() -> Callable[..., dict[str, np.ndarray]]:
    """Return the maker of one replicate's arrays."""
    return made_up_recorder


@pytest.fixture(scope="session")
def labels() -> Callable[..., Labels]:
    """Return the maker of labels that fit."""
    return made_up_labels
