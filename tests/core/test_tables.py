"""The payment tables reproduce the distributions they stand for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.core.codes import N_SECTORS
from simulation.core.observed import REST, SMALL
from simulation.core.rules.payment import N_AMOUNTS, N_NUMBERS, N_OUTCOME_SLOTS, NUMBER_SCALE
from simulation.core.tables import (
    amounts_by_size,
    cash_seconds_by_class,
    lognormal_bin_means,
    payment_tables,
    poisson_alias_row,
    shared_slots,
)
from tests.worlds import MEDIAN_TICKET_YUAN, PAYMENTS_PER_WEEK, default_params


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=16).filter(lambda w: sum(w) > 1e-3))
@settings(max_examples=50)
def test_slots_follow_their_shares_to_one_slot(weights):
    wanted = np.array(weights) / sum(weights) * 4_096
    slots = shared_slots(weights, 4_096)
    assert slots.sum() == 4_096
    assert np.abs(slots - wanted).max() < 1.0


@pytest.mark.parametrize("rate", [0.0, 0.125, 3.0, 12.625, 40.0, 63.875])
def test_the_alias_table_gives_back_the_poisson_distribution(rate):
    entries = poisson_alias_row(rate)
    threshold, alias = entries >> 8, entries & 0xFF
    got = threshold / NUMBER_SCALE / N_NUMBERS
    np.add.at(got, alias, (1.0 - threshold / NUMBER_SCALE) / N_NUMBERS)
    assert got.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.abs(got - stats.poisson.pmf(np.arange(N_NUMBERS), rate)).max() < 1.0 / NUMBER_SCALE


def test_bins_of_a_lognormal_keep_its_mean():
    bins = lognormal_bin_means(45.0, 1.0, 4_096)
    assert bins.mean() == pytest.approx(45.0 * np.exp(0.5), rel=1e-9)
    assert np.all(np.diff(bins) > 0)
    assert np.median(bins) == pytest.approx(45.0, rel=1e-3)


def test_tables_follow_the_survey():
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, default_params(regular_share=0.6, ticket_sigma=1.0))
    assert tables.sector_share[0] == pytest.approx(np.array([0.4, 2.0, 3.0, 2.6, 3.0, 1.0]) / 12.0, abs=2 / 4_096)
    slots = np.bincount(tables.outcome[:N_OUTCOME_SLOTS], minlength=2 * N_SECTORS).reshape(N_SECTORS, 2)
    assert slots.sum(axis=1).tolist() == (tables.sector_share[0] * N_OUTCOME_SLOTS).tolist()
    assert slots[:, 1].sum() / N_OUTCOME_SLOTS == pytest.approx(0.6, abs=6 / 4_096)
    assert tables.mean_ticket_yuan == pytest.approx(MEDIAN_TICKET_YUAN * np.exp(0.5), rel=1e-4)
    assert tables.inverses[4] == 0.25


def test_amounts_ascend_and_have_the_sectors_mean():
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, default_params())
    assert tables.ticket_fen.shape == (N_SECTORS, N_AMOUNTS)
    assert (np.diff(tables.ticket_fen, axis=1) >= 0).all()
    assert tables.ticket_fen.mean(axis=1) / 100 == pytest.approx(tables.mean_ticket_yuan, rel=1e-12)


def test_amounts_up_to_a_limit_and_the_rest():
    """Of 10, 30, 50, 600 yuan up to 40 are small (class small); the rest are one middle and one large one, mean 325."""
    ticket_fen = np.array([[1_000, 3_000, 5_000, 60_000], [5_000, 6_000, 7_000, 8_000]])
    amounts = amounts_by_size(ticket_fen, 4_000)
    assert amounts.mean_fen.tolist() == [[32_500.0, 6_500.0], [2_000.0, 0.0]]
    assert amounts.class_share[REST].tolist() == [[0.0, 0.5, 0.5], [0.0, 1.0, 0.0]]
    assert amounts.class_share[SMALL].tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def test_without_a_limit_all_amounts_are_of_the_rest():
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, default_params())
    amounts = amounts_by_size(tables.ticket_fen, 0)
    assert amounts.mean_fen[REST] == pytest.approx(tables.mean_ticket_yuan * 100, rel=1e-12)
    assert np.array_equal(amounts.class_share[REST], tables.ticket_share)
    assert not amounts.mean_fen[SMALL].any()


@pytest.mark.parametrize("limit_fen", [1, 3_000, 40_000, 10**9])
def test_sizes_put_together_are_all_amounts(limit_fen):
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, default_params())
    share = (tables.ticket_fen <= limit_fen).mean(axis=1)
    weights = np.stack([1.0 - share, share])
    amounts = amounts_by_size(tables.ticket_fen, limit_fen)
    assert (weights * amounts.mean_fen).sum(axis=0) == pytest.approx(tables.mean_ticket_yuan * 100, rel=1e-12)
    mixed = (weights[:, :, None] * amounts.class_share).sum(axis=0)
    assert mixed == pytest.approx(tables.ticket_share, abs=1e-12)


def test_shares_of_ticket_classes_are_those_of_the_lognormal():
    p = default_params(ticket_sigma=1.0)
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, p)
    assert tables.ticket_share.sum(axis=1).tolist() == [1.0] * N_SECTORS
    below = [stats.norm.cdf(np.log(bound / MEDIAN_TICKET_YUAN)) for bound in (40.0, 400.0)]
    expected = np.stack([below[0], below[1] - below[0], 1.0 - below[1]], axis=1)
    assert np.abs(tables.ticket_share - expected).max() < 1.0 / N_AMOUNTS


def test_cash_takes_as_long_as_measured_on_average():
    """Half small at 0.8, a fifth large at 1.5: 0.4 + 0.3 leave 0.3 for the three tenths between, so 1.0."""
    p = default_params(seconds_cash=20.0, cash_seconds_small=0.8, cash_seconds_large=1.5)
    share = np.tile([0.5, 0.3, 0.2], (N_SECTORS, 1))
    assert cash_seconds_by_class(share, np.ones(N_SECTORS), p) == pytest.approx([16.0, 20.0, 30.0])


def test_sectors_weigh_in_cash_seconds_as_their_payments():
    """Three payments of a sector of small tickets to one of middle ones: 0.75 x 0.8 leaves 0.4 / 0.25 = 1.6."""
    p = default_params(seconds_cash=10.0, cash_seconds_small=0.8, cash_seconds_large=1.5)
    share = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert cash_seconds_by_class(share, np.array([3.0, 1.0]), p) == pytest.approx([8.0, 16.0, 15.0])


def test_a_middle_ticket_takes_at_least_as_long_as_a_small_one():
    p = default_params(seconds_cash=10.0, cash_seconds_small=0.8, cash_seconds_large=3.0)
    share = np.array([[0.2, 0.5, 0.3]])
    assert cash_seconds_by_class(share, np.ones(1), p) == pytest.approx([8.0, 8.0, 30.0])


def test_the_mean_cash_payment_of_the_survey_takes_t_c():
    p = default_params()
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, p)
    weights = PAYMENTS_PER_WEEK.mean(axis=0)
    mean = (weights @ tables.ticket_share @ tables.cash_seconds) / weights.sum()
    assert mean == pytest.approx(p.seconds_cash, rel=1e-12)
