"""The office that runs a programme: it reads the monitor every quarter and does what its rules say (plan E1-E3)."""

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from simulation.core.observed import PAID_THIS_QUARTER
from simulation.core.offers import WeekOffers
from simulation.core.state import World
from simulation.core.week import Week
from simulation.engine.adjustment import Adjuster
from simulation.engine.model import Model
from simulation.engine.monitor import QuarterlyMonitor
from simulation.engine.plan import Plan
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.engine.survey import Felt
from simulation.outcomes.monitoring import Firing, Reading

Array = NDArray[Any]


class Office:
    """Watch a run as an office could, and adjust its programme by rules that were declared beforehand.

    Parameters
    ----------
    plan : Plan
        Rules, conditions of co-funders, questionnaire.
    programme : Programme
        What the rules act upon.
    model : Model
        Weights that the answers of the questionnaire follow.
    seed : int
        Seed of the run's draws.

    Attributes
    ----------
    readings : list of Reading
        One a quarter.
    firings : list of Firing
        Every rule that acted.
    """

    def __init__(self, plan: Plan, programme: Programme, model: Model, seed: int) -> None:
        self._plan, self._programme = plan, programme
        self._monitor = QuarterlyMonitor(plan.monitor, model.params, model.tables.sector_share, seed)
        delays = {name: lever.schedule.delay_weeks or 0 for name, lever in plan.levers.items()}
        self._adjuster = Adjuster(plan.adjustment, delays)
        self.readings: list[Reading] = []
        self.firings: list[Firing] = []

    def take_over(self, other: "Office") -> None:
        """Go on with what another office of the same rules has read and decided."""
        self._monitor.take_over(other._monitor)
        self._adjuster.take_over(other._adjuster)
        self.readings, self.firings = list(other.readings), list(other.firings)

    def open_week(self, week: int) -> None:
        """Do what was decided for this week."""
        for firing in self.firings:
            if firing.effect_week == week:
                self._programme.apply(firing)

    def close_week(self, week: Week, totals: WeekTotals, offers: WeekOffers, world: Callable[[], World]) -> None:
        """Take in a week; at a quarter's end read the monitor, and decide.

        Parameters
        ----------
        world : callable
            Returns the world as the week ends; called at quarters' ends.
        """
        if not week.is_moving:
            return
        self._programme.close_week(week.week)
        self._monitor.observe_week(totals)
        if not week.ends_quarter:
            return
        reading = self._monitor.close_quarter(
            week.week, world(), Felt(week.interface_share, offers.voice_share),
            float(totals.sectors[:, PAID_THIS_QUARTER].sum()), self._programme.treasury.spent_share(),
        )  # fmt: skip
        self.readings.append(reading)
        budget = self._plan.budget
        for name, funder in (budget.co_funding if budget else {}).items():
            if funder.condition is not None:
                holds = reading.values[funder.condition.indicator] >= funder.condition.at_least
                self._programme.treasury.set_condition(name, holds)
        self.firings += self._adjuster.decide(week.week, self.readings)
