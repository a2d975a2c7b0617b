"""Selecting the best: by hand on made-up values, and by how often it is right on normal ones."""

import math

import numpy as np
import pytest
from scipy import stats

from simulation.analysis.selection import kim_nelson, least_budget, sequential_halving

FALSE_ALARM = 1e-4  # of one assertion, were the procedure exactly as good as it says
CORRELATION = 0.7  # of two alternatives in the same world


def table(**rows):
    """Return a sampler of rows of values, and the list of what it was asked for."""
    asked = []

    def sample(name, replicates):
        asked.append((name, replicates.start, replicates.stop))
        return np.array(rows[name][replicates.start : replicates.stop], float)

    return sample, asked


LEADS = (0, 1, 2, *(1.3,) * 20)
# The lead over `b` varies by 1 in the first three replicates. alpha 0.05, k = 2, n0 = 3: eta = (0.1^-1 - 1) / 2 = 4.5,
# h2 = 2 x 4.5 x 2 = 18; with d = 1 the slack is (18 - r) / (2 r): 2.5, 1.75, 1.3, 1.0 after 3, 4, 5, 6 replicates.
# The mean lead is 1, 4.3/4 = 1.075, 5.6/5 = 1.12, 6.9/6 = 1.15: above the slack for the first time after 6.
KN = {"indifference": 1.0, "first": 3}


def test_kim_nelson_drops_an_alternative_when_it_is_behind_by_more_than_the_slack():
    sample, _ = table(a=LEADS, b=(0,) * 23)
    found = kim_nelson(("a", "b"), sample, **KN)
    assert found.chosen == found.leader == "a"
    assert [(r.n_replicates, r.survivors) for r in found.rounds] == [(6, ("a",))]
    assert found.rounds[0].means == pytest.approx({"a": 6.9 / 6, "b": 0.0})
    assert found.probability == 0.95 and found.n_spent == 12


def test_kim_nelson_chooses_the_same_where_lower_is_better_and_values_are_turned_round():
    sample, _ = table(a=tuple(-x for x in LEADS), b=(0,) * 23)
    found = kim_nelson(("b", "a"), sample, **KN, higher_is_better=False)
    assert (found.chosen, found.rounds[0].n_replicates) == ("a", 6)
    assert found.rounds[0].means["a"] == pytest.approx(-6.9 / 6)


def test_kim_nelson_claims_nothing_when_replicates_run_out():
    sample, _ = table(a=LEADS, b=(0,) * 23)
    found = kim_nelson(("a", "b"), sample, **KN, most=5)
    assert found.chosen is None and found.leader == "a" and math.isnan(found.probability)
    assert found.survivors == ("a", "b") and found.not_told_apart == ("b",)
    assert found.rounds[-1].n_replicates == 5
    assert found.most_needed == 18  # the slack is zero from there on


def test_fetching_in_batches_changes_what_is_spent_and_not_what_is_chosen():
    one, _ = table(a=LEADS, b=(0,) * 23)
    many, asked = table(a=LEADS, b=(0,) * 23)
    alone, batched = kim_nelson(("a", "b"), one, **KN), kim_nelson(("a", "b"), many, **KN, batch=8)
    assert batched.rounds == alone.rounds
    assert asked == [("a", 0, 3), ("b", 0, 3), ("a", 3, 11), ("b", 3, 11)]


def test_kim_nelson_asks_no_more_of_those_it_dropped():
    sample, asked = table(a=LEADS, b=(0,) * 23, c=(-90, -91, -92))
    assert kim_nelson(("c", "a", "b"), sample, **KN).chosen == "a"
    assert [stop for name, _, stop in asked if name == "c"] == [3]


def test_alternatives_that_never_differ_are_settled_for_the_first_named():
    sample, _ = table(a=LEADS, b=LEADS)
    found = kim_nelson(("b", "a"), sample, **KN)
    assert found.chosen == "b" and found.survivors == ("b", "a") and found.not_told_apart == ("a",)


def test_one_alternative_is_the_best():
    sample, _ = table(a=LEADS)
    assert kim_nelson(("a",), sample, **KN).chosen == "a"
    found = sequential_halving(("a",), sample, budget=10, indifference=1.0)
    assert found.chosen == "a" and found.probability == 1.0 and found.most_lost == 0.0 and not found.comparisons


def test_sequential_halving_shares_the_budget_over_rounds_and_keeps_all_values():
    # 16 replicates in 2 rounds: 8 for four alternatives, 2 each; the other 8 for two of them, 4 each
    sample, asked = table(a=(1, 1, 9, 9, 9, 9), b=(2, 2, 1, 1, 1, 1), c=(0, 0), d=(-1, -1))
    found = sequential_halving(("a", "b", "c", "d"), sample, budget=16, indifference=0.1)
    assert [(r.n_replicates, r.survivors) for r in found.rounds] == [(2, ("b", "a")), (6, ("a",))]
    assert found.rounds[1].means["a"] == pytest.approx((1 + 1 + 4 * 9) / 6)  # the first two count
    assert asked[4:] == [("b", 2, 6), ("a", 2, 6)] and found.n_spent == 16


def test_sequential_halving_hands_what_one_round_leaves_to_the_next():
    # 3 alternatives, 2 rounds, 17 replicates: 8 // 3 = 2 each, then (17 - 6) // 2 = 5 more for each of two
    row = tuple(range(9))
    sample, _ = table(a=row, b=row, c=row)
    found = sequential_halving(("a", "b", "c"), sample, budget=17, indifference=0.1)
    assert [r.n_replicates for r in found.rounds] == [2, 7]


