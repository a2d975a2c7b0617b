"""What the runner and the recorder ask of an engine."""

from collections.abc import Mapping
from typing import Protocol

from simulation.core.state import World
from simulation.engine.model import Model
from simulation.engine.office import Office
from simulation.engine.plan import Plan
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.levers.base import Lever


class Engine(Protocol):
    """What the runner and the recorder ask of an engine; `ArrayEngine` and `MesaEngine` answer."""

    model: Model

    @property
    def world(self) -> World: ...  # noqa: D102
    @property
    def programme(self) -> Programme: ...  # noqa: D102
    @property
    def office(self) -> Office: ...  # noqa: D102
    def warm_up(self) -> WeekTotals: ...  # noqa: D102
    def step(self) -> WeekTotals: ...  # noqa: D102
    def fork(self, plan: Plan | Mapping[str, Lever], model: Model | None = None) -> "Engine": ...  # noqa: D102
