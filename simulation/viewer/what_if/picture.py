"""What the page draws of an answer, as plain numbers; held against the plan in the same worlds."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.analysis.what_if.summary import Side, side_of
from simulation.outcomes.intervals import Interval, interval_of

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
        self._sides: dict[int, Side] = {}

    def of(self, answer: "Answer") -> dict[str, Any]:
        """Return an answer against the plan and business as usual, all over the worlds that are done."""
        n = answer.n_replicates
        if n not in self._sides:
            self._sides[n] = side_of(self._plan.courses[:n])
        side, found = self._sides[n], answer.summary
        to_plan = interval_of(found.programme.at_end - side.at_end)
        money = interval_of(found.programme.yuan - side.yuan)
        each = Interval(found.cost.yuan, found.cost.low, found.cost.high)
        line, programme = found.programme.coverage, found.programme
        return {
            "mean": _list(line.mean), "low": _list(line.low), "high": _list(line.high),
            "plan": _list(side.coverage.mean), "baseline": _list(found.baseline.coverage.mean),
            "end": _ends(Interval(*(float(ends[-1]) for ends in (line.mean, line.low, line.high)))),
            "to_plan": _ends(to_plan), "added": _ends(found.added),
            "spending": [programme.spending.mean, side.spending.mean], "spending_to_plan": _ends(money, 2),
            "cost": {"status": found.cost.status, "yuan": _ends(each, 2)},
            "by_age": _list(programme.by_age - side.by_age), "by_area": _list(programme.by_area - side.by_area),
            "places": _list(programme.by_place), "places_to_plan": _list(programme.by_place - side.by_place),
        }  # fmt: skip


def _list(values: Numbers) -> list[float | None]:
    """Return an array as JSON takes it: null where there is no value."""
    rounded = np.round(values, DIGITS) + 0.0  # no zero is negative
    return [None if math.isnan(v) else v for v in rounded.tolist()]


def _ends(found: Interval, digits: int = DIGITS) -> list[float | None]:
    return [None if math.isnan(v) else round(v, digits) for v in (found.mean, found.low, found.high)]
