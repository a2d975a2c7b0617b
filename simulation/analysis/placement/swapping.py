"""Greedy, swap and iterated swap for covering, on counts kept up to date site by site.

Church & ReVelle 1974 (greedy adding), Teitz & Bart 1968 (swap), Lourenço, Martin & Stützle 2003 (iterated local
search). Each opening or closing costs as many steps as pairs change, so that no heap and no dense table are needed.
"""

from typing import NamedTuple

import numpy as np

from simulation.analysis.placement.cover import Flags, Floats, Indices, Ints
from simulation.analysis.placement.reduced import Reduced
from simulation.core.jit import njit

EPSILON = 1e-10  # share of the whole weight below which two layouts are equal
TINY = 1e-12  # the price of what is free
NOISE = 0.3  # of prices when layouts are made cheaper
VALUE, SPENT, COUNT = 0, 1, 2  # places in State.totals


class Instance(NamedTuple):
    """A covering problem as bare arrays; see Cover and Reduced."""

    point_start: Ints
    point_sites: Indices
    site_start: Ints
    site_points: Indices
    weights: Floats
    costs: Floats
    number: int
    budget: float
    epsilon: float


class State(NamedTuple):
    """A layout and what follows from it.

    Attributes
    ----------
    is_open : array of bool, shape (columns,)
        The layout.
    times : array of int32, shape (rows,)
        Open sites that reach each row.
    sole : array of int32, shape (rows,)
        Exclusive or of the open sites that reach each row: the site itself where there is one.
    gain : array of float64, shape (columns,)
        Weight not reached yet that each site reaches.
    loss : array of float64, shape (columns,)
        Weight that only this open site reaches.
    totals : array of float64, shape (3,)
        Weight reached, money spent, sites open.
    """

    is_open: Flags
    times: Indices
    sole: Indices
    gain: Floats
    loss: Floats
    totals: Floats


def instance(problem: Reduced, weights: Floats | None = None) -> Instance:
    """Return a reduced problem as bare arrays, with other weights if given, shape (rows,)."""
    weight = problem.weights if weights is None else weights
    cover = problem.cover
    return Instance(
        cover.point_start,
        cover.point_sites,
        cover.site_start,
        cover.site_points,
        weight,
        problem.costs,
        int(problem.number),
        float(problem.budget),
        float(EPSILON * weight.sum()),
    )


@njit
def start_state(a: Instance, columns: Ints) -> State:
    """Return the state in which these columns are open."""
    n_rows, n_columns = len(a.weights), len(a.costs)
    state = State(
        np.zeros(n_columns, dtype=np.bool_),
        np.zeros(n_rows, dtype=np.int32),
        np.zeros(n_rows, dtype=np.int32),
        np.zeros(n_columns),
        np.zeros(n_columns),
        np.zeros(3),
    )
    for j in range(n_columns):
        for k in range(a.site_start[j], a.site_start[j + 1]):
            state.gain[j] += a.weights[a.site_points[k]]
    for j in columns:
        _open(a, state, int(j))
    return state


@njit
def fill(a: Instance, s: State, price: Floats) -> None:
    """Open the site that gains most for its price, until none may be opened or gains anything.

    Parameters
    ----------
    a, s : Instance, State
        The problem, and the layout to be filled.
    price : array of float64, shape (columns,)
        Above 0: ones, costs, or costs with noise.
    """
    while s.totals[COUNT] < a.number:
        best, most = -1, 0.0
        for j in range(len(a.costs)):
            if s.is_open[j] or s.gain[j] <= a.epsilon or a.costs[j] > a.budget - s.totals[SPENT]:
                continue
            worth = s.gain[j] / price[j]
            if worth > most:
                best, most = j, worth
        if best < 0:
            break
        _open(a, s, best)


@njit
def improve(a: Instance, s: State, rng: np.random.Generator, price: Floats) -> None:
    """Swap one open site for one closed wherever that gains, until nothing does; fill what room that leaves."""
    n_columns = len(a.costs)
    has_budget = np.isfinite(a.budget)
    overlap = np.zeros(n_columns)
    is_better = True
    while is_better:
        is_better = False
        sites = np.flatnonzero(s.is_open)
        for k in range(len(sites) - 1, 0, -1):
            other = rng.integers(0, k + 1)
            sites[k], sites[other] = sites[other], sites[k]
        for site in sites:
            j = int(site)
            _overlap(a, s, j, overlap)
            left = a.budget - s.totals[SPENT] + a.costs[j]
            best, most = -1, s.loss[j] + a.epsilon
            saving, cheapest = -1, a.costs[j]
            for i in range(n_columns):
                if s.is_open[i] or a.costs[i] > left:
                    continue
                gain = s.gain[i] + overlap[i]
                if gain > most:
                    best, most = i, gain
                elif has_budget and gain >= s.loss[j] and a.costs[i] < cheapest:
                    saving, cheapest = i, a.costs[i]
            if best < 0:
                best = saving
            if best >= 0:
                _close(a, s, j)
                _open(a, s, best)
                fill(a, s, price)
                is_better = True
            elif has_budget and _refill(a, s, j, price):
                is_better = True


