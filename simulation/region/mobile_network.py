"""How much time and how many payments the mobile network costs where people live (plan row E4)."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.state import Citizens, Zones
from simulation.region.sources import Region

if TYPE_CHECKING:
    from simulation.scenario.survey import Survey

Array = NDArray[Any]

MS_PER_SECOND = 1000.0


def add_mobile_network(zones: Zones, citizens: Citizens, region: Region, survey: "Survey") -> None:
    """Fill the seconds and failures of the mobile network in zones, in place.

    A zone has the mean over its citizens: what was measured where they live, else what the survey says of the
    kind of area. Assumption: an attempt fails in the share of time in which the network does not work, and a
    payment waits for the network's delay once.

    Parameters
    ----------
    zones : Zones
    citizens : Citizens
        Zones and places filled.
    region : Region
        `network_quality`: reliability 0 to 1, delay in milliseconds; None is unknown.
    survey : Survey
    """
    row_of = {place.place_id: row for row, place in enumerate(region.places)}
    seconds, failure = np.full((2, len(row_of)), np.nan)
    for quality in region.network_quality:
        row = row_of[quality.settlement_id]
        failure[row] = 1.0 - quality.reliability
        if quality.delay_ms is not None:
            seconds[row] = quality.delay_ms / MS_PER_SECOND
    zones.network_seconds = _mean_of_residents(zones, citizens, survey.network_seconds()[zones.area], seconds)
    zones.network_failure = _mean_of_residents(zones, citizens, survey.network_failure()[zones.area], failure)


def _mean_of_residents(zones: Zones, citizens: Citizens, usual: Array, measured: Array) -> Array:
    """Return the mean over the citizens of every zone.

    Parameters
    ----------
    usual : array of float64, shape (Z,)
        Value of citizens of the zone whose place was not measured.
    measured : array of float64, shape (places,)
        NaN where it was not.
    """
    is_measured = ~np.isnan(measured)
    if not is_measured.any():
        return usual
    known = np.flatnonzero(is_measured[citizens.place])
    zone = citizens.zone[known]
    total = np.bincount(zone, weights=measured[citizens.place[known]], minlength=len(usual))
    size = np.diff(zones.first_citizen)
    others = size - np.bincount(zone, minlength=len(usual))
    return np.where(others == size, usual, (total + others * usual) / size)
