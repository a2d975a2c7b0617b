"""The Mesa model with settings a page can move, and the figures Mesa's plots read."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import mesa

from simulation.core.codes import AGE_NAMES
from simulation.engine.mesa_engine import EpayModel
from simulation.scenario.load import to_yaml
from simulation.scenario.schema import FEWEST_CITIZENS, Scenario

DOSE = ".dose"
OF_AGES = {age: f"coverage_{age}" for age in AGE_NAMES}
SHARES = ("coverage", "share_of_users", "acceptance", "electronic_share")


class WatchedModel(EpayModel):
    """A plan's world of one replicate, made anew from what the page's sliders say.

    Parameters
    ----------
    plan : Scenario
        With every place named.
    citizens : int
        Citizens simulated, in place of what the plan says.
    seed : int, optional
        Names the world, in place of what the plan says.
    **kwargs : float
        Doses, as times the plan's: `{"coupon.dose": 0.5}`. Mesa's page wants them under this name.

    Attributes
    ----------
    as_run : Scenario
        What `epay run` makes the same figures of.
    doses : dict of str to float
        Of the levers whose dose is not the plan's, by name.
    """

    def __init__(
        self, plan: Scenario, citizens: int = FEWEST_CITIZENS, seed: int | None = None, **kwargs: float
    ) -> None:
        asked = {"citizens": citizens, "replicates": 1, "seed": plan.seed if seed is None else seed}
        self.doses = {key.removesuffix(DOSE): times for key, times in kwargs.items() if times != 1.0}
        self.as_run = with_doses(plan, self.doses).model_copy(update=asked)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "scenario.yaml"
            file.write_text(to_yaml(self.as_run), encoding="utf-8")
            super().__init__(file, citizens, seed, collect_agents=False)
        by_age = {name: partial(_coverage_of, age) for age, name in enumerate(OF_AGES.values())}
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in SHARES} | by_age)

    @property
    def share_of_users(self) -> float:
        """Share of citizens who use the service, whether or not they paid within the last 4 weeks."""
        return self.users / len(self.citizens)


def with_doses(plan: Scenario, doses: Mapping[str, float]) -> Scenario:
    """Return a plan with the doses of some levers multiplied."""
    levers = {name: lever.scaled(doses[name]) if name in doses else lever for name, lever in plan.levers.items()}
    return plan.model_copy(update={"levers": levers})


def _coverage_of(age: int, model: WatchedModel) -> float:
    """Return the coverage of an age band; of nobody it is nothing."""
    active = [citizen.is_active for citizen in model.citizens if citizen.age == age]
    return sum(active) / max(1, len(active))