@njit
def search(
    a: Instance, s: State, best: Flags, value: float, rng: np.random.Generator, n_iterations: int, slack: float
) -> float:
    """Shake the layout and improve it again, over and over, keeping the best met.

    Parameters
    ----------
    a, s : Instance, State
        The problem and where to begin; the state is left at the last layout accepted.
    best : array of bool, shape (columns,)
        The best layout so far, replaced by a better one.
    value : float
        What it is worth; layouts down to `value - slack` are walked on from, others are undone.
    rng : numpy.random.Generator
        Draws.
    n_iterations : int
        How often to shake.
    slack : float
        See value.

    Returns
    -------
    float
        What the best layout is worth.
    """
    last = s.is_open.copy()
    ones, cost = np.ones(len(a.costs)), np.maximum(a.costs, TINY)
    for _ in range(n_iterations):
        price = cost if np.isfinite(a.budget) and rng.random() < 0.5 else ones
        _shake(a, s, rng, 1 + int(rng.integers(0, 4)))
        fill(a, s, price)
        improve(a, s, rng, price)
        if s.totals[VALUE] > value + a.epsilon:
            value = s.totals[VALUE]
            best[:] = s.is_open
        if s.totals[VALUE] >= value - slack:
            last[:] = s.is_open
        else:
            _restore(a, s, last)
    return value


@njit
def _shake(a: Instance, s: State, rng: np.random.Generator, strength: int) -> None:
    """Force some closed sites in, then close those that lose least until number and budget hold."""
    n_columns = len(a.costs)
    is_new = np.zeros(n_columns, dtype=np.bool_)
    cost_of_new = 0.0
    for _ in range(min(strength, a.number)):
        j = int(rng.integers(0, n_columns))
        if not s.is_open[j] and cost_of_new + a.costs[j] <= a.budget:
            cost_of_new += a.costs[j]
            is_new[j] = True
            _open(a, s, j)
    while s.totals[COUNT] > a.number or s.totals[SPENT] > a.budget:
        by_cost = s.totals[COUNT] <= a.number
        worst, least = -1, np.inf
        for j in range(n_columns):
            if s.is_open[j] and not is_new[j] and not (by_cost and a.costs[j] == 0):
                loss = s.loss[j] / a.costs[j] if by_cost else s.loss[j]
                if loss < least:
                    worst, least = j, loss
        if worst < 0:
            break
        _close(a, s, worst)


@njit
def _refill(a: Instance, s: State, j: int, price: Floats) -> bool:
    """Close a site and spend its money on others, undone unless that gains."""
    value, before = s.totals[VALUE], s.is_open.copy()
    _close(a, s, j)
    fill(a, s, price)
    if s.totals[VALUE] > value + a.epsilon:
        return True
    _restore(a, s, before)
    return False


@njit
def _restore(a: Instance, s: State, layout: Flags) -> None:
    for j in range(len(layout)):
        if s.is_open[j] and not layout[j]:
            _close(a, s, j)
    for j in range(len(layout)):
        if layout[j] and not s.is_open[j]:
            _open(a, s, j)


@njit
def _open(a: Instance, s: State, j: int) -> None:
    s.is_open[j] = True
    s.totals[COUNT] += 1
    s.totals[SPENT] += a.costs[j]
    for k in range(a.site_start[j], a.site_start[j + 1]):
        row = a.site_points[k]
        weight = a.weights[row]
        s.times[row] += 1
        if s.times[row] == 1:
            s.totals[VALUE] += weight
            s.loss[j] += weight
            for q in range(a.point_start[row], a.point_start[row + 1]):
                s.gain[a.point_sites[q]] -= weight
        elif s.times[row] == 2:
            s.loss[s.sole[row]] -= weight
        s.sole[row] ^= j


