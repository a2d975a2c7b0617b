"""Ends of ranges at which a plan cannot pay for what it owes: `epay run` would refuse it there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulation.analysis.sensitivity.factors import Factor, with_values
from simulation.scenario.checks import KnownPlaces
from simulation.scenario.feasibility import budget_problems
from simulation.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class OverBudget:
    """A factor at one end of its range, the others as in the scenario, where what is owed is above a cap.

    Attributes
    ----------
    factor : Factor
    value : float
        The end.
    field : str
        The cap, as in the scenario file: `budget.total_yuan`, `budget.lines.devices`.
    owed_yuan, cap_yuan : float
    """

    factor: Factor
    value: float
    field: str
    owed_yuan: float
    cap_yuan: float


def over_budget(
    scenarios: Iterable[Scenario], factors: Sequence[Factor], known: KnownPlaces | None
) -> tuple[OverBudget, ...]:
    """Return the ends of ranges at which a scenario owes more than it may spend.

    Parameters
    ----------
    scenarios : iterable of Scenario
        The plan, and what it is held against; a factor of a lever is that of whichever has the lever.
    factors : sequence of Factor
    known : mapping, optional
        Identifiers each place name of the region means.
    """
    found = []
    for scenario in scenarios:
        own = [f for f in factors if f.name.rpartition(".")[0] in {f"levers.{name}" for name in scenario.levers}]
        for factor, value in ((f, end) for f in own for end in (f.low, f.high)):
            for where, _, params in budget_problems(with_values(scenario, [factor], [value]), known)[:1]:
                field = ".".join(str(part) for part in where)
                found.append(OverBudget(factor, value, field, params["owed"], params["cap"]))
    return tuple(found)
