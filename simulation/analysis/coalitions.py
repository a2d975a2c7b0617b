"""A programme with some of its levers only: the same world, events, money and rules, less what the others need."""

from collections.abc import Collection

from simulation.scenario.budget import Budget
from simulation.scenario.schema import Scenario


def with_levers(scenario: Scenario, names: Collection[str]) -> Scenario:
    """Return a scenario with some of its levers only.

    Rules that act on a lever left out go with it, as do co-funders who pay for such levers only. The budget's caps
    stay: what is not spent on one lever is there for the others.

    Parameters
    ----------
    scenario : Scenario
        A programme.
    names : collection of str
        Levers to keep.

    Raises
    ------
    KeyError
        If the scenario has no such lever.
    """
    unknown = sorted(set(names) - set(scenario.levers))
    if unknown:
        raise KeyError(f"{', '.join(unknown)}: no lever of the scenario; it has {', '.join(scenario.levers)}")
    if len(set(names)) == len(scenario.levers):
        return scenario
    return scenario.model_copy(
        update={
            "levers": {name: lever for name, lever in scenario.levers.items() if name in names},
            "adjustment": {k: rule for k, rule in scenario.adjustment.items() if rule.action.lever in names},
            "budget": _budget(scenario.budget, names),
        }
    )


def _budget(budget: Budget | None, names: Collection[str]) -> Budget | None:
    """Return a budget whose co-funders name kept levers only."""
    if budget is None:
        return None
    funders = {}
    for name, funder in budget.co_funding.items():
        kept = tuple(lever for lever in funder.levers if lever in names)
        if kept or not funder.levers:  # naming none means all
            funders[name] = funder.model_copy(update={"levers": kept})
    return budget.model_copy(update={"co_funding": funders})
