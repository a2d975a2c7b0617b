"""The Mesa model behind the interface of the array engine, so that the recorder and the runner take either."""

from collections.abc import Mapping
from dataclasses import replace

from simulation.core.offers import Usage
from simulation.core.state import Citizens, Merchants, World
from simulation.engine.mesa_engine.fields import state_of
from simulation.engine.mesa_engine.model import EpayModel
from simulation.engine.model import WARM_UP_WEEKS, Model
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.levers.base import Lever


class MesaEngine:
    """One world under one programme, moved by agents.

    Parameters
    ----------
    world : World
        Traits and initial state filled in; only read.
    model : Model
        Coefficients and tables.
    seed : int
        Seed of the weekly draws.
    levers, cash_shortage : mapping
        Programme, and strength of cash shortages by week.
    week : int
        The week the first step is.
    """

    def __init__(
        self,
        world: World,
        model: Model,
        seed: int,
        levers: Mapping[str, Lever] | None = None,
        cash_shortage: Mapping[int, float] | None = None,
        week: int = -WARM_UP_WEEKS,
    ) -> None:
        self.agents = EpayModel.from_world(world, model, seed, levers, cash_shortage, week)
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
    def world(self) -> World:
        """The world with the agents' fields as they are now, in new arrays."""
        return replace(
            self.agents.world,
            citizens=state_of(self.agents.citizens, Citizens),
            merchants=state_of(self.agents.merchants, Merchants),
        )

    def fork(
        self, levers: Mapping[str, Lever], cash_shortage: Mapping[int, float] | None = None, model: Model | None = None
    ) -> "MesaEngine":
        """Return an engine with agents of its own that goes on from here under a programme.

        Raises
        ------
        RuntimeError
            If weeks of a programme have passed, as in the array engine.
        """
        if self.week > 0:
            raise RuntimeError(
                f"an engine can be forked up to week 0, this one stands at week {self.week}: coupons due and subsidies "
                "name levers of the programme they were promised under"
            )
        return MesaEngine(self.world, model or self.model, self.seed, levers, cash_shortage, self.week)

    def warm_up(self) -> WeekTotals:
        """Move the world to week 0; returns the totals of week -1."""
        self.agents.warm_up()
        assert self.agents.totals is not None
        return self.agents.totals

    def step(self) -> tuple[WeekTotals, list[Usage]]:
        """Move the world through one week; returns its totals, and usage by lever row."""
        self.agents.live_one_week()
        assert self.agents.totals is not None
        return self.agents.totals, self.agents.usage
