"""Targets are judged by intervals, on what the plan's rows mean."""

import numpy as np
import pytest

from simulation.outcomes.dataset import build_dataset
from simulation.outcomes.targets import judge, places_below, segment_target
from simulation.scenario.schema import Target


@pytest.fixture
def flat(recorder, labels):
    """Return a run of 3 replicates in which 60, 62 and 64% of 100 residents a cell are active."""
    d = build_dataset([recorder(r, n_weeks=13) for r in range(3)], labels(3)).copy(deep=True)
    d["n_residents"][:] = 100.0
    for r, active in enumerate((60.0, 62.0, 64.0)):
        d["n_active"][r] = active
    return d


def test_a_target_is_met_or_missed_only_where_the_whole_interval_says_so(flat):
    # mean .62, standard error .02 / sqrt(3), t(2) = 4.303: .62 +- .0497
    assert judge("t", Target(share=0.57), flat).status == "met"
    assert judge("t", Target(share=0.60), flat).status == "open"
    assert judge("t", Target(share=0.65), flat).status == "open"
    missed = judge("t", Target(share=0.68), flat)
    assert missed.status == "missed"
    assert missed.shortfall == pytest.approx(0.06)


def test_a_segment_is_judged_on_its_own_residents(flat):
    flat["n_active"].loc[{"age": "75+", "area": "remote"}] = 20.0
    j = judge("t", Target(code="T2", share=0.25, ages=("75+",), areas=("remote",)), flat)
    assert j.reached == pytest.approx(0.20) and j.status == "missed"


def test_one_replicate_is_judged_by_its_mean(flat):
    assert judge("t", Target(share=0.6), flat.isel(replicate=[0])).status == "met"


def test_thirty_percent_more_efficient_means_at_most_one_over_1_3_of_the_seconds(flat):
    slow = flat.copy(deep=True)
    slow["till_seconds"] = flat.till_seconds * 1.31
    assert judge("t", Target(code="T5", share=0.30), flat, slow).reached == pytest.approx(0.31)
    assert judge("t", Target(code="T5", share=0.30), flat, slow).status == "met"
    assert judge("t", Target(code="T5", share=0.30), flat, flat).status == "missed"


def test_merchant_cost_is_compared_at_the_baselines_weights(flat):
    dear = flat.copy(deep=True)
    for name in ("cash_handling_yuan", "merchant_fees_yuan", "terminal_costs_yuan"):
        dear[name] = flat[name] * 1.25
    j = judge("t", Target(code="T7", share=0.2), flat, dear)
    assert j.reached == pytest.approx(0.2)


def test_repeat_use_is_judged_on_the_last_quarter(flat):
    flat["initial_n_payers"][:] = 50.0
    flat["n_repeat_payers"][:] = 45.0
    assert judge("t", Target(code="T6", share=0.85), flat).reached == pytest.approx(0.9)


def test_a_change_is_unknown_without_a_baseline(flat):
    unknown = judge("t", Target(code="T7", share=0.2), flat)
    assert unknown.status == "unknown" and np.isnan(unknown.reached)


def test_the_line_drawn_for_a_group_is_that_groups_own_coverage_target():
    targets = {
        "a": Target(share=0.8),
        "b": Target(code="T2", share=0.5, ages=("60-74",)),
        "c": Target(code="T2", share=0.6, ages=("60-74",), areas=("remote",)),
        "d": Target(code="T6", share=0.85),
    }
    assert segment_target(targets, {}) == 0.8
    assert segment_target(targets, {"age": "60-74"}) == 0.5
    assert segment_target(targets, {"area": "remote"}) is None


def test_places_without_residents_are_not_counted_as_failing(flat):
    flat["n_residents_place"][:] = 100.0
    flat["n_active_place"][:] = 50.0
    flat["n_residents_place"][:, 0] = 0.0
    flat["n_active_place"][:, 0] = 0.0
    flat["n_active_place"][:, :, 1] = 90.0
    assert places_below(flat, 0.8) == (4, 5)
