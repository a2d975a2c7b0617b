"""Layouts about as good as the best, and unlike each other, for whoever weighs more than the weight reached."""

from dataclasses import replace
from time import perf_counter

import numpy as np

from simulation.analysis.placement import swapping
from simulation.analysis.placement.answer import Answer
from simulation.analysis.placement.cover import Flags, Floats, Ints
from simulation.analysis.placement.problem import SLACK, CoveringProblem
from simulation.analysis.placement.reduced import Reduced, reduced

WALKS = 200  # walks from a layout known, each a layout at its end and another where improving it leads
STEPS = 12  # swaps of the longest walk, for each site open


def near_optimal_layouts(
    problem: CoveringProblem, answer: Answer, within: float = 0.01, most: int = 10, seed: int = 0
) -> list[Answer]:
    """Find distinct layouts that reach nearly the same weight as an answer's, as unlike each other as can be had.

    Random walks by swaps that stay near the best, from the answer and from layouts met. Of those met, each taken is
    the one that shares fewest sites with those taken before.

    Parameters
    ----------
    problem : CoveringProblem
        The problem; without number and budget, as many sites as the answer has.
    answer : Answer
        A layout of the problem, by any method.
    within : float
        Share of the answer's weight reached that may be lost.
    most : int
        Layouts wanted, the answer's among them; fewer if fewer are met.
    seed : int
        Of the draws.

    Returns
    -------
    list of Answer
        The one that reaches most first; value is the weight reached, bound that of a better answer where known.
    """
    began = perf_counter()
    core = reduced(problem)
    if problem.number is None and problem.budget is None:
        core = _limited(core, max(len(answer.sites) - core.fixed.size, 0))
    first = core.columns(answer.sites)
    value = problem.covered(answer.sites)
    layouts = _met(core, first, value * (1 - within), np.random.default_rng(seed)) if core.number else {}
    layouts.pop(tuple(first.tolist()), None)
    kept = _unlike(core.n_columns, first, layouts, most)
    seconds = perf_counter() - began
    bound = answer.bound if answer.maximises and answer.value >= value * (1 - SLACK) else None
    others = [Answer(core.sites(c), core.covered(c), bound, False, seconds, "walk") for c in kept[1:]]
    own = Answer(answer.sites, value, bound, answer.is_proved and bound is not None, answer.seconds, answer.method)
    return sorted([own, *others], key=lambda a: -a.value)


def _limited(core: Reduced, number: int) -> Reduced:
    return replace(core, number=min(number, core.n_columns))


def _met(core: Reduced, first: Ints, least: float, rng: np.random.Generator) -> dict[tuple[int, ...], float]:
    """Return columns and values of the layouts met."""
    a = swapping.instance(core)
    met = {tuple(first.tolist()): core.covered(first)}
    starts = [first]
    for _ in range(WALKS):
        columns = starts[int(rng.integers(len(starts)))]
        state = swapping.start_state(a, columns)
        steps = int(rng.integers(1, STEPS * max(columns.size, 1) + 1))
        swapping.wander(a, state, rng, steps, least - core.base)
        ends = [np.flatnonzero(state.is_open)]
        swapping.improve(a, state, rng, np.ones(core.n_columns))
        ends.append(np.flatnonzero(state.is_open))
        for end in ends:
            key, value = tuple(end.tolist()), core.covered(end)
            if key not in met and value >= least and core.is_allowed(end) and not core.shortfall(end).any():
                met[key] = value
                starts.append(end)
    return met


def _unlike(n_columns: int, first: Ints, layouts: dict[tuple[int, ...], float], most: int) -> list[Ints]:
    """Return the first layout and others, each the furthest from those before it, by value where equally far."""
    keys = list(layouts)
    is_open = np.zeros((len(keys), n_columns), dtype=np.bool_)
    for row, key in enumerate(keys):
        is_open[row, list(key)] = True
    values: Floats = np.array([layouts[key] for key in keys])
    chosen, distance = [first], np.full(len(keys), n_columns + 1)
    own: Flags = np.zeros(n_columns, dtype=np.bool_)
    own[first] = True
    while len(chosen) < most and keys:
        distance = np.minimum(distance, (is_open != own).sum(axis=1))
        best = int(np.lexsort((-values, -distance))[0])
        if distance[best] == 0:
            break
        own = is_open[best]
        chosen.append(np.flatnonzero(own))
    return chosen
