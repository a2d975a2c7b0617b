"""Whatever a programme buys, under whatever money: it runs, the books balance every week, and no cap is passed."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from simulation.core.codes import FEN_PER_YUAN, Payer
from simulation.core.offers import Use
from simulation.core.state import check
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.help_allotment import KINDS
from simulation.engine.plan import plan_of
from simulation.engine.programme import Programme
from simulation.engine.treasury import Treasury
from simulation.levers.coupon import Coupon
from simulation.levers.ledger import LINES
from simulation.levers.workshop import Workshop
from simulation.quantities import Bounds
from simulation.scenario.schema import Scenario
from tests.engine.any_programme import firing, programme
from tests.parity.engines import start

FEW, MANY = 40, 500
CHANCE_OF_A_RULE, CHANCE_OF_NEWS = 0.15, 0.1  # a week


class SecondTreasury(Treasury):
    """Keep a second account of fixed costs: week, lever, line, accounting zone."""

    second: np.ndarray

    def settle_fixed(self, week, row, costs):
        is_paid = super().settle_fixed(week, row, costs)
        for cost in costs if is_paid else ():
            self.second[week, row, LINES.index(cost.line), cost.account] += cost.fen
        return is_paid


class SecondProgramme(Programme):
    """Keep a second account of claims that were paid: each at its price, whole fen by accounting zone."""

    def pay(self, week, claims):
        paid = super().pay(week, claims)
        world, use = self.world, Use(claims.use)
        joined = claims.joined()
        for lever in np.unique(joined.lever):
            price = self.levers[lever].price(use)
            owed = defaultdict(Fraction)
            for k in np.flatnonzero(paid & (joined.lever == lever) & (price is not None)):
                agent = joined.agent[k]
                home = world.merchants.zone[agent] if claims.is_of_merchants else world.citizens.zone[agent]
                fen = int(joined.fen[k]) if price.fen is None else price.fen
                if price.by_sector is not None:
                    fen = price.by_sector[world.merchants.sector[agent]]
                owed[world.zones.account[home]] += fen * Fraction(price.markup) * Fraction(world.expansion_factor)
            for zone, fen in owed.items():
                self.treasury.second[week, lever, LINES.index(price.line), zone] += int(fen)
        return paid


@pytest.fixture(scope="module")
def warm() -> ArrayEngine:
    """Return 300 citizens of Lishui at week 0."""
    made = start(300)
    engine = ArrayEngine(made.world, made.model, made.seed)
    engine.warm_up()
    return engine


def forked(warm: ArrayEngine, scenario: Scenario) -> ArrayEngine:
    engine = warm.fork(plan_of(scenario))
    treasury = engine.programme.treasury
    treasury.__class__, engine.programme.__class__ = SecondTreasury, SecondProgramme
    treasury.second = np.zeros(treasury.ledger.fen.shape[:-1], np.int64)
    treasury.seats_left = np.zeros(len(KINDS), np.int64)
    return engine


def lived(engine: ArrayEngine, scenario: Scenario, seed: int) -> Iterator:
    """Live a scenario week by week, with rules that act and conditions of co-funders that come to hold or cease to."""
    rng = random.Random(-seed)
    for week in range(scenario.weeks):
        if rng.random() < CHANCE_OF_A_RULE:
            engine.programme.apply(firing(rng, scenario, week))
        if scenario.budget and rng.random() < CHANCE_OF_NEWS:
            for name in scenario.budget.co_funding:
                engine.programme.treasury.set_condition(name, rng.random() < 0.5)
        yield engine.step()


def check_week(engine: ArrayEngine, scenario: Scenario, totals) -> None:
    """Hold one week against what must be true whatever was bought."""
    week, treasury = engine.week - 1, engine.programme.treasury
    fen = treasury.ledger.fen
    assert (fen >= 0).all()
    off_by = fen[week].sum(axis=-1) - treasury.second[week]
    assert (np.abs(off_by) <= len(Use)).all()  # sums of charges are rounded in floating point, a fen a use at most
    seats = [kind - 1 for kind in KINDS]
    treasury.seats_left += totals.n_seats[seats] - totals.n_helps[seats]
    assert (treasury.seats_left >= 0).all()  # a seat left over may be taken later, none twice
    factor = engine.world.expansion_factor
    for row, lever in enumerate(engine.programme.levers):
        seats_at_workshops = lever.seats_per_week / factor + 1 if isinstance(lever, Workshop) else 0
        assert totals.n_uses[row, Use.SEAT] <= seats_at_workshops
    assert (totals.n_uses >= 0).all() and (totals.n_unpaid >= 0).all()
    check_caps(fen, scenario)


def check_caps(fen: np.ndarray, scenario: Scenario) -> None:
    """Hold all that was spent so far against the caps as the scenario states them; cuts only lower them."""
    budget = scenario.budget
    public, private = fen[..., Payer.PUBLIC], fen[..., Payer.PRIVATE]
    if budget is None:
        assert private.sum() == 0
        return
    assert public.sum() <= round(budget.total_yuan * FEN_PER_YUAN)
    for line, yuan in budget.lines.items():
        assert public[:, :, LINES.index(line)].sum() <= round(yuan * FEN_PER_YUAN)
    caps = [round(funder.cap_yuan * FEN_PER_YUAN) for funder in budget.co_funding.values()]
    assert private.sum() <= sum(caps)
    for row, name in enumerate(sorted(scenario.levers)):
        mine = [f for f in budget.co_funding.values() if not f.levers or name in f.levers]
        rate = sum(Fraction(str(f.match_rate)) for f in mine)
        assert private[:, row].sum() <= sum(round(f.cap_yuan * FEN_PER_YUAN) for f in mine)
        assert private[:, row].sum() <= rate * int(public[:, row].sum())


def test_a_budget_of_nothing_buys_nothing(warm):
    """Nobody begins, accepts or subscribes for money that is not there."""
    promises = {
        "coupon": {"kind": "coupon", "first_use_yuan": 50},
        "points": {"kind": "points", "points_yuan": 2},
        "terminals": {"kind": "terminal_subsidy"},
        "fees": {"kind": "fee_subsidy", "fee_share": 1},
    }
    usual, broke = (
        warm.fork(plan_of(Scenario.model_validate({"citizens": 300, "weeks": 26, "levers": levers} | money)))
        for levers, money in (({}, {}), (promises, {"budget": {"total_yuan": 0}}))
    )
    for _ in range(26):
        usual.step(), broke.step()
    for name in ("stage", "habit", "perceived_risk"):
        assert np.array_equal(getattr(usual.world.citizens, name), getattr(broke.world.citizens, name))
    assert np.array_equal(usual.world.merchants.accepts, broke.world.merchants.accepts)


def test_the_largest_coupon_allowed_is_paid_in_full(warm):
    largest = next(m.high for m in Coupon.model_fields["first_use_yuan"].metadata if isinstance(m, Bounds))
    coupon = Coupon(kind="coupon", first_use_yuan=largest, cashback_yuan=0, leakage_share=0)
    engine = warm.fork({"coupon": coupon})
    n_paid = sum(int(engine.step().n_uses[0, Use.COUPON]) for _ in range(8))
    owed = n_paid * largest * FEN_PER_YUAN * engine.world.expansion_factor
    assert n_paid > 0
    assert engine.programme.treasury.ledger.total_fen() == pytest.approx(owed, rel=1e-12)


@dataclass
class Outcome:
    """What became of a programme's money."""

    spent_fen: int = 0
    has_unpaid_claims: bool = False
    has_suspended_levers: bool = False
    has_private_money: bool = False


