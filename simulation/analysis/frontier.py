"""Which of several programmes are worth considering at any price, and which are beaten."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Status = Literal["efficient", "dominated", "extendedly_dominated", "equal"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A programme among others.

    Attributes
    ----------
    cost, effect : float
        Means; more effect is better.
    status : str
        "efficient": best at some willingness to pay. "dominated": another has no less effect for no more cost, and is
        better in one of the two. "extendedly_dominated": a mix of two others has its effect for less.
        "equal": the same cost and effect as one named before.
    by : tuple of str
        Who dominates it, or the two efficient ones that do in a mix, or its equal; empty where efficient.
    icer : float
        Where efficient, added cost / added effect over the efficient programme before it; NaN for the cheapest.
    """

    cost: float
    effect: float
    status: Status
    by: tuple[str, ...] = ()
    icer: float = math.nan


def frontier(costs: Mapping[str, float], effects: Mapping[str, float]) -> dict[str, Standing]:
    """Return where every programme stands; the efficient ones first, by cost, then the others.

    Programmes must exclude each other. Business as usual is one of them, if it is an option (Drummond et al. 2015,
    Methods for the Economic Evaluation of Health Care Programmes, 4th ed.).

    Parameters
    ----------
    costs, effects : mapping of str to float
        Means by programme.

    Raises
    ------
    ValueError
        If there is none, costs and effects are not of the same programmes, or one is undefined.
    """
    if not costs or set(costs) != set(effects):
        raise ValueError("a cost and an effect of each programme are needed, and at least one programme")
    undefined = [name for name in costs if not (math.isfinite(costs[name]) and math.isfinite(effects[name]))]
    if undefined:
        raise ValueError(f"cost or effect is undefined: {', '.join(undefined)}")
    beaten: dict[str, Standing] = {}
    edge: list[str] = []
    mixed: list[str] = []
    by_cost = sorted(costs, key=lambda name: (costs[name], -effects[name]))
    for name in by_cost:
        last = edge[-1] if edge else None
        if last is not None and effects[name] <= effects[last]:  # it costs no less than the last and does no more
            is_equal = (costs[name], effects[name]) == (costs[last], effects[last])
            status: Status = "equal" if is_equal else "dominated"
            beaten[name] = Standing(costs[name], effects[name], status, (last,))
            continue
        while len(edge) > 1 and _lies_above(edge[-1], edge[-2], name, costs, effects):
            mixed.append(edge.pop())
        edge.append(name)
    for name in mixed:
        above = next(k for k, other in enumerate(edge) if effects[other] > effects[name])
        by = (edge[above - 1], edge[above])
        beaten[name] = Standing(costs[name], effects[name], "extendedly_dominated", by)
    found: dict[str, Standing] = {}
    for k, name in enumerate(edge):
        ratio = math.nan
        if k > 0:
            before = edge[k - 1]
            ratio = (costs[name] - costs[before]) / (effects[name] - effects[before])
        found[name] = Standing(costs[name], effects[name], "efficient", icer=ratio)
    return found | {name: beaten[name] for name in by_cost if name in beaten}


def _lies_above(middle: str, before: str, after: str, costs: Mapping[str, float], effects: Mapping[str, float]) -> bool:
    """Return whether the middle one costs more than the mix of its neighbours that has its effect."""
    steps = (costs[middle] - costs[before]) * (effects[after] - effects[middle])
    return steps > (costs[after] - costs[middle]) * (effects[middle] - effects[before])
