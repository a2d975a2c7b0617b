"""Places a scenario leaves open, found and written into it by name."""

from collections.abc import Mapping
from typing import Any

from simulation.analysis.placement.problem import PlacementError
from simulation.analysis.placement.siting import SECONDS, Siting, solve
from simulation.analysis.placement.siting_problem import problem_of, weekly_yuan
from simulation.analysis.placement.touring import Touring, events_of, plan
from simulation.analysis.placement.words import worded
from simulation.levers.kiosk import Kiosk, Site
from simulation.levers.teaching import Teaching
from simulation.region.sources import Region, find_region
from simulation.region.survey_of_region import with_measured_survey
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario

Found = Siting | Touring


def levers_with_placement(scenario: Scenario) -> tuple[str, ...]:
    """Return the levers that say how their places are chosen, found already or not, by name."""
    return tuple(name for name, lever in scenario.levers.items() if getattr(lever, "placement", None) is not None)


def find_places(
    scenario: Scenario, region: Region | None = None, seconds: float = SECONDS, names: tuple[str, ...] | None = None
) -> dict[str, Found]:
    """Find the places of levers that leave them open.

    Parameters
    ----------
    scenario : Scenario
    region : Region, optional
        Where it is at hand already.
    seconds : float
        Wall time for each lever.
    names : tuple of str, optional
        Levers with `placement`, places found before or not; those still open where not given.

    Raises
    ------
    ScenarioError
        If there is nothing to choose from, or what is asked contradicts itself.
    """
    region = region or find_region(scenario.region)
    measured = with_measured_survey(scenario, region)
    found: dict[str, Found] = {}
    for name in scenario.left_open if names is None else names:
        lever = scenario.levers[name]
        try:
            if isinstance(lever, Kiosk):
                found[name] = solve(problem_of(measured, region, lever), seconds)
            elif isinstance(lever, Teaching):
                found[name] = plan(measured, region, lever)
        except PlacementError as error:
            raise ScenarioError([worded(error, name, region, lever)]) from error
    return found


def with_places(scenario: Scenario, found: Mapping[str, Found]) -> Scenario:
    """Return a scenario with places found written into its levers, by identifier."""
    levers: dict[str, Any] = dict(scenario.levers)
    for name, places in found.items():
        lever = levers[name]
        if isinstance(places, Siting):
            assert isinstance(lever, Kiosk)
            levers[name] = with_sites(lever, places, places.order)
        else:
            assert isinstance(lever, Teaching)
            levers[name] = with_events(lever, places)
    return scenario.model_copy(update={"levers": levers})


def with_events(lever: Teaching, touring: Touring) -> Teaching:
    """Return a lever with the events of some tours."""
    return lever.model_copy(update={"events": events_of(lever, touring), "places": ()})


def with_sites(lever: Kiosk, siting: Siting, columns: tuple[int, ...]) -> Kiosk:
    """Return a lever with its kiosks at some of the candidates."""
    region, candidates = siting.problem.region, siting.problem.candidates
    sites = []
    for column in columns:
        spot = int(candidates.spot[column])
        weekly = weekly_yuan(region, lever, spot)
        own: dict[str, Any] = {} if weekly == lever.yuan_per_week else {"yuan_per_week": weekly}
        place = candidates.ids[column]
        sites.append(Site(place=place, capacity_per_week=lever.capacity_per_week, **own))
    return lever.model_copy(update={"sites": tuple(sites), "places": ()})


def placed(scenario: Scenario, region: Region | None = None) -> Scenario:
    """Return a scenario whose levers name all their places; those left open are found first.

    Parameters
    ----------
    scenario : Scenario
    region : Region, optional
        Where it is at hand already.

    Raises
    ------
    ScenarioError
        If there is nothing to choose from, or what is asked contradicts itself.
    """
    if not scenario.left_open:
        return scenario
    return with_places(scenario, find_places(scenario, region))
