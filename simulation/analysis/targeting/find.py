"""Ways of choosing whom to visit, held against each other on common worlds and draws."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from simulation.analysis.best_of_several import Comparison, best_first, compare_with_leader
from simulation.analysis.comparison import coverage_at_end
from simulation.analysis.targeting.people import Crowd, People, people_of
from simulation.analysis.targeting.scenarios import (
    RANDOM,
    WITHOUT,
    Contagion,
    lever_of,
    run_name,
    scenarios_of,
    strategies_of,
    with_visits,
)
from simulation.core.offers import USE_NAMES, Use
from simulation.levers.choosing.names import Strategy
from simulation.outcomes.indicators import spending
from simulation.outcomes.intervals import Interval, interval_of, ratio_of_means
from simulation.outcomes.result import Result
from simulation.region import Region
from simulation.scenario.schema import Scenario

Values = NDArray[np.float64]
RunAll = Callable[[Mapping[str, Scenario]], Mapping[str, Result]]
PER_YUAN = 10_000.0  # users are told per so many yuan
FEW = 30  # simulated citizens visited in a world, fewer of whom tell little


@dataclass(frozen=True, slots=True)
class Brought:
    """What one way of choosing brings in the simulation; arrays over replicates, against nobody visited.

    Attributes
    ----------
    users : array
        Active users (4 weeks) at the end, residents.
    coverage : array
        Coverage at the end, share.
    yuan : array
        Spending on everything.
    lever_yuan : array
        Spending on the visits and the interviews before them.
    visits : array
        Visits made and paid, residents.
    """

    users: Values
    coverage: Values
    yuan: Values
    lever_yuan: Values
    visits: Values

    @property
    def per_money(self) -> Interval:
        """Added users per 10,000 yuan with Fieller's interval; NaN where nothing is certainly spent."""
        found = ratio_of_means(*(xr.DataArray(v, dims="replicate") for v in (self.users, self.yuan)))
        if found is None:
            return Interval(*(float("nan"),) * 3)
        return Interval(*(PER_YUAN * float(found[end]) for end in ("mean", "low", "high")))


@dataclass(frozen=True, slots=True)
class Standing:
    """Ways of choosing under one kind of contagion.

    Attributes
    ----------
    brought : mapping of strategy to Brought
    order : tuple of strategy
        By mean of added users, most first.
    against_leader : mapping of strategy to Comparison
        Of added users, of all but the first; intervals hold for all pairs at once.
    """

    brought: Mapping[Strategy, Brought]
    order: tuple[Strategy, ...]
    against_leader: Mapping[Strategy, Comparison]

    @property
    def leader(self) -> Strategy:
        """The way that adds most users on the mean."""
        return self.order[0]

    @property
    def not_told_apart(self) -> tuple[Strategy, ...]:
        """Ways that cannot be told from the leader, in order."""
        return tuple(name for name in self.order[1:] if self.against_leader[name].verdict != "worse")

    @property
    def is_ranked(self) -> bool:
        """Whether the leader is certainly better than at least one other."""
        return len(self.not_told_apart) < len(self.order) - 1

    def against_random(self, name: Strategy) -> Interval | None:
        """Return the paired difference of added users to choosing by lot; None for choosing by lot itself."""
        if name == RANDOM:
            return None
        return interval_of(self.brought[name].users - self.brought[RANDOM].users)

    @property
    def not_told_from_cheapest(self) -> tuple[Strategy, ...]:
        """Ways whose users per yuan cannot be told from those of the cheapest, in order; empty where nothing is spent.

        Compared by replicate, as users are; all intervals hold at once.
        """
        if any((brought.yuan <= 0).any() for brought in self.brought.values()):
            return ()
        values: dict[str, Values] = {name: brought.users / brought.yuan for name, brought in self.brought.items()}
        against = compare_with_leader(values, self.cheapest, 0.0)
        return tuple(name for name in self.order if name in against and against[name].verdict != "worse")

    @property
    def cheapest(self) -> Strategy:
        """The way with most added users per yuan on the mean."""
        means = {name: brought.per_money.mean for name, brought in self.brought.items()}
        return max(self.order, key=lambda name: (np.nan_to_num(means[name], nan=-np.inf), -self.order.index(name)))


