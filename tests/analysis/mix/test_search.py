"""What holds of every search, on problems that take no time to run."""

import numpy as np
import pytest

from simulation.analysis.mix.check import is_hopeless, n_check, n_for_next
from simulation.analysis.mix.evaluate import Outcome
from simulation.analysis.mix.frontier import efficient_of, landscape
from simulation.analysis.mix.knowledge import Wanted
from simulation.analysis.mix.search import search
from simulation.analysis.mix.tolerance import evidence_of
from simulation.analysis.mix.variables import Space, Variable

SPACE = Space((Variable("a"), Variable("b"), Variable("c")))
NOISE = 0.03


class Line:
    """Coverage rises with a and b and not with c; runs scatter by three points; every run is noted."""

    def __init__(self, wanted=0.5, targets=1, knows_luck=False):
        self.wanted, self.targets, self.runs, self.knows_luck = wanted, targets, [], knows_luck

    def __call__(self, runs):
        self.runs += runs
        return [self._outcome(run) for run in runs]

    def _outcome(self, run):
        a, b, _ = (float(value) for value in run.mix)
        shock = NOISE * float(np.random.default_rng([run.seed, 7]).standard_normal())
        coverage = 0.2 + 0.4 * a + 0.3 * b + shock
        usual = {"usual": 0.6 + 0.5 * shock} if self.knows_luck else {}
        return Outcome(10 * a + 4 * b, (coverage - self.wanted,) * self.targets, coverage, 0.3 - 0.1 * b, **usual)


@pytest.fixture(scope="module")
def found():
    line = Line()
    return line, search(SPACE, line, Wanted(), 120, seed=3)


def test_same_seed_gives_the_same_search(found):
    _, first = found
    again = search(SPACE, Line(), Wanted(), 120, seed=3)
    assert again.known.runs == first.known.runs
    assert again.finalists == first.finalists
    assert search(SPACE, Line(), Wanted(), 60, seed=4).known.runs != search(SPACE, Line(), Wanted(), 60).known.runs


def test_no_seed_of_the_check_was_seen_by_the_search(found):
    _, first = found
    searched = {run.seed for run in first.known.runs[: first.n_searched]}
    checked = [seed for finalist in first.finalists for seed in finalist.seeds]
    assert len(searched) == first.n_searched
    assert not searched & set(checked)
    assert len(set(checked)) == len(checked)


def test_no_more_runs_are_made_than_allowed(found):
    line, first = found
    assert len(line.runs) == len(first.known.runs) <= 120
    assert first.n_searched == 84


def test_recommended_mix_holds_and_is_cheap(found):
    # needed: mean coverage of 0.5 + 1.28 * 0.03 = 0.5384; b buys 0.075 of coverage a yuan, a 0.04
    _, first = found
    assert first.recommended is not None
    a, b, _ = (float(value) for value in first.recommended.mix)
    assert 0.2 + 0.4 * a + 0.3 * b >= 0.5 + 1.2816 * NOISE
    cheapest = 4 + 10 * (0.5384 - 0.5) / 0.4
    assert 10 * a + 4 * b <= 1.25 * cheapest
    assert first.recommended.evidence.n >= 30


def test_under_fifty_runs_nothing_is_recommended():
    few = search(SPACE, Line(), Wanted(), 49)
    assert few.finalists == ()
    assert few.recommended is None
    assert few.nearest is None
    assert len(few.known.runs) == 49
    assert landscape(few.known, few.known.mixes[0]).efficient


def test_what_cannot_be_reached_has_a_nearest_miss():
    found = search(SPACE, Line(wanted=0.9), Wanted(), 100, seed=2)  # at most 0.9 on average
    assert found.recommended is None
    assert found.nearest is not None
    a, b, _ = (float(value) for value in found.nearest.mix)
    assert 0.4 * a + 0.3 * b >= 0.6  # near the corner where most is reached
    assert 0 < found.nearest.evidence.share < 0.9
    assert len(found.known.runs) == 100  # what was left went to the nearest miss


def test_two_targets_alike_are_as_one():
    one = search(SPACE, Line(), Wanted(), 60, seed=5)
    two = search(SPACE, Line(targets=2), Wanted(), 60, seed=5)
    assert two.known.scales == pytest.approx(np.full(2, two.known.scales[0]))
    assert one.finalists[0].evidence.n_held == pytest.approx(two.finalists[0].evidence.n_held, abs=3)


def test_joint_margin_is_below_zero_exactly_where_a_target_is_missed(found):
    _, first = found
    first_two = [Outcome(1.0, (0.2, -0.001), 0.5), Outcome(1.0, (0.0, 0.3), 0.5)]
    known = first.known
    scales, known.scales = known.scales, np.array([0.1, 0.001])
    assert (known.joint(first_two) >= 0).tolist() == [False, True]
    known.scales = scales


