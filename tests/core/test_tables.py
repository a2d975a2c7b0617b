"""The payment tables reproduce the distributions they stand for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.core.codes import N_SECTORS
from simulation.core.rules.payment import N_NUMBERS, N_OUTCOME_SLOTS, NUMBER_SCALE
from simulation.core.tables import lognormal_bin_means, payment_tables, poisson_alias_row, shared_slots
from tests.worlds import MEDIAN_TICKET_YUAN, PAYMENTS_PER_WEEK


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
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, 1.0, 0.6)
    assert tables.sector_share[0] == pytest.approx(np.array([0.4, 2.0, 3.0, 2.6, 3.0, 1.0]) / 12.0, abs=2 / 4_096)
    slots = np.bincount(tables.outcome[:N_OUTCOME_SLOTS], minlength=2 * N_SECTORS).reshape(N_SECTORS, 2)
    assert slots.sum(axis=1).tolist() == (tables.sector_share[0] * N_OUTCOME_SLOTS).tolist()
    assert slots[:, 1].sum() / N_OUTCOME_SLOTS == pytest.approx(0.6, abs=6 / 4_096)
    assert tables.mean_ticket_yuan == pytest.approx(MEDIAN_TICKET_YUAN * np.exp(0.5), rel=1e-4)
    assert tables.inverses[4] == 0.25
