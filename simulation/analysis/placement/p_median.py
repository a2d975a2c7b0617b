"""The p-median: sites that make the way of everybody to the nearest one shortest, weighed by people.

Hakimi 1964; ReVelle & Swain 1970.
"""

from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike

from simulation.analysis.placement import nearest
from simulation.analysis.placement.answer import Answer, meets
from simulation.analysis.placement.cover import Floats, Ints
from simulation.analysis.placement.distances import Distances
from simulation.analysis.placement.median_bound import relax, solve_median_programme
from simulation.analysis.placement.problem import PlacementError, amounts, candidates, refuse_number, site_rows

ROUND = 5  # shakes between two looks at the clock
PATIENCE = 60  # rounds without a better layout after which the search ends
SEARCH_SHARE = 0.6  # of the time, at most, for the search if a proof is to follow


@dataclass(frozen=True, slots=True)
class MedianProblem:
    """Which sites to open so that people's ways to the nearest are shortest.

    Attributes
    ----------
    distances : Distances
        Ways between points and the sites they know.
    weights : array of float64, shape (n_points,)
        Weight of each point, 0 or more, such as its people.
    number : int
        The most sites newly opened.
    existing, must, never : array of int, shape (any,)
        Sites open already, to be opened, and not to be opened; see CoveringProblem.
    penalty : float or None
        Way charged to whoever has no open site nearer, in the unit of the distances; twice the longest way known if
        left out.

    Raises
    ------
    PlacementError
        Of code wrong_shape, unknown_site, weights_not_valid, zero_weights, number_not_positive, must_and_never,
        must_over_number, no_candidate, no_candidate_in_reach or penalty_not_valid.
    """

    distances: Distances
    weights: Floats
    number: int
    existing: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    must: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    never: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    penalty: float | None = None

    def __post_init__(self) -> None:
        put, ways = object.__setattr__, self.distances
        put(self, "weights", amounts(self.weights, ways.n_points, "weights"))
        existing, must, never = site_rows(self.existing, self.must, self.never, ways.n_sites)
        put(self, "existing", existing)
        put(self, "must", must)
        put(self, "never", never)
        if not self.weights.any():
            raise PlacementError("zero_weights", n_points=ways.n_points)
        refuse_number(self.number, must)
        allowed = candidates(ways.n_sites, existing, never)
        if not allowed.any():
            raise PlacementError("no_candidate", n_sites=ways.n_sites)
        if not allowed[ways.point_sites].any():
            raise PlacementError("no_candidate_in_reach", n_sites=int(allowed.sum()))
        if self.penalty is None:
            put(self, "penalty", 2.0 * float(ways.point_km.max()) or 1.0)
        elif not 0 < self.penalty < np.inf:
            raise PlacementError("penalty_not_valid", penalty=self.penalty)

    def total(self, sites: ArrayLike) -> float:
        """Return the sum of weights times ways once these sites are open beside those that exist."""
        return float(self.weights @ self.ways(sites))

    def ways(self, sites: ArrayLike) -> Floats:
        """Return each point's way to the nearest open site, or the penalty, shape (n_points,)."""
        assert self.penalty is not None
        ways = np.full(self.weights.size, float(self.penalty))
        start = self.distances.site_start
        for site in np.concatenate([self.existing, np.asarray(sites, dtype=np.int64)]):
            pairs = slice(start[site], start[site + 1])
            points = self.distances.site_points[pairs]
            ways[points] = np.minimum(ways[points], self.distances.site_km[pairs])
        return ways


def solve_p_median(problem: MedianProblem, seconds: float = 10.0, seed: int = 0, *, prove: bool = True) -> Answer:
    """Choose the sites that make the ways shortest.

    Parameters
    ----------
    problem : MedianProblem
        The problem.
    seconds : float
        Wall time to be spent at most, but for the first layout, which is always found.
    seed : int
        Of the draws of the search; the same seed gives the same layout unless the time cut it short.
    prove : bool
        Whether integer programming is tried where the bound leaves a gap and the programme is small enough.

    Returns
    -------
    Answer
        Layout; its value is the sum of weights times ways, existing sites and penalties included. The bound is that
        of the Lagrangian relaxation or of the programme.
    """
    began = perf_counter()
    a = _instance(problem)
    limit = (SEARCH_SHARE if prove else 1.0) * seconds
    sites = _search(a, limit, seed)
    value = problem.total(sites)
    relaxed = relax(a, value)
    bound, method, is_proved = relaxed.bound, "greedy+swap+iterated", False
    if prove and not meets(value, bound):
        solved = solve_median_programme(a, relaxed, seconds - (perf_counter() - began))
        if solved is not None:
            found = solved.columns
            if found is not None and problem.total(found) < value:
                sites, value, method = found, problem.total(found), "programme"
            # what the relaxation settled holds for layouts better than the one known only
            bound = max(bound, min(value, solved.bound)) if solved.bound is not None else bound
            is_proved = solved.is_optimal
    is_proved = is_proved or meets(value, bound)
    method = "exact" if is_proved else method
    new = tuple(int(site) for site in np.setdiff1d(sites, problem.existing))
    bound = value if is_proved else min(bound, value)
    return Answer(new, value, bound, is_proved, perf_counter() - began, method, maximises=False)


def _instance(problem: MedianProblem) -> nearest.Instance:
    ways = problem.distances
    assert problem.penalty is not None
    is_kept = np.zeros(ways.n_sites, dtype=np.bool_)
    is_kept[problem.existing] = True
    is_kept[problem.must] = True
    allowed = candidates(ways.n_sites, problem.existing, problem.never) | is_kept
    return nearest.Instance(
        ways.point_start,
        ways.point_sites,
        ways.point_km,
        ways.site_start,
        ways.site_points,
        ways.site_km,
        problem.weights,
        float(problem.penalty),
        int(problem.number + problem.existing.size),
        is_kept,
        allowed,
    )


def _search(a: nearest.Instance, seconds: float, seed: int) -> Ints:
    """Return the best sites greedy, swap and iterated swap find, those kept among them."""
    began, rng = perf_counter(), np.random.default_rng(seed)
    state = nearest.start_state(a, np.empty(0, dtype=np.int64))
    nearest.fill(a, state)
    nearest.improve(a, state, rng)
    best, value, idle = state.is_open.copy(), float(state.totals[nearest.VALUE]), 0
    is_free = a.is_allowed & ~a.is_kept
    while is_free.any() and idle < PATIENCE and perf_counter() - began < seconds:
        state = nearest.start_state(a, np.flatnonzero(best))
        shorter = nearest.search(a, state, best, value, rng, ROUND)
        idle = 0 if shorter < value else idle + 1
        value = shorter
    return np.flatnonzero(best)
