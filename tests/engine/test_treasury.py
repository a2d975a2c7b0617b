"""The money of a run by hand: what is posted, in what order, and up to where."""

import time

import numpy as np
import pytest

from simulation.core.codes import Payer
from simulation.engine.rationing import rank_of
from simulation.levers.ledger import LINES, REGION, FixedCost
from tests.engine.treasuries import COUPON, FEES, KIOSKS, N_WEEKS, in_order, pay, reserve, spent, treasury_of


def test_without_a_budget_everything_is_paid_with_public_money():
    treasury = treasury_of()
    assert treasury.available_fen(0, COUPON, "incentives") is None
    assert treasury.settle_fixed(0, KIOSKS, [FixedCost("operations", 10**9)])
    assert pay(treasury, [200, 300]) == [True, True]
    assert (spent(treasury, Payer.PUBLIC), spent(treasury, Payer.PRIVATE)) == (10**9 + 500, 0)
    assert treasury.spent_share() is None


def test_claims_are_posted_by_zone_in_whole_fen_rounded_down():
    """Zone 0: 1.5 + 1.75 = 3.25; zone 2: 0.5; the whole region (3): 2.5."""
    treasury = treasury_of()
    pay(treasury, [1.5, 0.5, 1.75, 2.5], accounts=[0, 2, 0, 3], line="materials", week=4)
    assert treasury.ledger.fen[4, COUPON, LINES.index("materials"), :, Payer.PUBLIC].tolist() == [3, 0, 0, 2]
    assert spent(treasury) == 5


def test_fixed_costs_are_posted_where_they_fall():
    treasury = treasury_of(100)
    costs = [FixedCost("devices", 70, 1), FixedCost("devices", 30, 1), FixedCost("operations", 5)]
    assert treasury.settle_fixed(2, KIOSKS, costs)
    assert treasury.ledger.fen[2, KIOSKS, LINES.index("devices"), :, Payer.PUBLIC].tolist() == [0, 100, 0, 0]
    assert treasury.ledger.fen[2, KIOSKS, LINES.index("operations"), REGION, Payer.PUBLIC] == 5
    assert spent(treasury) == 105
    assert treasury.spent_share() == 105 / 10_000


@pytest.mark.parametrize("fen", [-1, 0.5])
def test_a_cost_that_is_no_whole_number_of_fen_is_refused(fen):
    with pytest.raises(ValueError, match="a whole number of fen, 0 or more"):
        treasury_of().settle_fixed(0, KIOSKS, [FixedCost("devices", fen)])


def test_sums_do_not_depend_on_the_order_of_the_claims():
    charges = np.random.default_rng(1).random(10_000) * 1000
    totals = set()
    for mixed in (charges, charges[::-1], np.sort(charges)):
        treasury = treasury_of()
        pay(treasury, mixed)
        totals.add(spent(treasury))
    assert len(totals) == 1
    assert totals.pop() == pytest.approx(charges.sum(), abs=10_000 / 256 + 1)


def test_nothing_claimed_is_nothing_posted():
    treasury = treasury_of(1)
    assert pay(treasury, []) == []
    assert spent(treasury) == 0


def test_a_claim_is_paid_whole_or_not_at_all_up_to_the_first_that_does_not_fit():
    """100 fen: 60 fit, 50 more do not, and the 30 behind them wait although they would."""
    treasury = treasury_of(1)
    assert pay(treasury, [30, 60, 50], order=[1, 2, 0]) == [False, True, False]
    assert treasury.available_fen(0, COUPON, "incentives") == 40


def test_a_cap_is_reached_to_the_fen():
    treasury = treasury_of(1)
    assert pay(treasury, [60, 40, 1]) == [True, True, False]
    assert spent(treasury) == 100
    assert treasury.available_fen(0, COUPON, "incentives") == 0
    assert pay(treasury, [0.5]) == [False]


def test_nobody_is_ranked_where_money_reaches_or_is_gone():
    def never():
        raise AssertionError

    treasury = treasury_of(1)
    claims, zones = np.full(4, 25.0), np.zeros(4, np.int64)
    assert treasury.pay(0, COUPON, "incentives", claims, zones, never).all()
    assert not treasury.pay(0, COUPON, "incentives", claims, zones, never).any()


def test_a_line_has_a_cap_of_its_own():
    treasury = treasury_of(10, lines={"incentives": 2})
    assert treasury.available_fen(0, COUPON, "incentives") == 200
    assert treasury.available_fen(0, COUPON, "materials") == 1000
    assert pay(treasury, [150, 60]) == [True, False]
    assert pay(treasury, [800], line="materials") == [True]
    assert treasury.available_fen(0, COUPON, "incentives") == 50  # both caps are exhausted but for this


@pytest.mark.parametrize(
    ("rule", "order"),
    [("lottery", [3, 1, 2, 0]), ("queue", [1, 0, 3, 2]), ("old_first", [3, 1, 0, 2]), ("remote_first", [2, 3, 0, 1])],
)
def test_who_goes_first_and_lots_decide_among_equals(rule, order):
    lots = np.array([9, 5, 7, 1], np.uint64)
    waiting = np.array([4, 9, 0, 0], np.uint8)
    age = np.array([2, 4, 0, 4], np.uint8)
    area = np.array([1, 0, 2, 1], np.uint8)
    assert rank_of(rule, lots, waiting, age, area).tolist() == order


def test_equal_lots_go_by_index():
    same = np.zeros(3, np.uint64)
    assert rank_of("lottery", same, same, same, same).tolist() == [0, 1, 2]
    assert rank_of("old_first", same, same, same, same).tolist() == [0, 1, 2]


