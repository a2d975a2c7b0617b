"""The payment tables reproduce the distributions they stand for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.core.rules.payment import ALIAS_SCALE, N_COLUMNS
from simulation.core.tables import alias_table, lognormal_bin_means, payment_tables
from tests.worlds import MEDIAN_TICKET_YUAN, PAYMENTS_PER_WEEK


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=16).filter(lambda w: sum(w) > 1e-3))
@settings(max_examples=50)
def test_alias_table_gives_back_its_probabilities(weights):
    wanted = np.array(weights) / sum(weights)
    threshold, outcome = alias_table(wanted)
    got = np.zeros(N_COLUMNS)
    for column in range(N_COLUMNS):
        got[column] += threshold[column] / ALIAS_SCALE / N_COLUMNS
        got[outcome[column]] += (1.0 - threshold[column] / ALIAS_SCALE) / N_COLUMNS
    assert np.abs(got[: len(wanted)] - wanted).max() < N_COLUMNS / ALIAS_SCALE / N_COLUMNS
    assert got[len(wanted) :].max(initial=0.0) < 1e-3


def test_bins_of_a_lognormal_keep_its_mean():
    bins = lognormal_bin_means(45.0, 1.0, 4_096)
    assert bins.mean() == pytest.approx(45.0 * np.exp(0.5), rel=1e-9)
    assert np.all(np.diff(bins) > 0)
    assert np.median(bins) == pytest.approx(45.0, rel=1e-3)


def test_tables_follow_the_survey():
    tables = payment_tables(PAYMENTS_PER_WEEK, MEDIAN_TICKET_YUAN, 1.0, 0.6)
    assert tables.sector_share[0] == pytest.approx(np.array([0.4, 2.0, 3.0, 2.6, 3.0, 1.0]) / 12.0)
    assert tables.mean_ticket_yuan == pytest.approx(MEDIAN_TICKET_YUAN * np.exp(0.5), rel=1e-4)
    assert tables.inverses[4] == 0.25
