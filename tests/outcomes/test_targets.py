"""Targets are judged by intervals, on what the plan's rows mean."""

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.outcomes.dataset import build_dataset
from simulation.outcomes.targets import judge, places_below, segment_target
from simulation.scenario.schema import Target
from tests.outcomes.tiny import emptied


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


def test_time_is_compared_at_the_baselines_amounts(flat):
    """Where all pay small amounts only, which take less time, nothing is gained."""
    small = flat.copy(deep=True)
    for name in ("till_seconds", "n_payments_ticket"):
        small[name].loc[{"ticket": "small"}] = 3 * flat[name].sel(ticket="small")
    assert judge("t", Target(code="T5", share=0.30), small, flat).reached == pytest.approx(0.0, abs=1e-12)


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
    assert unknown.status == "unknown" and unknown.reason == "no_baseline" and np.isnan(unknown.reached)


def test_what_needs_a_quarter_is_unknown_in_a_shorter_run(recorder, labels):
    short = build_dataset([recorder(1, n_weeks=4)], labels(1))
    for code in ("T3", "T4", "T6", "T8", "T9"):
        judged = judge("t", Target(code=code, share=0.2), short, short, short)
        assert (judged.status, judged.reason) == ("unknown", "short_run")


def test_the_interface_is_judged_by_payments_and_by_active_merchants(flat):
    d = emptied(flat)
    d["n_payments_electronic"][:, 12, 0] = 200.0
    d["n_payments_unified"][:, 12] = 120.0
    d["n_merchants"][:, 0] = 50.0
    d["n_merchants_unified_active"][:, 0, 0] = 20.0
    d["n_merchants_integrated_active"][:, 0, 0] = 5.0
    assert judge("t", Target(code="T3", share=0.5), d).reached == pytest.approx(0.6)
    unified = judge("t", Target(code="T9", share=0.5), d)
    assert (unified.status, unified.what) == ("missed", "unified") and unified.reached == pytest.approx(0.4)
    integrated = judge("t", Target(code="T9", share=0.09, what="integrated"), d)
    assert (integrated.status, integrated.what) == ("met", "integrated")


def with_incidents(flat, numbers):
    """Return runs with so many incidents, a million payments each."""
    d = emptied(flat)
    d["n_payments_electronic"][:, 5, 0] = 1e6
    d["n_incidents"][:, 7] = np.array(numbers, float)
    return d


def test_fraud_is_judged_by_its_fall_against_business_as_usual(flat):
    usual, plan = with_incidents(flat, (10, 10, 10)), with_incidents(flat, (6, 7, 8))
    fall = judge("t", Target(code="T4", share=0.1), plan, usual)
    # 7 of 10 is left; standard error of 6, 7, 8 is 1 / sqrt(3), t(2) = 4.3027
    assert fall.reached == pytest.approx(0.3)
    assert (fall.low, fall.high) == pytest.approx((0.3 - 0.43027 / 3**0.5, 0.3 + 0.43027 / 3**0.5), abs=1e-5)
    assert fall.status == "open"
    worse = judge("t", Target(code="T4", share=0.1), with_incidents(flat, (12, 12, 12)), usual)
    assert worse.reached == pytest.approx(-0.2) and worse.status == "missed"


def test_a_fall_from_no_incidents_is_undefined(flat):
    none = with_incidents(flat, (0, 0, 0))
    judged = judge("t", Target(code="T4", share=0.1), none, none)
    assert (judged.status, judged.reason) == ("undefined", "no_incidents")


def reaching(flat, won):
    """Return runs that reach 100 citizens in week 0, of whom so many pay by week 12."""
    d = emptied(flat)
    d["reached_week"][:, :100] = 0
    for r, n in enumerate(won):
        d["first_payment_week"][r, :n] = 12
    return d


def test_conversion_is_judged_by_its_rise_over_the_reference(flat):
    usual, reference = emptied(flat), reaching(flat, (20, 20, 20))
    plan = reaching(flat, (23, 24, 25))
    judged = judge("t", Target(code="T8", share=0.15), plan, usual, reference)
    # 24 against 20: a rise of .2; standard error .05 / sqrt(3)
    assert judged.reached == pytest.approx(0.2)
    assert judged.high == pytest.approx(0.2 + 4.30265 * 0.05 / 3**0.5, rel=1e-4)
    usual["first_payment_week"][:, :10] = 3
    # ten of either's hundred would have come anyway: 14 against 10
    assert judge("t", Target(code="T8", share=0.15), plan, usual, reference).reached == pytest.approx(0.4)


def test_a_reference_that_costs_less_is_nothing_to_hold_conversion_against(with_levers):
    plan, reference = (reaching(with_levers, (20,)) for _ in range(2))
    for d, yuan in ((plan, 100.0), (reference, 94.0)):
        d["spending_yuan"][:] = 0.0
        d["spending_yuan"][:, 0, 0, 0, 0] = yuan
    judged = judge("t", Target(code="T8", share=0.15), plan, emptied(with_levers), reference)
    assert (judged.status, judged.reason) == ("undefined", "unequal_spending")
    reference["spending_yuan"][:, 0, 0, 0, 0] = 96.0
    assert judge("t", Target(code="T8", share=0.15), plan, emptied(with_levers), reference).reached == 0.0


@pytest.mark.parametrize(
    ("plan_reaches", "reference_wins", "reason"),
    [
        (True, None, "no_reference"),
        (False, (20, 20, 20), "nobody_reached"),
        (True, (0, 0, 0), "reference_without_effect"),
    ],
)
def test_conversion_without_anything_to_hold_it_against_is_undefined(flat, plan_reaches, reference_wins, reason):
    plan = reaching(flat, (5, 5, 5)) if plan_reaches else emptied(flat)
    reference = reaching(flat, reference_wins) if reference_wins else None
    judged = judge("t", Target(code="T8", share=0.15), plan, emptied(flat), reference)
    assert (judged.status, judged.reason) == ("undefined", reason)


def test_a_target_takes_only_what_it_can_be_about():
    for wrong in ({"code": "T5", "ages": ["75+"]}, {"code": "T9", "areas": ["remote"]}, {"what": "integrated"}):
        with pytest.raises(ValidationError, match="cannot be limited by"):
            Target(share=0.3, **wrong)
    assert Target(code="T6", share=0.85, ages=("75+",)).what == "unified"


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
