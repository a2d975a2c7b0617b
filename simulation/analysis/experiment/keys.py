"""The key of a cell: what its outcome depends on, as one digest."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from simulation.engine.constants import Constants
from simulation.engine.seeds import replicate_seed
from simulation.region import Region
from simulation.scenario.schema import Scenario

NOT_OUTCOMES = ("replicates", "title")  # fields of a scenario that no cell depends on


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, ASCII, floats that read back to their bits."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def settings_of(scenario: Scenario) -> dict[str, Any]:
    """Return everything of a scenario that can change a cell, as JSON holds it."""
    data = scenario.model_dump(mode="json")
    return {name: value for name, value in data.items() if name not in NOT_OUTCOMES}


def cell_keys(
    scenario: Scenario, region: Region, constants: Constants, replicates: Iterable[int], code: str
) -> dict[int, str]:
    """Return the keys of some replicates of a scenario, 64 hexadecimal digits each.

    Parameters
    ----------
    scenario : Scenario
        Resolved, with what its region measured in place of placeholders.
    region : Region
        Its content counts, and not its name or folder.
    constants : Constants
        Solved or typed in; what an engine reads of them counts.
    replicates : iterable of int
        From 0.
    code : str
        As `code_version` returns it.
    """
    settings = settings_of(scenario)
    del settings["region"]
    shared = {
        "code": code,
        "constants": [getattr(constants, name).tolist() for name in ("alpha", "gamma", "lapsed_share")],
        "region": region.content_key(),
        "scenario": settings,
    }
    digest = hashlib.sha256(canonical(shared).encode()).hexdigest()
    keys = {}
    for r in replicates:
        own = {"same_world": scenario.same_world, "seed": replicate_seed(scenario.seed, r), "shared": digest}
        keys[r] = hashlib.sha256(canonical(own).encode()).hexdigest()
    return keys