def test_a_lever_can_be_limited():
    treasury = treasury_of(None)
    pay(treasury, [70])
    treasury.limit_row(COUPON, 100)
    assert treasury.available_fen(0, COUPON, "incentives") == 100
    assert treasury.available_fen(0, FEES, "incentives") is None
    assert pay(treasury, [60, 60]) == [True, False]
    assert not treasury.settle_fixed(0, COUPON, [FixedCost("materials", 41)])
    assert treasury.settle_fixed(0, COUPON, [FixedCost("materials", 40)])
    treasury.limit_row(COUPON, None)
    assert pay(treasury, [60]) == [True]


def test_a_limited_lever_keeps_what_it_will_owe_from_its_limit():
    treasury = treasury_of(None)
    reserve(treasury, KIOSKS, 10)
    treasury.limit_row(KIOSKS, 100)
    assert treasury.available_fen(0, KIOSKS, "materials") == 20


def test_use_may_only_spend_what_later_weeks_do_not_owe():
    """10 yuan; 8 weeks of 100 fen are reserved. Each settled week moves 100 from reserved to spent."""
    treasury = treasury_of(10)
    reserve(treasury, KIOSKS, 100)
    assert treasury.available_fen(0, COUPON, "incentives") == 200
    assert treasury.settle_fixed(0, KIOSKS, [FixedCost("operations", 60)])  # cheaper than foreseen
    assert treasury.available_fen(0, COUPON, "incentives") == 240
    assert pay(treasury, [240, 1]) == [True, False]
    assert all(treasury.settle_fixed(week, KIOSKS, [FixedCost("operations", 100)]) for week in range(1, N_WEEKS))
    assert spent(treasury) == 1000


def test_a_reserve_counts_against_its_line():
    treasury = treasury_of(100, lines={"operations": 9})
    reserve(treasury, KIOSKS, 100)
    assert treasury.available_fen(0, FEES, "operations") == 100
    assert treasury.available_fen(0, FEES, "incentives") == 9200


def test_a_reserve_is_replaced_and_what_is_past_is_not_kept():
    treasury = treasury_of(10)
    reserve(treasury, KIOSKS, 100)
    assert treasury.settle_fixed(0, KIOSKS, [])
    reserve(treasury, KIOSKS, 50)  # of week 0, already settled, nothing is kept
    assert treasury.free_fen() == 1000 - 7 * 50
    assert treasury.available_fen(3, COUPON, "incentives") == 1000 - 5 * 50  # weeks 1 and 2 were not settled
    reserve(treasury, KIOSKS, 0)
    assert treasury.free_fen() == 1000


def test_fixed_costs_are_paid_all_or_none():
    treasury = treasury_of(10, lines={"devices": 1})
    assert not treasury.settle_fixed(0, KIOSKS, [FixedCost("operations", 5), FixedCost("devices", 101)])
    assert spent(treasury) == 0
    assert not treasury.settle_fixed(0, KIOSKS, [FixedCost("operations", 600), FixedCost("trainers", 401)])
    assert treasury.settle_fixed(0, KIOSKS, [FixedCost("operations", 600), FixedCost("trainers", 400)])


def test_fixed_costs_may_use_what_is_reserved_for_later():
    treasury = treasury_of(1)
    reserve(treasury, KIOSKS, 60)
    assert treasury.available_fen(0, COUPON, "incentives") == 0
    assert treasury.settle_fixed(0, KIOSKS, [FixedCost("operations", 60)])
    assert not treasury.settle_fixed(1, KIOSKS, [FixedCost("operations", 60)])
    assert treasury.settle_fixed(2, KIOSKS, [FixedCost("operations", 40)])


def test_a_budget_cut_spares_what_is_spent_and_what_is_owed():
    """10 yuan, 2 spent, 4 reserved: half of the other 4 goes. Of incentives 3 - 2 = 1 yuan is left, half goes."""
    treasury = treasury_of(10, lines={"incentives": 3, "operations": 4})
    reserve(treasury, KIOSKS, 50)
    pay(treasury, [200])
    treasury.cut(0.5)
    assert treasury.free_fen() == 200
    assert treasury.available_fen(0, COUPON, "incentives") == 50
    assert treasury.available_fen(0, COUPON, "operations") == 0
    assert treasury.available_fen(0, COUPON, "materials") == 200
    treasury.cut(1)
    assert treasury.available_fen(0, COUPON, "materials") == 0
    assert all(treasury.settle_fixed(week, KIOSKS, [FixedCost("operations", 50)]) for week in range(N_WEEKS))
    assert treasury.spent_share() == 0.6  # of what was planned


def test_a_cut_of_a_share_that_is_no_binary_fraction_is_exact():
    treasury = treasury_of(10)
    treasury.cut(0.1)
    assert treasury.free_fen() == 900


def test_amounts_without_bound_stay_whole_numbers():
    treasury = treasury_of()
    paid = pay(treasury, [1e15, 1e15, 1e30])
    assert paid == [True, False, False]  # the largest budget there can be is 1e13 yuan
    assert spent(treasury) == 10**15
    treasury.check(0)


def test_a_million_claims_that_all_fit_take_no_time():
    treasury = treasury_of(10**9)
    charges, accounts = np.full(10**6, 53.7), np.zeros(10**6, np.int64)
    start = time.process_time()
    assert treasury.pay(0, COUPON, "incentives", charges, accounts, in_order(10**6)).all()
    assert time.process_time() - start < 0.5