def test_sequential_halving_takes_the_lowest_where_lower_is_better():
    sample, _ = table(a=(3, 4, 3, 4), b=(1, 2, 1, 2))
    assert sequential_halving(("a", "b"), sample, budget=8, indifference=0.1, higher_is_better=False).chosen == "b"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda s: sequential_halving(("a", "b"), s, 3, 1.0), "2 alternatives in 1 rounds need at least 4 replicates"),
        (lambda s: sequential_halving(("a", "n"), s, 4, 1.0), "n: the outcome is not defined in replicate 1"),
        (lambda s: sequential_halving(("a", "short"), s, 8, 1.0), "short: 4 replicates were asked for"),
        (lambda s: kim_nelson(("a", "b"), s, 1.0, probability=0.5), "above that of a guess, 0.5"),
        (lambda s: kim_nelson(("a", "b"), s, 1.0, first=1), "2 <= first <= most"),
        (lambda s: kim_nelson(("a", "b"), s, -1.0), "above zero, not -1.0"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(call, words):
    sample, _ = table(a=LEADS, b=LEADS, n=(0, math.nan), short=(1,))
    with pytest.raises(ValueError, match=words):
        call(sample)


def trials(n_trials, n_names, lead, decide, spread=0.0, seed=7):
    """Return, trial by trial: was `s1` chosen, the probability stated, did all intervals hold, did the loss hold.

    `s1` is better than all others by `lead`, the others are level: the hardest case. Deviations are 1, or rise
    from 1 by `spread` from one alternative to the next.
    """
    rng = np.random.default_rng(seed)
    names = [f"s{i}" for i in range(n_names)]
    means = np.zeros(n_names)
    means[1] = lead
    deviations = 1 + spread * np.arange(n_names)
    found = []
    for _ in range(n_trials):
        own, shared = rng.normal(size=(n_names, 400)), rng.normal(size=400)
        noise = math.sqrt(CORRELATION) * shared + math.sqrt(1 - CORRELATION) * own
        rows = dict(zip(names, means[:, None] + deviations[:, None] * noise, strict=True))
        chosen = decide(names, lambda name, replicates, rows=rows: rows[name][replicates.start : replicates.stop])
        mean = dict(zip(names, means, strict=True))
        best = mean[chosen.leader]
        holds = all(c.advantage.low <= best - mean[n] <= c.advantage.high for n, c in chosen.comparisons.items())
        found.append((chosen.chosen == "s1", chosen.probability, holds, lead - best <= chosen.most_lost))
    return np.array(found, float).T


def least(n_trials, probability):
    """Return the share of trials that chance falls below with the false-alarm probability."""
    return stats.binom.ppf(FALSE_ALARM, n_trials, probability) / n_trials


def check_kim_nelson(n_trials, n_names, spread):
    right, _, hold, lost = trials(n_trials, n_names, 0.5, lambda n, s: kim_nelson(n, s, 0.5, most=400), spread)
    # Measured 0.973 to 0.990: the bound of the rule is loose, so that in 1,000 trials 0.95 is missed by no accident.
    assert right.mean() >= (0.95 if n_trials >= 1000 else least(n_trials, 0.95))
    assert hold.mean() >= least(n_trials, 0.95)
    assert lost.mean() >= least(n_trials, 0.95)


def check_halving(n_trials, n_names, lead, budget, spread):
    right, stated, hold, lost = trials(
        n_trials, n_names, lead, lambda n, s: sequential_halving(n, s, budget, lead), spread
    )
    error = math.sqrt(right.mean() * (1 - right.mean()) / n_trials + stated.var() / n_trials)
    assert stated.mean() <= right.mean() + stats.norm.isf(FALSE_ALARM) * error
    assert hold.mean() >= least(n_trials, 0.95)
    assert lost.mean() >= least(n_trials, 0.95)


def test_kim_nelson_is_right_as_often_as_asked_in_a_few_trials():
    check_kim_nelson(100, 4, spread=0.0)


def test_sequential_halving_states_no_more_than_it_achieves_in_a_few_trials():
    check_halving(100, 2, 0.1, 20, spread=0.0)


@pytest.mark.statistics
@pytest.mark.parametrize(("n_names", "spread"), [(2, 0.0), (5, 0.0), (5, 0.2), (10, 0.0)])
def test_kim_nelson_is_right_in_95_of_100_trials_at_the_margin(n_names, spread):
    check_kim_nelson(1000, n_names, spread)


@pytest.mark.statistics
@pytest.mark.parametrize(
    ("n_names", "lead", "budget", "spread"),
    [(2, 0.1, 10, 0.0), (2, 0.1, 40, 0.0), (3, 0.3, 60, 0.2), (8, 0.5, 240, 0.0), (8, 0.3, 240, 0.0)],
)
def test_sequential_halving_states_no_more_than_it_achieves_at_the_margin(n_names, lead, budget, spread):
    check_halving(1000, n_names, lead, budget, spread)


@pytest.mark.statistics
def test_intervals_hold_together_where_all_are_level_and_the_luckiest_leads():
    # counted over k - 1 comparisons instead of all pairs they hold in 0.92 of these trials
    _, _, hold, _ = trials(1000, 8, 0.0, lambda n, s: sequential_halving(n, s, 240, 0.1))
    assert hold.mean() >= least(1000, 0.95)


def test_halving_needs_two_replicates_of_each_in_every_round():
    """2 alternatives take one round, 8 take three."""
    assert [least_budget(n) for n in (1, 2, 3, 8)] == [2, 4, 12, 48]
