"""The model as Mesa agents: a plain second statement of the week, slow enough to watch.

Citizens live in the cells of a `mesa.discrete_space.Network` of their ties; merchants, training events, senior
universities and kiosks are agents too. They call the rules of `core.rules` and nothing of the array engine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from mesa.discrete_space import Network

from simulation.core.codes import N_SECTORS
from simulation.core.observed import AT_RISK
from simulation.core.offers import WeekOffers
from simulation.core.params import packed
from simulation.core.state import Citizens, Merchants, World
from simulation.core.week import week_keys
from simulation.engine.allotment import Allotment
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.claiming import pay_claims
from simulation.engine.mesa_engine.fields import rows_of, state_of
from simulation.engine.mesa_engine.giving import give_help, give_to_merchants, reach_out
from simulation.engine.mesa_engine.help_points import Helper, helpers_of
from simulation.engine.mesa_engine.merchant import Merchant, MerchantOffer
from simulation.engine.mesa_engine.observation import draw_without_users, shares_at_accepting, stocks_of, tallied
from simulation.engine.mesa_engine.readings import Readings, collector
from simulation.engine.mesa_engine.resident import CitizenOffer
from simulation.engine.mesa_engine.scenario import FEWEST, setting_of
from simulation.engine.mesa_engine.shops import Catchment, Zone
from simulation.engine.model import WARM_UP_WEEKS, Model, conditions
from simulation.engine.office import Office
from simulation.engine.outreach import Outreach
from simulation.engine.plan import Plan, as_plan
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.engine.totals import totals_of_week
from simulation.levers.base import Lever


class EpayModel(Readings):
    """A region's citizens and merchants, ready for week 0 of a scenario; every `step` is one week.

    Parameters
    ----------
    scenario : path, optional
        Scenario file; without one, Lishui with nothing bought.
    citizens : int
        Citizens simulated, 300 or more, in place of what the file says.
    seed : int, optional
        Names the worlds, in place of what the file says.
    replicate : int
        Which world of that seed. Draws are keyed by it: the same seed and replicate always give the same history.
    weeks : int, optional
        Horizon in place of what the file says; the model stops running there.
    without : str
        Names of levers to leave out, separated by commas.
    collect_agents : bool
        Whether the data collector keeps the agents' values week by week, too.

    Attributes
    ----------
    totals : WeekTotals
        Sums of the last week, and what levers paid for in it.
    programme : Programme
        The levers set upon the world; `programme.treasury.ledger` holds every fen spent.

    Raises
    ------
    ScenarioError
        If the file cannot be used, or a lever to leave out is not there.
    """

    def __init__(
        self,
        scenario: str | Path | None = None,
        citizens: int = FEWEST,
        seed: int | None = None,
        replicate: int = 0,
        weeks: int | None = None,
        without: str = "",
        collect_agents: bool = True,
    ) -> None:
        setting = setting_of(scenario, citizens, seed, replicate, weeks, without)
        self._begin(setting.world, setting.model, setting.seed, setting.plan)
        self.warm_up()
        self.horizon: int | None = setting.plan.n_weeks
        self.datacollector = collector(collect_agents)

    @classmethod
    def from_world(
        cls,
        world: World,
        model: Model,
        seed: int,
        plan: Plan | Mapping[str, Lever] | None = None,
        week: int = -WARM_UP_WEEKS,
    ) -> "EpayModel":
        """Make agents of a world as it stands, without warming it up.

        Parameters
        ----------
        world : World
            Traits and state filled in; only read.
        model : Model
            Coefficients and tables.
        seed : int
            Seed of the weekly draws.
        plan : Plan, or mapping of str to Lever, optional
            Programme, money, events and rules.
        week : int
            The week the first step is.
        """
        made = cls.__new__(cls)
        made._begin(world, model, seed, as_plan(plan or {}), week)
        made.horizon = None
        made.datacollector = collector(with_agents=False)
        return made

    def _begin(self, world: World, model: Model, seed: int, plan: Plan, week: int = -WARM_UP_WEEKS) -> None:
        """Make all agents, in the order of their rows."""
        super().__init__(seed=seed)  # Mesa's generators only shuffle agents, which cannot matter; draws are keyed
        self.world, self.constants, self.draw_seed = world, model, seed
        self.p, self.tables = model.params, model.tables
        self.week = week
        self.programme = Programme(plan, world, seed)
        self.office = Office(plan, self.programme, model, seed)
        self.allotment = Allotment(self.programme, world, seed)
        self.outreach = Outreach(self.programme.citizen_group, self.programme.n_groups)
        network = zip(world.zones.network_seconds.tolist(), world.zones.network_failure.tolist(), strict=True)
        self.zones = [Zone(row, seconds, failure) for row, (seconds, failure) in enumerate(network)]
        self._open_shops()
        self._settle_citizens()
        self._points = self.programme.points
        self.helpers: list[Helper] = helpers_of(self, self._points, [])
        for zone in self.zones:
            zone.look_round(is_seen=True)
        self.user_share = self._share_of_users()
        self._stocks = stocks_of(self.citizens)
        self._begin_week(self.programme.blank())
        self.totals: WeekTotals | None = None

    def _open_shops(self) -> None:
        """Make merchants, and tell zones and merchants of the catchments they share."""
        zones = self.world.zones
        self.merchants: list[Merchant] = []
        for row, fields in enumerate(rows_of(self.world.merchants)):
            fields["offer_group"] = int(self.programme.merchant_group[row])
            merchant = Merchant(self, row, fields, self.zones[fields["zone"]])
            self.merchants.append(merchant)
            merchant.location.shops.append(merchant)
        huff_start, customer_start = zones.huff_start.tolist(), zones.customer_start.tolist()
        for zone in self.zones:
            for sector in range(N_SECTORS):
                at = zone.row * N_SECTORS + sector
                entries = slice(huff_start[at], huff_start[at + 1])
                shops = zip(zones.huff_merchant[entries].tolist(), zones.huff_weight[entries].tolist(), strict=True)
                zone.catchments.append(Catchment(sector, [(self.merchants[shop], weight) for shop, weight in shops]))
        for merchant in self.merchants:
            entries = slice(customer_start[merchant.row], customer_start[merchant.row + 1])
            merchant.customers = [
                (self.zones[zone].catchments[merchant.sector], weight)
                for zone, weight in zip(
                    zones.customer_zone[entries].tolist(), zones.customer_weight[entries].tolist(), strict=True
                )
            ]

    def _settle_citizens(self) -> None:
        """Make citizens, each in a cell of its own of the network of ties, and tell parents of their children."""
        start, peer = self.world.peer_start, self.world.peer
        n = len(start) - 1
        owner = np.repeat(np.arange(n), np.diff(start))
        ties = nx.Graph()
        ties.add_nodes_from(range(n))
        ties.add_edges_from(zip(owner.tolist(), peer.tolist(), strict=True))
        self.network = Network(ties, capacity=1, random=self.random)
        self.citizens: list[Citizen] = []
        for row, fields in enumerate(rows_of(self.world.citizens)):
            fields["offer_group"] = int(self.programme.citizen_group[row])
            self.citizens.append(Citizen(self, row, fields, self.zones[fields["zone"]], self.network[row]))
        family = self.world.family
        for parent, child, pays in zip(
            family.parent.tolist(), family.child.tolist(), family.child_pays.tolist(), strict=True
        ):
            self.citizens[parent].have_child(self.citizens[child], bool(pays))

    # the week

    def step(self) -> None:
        """Move the world through one week, collect, and stop at the horizon."""
        self.live_one_week()
        self.datacollector.collect(self)
        self.running = self.horizon is None or self.week < self.horizon

    def warm_up(self) -> None:
        """Let habit, skill, risk and asking settle up to week 0; stages and acceptance stand still (ODD 11)."""
        while self.week < 0:
            self.live_one_week()

    def live_one_week(self) -> None:
        """Move the world through one week in the order of ODD 3. Nobody sees what others do before all commit."""
        # 1 levers
        self.office.open_week(self.week)
        offers = self.programme.open_week(self.week) if self.week >= 0 else self.programme.blank()
        self._begin_week(offers)
        # 2 help and what else is given in person
        helps = give_help(self, offers)
        reached = reach_out(self, offers, helps)
        give_to_merchants(self, offers)
        # 3 citizens, 4 merchants
        for kind in (Citizen, Merchant):
            self.agents_by_type[kind].shuffle_do("step")
        for kind in (Citizen, Merchant):
            self.agents_by_type[kind].shuffle_do("commit")
        without_users = draw_without_users(self)
        # 5 catchments
        for zone in self.zones:
            zone.look_round(is_seen=not self.acceptance_is_frozen)
        # 6 money
        pay_claims(self)
        # 7 observe; ties learn of this week's changes for the next
        stocks = stocks_of(self.citizens)
        counted = tallied(self, stocks, self._stocks[:, AT_RISK], without_users)
        self._stocks = stocks
        self.totals = totals_of_week(counted, helps, reached, self.this_week, self.programme, self.constants)
        if self.this_week.ends_quarter:
            self.agents_by_type[Citizen].shuffle_do("close_quarter")
        self.agents_by_type[Citizen].shuffle_do("hear_from_ties")
        if not self.peers_are_frozen:
            self.user_share = self._share_of_users()
        # 8 the office reads what it can see, and decides
        self.office.close_week(self.this_week, self.totals, offers, self.world_now)
        self.week += 1

    def world_now(self) -> World:
        """Return the world with the agents' fields as they are, in new arrays."""
        return replace(
            self.world, citizens=state_of(self.citizens, Citizens), merchants=state_of(self.merchants, Merchants)
        )

    def _begin_week(self, offers: WeekOffers) -> None:
        """Set up what the week offers, what holds for everybody, and the keys of its draws; empty the tills."""
        keys = week_keys(self.draw_seed, self.week)
        self.this_week = conditions(
            self.week, keys, self.user_share, *shares_at_accepting(self.merchants), offers, packed(self.p)
        )
        self.keys = list(keys)
        self.citizen_offers = [CitizenOffer(*values) for values in _by_group(offers, CitizenOffer._fields)]
        self.merchant_offers = [MerchantOffer(*values) for values in _by_group(offers, MerchantOffer._fields)]
        if self.programme.points is not self._points:
            self._points = self.programme.points
            self.helpers = helpers_of(self, self._points, self.helpers)
        for merchant in self.merchants:
            merchant.till.empty()
        for zone in self.zones:
            for catchment in zone.catchments:
                catchment.till.empty()

    def _share_of_users(self) -> float:
        """Return the share of citizens whose word of mouth carries."""
        return sum(citizen.counted_by_peers for citizen in self.citizens) / max(1, len(self.citizens))

    @property
    def peers_are_frozen(self) -> bool:
        """Whether citizens hear no more of each other's use (the experiment that cuts this feedback)."""
        return self.constants.freeze_peers and self.this_week.is_moving

    @property
    def acceptance_is_frozen(self) -> bool:
        """Whether people judge by, and shops hear, what was so at week 0 (the experiment of that name)."""
        return self.constants.freeze_acceptance and self.this_week.is_moving


def _by_group(offers: WeekOffers, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the offers of the names to each group, in Python numbers."""
    return zip(*(getattr(offers, name).tolist() for name in names), strict=True)
