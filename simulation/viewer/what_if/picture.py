"""What the page draws of an answer, as plain numbers; held against the plan in the same worlds."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.what_if.summary import Side, bare_dataset, side_of
from simulation.outcomes.indicators import coverage, spending
from simulation.outcomes.intervals import estimate, paired_difference

if TYPE_CHECKING:
    from simulation.analysis.what_if.session import Answer, WhatIf

DIGITS = 5  # of a share: a thousandth of a point

Numbers = NDArray[np.float64]


class Pictures:
    """Draws the answers of one session; the plan's own side is worked out once for each number of worlds.

    Parameters
    ----------
    session : WhatIf
        Gives the plan over all its worlds.
    """

    def __init__(self, session: "WhatIf") -> None:
        self._plan = session.start
        self._sides: dict[int, tuple[Any, Side]] = {}

    def of(self, answer: "Answer") -> dict[str, Any]:
        """Return an answer against the plan and business as usual, all over the worlds that are done."""
        n = answer.n_replicates
        seeds = answer.baseline.seed.values
        if n not in self._sides:
            plan = bare_dataset([each.arrays for each in self._plan.recorded[:n]], seeds)
            self._sides[n] = plan, side_of(plan)
        plan, side = self._sides[n]
        found = answer.summary
        mine = bare_dataset([each.arrays for each in answer.recorded], seeds)
        ends = [coverage(d.isel(week=slice(-1, None))).isel(week=-1) for d in (plan, mine)]
        to_plan = estimate(paired_difference(*ends))
        money = estimate(paired_difference(spending(plan), spending(mine)))
        line, programme = found.programme.coverage, found.programme
        return {
            "mean": _list(line.mean), "low": _list(line.low), "high": _list(line.high),
            "plan": _list(side.coverage.mean), "baseline": _list(found.baseline.coverage.mean),
            "end": _ends(line.mean[-1], line.low[-1], line.high[-1]),
            "to_plan": _interval(to_plan), "added": _ends(found.added.mean, found.added.low, found.added.high),
            "spending": [programme.spending.mean, side.spending.mean], "spending_to_plan": _interval(money, 2),
            "cost": {"status": found.cost.status, "yuan": _ends(found.cost.yuan, found.cost.low, found.cost.high, 2)},
            "by_age": _list(programme.by_age - side.by_age), "by_area": _list(programme.by_area - side.by_area),
            "places": _list(programme.by_place), "places_to_plan": _list(programme.by_place - side.by_place),
        }  # fmt: skip


def _list(values: Numbers) -> list[float | None]:
    """Return an array as JSON takes it: null where there is no value."""
    return [None if not math.isfinite(v) else round(v, DIGITS) + 0.0 for v in values.tolist()]


def _ends(mean: float, low: float, high: float, digits: int = DIGITS) -> list[float | None]:
    return [None if not math.isfinite(v) else round(float(v), digits) for v in (mean, low, high)]


def _interval(found: Any, digits: int = DIGITS) -> list[float | None]:
    return _ends(float(found["mean"]), float(found["low"]), float(found["high"]), digits)
