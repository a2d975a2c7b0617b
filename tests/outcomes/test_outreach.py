"""Conversion of outreach: who comes within 13 weeks, beyond those who would have come anyway."""

import numpy as np
import pytest

from simulation.outcomes.dataset import build_dataset
from simulation.outcomes.outreach import conversion_of_outreach, first_use_of_reached, reached_in_time
from tests.outcomes.tiny import emptied


@pytest.fixture
def pair(two_by_two):
    """Return a programme and its business as usual, 26 weeks; who is reached and who pays is set below."""
    return emptied(two_by_two), two_by_two


def set_weeks(d, **weeks):
    """Set what happened to citizens 0, 1, 2, ..."""
    for name, values in weeks.items():
        d[name][0, : len(values)] = np.array(values)


def test_conversion_counts_13_weeks_from_being_reached_and_subtracts_the_same_people(pair):
    plan, usual = pair
    #                         in time  last day  too late  never paid  not reached  too late to tell
    set_weeks(plan, reached_week=[2, 2, 2, 2, -1, 14], first_payment_week=[2, 14, 15, -1, 5, 14])
    set_weeks(usual, first_payment_week=[20, 10, -1, -1, 5, 14])
    assert reached_in_time(plan).sum().item() == 4  # week 14 + 13 is past week 25
    # citizens 0 and 1 of four pay in weeks 2 to 14; citizen 1 would have anyway
    assert first_use_of_reached(plan, plan).item() == pytest.approx(2 / 4)
    assert first_use_of_reached(usual, plan).item() == pytest.approx(1 / 4)
    assert conversion_of_outreach(plan, usual).item() == pytest.approx(1 / 4)


def test_the_last_week_that_can_be_told_is_13_before_the_end(pair):
    plan, usual = pair
    set_weeks(plan, reached_week=[13, 14], first_payment_week=[25, 25])
    assert reached_in_time(plan).values[0, :3].tolist() == [True, False, False]
    assert conversion_of_outreach(plan, usual).item() == 1.0


def test_where_nobody_is_reached_there_is_no_conversion(pair):
    plan, usual = pair
    set_weeks(plan, first_payment_week=[3, 4])
    assert np.isnan(conversion_of_outreach(plan, usual).item())


def test_conversion_can_be_negative(pair):
    plan, usual = pair
    set_weeks(plan, reached_week=[0, 0], first_payment_week=[-1, -1])
    set_weeks(usual, first_payment_week=[3, -1])
    assert conversion_of_outreach(plan, usual).item() == pytest.approx(-0.5)


def test_replicates_are_paired_one_by_one(recorder, labels):
    plan, usual = (emptied(build_dataset([recorder(r) for r in range(2)], labels(2))) for _ in range(2))
    plan["reached_week"][:, :10] = 1
    plan["first_payment_week"][0, :4] = 3
    plan["first_payment_week"][1, :6] = 3
    usual["first_payment_week"][1, :1] = 3
    assert conversion_of_outreach(plan, usual).values == pytest.approx([0.4, 0.5])


def test_unlike_runs_are_not_paired(recorder, labels, pair):
    plan, _ = pair
    longer = build_dataset([recorder(1, n_weeks=39)], labels(1))
    with pytest.raises(ValueError, match="unlike numbers of week"):
        conversion_of_outreach(plan, longer)
    with pytest.raises(ValueError, match="different seeds"):
        conversion_of_outreach(plan, plan.assign_coords(seed=("replicate", [7])))