@dataclass(frozen=True, slots=True)
class Targeting:
    """Ways of choosing whom to visit, held against each other.

    Attributes
    ----------
    scenario : Scenario
        With the lever as given.
    crowd : Crowd
        Who might be visited.
    people : mapping of strategy to People
        Whom each way chooses.
    standings : mapping of contagion to Standing
        What each brings.
    results : mapping of str to Result
        All runs by name (`scenarios.run_name`).
    """

    scenario: Scenario
    crowd: Crowd
    people: Mapping[Strategy, People]
    standings: Mapping[Contagion, Standing]
    results: Mapping[str, Result]

    @property
    def main(self) -> Standing:
        """The first contagion asked for, which the answer begins with."""
        return next(iter(self.standings.values()))

    @property
    def n_replicates(self) -> int:
        """Worlds each way is tried in."""
        return len(self.crowd.eligible)

    @property
    def is_thin(self) -> bool:
        """Whether so few citizens are simulated that few of them are visited."""
        return bool(self.people[RANDOM].simulated.min() < FEW)


def target_outreach(
    scenario: Scenario,
    region: Region,
    run_all: RunAll,
    strategies: Sequence[str] | None = None,
    contagions: Sequence[Contagion] = ("simple",),
    visits: float | None = None,
) -> Targeting:
    """Hold ways of choosing whom to visit against each other.

    Every way is run on the same worlds and draws, against the same scenario with nobody visited.

    Parameters
    ----------
    scenario : Scenario
        With one `home_visit` lever; whatever else it buys is bought in every run.
    region : Region
        Of the scenario, to tell where those chosen live and whom they know.
    run_all : callable
        Returns outcomes of scenarios by their names; `run_many` is one such.
    strategies : sequence of str, optional
        Names of `levers.choosing.names.STRATEGIES`; choosing by lot is always among them. Default all.
    contagions : sequence of {"simple", "complex"}
        "complex": what others do weighs as much as is held possible, with constants solved anew.
    visits : float, optional
        Residents visited, in place of what the lever says.

    Raises
    ------
    ScenarioError
        If there is no such lever or several, a strategy is unknown, nobody may be visited, or too few may.
    """
    scenario = with_visits(scenario, visits)
    names = strategies_of(strategies)
    crowd, people = people_of(scenario, region, names)
    results = run_all(scenarios_of(scenario, names, contagions))
    lever = lever_of(scenario)[0]
    standings = {contagion: _standing(results, contagion, names, lever) for contagion in contagions}
    return Targeting(scenario, crowd, people, standings, results)


def _standing(
    results: Mapping[str, Result], contagion: Contagion, strategies: Sequence[Strategy], lever: str
) -> Standing:
    without = results[run_name(contagion, WITHOUT)]
    brought = {name: _brought(results[run_name(contagion, name)], without, lever) for name in strategies}
    return standing_of(brought)


def standing_of(brought: Mapping[Strategy, Brought]) -> Standing:
    """Return ways of choosing in order, each compared with the leader."""
    means: dict[str, float] = {name: float(found.users.mean()) for name, found in brought.items()}
    order = best_first(means)
    values: dict[str, Values] = {name: found.users for name, found in brought.items()}
    # no difference of users is held too small to matter: money decides that
    against = compare_with_leader(values, order[0], 0.0)
    ranked = tuple(name for name in order for known in brought if known == name)
    return Standing(brought, ranked, {name: against[name] for name in ranked[1:]})


def _brought(result: Result, without: Result, lever: str) -> Brought:
    d = result.dataset
    money = spending(d).values - spending(without.dataset).values
    users = _users(d) - _users(without.dataset)
    return Brought(
        users=users,
        coverage=coverage_at_end(result) - coverage_at_end(without),
        yuan=np.asarray(money, np.float64),
        lever_yuan=np.asarray(spending(d, ("lever",)).sel(lever=lever).values, np.float64),
        visits=np.asarray(d.n_uses.sel(lever=lever, use=USE_NAMES[Use.HELP]).sum("week").values, np.float64),
    )


def _users(d: xr.Dataset) -> Values:
    """Return active users at the end, residents, by replicate."""
    return np.asarray(d.n_active.isel(week=-1).sum(("age", "area", "income")).values, np.float64)