def run(warm: ArrayEngine, seed: int, *, twice: bool) -> Outcome:
    """Run the programme of a seed and hold every week against the checks; twice, and hold both against each other."""
    scenario, outcome = programme(seed), Outcome()
    engine = forked(warm, scenario)
    for totals in lived(engine, scenario, seed):
        check_week(engine, scenario, totals)
        outcome.has_unpaid_claims |= bool(totals.n_unpaid.any())
        outcome.has_suspended_levers |= any(
            lever.schedule.is_on(engine.week - 1) and not lever.standby and not is_open
            for lever, is_open in zip(engine.programme.levers, engine.programme.open_week_levers, strict=True)
        )
    check(engine.world.citizens)
    check(engine.world.merchants)
    fen = engine.programme.treasury.ledger.fen
    if twice:
        again = forked(warm, scenario)
        assert len(list(lived(again, scenario, seed))) == scenario.weeks
        assert np.array_equal(again.programme.treasury.ledger.fen, fen)
        for part in ("citizens", "merchants"):
            mine, other = getattr(engine.world, part), getattr(again.world, part)
            assert all(np.array_equal(getattr(mine, name), getattr(other, name)) for name in mine.__slots__)
    outcome.spent_fen, outcome.has_private_money = int(fen.sum()), bool(fen[..., Payer.PRIVATE].any())
    return outcome


def test_random_programmes_run_and_their_books_balance(warm):
    outcomes = [run(warm, seed, twice=seed % 8 == 0) for seed in range(FEW)]
    # the checks prove something only where money flows, and where it does not reach
    assert sum(outcome.spent_fen > 0 for outcome in outcomes) > FEW / 2
    for name in ("has_unpaid_claims", "has_suspended_levers", "has_private_money"):
        assert sum(getattr(outcome, name) for outcome in outcomes) > FEW / 8, name


@pytest.mark.slow
def test_many_random_programmes_run_and_their_books_balance(warm):
    for seed in range(FEW, FEW + MANY):
        try:
            run(warm, seed, twice=True)
        except Exception as error:
            error.add_note(f"programme({seed})")
            raise
