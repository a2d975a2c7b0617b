"""Programmes of equal budget: the factor by hand where spending is a straight line of it."""

import pytest

from simulation.analysis.equal_budget import MOST_ROUNDS, Scaling, equal_budgets, next_factor, pilot_of, scaled
from simulation.levers.base import Schedule
from simulation.levers.coupon import Coupon
from simulation.levers.hotline import Hotline
from simulation.levers.verification_limit import VerificationLimit
from simulation.scenario.budget import Budget
from simulation.scenario.schema import Scenario

COUPON = Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=1)


def plan(total_yuan=1000.0, coupon=COUPON):
    return Scenario(levers={"coupon": coupon}, budget=Budget(total_yuan=total_yuan))


def line(fixed, per_yuan):
    """Return spending of a fixed amount and so much for each yuan of the coupon."""
    return lambda scenarios: {n: fixed + per_yuan * s.levers["coupon"].first_use_yuan for n, s in scenarios.items()}


def test_all_doses_are_multiplied_and_free_rules_are_not():
    given = Scenario(
        levers={
            "coupon": COUPON,
            "hotline": Hotline(kind="hotline", hotline_share=0.5),
            "limit": VerificationLimit(kind="verification_limit", schedule=Schedule(start_week=13)),
        }
    )
    twice = scaled(given, 2.0).levers
    assert (twice["coupon"].first_use_yuan, twice["coupon"].cashback_yuan) == (40, 2)
    assert (twice["hotline"].hotline_share, twice["hotline"].yuan_per_month) == (1, 80_000)
    assert twice["limit"] == given.levers["limit"]
    assert scaled(given, 1.0) is given


@pytest.mark.parametrize("spent", [0.99, 0.995, 1.0])
def test_a_programme_that_spends_its_budget_stays_as_it_is(spent):
    assert next_factor([(1.0, spent)]) is None


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        ([(1.0, 0.5)], 1.99),  # proportional: 0.995 / 0.5
        ([(1.0, 2.0)], 0.4975),
        ([(1.0, 0.0)], 4.0),  # nothing spent says nothing of how much more is needed
        ([(1.0, 0.01)], 4.0),  # never more than four times at once
        ([(1.0, 0.6), (2.0, 0.8)], 2.975),  # 2 + 0.195 / 0.2
        ([(1.0, 0.7), (1.5, 0.7)], None),  # doses have reached their bounds
        ([(1.0, 0.5)] * MOST_ROUNDS, None),
    ],
)
def test_steps_are_proportional_first_and_a_secant_then(tried, expected):
    assert next_factor(tried) == (pytest.approx(expected) if expected else None)


def test_a_straight_line_is_met_with_its_third_pilot():
    rounds = []

    def spent_by(scenarios):
        rounds.append(sorted(scenarios))
        return line(200.0, 20.0)(scenarios)

    # 200 + 400 k = 995 at k = 1.9875; the other spends 996 as it is
    found = equal_budgets({"a": plan(), "b": plan(coupon=COUPON.scaled(1.99))}, spent_by)
    assert found["a"].factor == pytest.approx(1.9875) and found["a"].is_spent
    assert found["b"] == Scaling(1.0, 0.996)
    assert rounds == [["a", "b"], ["a"], ["a"]]


def test_a_budget_that_cannot_be_spent_is_told():
    found = equal_budgets({"a": plan()}, lambda scenarios: dict.fromkeys(scenarios, 300.0))["a"]
    assert found.spent_share == pytest.approx(0.3) and not found.is_spent


@pytest.mark.parametrize(
    ("citizens", "replicates", "expected"),
    [("all", 8, (50_000, 2)), (50_000, 8, (50_000, 2)), (5_000, 8, (5_000, 8)), (30_000, 8, (30_000, 3))],
)
def test_pilots_are_small_and_have_no_cap_on_all_their_money(citizens, replicates, expected):
    pilot = pilot_of(plan().model_copy(update={"citizens": citizens, "replicates": replicates}))
    assert (pilot.citizens, pilot.replicates) == expected
    assert pilot.budget.total_yuan == 1e13
