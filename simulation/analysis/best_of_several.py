"""What paired values say about which of several alternatives is best, and how sure that is."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from simulation.outcomes.intervals import LEVEL, Interval, t_quantile

Verdict = Literal["worse", "same", "open"]
Values = NDArray[np.float64]
PAIR = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One alternative against the leader.

    Attributes
    ----------
    advantage : Interval
        By how much the leader is better, unit of the values; positive is better whichever way values point. The
        interval is simultaneous over all pairs.
    n_replicates : int
        Replicates both of them have.
    verdict : str
        "worse" where the whole interval lies above the indifference: the leader is better by more than matters.
        "same" where it lies within the indifference on either side: the difference does not matter. "open" else.
    """

    advantage: Interval
    n_replicates: int
    verdict: Verdict


def compare_with_leader(
    values: Mapping[str, Values], leader: str, indifference: float, level: float = LEVEL, sign: int = 1
) -> dict[str, Comparison]:
    """Compare every alternative with the leader by paired Student t intervals.

    The leader is picked by the very values it is compared on. Bonferroni over its k - 1 comparisons would then be
    too narrow (the gap from the largest of k means to the smallest is a studentised range), so the level is shared
    out over all k (k - 1) / 2 pairs: whichever pair is looked at, all intervals hold together.

    Parameters
    ----------
    values : mapping of str to array, shape (replicates of that alternative,)
        The same place is the same replicate; two are compared on the replicates both have.
    leader : str
        Whom to compare with.
    indifference : float
        The largest difference that does not matter, unit of the values.
    level : float
        Simultaneous confidence 0-1.
    sign : int
        1 where higher is better, -1 where lower is.

    Returns
    -------
    dict of str to Comparison
        Of all but the leader. With one common replicate the interval is NaN and the verdict "open".
    """
    n_pairs = math.comb(len(values), PAIR)
    found = {}
    for name in values:
        if name == leader:
            continue
        gaps = sign * paired_gaps(values, leader, name)
        advantage = _interval(gaps, 1 - (1 - level) / n_pairs)
        found[name] = Comparison(advantage, gaps.size, _verdict(advantage, indifference))
    return found


def most_lost(values: Mapping[str, Values], leader: str, level: float = LEVEL, sign: int = 1) -> float:
    """Return how much worse than the best the leader may be at most, unit of the values, with confidence `level`.

    Hsu's multiple comparisons with the best (Hsu 1984, Annals of Statistics 12:1136-1144): only the k - 1
    differences between the true best and the others must hold, one-sided, whoever is the leader; so Bonferroni over
    k - 1 suffices here (Nelson & Matejcik 1995, Management Science 41:1935-1945, for common random numbers).

    Returns
    -------
    float
        0 where the leader is certainly the best; NaN where it shares fewer than two replicates with another.
    """
    others = [name for name in values if name != leader]
    lost = 0.0
    for name in others:
        gaps = sign * paired_gaps(values, leader, name)
        # one-sided at (1 - level) / (k - 1) is two-sided at twice that
        low = _interval(gaps, 1 - 2 * (1 - level) / len(others)).low
        lost = max(lost, -low) if not math.isnan(low) else math.nan
        if math.isnan(lost):
            break
    return lost


def chance_of_loss(values: Mapping[str, Values], indifference: float, n: int, kept: int) -> float:
    """Return the chance, at most, that the best is dropped when the `kept` best of the means are kept.

    The best is dropped only if `kept` others or more have better means. By Markov's inequality the chance is at
    most the expected number of these others divided by `kept` (so bounded for sequential halving by Karnin, Koren &
    Somekh 2013, ICML, Lemma 4.2). Another that is worse by at least the indifference d has the better mean of n
    paired replicates with a chance of at most P(T < -d sqrt(n) / s), T Student with the degrees of freedom of s, the
    deviation of the paired differences. Nobody knows which alternative is best: the one with the largest such sum
    is taken for it. The observed gaps between means do not enter: whoever leads does so in part by luck, and a
    posterior probability worked out from its lead would state too much where alternatives are close.

    Parameters
    ----------
    values : mapping of str to array, shape (replicates of that alternative,)
        Two or more, each pair with two or more replicates in common, from which s is estimated.
    indifference : float
        The difference d that matters, unit of the values.
    n : int
        Replicates the means are over.
    kept : int
        Alternatives kept.
    """
    expected = dict.fromkeys(values, 0.0)
    for first, second in itertools.combinations(values, PAIR):
        gaps = paired_gaps(values, first, second)
        chance = _chance_of_wrong_order(gaps, indifference, n)
        expected[first] += chance
        expected[second] += chance
    return min(1.0, max(expected.values()) / kept)


def paired_gaps(values: Mapping[str, Values], first: str, second: str) -> Values:
    """Return first minus second over the replicates both have."""
    n = min(values[first].size, values[second].size)
    return values[first][:n] - values[second][:n]


def best_first(means: Mapping[str, float], sign: int = 1) -> list[str]:
    """Return names by mean, the best first; names that are level keep their order."""
    return sorted(means, key=lambda name: -sign * means[name])


def refuse_unfit(names: Sequence[str], indifference: float) -> None:
    """Refuse what nothing can be selected from.

    Raises
    ------
    ValueError
        If there is no name, a name stands twice, or the indifference is not a positive number.
    """
    if not names:
        raise ValueError("there is nothing to choose from: name at least one alternative")
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named more than once; every alternative needs a name of its own")
    if not (indifference > 0 and math.isfinite(indifference)):
        raise ValueError(
            f"the smallest difference that matters must be a number above zero, not {indifference}; for coverage 0.005 "
            "is half a percentage point"
        )


def _chance_of_wrong_order(gaps: Values, indifference: float, n: int) -> float:
    deviation = float(gaps.std(ddof=1))
    if deviation == 0:
        return 0.0
    return float(stats.t.cdf(-indifference * math.sqrt(n) / deviation, gaps.size - 1))


def _interval(gaps: Values, level: float) -> Interval:
    mean = float(gaps.mean())
    if gaps.size < PAIR:
        return Interval(mean, math.nan, math.nan)
    half = t_quantile(gaps.size - 1, level) * float(gaps.std(ddof=1)) / math.sqrt(gaps.size)
    return Interval(mean, mean - half, mean + half)


def _verdict(advantage: Interval, indifference: float) -> Verdict:
    if advantage.low > indifference:
        return "worse"
    return "same" if advantage.low >= -indifference and advantage.high <= indifference else "open"
