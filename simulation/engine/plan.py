"""What is set upon a world from week 0: levers, money, events and rules, as the engines take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulation.levers.base import Lever
from simulation.messages import Message
from simulation.scenario.adjustment import Monitor, Rule
from simulation.scenario.budget import Budget
from simulation.scenario.errors import ScenarioError
from simulation.scenario.schema import Scenario

ByWeek = Mapping[int, float]
DEFAULT_WEEKS = 208


@dataclass(frozen=True, slots=True)
class Plan:
    """A programme with its money, what happens that nobody buys, and the rules that adjust it."""

    levers: Mapping[str, Lever] = field(default_factory=dict)
    cash_shortage: ByWeek = field(default_factory=dict)  # strength in logits; overlapping ones add
    outage: ByWeek = field(default_factory=dict)  # share of the week in which electronic payment fails
    fraud_factor: ByWeek = field(default_factory=dict)  # attacks relative to usual
    budget_cut: ByWeek = field(default_factory=dict)  # share of what is not yet spent that is taken away
    budget: Budget | None = None
    monitor: Monitor = field(default_factory=Monitor)
    adjustment: Mapping[str, Rule] = field(default_factory=dict)
    delay_weeks: int = 0  # from a rule's decision to its effect, beside the rule's own lag (S3)
    n_weeks: int = DEFAULT_WEEKS


def plan_of(scenario: Scenario) -> Plan:
    """Return the plan of a scenario.

    Raises
    ------
    ScenarioError
        If the places of a lever are still to be found.
    """
    if scenario.left_open:
        raise ScenarioError([Message("placement.not_placed", {"name": name}) for name in scenario.left_open])
    return Plan(
        levers=scenario.levers,
        cash_shortage=_by_week(scenario, "cash_shortage", "intensity", 0.0, float.__add__),
        outage=_by_week(scenario, "outage", "share", 0.0, _either),
        fraud_factor=_by_week(scenario, "fraud_wave", "factor", 1.0, float.__mul__),
        budget_cut=_by_week(scenario, "budget_cut", "share", 0.0, _either),
        budget=scenario.budget,
        monitor=scenario.monitor,
        adjustment=scenario.adjustment,
        delay_weeks=scenario.coordination.delay_weeks,
        n_weeks=scenario.weeks,
    )


def _either(one: float, other: float) -> float:
    """Return the share lost where two independent causes each take a share."""
    return 1.0 - (1.0 - one) * (1.0 - other)


def _by_week(
    scenario: Scenario, kind: str, field_name: str, nothing: float, join: Callable[[float, float], float]
) -> dict[int, float]:
    """Return the strength of the events of a kind by week; overlapping ones are joined."""
    weeks: dict[int, float] = {}
    for event in scenario.events:
        if event.kind != kind:
            continue
        last = getattr(event, "end_week", event.start_week + 1)
        for week in range(event.start_week, last):
            weeks[week] = join(weeks.get(week, nothing), float(getattr(event, field_name)))
    return weeks


def as_plan(plan: Plan | Mapping[str, Lever]) -> Plan:
    """Return a plan; levers alone are a plan without budget, events and rules."""
    return plan if isinstance(plan, Plan) else Plan(levers=plan)
