"""The Mesa model behind the interface of the array engine, so that the recorder and the runner take either."""

from collections.abc import Mapping

from simulation.core.state import World
from simulation.engine.mesa_engine.model import EpayModel
from simulation.engine.model import WARM_UP_WEEKS, Model, refuse_late_fork
from simulation.engine.office import Office
from simulation.engine.plan import Plan
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.levers.base import Lever


class MesaEngine:
    """One world under one plan, moved by agents.

    Parameters
    ----------
    world : World
        Traits and initial state filled in; only read.
    model : Model
        Coefficients and tables.
    seed : int
        Seed of the weekly draws.
    plan : Plan, or mapping of str to Lever, optional
        Programme, money, events and rules.
    week : int
        The week the first step is.
    """

    def __init__(
        self,
        world: World,
        model: Model,
        seed: int,
        plan: Plan | Mapping[str, Lever] | None = None,
        week: int = -WARM_UP_WEEKS,
    ) -> None:
        self.agents = EpayModel.from_world(world, model, seed, plan, week)
        self.model = model
        self.seed = seed

    @property
    def week(self) -> int:
        """The week the next step is."""
        return self.agents.week

    @property
    def programme(self) -> Programme:
        """The levers that are set upon the world."""
        return self.agents.programme

    @property
    def office(self) -> Office:
        """The office that reads the monitor and adjusts the programme."""
        return self.agents.office

    @property
    def world(self) -> World:
        """The world with the agents' fields as they are now, in new arrays."""
        return self.agents.world_now()

    def fork(self, plan: Plan | Mapping[str, Lever], model: Model | None = None) -> "MesaEngine":
        """Return an engine with agents of its own that goes on from here under a plan.

        Raises
        ------
        RuntimeError
            If weeks of a programme have passed, as in the array engine.
        """
        refuse_late_fork(self.week)
        return MesaEngine(self.world, model or self.model, self.seed, plan, self.week)

    def warm_up(self) -> WeekTotals:
        """Move the world to week 0; returns the totals of week -1."""
        self.agents.warm_up()
        assert self.agents.totals is not None
        return self.agents.totals

    def step(self) -> WeekTotals:
        """Move the world through one week; returns its totals."""
        self.agents.live_one_week()
        assert self.agents.totals is not None
        return self.agents.totals
