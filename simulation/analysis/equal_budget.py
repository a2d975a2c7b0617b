"""Programmes of equal budget: the factor on all doses at which a programme spends what it may, found on pilot runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulation.engine.runner import Progress, run_many
from simulation.levers.base import Lever
from simulation.outcomes.indicators import spending
from simulation.outcomes.result import Result
from simulation.quantities import MAX_YUAN
from simulation.scenario.schema import EVERYBODY, Scenario

MOST_CITIZENS, MOST_IN_ALL = 50_000, 100_000  # simulated in a pilot: in one replicate, and in all of them
LEAST_SPENT, MOST_SPENT = 0.99, 1.0  # of the budget; more than all of it would leave something unpaid
AIM = 0.995
MOST_ROUNDS = 8
LARGEST_STEP = 4.0  # a factor changes at most so many times at once
SMALLEST_FACTOR, LARGEST_FACTOR = 0.01, 100.0  # as in a rule that scales a lever
FREE = ("verification_limit",)  # rules that cost nothing are no doses

SpentBy = Callable[[Mapping[str, Scenario]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Scaling:
    """What all doses of a programme are multiplied by so that it spends its budget.

    Attributes
    ----------
    factor : float
        1 where the programme spends its budget as it is.
    spent_share : float
        Public money spent in the pilot, of the budget and as if there were no cap.
    """

    factor: float
    spent_share: float

    @property
    def is_spent(self) -> bool:
        """Return whether all but 1% of the budget is spent, and not more than all of it."""
        return LEAST_SPENT <= self.spent_share <= MOST_SPENT


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario with all doses multiplied; rules that cost nothing stay, as do doses that cannot be scaled."""
    if factor == 1.0:
        return scenario
    levers = {name: _scaled(lever, factor) for name, lever in scenario.levers.items()}
    return scenario.model_copy(update={"levers": levers})


def _scaled(lever: Lever, factor: float) -> Lever:
    return lever.scaled(factor) if lever.scales and lever.kind not in FREE else lever


def next_factor(tried: list[tuple[float, float]]) -> float | None:
    """Return the factor to try next, or None where trying further is of no use.

    The first step takes spending for proportional to the factor; from then on it is a secant through the last two.

    Parameters
    ----------
    tried : list of (float, float)
        Factors tried and the share of the budget spent at each, in their order; at least one.
    """
    factor, spent = tried[-1]
    if LEAST_SPENT <= spent <= MOST_SPENT or len(tried) >= MOST_ROUNDS:
        return None
    if len(tried) == 1:
        wanted = factor * AIM / spent if spent > 0 else factor * LARGEST_STEP
    else:
        before, spent_before = tried[-2]
        if spent == spent_before:  # the doses have reached their bounds
            return None
        wanted = factor + (AIM - spent) * (factor - before) / (spent - spent_before)
    wanted = min(max(wanted, factor / LARGEST_STEP), factor * LARGEST_STEP)
    wanted = min(max(wanted, SMALLEST_FACTOR), LARGEST_FACTOR)
    return None if wanted == factor else wanted


def equal_budgets(scenarios: Mapping[str, Scenario], spent_by: SpentBy) -> dict[str, Scaling]:
    """Return for each scenario the factor at which it spends its budget.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Each with a budget above 0.
    spent_by : callable
        Returns the public money some scenarios spend, yuan by name; see `pilots`.

    Returns
    -------
    dict of str to Scaling
        The best that was found, also where the budget cannot be spent.
    """
    tried: dict[str, list[tuple[float, float]]] = {name: [] for name in scenarios}
    factors = dict.fromkeys(scenarios, 1.0)
    while factors:
        yuan = spent_by({name: scaled(scenarios[name], factor) for name, factor in factors.items()})
        for name, factor in factors.items():
            tried[name].append((factor, yuan[name] / _budget_yuan(scenarios[name])))
        steps = {name: next_factor(tried[name]) for name in factors}
        factors = {name: factor for name, factor in steps.items() if factor is not None}
    return {name: Scaling(*min(pairs, key=_distance)) for name, pairs in tried.items()}


def _distance(pair: tuple[float, float]) -> float:
    return abs(pair[1] - AIM)


def _budget_yuan(scenario: Scenario) -> float:
    assert scenario.budget is not None
    return scenario.budget.total_yuan


def pilots(solve_progress: Progress | None = None, n_workers: int | None = None) -> SpentBy:
    """Return the function that runs pilots: what scenarios would spend if their budget's total had no end.

    Pilots are runs of at most 50,000 citizens, and of 100,000 in all their replicates.
    """

    def spent_by(scenarios: Mapping[str, Scenario]) -> dict[str, float]:
        small = {name: pilot_of(scenario) for name, scenario in scenarios.items()}
        results = run_many(small, solve_progress=solve_progress, n_workers=n_workers)
        return {name: public_yuan(result) for name, result in results.items()}

    return spent_by


def pilot_of(scenario: Scenario) -> Scenario:
    """Return a scenario small enough for a pilot, without a cap on all its money together."""
    citizens = MOST_CITIZENS if scenario.citizens == EVERYBODY else min(int(scenario.citizens), MOST_CITIZENS)
    assert scenario.budget is not None
    budget = scenario.budget.model_copy(update={"total_yuan": MAX_YUAN})
    replicates = min(scenario.replicates, MOST_IN_ALL // citizens)
    return scenario.model_copy(update={"citizens": citizens, "replicates": replicates, "budget": budget})


def public_yuan(result: Result) -> float:
    """Return the public money a run spends, mean over replicates, yuan."""
    return float(spending(result.dataset, ("payer",)).sel(payer="public").mean("replicate"))
