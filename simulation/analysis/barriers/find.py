"""The barriers of a scenario over its replicates: who is held by what, in residents, with intervals.

Planners read them beside the reasons people give (`engine.survey`), which they are not: a reason is the largest deficit
somebody feels; a barrier is what would have to go for them to pay. What nobody could have moved within the horizon
has a name of its own, so that the classes sum to the coverage gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from simulation.analysis.barriers.naming import CLASS_NAMES
from simulation.analysis.barriers.replicate import (
    GAIN_YUAN,
    HORIZON_WEEKS,
    ReplicateBarriers,
    barriers_of_replicate,
)
from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES
from simulation.engine.constants import Constants, solved
from simulation.engine.removal import BARRIER_NAMES
from simulation.outcomes.intervals import estimate, estimate_share
from simulation.region import Region, find_region
from simulation.region.survey_of_region import with_measured_survey
from simulation.scenario.schema import Scenario

CELLS = ("age", "area", "income")


@dataclass(frozen=True, slots=True)
class Barriers:
    """What holds the residents whom a scenario's coverage lacks at its end.

    Attributes
    ----------
    dataset : xarray.Dataset
        In residents aged 15+: `n_held` (replicate, barrier, age, area, income) and `n_held_place` (replicate, barrier,
        place), whose `barrier` has the seven and the classes `on_the_way` and `several`; `n_sufficient` and
        `n_necessary` (replicate, removed, age, area, income), not exclusive; `n_residents`, `n_residents_place`.
        `code` (replicate, citizen): row of `barrier`, -1 for who pays. Attributes `horizon_weeks`, `gain_yuan`,
        `expansion_factor` and `illustrative`.
    """

    dataset: xr.Dataset

    def number(self, *by: str) -> xr.Dataset:
        """Return residents held by each barrier: mean over replicates and 95% interval.

        Parameters
        ----------
        by : str
            Of `age`, `area` and `income`, or `place` alone.

        Returns
        -------
        xarray.Dataset
            `mean`, `low`, `high`; dims barrier and those asked for.
        """
        return estimate(self._held(by))

    def share(self, *by: str) -> xr.Dataset:
        """Return the share of all residents who are held by each barrier, 0-1, as `number`; NaN where nobody lives."""
        total = self._total(by)
        return estimate_share(self._held(by) / total.where(total > 0))

    def share_of_gap(self, *by: str) -> xr.Dataset:
        """Return the share of those who do not pay, 0-1, as `number`; NaN where everybody pays."""
        held = self._held(by)
        gap = held.sum("barrier")
        return estimate_share(held / gap.where(gap > 0))

    def single(self, kind: str, *by: str) -> xr.Dataset:
        """Return the share of all residents for whom each barrier is `sufficient` or `necessary`, as `number`."""
        values = self.dataset[f"n_{kind}"].sum([dim for dim in CELLS if dim not in by])
        total = self._total(by)
        return estimate_share(values / total.where(total > 0))

    def _held(self, by: Sequence[str]) -> xr.DataArray:
        if "place" in by:
            _check_alone(by)
            return self.dataset.n_held_place
        return self.dataset.n_held.sum([dim for dim in CELLS if dim not in by])

    def _total(self, by: Sequence[str]) -> xr.DataArray:
        if "place" in by:
            return self.dataset.n_residents_place
        return self.dataset.n_residents.sum([dim for dim in CELLS if dim not in by])


def _check_alone(by: Sequence[str]) -> None:
    if len(by) > 1:
        raise ValueError(f"places are not split further, asked for {', '.join(by)}")


def find_barriers(
    scenario: Scenario,
    region: Region | None = None,
    constants: Constants | None = None,
    replicates: Sequence[int] | None = None,
    horizon: int = HORIZON_WEEKS,
    gain_yuan: float = GAIN_YUAN,
    n_threads: int = 1,
) -> Barriers:
    """Run a scenario and name, person by person, what holds those who do not pay at its end.

    Parameters
    ----------
    region : Region, optional
        That of the scenario by default.
    constants : Constants, optional
        Solved, or read from the cache, by default.
    replicates : sequence of int, optional
        Which ones; all of the scenario by default.
    horizon : int
        Weeks within which somebody must pay.
    gain_yuan : float
        Felt for a payment where nothing to gain is taken away (**assumption**, see `GAIN_YUAN`).
    n_threads : int
        Any number gives the same result. For processes, map `barriers_of_replicate` and `join` what they return.
    """
    region = find_region(scenario.region) if region is None else region
    scenario = with_measured_survey(scenario, region)
    if constants is None:
        constants = solved(region, scenario.survey, scenario.behaviour.params(), None, n_threads)
    found = [
        barriers_of_replicate(scenario, region, constants, r, horizon, gain_yuan, n_threads)
        for r in (range(scenario.replicates) if replicates is None else replicates)
    ]
    return join(found, region, horizon, gain_yuan, scenario.survey.illustrative)


def join(
    found: Sequence[ReplicateBarriers], region: Region, horizon: int, gain_yuan: float, illustrative: bool
) -> Barriers:
    """Join what replicates of one scenario gave, and expand it to residents.

    Parameters
    ----------
    found : sequence of ReplicateBarriers
        In the order they are to have.
    illustrative : bool
        Whether the baseline of adoption is made up.
    """
    factor = found[0].expansion_factor

    def stacked(name: str, *dims: str) -> tuple[tuple[str, ...], Any]:
        return ("replicate", *dims), np.stack([getattr(one, name) for one in found]) * factor

    data = {
        "n_held": stacked("held", "barrier", *CELLS),
        "n_held_place": stacked("held_place", "barrier", "place"),
        "n_sufficient": stacked("sufficient", "removed", *CELLS),
        "n_necessary": stacked("necessary", "removed", *CELLS),
        "n_residents": stacked("residents", *CELLS),
        "n_residents_place": stacked("residents_place", "place"),
        "code": (("replicate", "citizen"), np.stack([one.code for one in found])),
    }
    places = region.places
    coords = {
        "barrier": list(CLASS_NAMES),
        "removed": list(BARRIER_NAMES),
        "age": list(AGE_NAMES),
        "area": list(AREA_NAMES),
        "income": list(INCOME_NAMES),
        "replicate": [one.replicate for one in found],
        "seed": ("replicate", [one.seed for one in found]),
        "place": [place.place_id for place in places],
        "place_name": ("place", [place.name for place in places]),
        "place_name_zh": ("place", [place.name_zh or place.name for place in places]),
    }
    attributes = {
        "horizon_weeks": horizon,
        "gain_yuan": gain_yuan,
        "expansion_factor": factor,
        "illustrative": int(illustrative),
    }
    return Barriers(xr.Dataset(data, coords=coords, attrs=attributes))
