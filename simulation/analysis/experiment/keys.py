"""The key of a cell: what its outcome depends on, as one digest."""

import hashlib
import json
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


def cell_key(scenario: Scenario, region: Region, constants: Constants, replicate: int, code: str) -> str:
    """Return the key of one replicate of a scenario, 64 hexadecimal digits.

    Parameters
    ----------
    scenario : Scenario
        Resolved, with what its region measured in place of placeholders.
    region : Region
        Its content counts, and not its name or folder.
    constants : Constants
        Solved or typed in; what an engine reads of them counts.
    replicate : int
        From 0.
    code : str
        As `code_version` returns it.
    """
    settings = settings_of(scenario)
    del settings["region"]
    solved = [getattr(constants, name).tolist() for name in ("alpha", "gamma", "lapsed_share")]
    parts = {
        "code": code,
        "constants": solved,
        "region": region.content_key(),
        "same_world": scenario.same_world,
        "scenario": settings,
        "seed": replicate_seed(scenario.seed, replicate),
    }
    return hashlib.sha256(canonical(parts).encode()).hexdigest()
