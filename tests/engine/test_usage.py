"""What the engine reports as used is what was paid, to the fen."""

import numpy as np
import pytest

from simulation.levers.base import Eligibility, Schedule
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.terminal_subsidy import TerminalSubsidy
from tests.worlds import default_params, engine_of, toy_world


def test_coupon_is_paid_once_at_the_first_payment_and_cashback_for_eight_weeks():
    """Everyone starts at once and pays 12 times a week; nobody lapses."""
    world = toy_world(2_000)
    p = default_params(
        trial_rate=1.0, lapse_early=0.0, lapse_late=0.0, fraud_probability=0.0, outage_weeks_per_year=0.0
    )
    engine = engine_of(world, p, alpha=60.0).fork({"coupon": Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=1)})
    coupons, cashbacks, payments = [], [], []
    for _ in range(10):
        totals, (usage,) = engine.step()
        coupons.append(usage.n_coupons)
        assert usage.coupon_fen == 2_000 * usage.n_coupons
        assert usage.cashback_fen == 100 * usage.n_cashbacks
        cashbacks.append(usage.n_cashbacks)
        payments.append(int(totals.n_electronic.sum()))
    assert sum(coupons) == 2_000
    assert cashbacks[:8] == payments[:8]
    assert cashbacks[8:] == [0, 0]


def test_rent_is_subsidised_for_exactly_a_year_after_adoption():
    world = toy_world(1_000, accepting_share=0.0)
    world.merchants.terminal[:] = 1
    p = default_params(merchant_review_rate=1.0, merchant_withdrawal_rate=0.0, pos_rent_yuan_per_week=20.0)
    lever = TerminalSubsidy(kind="terminal_subsidy", pos_rent_share=0.5, schedule=Schedule(end_week=1))
    engine = engine_of(world, p, gamma=60.0).fork({"terminal": lever})
    n_merchants = len(world.merchants.sector)
    paid = [engine.step()[1][0].rent_subsidy_fen for _ in range(60)]
    # adopted in week 0, paid while weeks accepting < 52
    assert paid == [n_merchants * 1_000] * 52 + [0] * 8


def test_fee_subsidy_is_a_share_of_the_fee_on_electronic_value():
    world = toy_world(2_000, user_share=1.0)
    engine = engine_of(world, default_params(merchant_fee_share=0.0038)).fork(
        {"fee": FeeSubsidy(kind="fee_subsidy", fee_share=0.5)}
    )
    totals, (usage,) = engine.step()
    exact = float(totals.electronic_fen.sum()) * 0.0038 * 0.5
    assert abs(usage.fee_subsidy_fen - exact) <= 0.5 * len(world.merchants.sector)  # a rounding for each shop


def test_lottery_reaches_its_share_and_does_not_depend_on_other_levers():
    world = toy_world(50_000)
    half = Eligibility(share=0.5)
    mask = half.citizen_mask(world, "coupon")
    assert mask.mean() == pytest.approx(0.5, abs=0.01)  # 4.5 standard errors
    assert np.array_equal(mask, half.citizen_mask(world, "coupon"))
    assert abs((mask == half.citizen_mask(world, "other")).mean() - 0.5) < 0.01
