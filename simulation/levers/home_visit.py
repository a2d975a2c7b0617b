"""Visits at home: chosen residents are taught one to one where they live (ODD 7.4, 7.12)."""

from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Field

from simulation.core.codes import FEN_PER_YUAN
from simulation.core.offers import Use
from simulation.core.rng import Stream, key_of, name_hash, uniform
from simulation.core.state import World
from simulation.levers.base import Array, Lever, Reach, Target, to_fen
from simulation.levers.choosing.names import INTERVIEWS, Strategy
from simulation.levers.doses import multiplied
from simulation.levers.ledger import FixedCost, Line, Price
from simulation.quantities import Amount, Bounds, Probability, Share, YuanAmount, sourced

# settings that whom it chooses depends on, beside how many
OF_CHOICE = ("strategy", "interviews_per_place", "names_per_interview", "cascade_probability", "eligibility")


class HomeVisit(Lever):
    """Chosen residents are visited at home, once each, and taught one to one.

    Whom it chooses depends on traits and ties of the world alone. A visit teaches as a training event does whoever
    lets the visitor in. **Assumption**: it reaches people who never come to help offered elsewhere, too.
    """

    target: ClassVar[Target] = "citizens"
    ramps: ClassVar[bool] = False
    scales: ClassVar[bool] = True
    is_used_up: ClassVar[bool] = True

    kind: Literal["home_visit"]
    visits: Amount = sourced(
        20_000.0, 500, 200_000, "residents", "1% of a region of two million", "assumption",
        meaning="residents visited over the weeks it acts",
    )  # fmt: skip
    strategy: Strategy = Field(
        default="random", description="how the residents to visit are chosen", examples=["gossip_nominees"]
    )
    network_is_known: bool = Field(
        default=False, description="whether who knows whom is known beforehand, so that nobody need be asked"
    )
    let_in_share: Share = sourced(
        0.8, 0.5, 0.95, "share", "no estimate found for visits of this kind", "assumption",
        symbol="s_let", meaning="residents who let the visitor in",
    )  # fmt: skip
    visit_yuan: YuanAmount = sourced(
        60.0, 20, 150, "yuan a visit", "eight visits in a trainer's day of 500 yuan", "assumption",
        meaning="a visit, whether the visitor is let in or not",
    )  # fmt: skip
    materials_yuan: YuanAmount = sourced(
        10.0, 0, 40, "yuan a person taught", "as at a training event", "assumption",
        meaning="what a person taught keeps",
    )  # fmt: skip
    interview_yuan: YuanAmount = sourced(
        15.0, 5, 60, "yuan an interview", "a quarter of a visit", "assumption",
        meaning="asking one resident who their contacts are, or who spreads news",
    )  # fmt: skip
    interviews_per_place: Amount = sourced(
        17.0, 5, 40, "interviews a settlement", "households asked a village by Banerjee et al. 2019", "recalled",
        meaning="residents asked in a settlement who spreads news, for `gossip_nominees`",
    )  # fmt: skip
    names_per_interview: Annotated[float, Bounds("amount", 1, 20)] = sourced(
        3.0, 1, 5, "names", "no more come to mind at once", "assumption",
        meaning="contacts a resident asked names for `gossip_nominees`: those who know most people",
    )  # fmt: skip
    cascade_probability: Probability = sourced(
        0.05, 0.01, 0.2, "probability a tie", "no estimate found; a tenth of one's ties or less follow", "assumption",
        meaning="chance that a visit passes on along a tie, in the reckoning of `degree_discount` and `wide_reach`",
    )  # fmt: skip

    @property
    def visit_fen(self) -> int:
        """Price of a visit, fen."""
        return to_fen(self.visit_yuan)

    @property
    def taught_fen(self) -> int:
        """What teaching adds to the price of a visit, fen."""
        return to_fen(self.materials_yuan)

    @property
    def choice(self) -> tuple[Any, ...]:
        """What whom it chooses depends on; its name, the number of visits and the world aside."""
        return tuple(getattr(self, name) for name in OF_CHOICE)

    def number(self, world: World, name: str) -> int:
        """Return how many simulated citizens are visited: visits / f, rounded by a keyed draw of the lever."""
        key = key_of(world.seed, Stream.HOME_VISIT_CHOICE, name_hash(name))
        return int(self.visits / world.expansion_factor + float(uniform(key, 0)))

    def chosen(self, world: World, name: str) -> Array:
        """Return whom it visits, the first to be visited first; int32, shape (n,).

        Parameters
        ----------
        name : str
            Keys its draws, so that another lever changes nothing here.
        """
        # chosen in compiled loops, which reading a scenario does not need
        from simulation.levers.choosing import choose

        eligible = self.eligibility.citizen_mask(world, name)
        key = key_of(world.seed, Stream.HOME_VISIT_CHOICE, name_hash(name))
        f = world.expansion_factor

        def asked(visits: Array) -> Array:
            return np.maximum(1, np.ceil(self.asked(visits * f) / f)).astype(np.int64)

        return choose(
            self.strategy, world, eligible, self.number(world, name), key, asked, round(self.names_per_interview),
            self.cascade_probability,
        )  # fmt: skip

    def visits_of_week(self, week: int, n_weeks: int, n: int) -> int:
        """Return how many of n visits fall into a week: evenly over the weeks it acts up to the run's end."""
        first, end = self.schedule.opening_week, min(self.schedule.closing_week, n_weeks)
        if not first <= week < end:
            return 0
        done, all_weeks = week - first, end - first
        return n * (done + 1) // all_weeks - n * done // all_weeks

    def interviews(self, of_places: Array) -> float:
        """Return how many residents are asked before anybody is visited.

        Parameters
        ----------
        of_places : array of float64, shape (places,)
            Residents it may visit, by settlement.
        """
        residents = float(of_places.sum())
        how = "nobody" if self.network_is_known or residents == 0 else INTERVIEWS[self.strategy]
        if how == "nobody" or self.is_idle():
            return 0.0
        if how == "everybody":
            return residents
        visits = min(self.visits, residents)
        if how == "one_a_visit":
            return visits
        return float(np.minimum(of_places, self.asked(visits * of_places / residents)).sum())

    def asked(self, visits: Array) -> Array:
        """Return how many are asked in settlements for `gossip_nominees`: enough to name whom to visit there."""
        return np.maximum(self.interviews_per_place, visits / self.names_per_interview)

    def fixed(self, week: int, reach: Reach) -> list[FixedCost]:
        """Return what the interviews cost, once, in the first week it acts."""
        if reach.is_set_up or not self.schedule.is_on(week):
            return []
        share = self.interviews(reach.of_places) / max(1.0, float(reach.of_places.sum()))
        costs = [to_fen(float(n) * share * self.interview_yuan) for n in reach.residents]
        return [FixedCost("operations", fen, account) for account, fen in enumerate(costs) if fen]

    def price(self, use: Use) -> Price | None:
        """Return that a visit is charged what it brings: its price, and materials where somebody is taught."""
        return Price("trainers") if use == Use.HELP else None

    def commitments(self, n_weeks: int, n_places: int) -> dict[Line, int]:
        """Return what the interviews cost where their number does not depend on who lives in the region."""
        is_known = not self.network_is_known and INTERVIEWS[self.strategy] == "one_a_visit"
        if not is_known or self.schedule.opening_week >= min(n_weeks, self.schedule.closing_week):
            return {}
        return {"operations": round(self.visits * self.interview_yuan * FEN_PER_YUAN)}

    def scaled(self, factor: float) -> Self:
        """Return the lever with its visits multiplied."""
        return multiplied(self, factor, "visits")

    def is_idle(self) -> bool:
        """Return whether nobody is visited."""
        return self.visits == 0
