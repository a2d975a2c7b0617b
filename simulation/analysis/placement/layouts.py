"""Layouts of a lever to be held against each other: the one found, others about as good, and simple rivals."""

from dataclasses import replace

import numpy as np

from simulation.analysis.placement.in_scenario import Found, with_events, with_sites
from simulation.analysis.placement.ranking import Layout
from simulation.analysis.placement.rivals import LARGEST_FIRST, RANDOM, by_lot, nearest_to_largest, rival_layouts
from simulation.analysis.placement.siting import Siting, alternatives, by_attendance
from simulation.analysis.placement.touring import Touring
from simulation.analysis.placement.training_tour import tours_to
from simulation.levers.kiosk import Kiosk
from simulation.levers.teaching import Teaching

OPTIMISED, ALTERNATIVE, ATTENDANCE = "optimised", "alternative", "attendance"
LOT = 1  # names the tours by lot
WITHIN = 0.01  # of the best: layouts so close are ranked in the simulation


def layouts_of(lever: Kiosk | Teaching, found: Found, n_alternatives: int, decay_km: float) -> dict[str, Layout]:
    """Return layouts of a lever by name, the one found first.

    Parameters
    ----------
    lever : Kiosk or Teaching
    found : Siting or Touring
    n_alternatives : int
        At most so many distinct layouts within 1% of the best, for sites.
    decay_km : float
        Distance over which attendance falls to 1/e, for a layout chosen by who would come rather than by who is near.
    """
    if isinstance(found, Siting):
        assert isinstance(lever, Kiosk)
        return _of_sites(lever, found, n_alternatives, decay_km)
    assert isinstance(lever, Teaching)
    return _of_tours(lever, found)


def _of_sites(lever: Kiosk, siting: Siting, n_alternatives: int, decay_km: float) -> dict[str, Layout]:
    covering = siting.problem.covering
    columns = {OPTIMISED: siting.order}
    others = [answer.sites for answer in alternatives(siting, WITHIN, n_alternatives + 1)]
    others = [sites for sites in others if set(sites) != set(siting.order)][:n_alternatives]
    columns |= {f"{ALTERNATIVE} {k}": tuple(sites) for k, sites in enumerate(others, start=1)}
    by_coming = by_attendance(siting, decay_km)
    if by_coming is not None and set(by_coming) not in map(set, columns.values()):
        columns[ATTENDANCE] = by_coming
    columns |= rival_layouts(siting)
    before = siting.covered_before
    return {
        name: Layout(with_sites(lever, siting, sites), covering.covered(list(sites)) - before)
        for name, sites in columns.items()
    }


def _of_tours(lever: Teaching, touring: Touring) -> dict[str, Layout]:
    """Return the tours found, tours to places by lot, and tours to the largest settlements in turn."""
    stays = len(touring.tours.stays)
    orders = {
        RANDOM: by_lot(len(touring.candidates), LOT),
        LARGEST_FIRST: nearest_to_largest(touring.demand, touring.candidates)[:stays],
    }
    found = {OPTIMISED: touring.tours}
    found |= {name: tours_to(touring.problem, np.resize(order, stays)) for name, order in orders.items()}
    return {
        name: Layout(with_events(lever, replace(touring, tours=tours)), tours.value) for name, tours in found.items()
    }
