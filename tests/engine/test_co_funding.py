"""Private money by hand: who adds how much, for what, and what that lets a programme spend."""

from simulation.core.codes import Payer
from simulation.levers.ledger import LINES, FixedCost
from tests.engine.treasuries import COUPON, FEES, KIOSKS, funders, pay, spent, treasury_of


def test_a_co_funder_adds_its_rate_to_every_public_yuan():
    """A quarter a public yuan: of 1,000 fen 200 are private, of 999 there are 199.8, rounded down."""
    treasury = treasury_of(100, co_funding=funders(banks=(0.25, 50)))
    pay(treasury, [1000])
    assert (spent(treasury, Payer.PUBLIC), spent(treasury, Payer.PRIVATE)) == (800, 200)
    pay(treasury, [999])
    assert (spent(treasury, Payer.PUBLIC), spent(treasury, Payer.PRIVATE)) == (1600, 399)


def test_private_money_is_shared_out_over_zones_to_the_fen():
    """7 of 15 fen are private (rate 1): of 1, 5 and 9 fen these are 0, 2 and 5 (sums 0.47, 2.8, 7)."""
    treasury = treasury_of(100, co_funding=funders(banks=(1, 50)))
    pay(treasury, [1, 5, 9], accounts=[0, 1, 3])
    by_zone = treasury.ledger.fen[0, COUPON, LINES.index("incentives")]
    assert by_zone[:, Payer.PRIVATE].tolist() == [0, 2, 0, 5]
    assert by_zone.sum(axis=1).tolist() == [1, 5, 0, 9]


def test_private_money_widens_what_can_be_spent_until_it_is_gone():
    """1 yuan public; banks add as much, 60 fen at most: 160 can be spent, 60 of them private."""
    treasury = treasury_of(1, co_funding=funders(banks=(1, 0.6)))
    assert treasury.available_fen(0, COUPON, "incentives") == 160
    assert pay(treasury, [159, 1, 1]) == [True, True, False]
    assert (spent(treasury, Payer.PUBLIC), spent(treasury, Payer.PRIVATE)) == (100, 60)


def test_co_funders_each_match_public_money_and_the_others_do_not_stand_in():
    """Rates 1 and 2: of 400 fen 100 are public, 100 and 200 private. With 50 left of the second: 400 = p + p + 50."""
    treasury = treasury_of(10, co_funding=funders(a=(1, 10), b=(2, 2.5)))
    pay(treasury, [400])
    assert spent(treasury, Payer.PUBLIC) == 100
    pay(treasury, [400])
    assert spent(treasury, Payer.PUBLIC) == 100 + 175
    pay(treasury, [400])
    assert spent(treasury, Payer.PUBLIC) == 100 + 175 + 200


def test_a_co_funder_pays_for_the_levers_it_names():
    funder = {"match_rate": 1, "cap_yuan": 10, "levers": ["fees"]}
    treasury = treasury_of(10, co_funding={"banks": funder})
    pay(treasury, [100], row=COUPON)
    assert spent(treasury, Payer.PRIVATE) == 0
    pay(treasury, [100], row=FEES)
    assert spent(treasury, Payer.PRIVATE) == 50


def test_a_co_funder_with_a_condition_pays_only_while_it_holds():
    condition = {"indicator": "merchants_accepting_share", "at_least": 0.4}
    funder = {"match_rate": 1, "cap_yuan": 10, "condition": condition}
    treasury = treasury_of(10, co_funding={"banks": funder})
    private = []
    for holds in (None, True, False):
        if holds is not None:
            treasury.set_condition("banks", holds)
        pay(treasury, [100])
        private.append(spent(treasury, Payer.PRIVATE))
    assert private == [0, 50, 50]


def test_fixed_costs_are_co_funded_and_the_public_part_decides():
    """1 yuan public and as much private: 200 fen of fixed costs can be paid, 201 cannot."""
    treasury = treasury_of(1, co_funding=funders(banks=(1, 10)))
    assert not treasury.settle_fixed(0, KIOSKS, [FixedCost("devices", 100), FixedCost("operations", 101)])
    assert treasury.settle_fixed(0, KIOSKS, [FixedCost("devices", 100), FixedCost("operations", 100)])
    assert (spent(treasury, Payer.PUBLIC), spent(treasury, Payer.PRIVATE)) == (100, 100)


def test_what_one_line_takes_of_private_money_the_next_line_cannot_count_on():
    """Private money is 50 fen: materials take them, so that operations need 100 public fen; the cap is 99."""
    costs = [FixedCost("materials", 100), FixedCost("operations", 100)]
    for cap, fits in ((0.99, False), (1.00, True)):
        treasury = treasury_of(10, lines={"operations": cap}, co_funding=funders(banks=(1, 0.5)))
        assert treasury.settle_fixed(0, KIOSKS, costs) is fits