@njit
def _close(a: Instance, s: State, j: int) -> None:
    s.is_open[j] = False
    s.totals[COUNT] -= 1
    s.totals[SPENT] -= a.costs[j]
    for k in range(a.site_start[j], a.site_start[j + 1]):
        row = a.site_points[k]
        weight = a.weights[row]
        s.times[row] -= 1
        s.sole[row] ^= j
        if s.times[row] == 0:
            s.totals[VALUE] -= weight
            for q in range(a.point_start[row], a.point_start[row + 1]):
                s.gain[a.point_sites[q]] += weight
        elif s.times[row] == 1:
            s.loss[s.sole[row]] += weight
    s.loss[j] = 0.0


@njit
def wander(a: Instance, s: State, rng: np.random.Generator, n_steps: int, least: float) -> None:
    """Walk from layout to layout by random swaps that keep the value at `least` or above.

    Parameters
    ----------
    a, s : Instance, State
        The problem and where to begin; the state is left where the walk ends.
    rng : numpy.random.Generator
        Draws.
    n_steps : int
        Swaps tried.
    least : float
        Weight every layout on the way reaches.
    """
    n_columns = len(a.costs)
    overlap = np.zeros(n_columns)
    for _ in range(n_steps):
        sites = np.flatnonzero(s.is_open)
        if not len(sites):
            return
        j = int(sites[rng.integers(0, len(sites))])
        _overlap(a, s, j, overlap)
        left = a.budget - s.totals[SPENT] + a.costs[j]
        floor = least - s.totals[VALUE] + s.loss[j]
        chosen, n_met = -1, 0
        for i in range(n_columns):
            if not s.is_open[i] and a.costs[i] <= left and s.gain[i] + overlap[i] >= floor:
                n_met += 1
                if rng.integers(0, n_met) == 0:
                    chosen = i
        if chosen >= 0:
            _close(a, s, j)
            _open(a, s, chosen)


@njit
def cheapen(a: Instance, s: State, best: Flags, spent: float, rng: np.random.Generator, n_iterations: int) -> float:
    """Reach every row for less money: force columns in, close some and those not needed, fill again, over and over.

    Jacobs & Brusco 1995 (local search for set covering).

    Parameters
    ----------
    a, s : Instance, State
        The problem, without limits, and where to begin; the state is left at the last layout accepted.
    best : array of bool, shape (columns,)
        The cheapest layout so far, replaced by a cheaper one.
    spent : float
        What it costs; infinite if there is none yet.
    rng : numpy.random.Generator
        Draws.
    n_iterations : int
        How often to try.

    Returns
    -------
    float
        What the cheapest layout costs.
    """
    n_columns = len(a.costs)
    last, spent_last = s.is_open.copy(), spent
    price = np.ones(n_columns)
    for _ in range(n_iterations):
        if spent < np.inf:
            for _ in range(int(rng.integers(0, 3))):
                j = int(rng.integers(0, n_columns))
                if not s.is_open[j]:
                    _open(a, s, j)
            share = 0.3 * rng.random()
            for j in range(n_columns):
                if s.is_open[j] and rng.random() < share:
                    _close(a, s, j)
        for j in range(n_columns):
            price[j] = max(a.costs[j], TINY) * (1.0 + NOISE * rng.random())
        fill(a, s, price)
        _close_needless(a, s)
        if s.totals[SPENT] < spent - 1e-9 * max(spent, 1.0) or spent == np.inf:
            spent = s.totals[SPENT]
            best[:] = s.is_open
        if s.totals[SPENT] <= spent_last:
            spent_last = s.totals[SPENT]
            last[:] = s.is_open
        else:
            _restore(a, s, last)
    return spent


@njit
def _close_needless(a: Instance, s: State) -> None:
    """Close sites whose rows others reach as well, the dearest first."""
    while True:
        worst, most = -1, -1.0
        for j in range(len(a.costs)):
            if s.is_open[j] and s.loss[j] <= a.epsilon and a.costs[j] > most:
                worst, most = j, a.costs[j]
        if worst < 0:
            break
        _close(a, s, worst)


@njit
def _overlap(a: Instance, s: State, j: int, overlap: Floats) -> None:
    """Put into `overlap` the weight each site reaches of what only the open site j reaches now."""
    overlap[:] = 0.0
    for k in range(a.site_start[j], a.site_start[j + 1]):
        row = a.site_points[k]
        if s.times[row] == 1:
            for q in range(a.point_start[row], a.point_start[row + 1]):
                overlap[a.point_sites[q]] += a.weights[row]