def test_best_coverage_keeps_to_the_budget_and_tells_who_is_close():
    found = search(SPACE, Line(), Wanted("best_coverage", 0.9, 8.0), 200, seed=1)
    best = found.recommended
    assert best is not None
    a, b, _ = (float(value) for value in best.mix)
    assert 10 * a + 4 * b <= 8.0 * 1.002
    assert 0.4 * a + 0.3 * b >= 0.9 * (0.3 + 0.4 * 0.4)  # b as far as it goes, the rest for a
    assert set(found.rivals) == {f.mix for f in found.finalists if f.evidence.passes} - {best.mix}
    assert len({f.seeds for f in found.finalists}) == 1


def test_variable_without_effect_is_told(found):
    _, first = found
    effects = {effect.name: effect for effect in landscape(first.known, first.recommended.mix).effects}
    assert not effects["c"].matters
    assert effects["b"].matters
    assert effects["b"].cost.mean == pytest.approx(4 * effects["b"].value, abs=0.3)


def test_the_answer_is_held_against_the_plan_as_it_stands():
    plan = (0.5, 0.5, 0.5)
    found = search(SPACE, Line(), Wanted("best_coverage", 0.9, 8.0), 120, seed=1, first=[plan])
    best = found.recommended.mix
    to_plan = landscape(found.known, best, plan).to_plan
    a, b, _ = (float(value) - 0.5 for value in best)
    assert to_plan.cost.mean == pytest.approx(10 * a + 4 * b, abs=0.3)
    assert to_plan.coverage.low <= 0.4 * a + 0.3 * b <= to_plan.coverage.high
    assert to_plan.coverage.sign == 1  # 0.3 points a yuan from b instead of a
    assert landscape(found.known, plan, plan).to_plan is None
    assert landscape(found.known, best).to_plan is None


def test_frontier_holds_what_nothing_beats():
    values = np.array([[1.0, 1.0], [2.0, 2.0], [1.0, 1.0], [0.5, 3.0], [3.0, 0.5]])
    assert efficient_of(values).tolist() == [True, False, True, True, True]


def test_three_of_ten_runs_are_kept_for_the_check():
    assert [n_check(n) for n in (49, 50, 100, 200, 500)] == [0, 30, 30, 60, 150]
    assert [n_for_next(n) for n in (29, 30, 59, 60, 90, 150)] == [0, 30, 59, 30, 60, 100]


def test_finalist_that_can_hardly_pass_is_given_up():
    assert is_hopeless(evidence_of(np.linspace(-0.1, 0.0, 10), 0.9, 0.95), 30)
    assert not is_hopeless(evidence_of(np.linspace(0.1, 0.2, 10), 0.9, 0.95), 30)


def test_values_stand_on_steps_within_their_bounds():
    space = Space(
        (Variable("dose", 0, 1.5), Variable("week", 0, 52, is_whole=True), Variable("where", choices=("x", "y")))
    )
    mixes = space.mixes(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.5, 0.5, 0.49]]))
    assert mixes == [(0.0, 0, "x"), (1.5, 52, "y"), (0.75, 26, "x")]
    assert space.mixes(space.positions(mixes)) == mixes
    assert space.features(space.positions(mixes)).shape == (3, 4)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Variable("a", 1.0, 1.0), "not below"),
        (lambda: Variable("a", choices=("x", "x")), "stands twice"),
        (lambda: Space(()), "at least one variable"),
        (lambda: search(SPACE, Line(), Wanted(), 0), "allow at least one"),
    ],
)
def test_what_cannot_be_searched_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_luck_of_worlds_is_taken_off_what_is_learnt_and_left_in_what_a_run_risks():
    """All of the scatter is the world's here, and business as usual shows half of it."""
    at = np.array([[0.5, 0.5, 0.5], [1.0, 0.2, 0.0]])
    truth = 0.2 + 0.4 * at[:, 0] + 0.3 * at[:, 1]
    errors, noises = {}, {}
    for knows_luck in (False, True):
        known = search(SPACE, Line(knows_luck=knows_luck), Wanted(), 60, seed=3).known
        told = known.surrogate_of(np.array([o.coverage for o in known.outcomes])).predict(SPACE.features(at))
        errors[knows_luck], noises[knows_luck] = np.abs(told.mean - truth).max(), known.margin.noise
    shocks = [NOISE * float(np.random.default_rng([seed, 7]).standard_normal()) for seed in range(60)]
    assert errors[True] < abs(np.mean(shocks)) + 0.2 * NOISE  # what is left is the mean luck of all worlds
    assert errors[True] < errors[False]
    assert noises[True] == pytest.approx(np.std(shocks, ddof=1), rel=0.1)


def test_where_the_target_is_out_of_reach_the_nearest_miss_is_near():
    """At most .9 is reached, 1.5 is wanted: what is put forward reaches nearly all that can be."""
    first = search(SPACE, Line(wanted=1.5, knows_luck=True), Wanted(), 100, seed=3)
    assert first.recommended is None
    a, b, _ = (float(value) for value in first.nearest.mix)
    assert 0.2 + 0.4 * a + 0.3 * b > 0.85
    assert all(0.2 + 0.4 * float(f.mix[0]) + 0.3 * float(f.mix[1]) > 0.8 for f in first.finalists)
