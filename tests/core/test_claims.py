"""Claims added up and charged, by hand arithmetic."""

import numpy as np

from simulation.core.claims import AS_CLAIMED, MOST_FEN, TOO_MUCH, add_claims, charge_claims, charge_list, whole_fen

ZONE = np.array([0, 0, 1, 2])  # of four agents
ACCOUNT = np.array([0, 1, 1])  # of three zones


def added(lever, agent, fen):
    of_lever = np.zeros(2, np.int64)
    number, brought = np.zeros((2, 2, 3), np.int64)
    add_claims(
        np.array(lever, np.int16), np.array(agent, np.int32), np.array(fen, np.int64), ZONE, ACCOUNT, of_lever,
        number, brought,
    )  # fmt: skip
    return of_lever, number, brought


def test_claims_are_added_up_by_lever_and_accounting_zone():
    of_lever, number, brought = added([0, 0, 1, 0, 1], [0, 1, 1, 2, 3], [10, 20, 5, 40, 7])
    assert of_lever.tolist() == [3, 2]
    assert number.tolist() == [[2, 1, 0], [1, 1, 0]]
    assert brought.tolist() == [[30, 40, 0], [5, 7, 0]]


def test_no_claims_add_nothing():
    assert not any(each.any() for each in added([], [], []))


def test_a_lever_charges_its_price_or_what_claims_bring_along():
    """Two uses of 3.5 fen and one, times 1.5: 10.5 and 5.25 fen; 5 and 7 fen brought along, times 2."""
    sums = added([0, 0, 0, 1, 1], [0, 1, 2, 1, 3], [9, 9, 9, 5, 7])
    owed, gross = np.zeros((2, 3), np.int64), np.zeros(2, np.int64)
    charge_claims(*sums, np.array([3.5, AS_CLAIMED]), np.array([1.5, 2.0]), owed, gross)
    assert owed.tolist() == [[10, 5, 0], [10, 14, 0]]
    assert gross.tolist() == [15, 24]


def test_lists_of_one_use_are_charged_together_whatever_was_summed_before():
    """As above, in two lists; the sums still hold an older use's."""
    sums = (np.full(2, 9), *np.full((2, 2, 3), 9))
    owed, gross = np.zeros((2, 3), np.int64), np.zeros(2, np.int64)
    each, scale = np.array([3.5, AS_CLAIMED]), np.array([1.5, 2.0])
    for lever, agent, fen, is_first, is_last in (
        ([0, 0], [0, 1], [9, 9], True, False),
        ([0, 1, 1], [2, 1, 3], [9, 5, 7], False, True),
    ):
        assert gross.tolist() == [0, 0]
        some = np.array(lever, np.int16), np.array(agent, np.int32), np.array(fen, np.int64)
        charge_list(*some, ZONE, ACCOUNT, *sums, each, scale, owed, gross, is_first, is_last)
    assert owed.tolist() == [[10, 5, 0], [10, 14, 0]]
    assert gross.tolist() == [15, 24]


def test_more_than_whole_numbers_reach_is_told():
    owed = np.zeros(3, np.int64)
    assert whole_fen(np.array([MOST_FEN / 2, MOST_FEN / 4, 0.0]), 1.0, owed) == MOST_FEN * 3 // 4
    assert whole_fen(np.array([MOST_FEN / 2, MOST_FEN / 2, 0.0]), 1.0, owed) == TOO_MUCH
