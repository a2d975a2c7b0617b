"""What is wrong with a siting problem, in a planner's words: which lever, which setting, what would do."""

from collections.abc import Sequence
from typing import Any

from simulation.analysis.placement.candidates import candidates_of
from simulation.analysis.placement.problem import PlacementError
from simulation.core.codes import AREA_NAMES
from simulation.levers.base import Lever
from simulation.messages import Message
from simulation.region.sources import Region

WORDED = (
    "zero_weights", "no_candidate", "no_candidate_in_reach", "must_and_never", "must_over_number", "must_over_budget",
    "must_is_no_candidate", "budget_below_cheapest", "floor_unreachable", "floors_not_met", "no_stay_affordable",
)  # fmt: skip
MOST_NAMED = 5


def worded(error: PlacementError, name: str, region: Region, lever: Lever) -> Message:
    """Return what is wrong with the placement of a lever.

    Parameters
    ----------
    error : PlacementError
    name : str
        Of the lever in its scenario.
    region : Region
        Names sites by rows.
    lever : Lever
        With `placement`.

    Raises
    ------
    PlacementError
        The same, if it is no fault of what was asked.
    """
    if error.code not in WORDED:
        raise error
    params: dict[str, Any] = {"lever": name, **error.params}
    wanted = getattr(lever, "placement")  # noqa: B009  (levers without one have no sites to be placed)
    if "sites" in params:
        ids = candidates_of(region, wanted.candidates).ids
        params["sites"] = _named([ids[row] for row in params["sites"]])
    if "places" in params:
        params["sites"] = _named(params.pop("places"))
    if "group" in params:
        params["area"] = Message(f"label.area.{AREA_NAMES[params.pop('group')]}")
    for share in ("floor", "reachable"):
        if share in params:
            params[share] = f"{100 * params[share]:.3g}%"
    for setting in ("travel_limit_km", "number", "budget_yuan"):
        params.setdefault(setting, getattr(wanted, setting, None))
    params["budget"] = params.get("budget") or params["budget_yuan"] or 0.0
    code = error.code
    if code == "floors_not_met" and not params["is_certain"]:
        code = "floors_not_found"
    return Message(f"placement.error.{code}", params)


def _named(names: Sequence[str]) -> str:
    more = f", ... ({len(names)})" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
