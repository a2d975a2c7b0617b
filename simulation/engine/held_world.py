"""One replicate's world kept after its warm-up, so that plan after plan can be run on it at once."""

from collections.abc import Callable
from dataclasses import dataclass

from simulation.engine.array_engine import ArrayEngine
from simulation.engine.parting import parting_week
from simulation.engine.plan import Plan, plan_of
from simulation.engine.recorder import Recorder, WeekTotals
from simulation.engine.shared_past import Future, Recorded, advance, closed, new_recorder
from simulation.scenario.schema import Scenario

Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Past:
    """What a future has come to by a week."""

    future: Future
    engine: ArrayEngine
    recorder: Recorder

    def forked(self, future: Future) -> "_Past":
        """Return a copy that goes on into another future."""
        engine = self.engine.fork(future.plan)
        recorder = self.recorder.fork(self.engine.programme.names, engine.programme.names)
        return _Past(future, engine, recorder)

    def is_past_of(self, future: Future) -> bool:
        """Return whether another future has come to the same."""
        mine, theirs = self.future, future
        alike = mine.switches == theirs.switches and mine.plan.n_weeks == theirs.plan.n_weeks
        return alike and parting_week(mine.plan, theirs.plan) >= self.engine.week


class HeldWorld:
    """A world at week 0, and what one plan came to on it at the weeks from which other plans may part from it.

    Parameters
    ----------
    engine : ArrayEngine
        Stands at week 0 and is left there.
    last_warm_up : WeekTotals
        Of week -1.
    """

    def __init__(self, engine: ArrayEngine, last_warm_up: WeekTotals) -> None:
        self._engine, self._last_warm_up = engine, last_warm_up
        self._kept: list[_Past] = []  # never moved on: others are forked from them

    @property
    def kept_weeks(self) -> tuple[int, ...]:
        """Weeks at which the kept plan can be left for another."""
        return tuple(past.engine.week for past in self._kept)

    def run(self, scenario: Scenario, tick: Tick | None = None) -> Recorded:
        """Run a scenario to its end, from the latest week up to which the kept plan is its own.

        Parameters
        ----------
        scenario : Scenario
            Of the region, size, seeds, survey and coefficients of this world.
        tick : callable, optional
            Called once a week that is simulated. What it raises ends the run and leaves this world as it was.

        Returns
        -------
        Recorded
            Bit for bit that of running the scenario alone.
        """
        past = self._latest(Future("", scenario, plan_of(scenario)))
        advance(past.engine, past.recorder, scenario.weeks, tick)
        arrays = closed(past.engine, past.recorder, scenario)
        return Recorded(arrays, past.engine.world.expansion_factor, tuple(past.engine.office.firings))

    def keep(self, scenario: Scenario, tick: Tick | None = None) -> Recorded:
        """Run a scenario, and keep what it comes to on the way instead of what was kept before."""
        future = Future("", scenario, plan_of(scenario))
        self._kept = []
        kept: list[_Past] = []
        for week in weeks_to_keep(future.plan):
            past = kept[-1].forked(future) if kept else self._latest(future)
            advance(past.engine, past.recorder, week, tick)
            kept.append(past)
        self._kept = kept
        return self.run(scenario)

    def _latest(self, future: Future) -> _Past:
        """Return a fork of the latest past of a future."""
        shared = [past for past in self._kept if past.is_past_of(future)]
        if shared:
            return shared[-1].forked(future)
        engine = self._engine.fork(future.plan, future.model(self._engine.model))
        return _Past(future, engine, new_recorder(engine, future.plan.n_weeks, self._last_warm_up))


def weeks_to_keep(plan: Plan) -> list[int]:
    """Return week 0, the weeks at which plans with another lever or event may part from a plan, and its end; ascending.

    With a budget or rules plans with other levers part at once (`parting_week`), so that only events tell.
    """
    weeks = {0, plan.n_weeks}
    for events in (plan.cash_shortage, plan.outage, plan.fraud_factor, plan.budget_cut):
        weeks |= {week for week in events if week - 1 not in events}
    if plan.budget is None and not plan.adjustment:
        for lever in plan.levers.values():
            weeks |= {lever.schedule.opening_week, lever.acting_week, lever.schedule.closing_week}
    return sorted(week for week in weeks if 0 <= week <= plan.n_weeks)
