"""The model as Mesa agents: a plain second statement of the week, slow enough to watch.

Citizens live in the cells of a `mesa.discrete_space.Network` of their ties; merchants, training events and kiosks are
agents too. They call the rules of `core.rules` and nothing of the array engine.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import mesa
import networkx as nx
import numpy as np
from mesa.discrete_space import Network

from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, Age
from simulation.core.observed import AT_RISK, FIRST_USES, LAPSES
from simulation.core.offers import Usage, WeekOffers
from simulation.core.state import World
from simulation.core.week import week_keys
from simulation.engine.help_allotment import KINDS, Doors, HelpAllotment
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.fields import rows_of
from simulation.engine.mesa_engine.help_points import HELPERS, Helper, Kiosk, TrainingEvent
from simulation.engine.mesa_engine.merchant import Merchant, MerchantOffer
from simulation.engine.mesa_engine.observation import stocks_of, totals_of, usage_of
from simulation.engine.mesa_engine.resident import CitizenOffer
from simulation.engine.mesa_engine.scenario import FEWEST, setting_of
from simulation.engine.mesa_engine.shops import Catchment, Zone
from simulation.engine.model import WARM_UP_WEEKS, Model, conditions
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.levers.base import Lever

MODEL_REPORTERS = (
    "coverage",
    "coverage_60_plus",
    "users",
    "first_uses",
    "lapses",
    "acceptance",
    "electronic_share",
    "helped",
    "spending_yuan",
)
AGENT_REPORTERS: dict[type[mesa.Agent], tuple[str, ...]] = {
    Citizen: ("age", "area", "aware", "has_access", "stage", "is_active", "skill", "perceived_risk", "habit"),
    Merchant: ("sector", "accepts", "ask_share"),
    TrainingEvent: ("name", "is_open", "seats", "n_helped"),
    Kiosk: ("name", "is_open", "seats", "n_helped"),
}


class EpayModel(mesa.Model):  # type: ignore[misc]
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
    totals, usage : WeekTotals, list of Usage
        Sums of the last week, and what each lever's offers were used for in it.

    Raises
    ------
    ScenarioError
        If the file cannot be used.
    ValueError
        If a lever to leave out is not there.
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
        self._begin(setting.world, setting.model, setting.seed, setting.levers, setting.cash_shortage)
        self.warm_up()
        self.horizon: int | None = setting.weeks
        self.datacollector = _collector(collect_agents)

    @classmethod
    def from_world(
        cls,
        world: World,
        model: Model,
        seed: int,
        levers: Mapping[str, Lever] | None = None,
        cash_shortage: Mapping[int, float] | None = None,
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
        levers : mapping of str to Lever, optional
            Programme.
        cash_shortage : mapping of int to float, optional
            Week -> strength of a cash shortage in logits.
        week : int
            The week the first step is.
        """
        made = cls.__new__(cls)
        made._begin(world, model, seed, levers or {}, cash_shortage or {}, week)
        made.horizon = None
        made.datacollector = _collector(with_agents=False)
        return made

    def _begin(
        self,
        world: World,
        model: Model,
        seed: int,
        levers: Mapping[str, Lever],
        cash_shortage: Mapping[int, float],
        week: int = -WARM_UP_WEEKS,
    ) -> None:
        """Make all agents, in the order of their rows."""
        super().__init__(seed=seed)  # Mesa's generators only shuffle agents, which cannot matter; draws are keyed
        self.world, self.constants, self.draw_seed = world, model, seed
        self.p, self.tables = model.params, model.tables
        self.cash_shortage, self.week = dict(cash_shortage), week
        self.programme = Programme(levers, world)
        self.help = HelpAllotment(self.programme.points, world, seed)
        self.zones = [Zone(row) for row in range(len(world.zones.x_km))]
        self._open_shops()
        self._settle_citizens()
        self.helpers: list[Helper] = [HELPERS[point.kind](self, point) for point in self.programme.points]
        for zone in self.zones:
            zone.look_round(is_seen=True)
        self.user_share = sum(citizen.counted_by_peers for citizen in self.citizens) / max(1, len(self.citizens))
        self._stocks = stocks_of(self.citizens)
        self._open_week()
        self.totals: WeekTotals | None = None
        self.usage = [Usage() for _ in levers]

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
        """Make citizens, each in a cell of its own of the network of ties."""
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
        offers = self._open_week()
        # 2 help
        self._allot_help(offers)
        # 3 citizens, 4 merchants
        for kind in (Citizen, Merchant):
            self.agents_by_type[kind].shuffle_do("step")
        for kind in (Citizen, Merchant):
            self.agents_by_type[kind].shuffle_do("commit")
        # 5 catchments
        for zone in self.zones:
            zone.look_round(is_seen=not self.acceptance_is_frozen)
        # 6 observe; ties learn of this week's changes for the next
        stocks = stocks_of(self.citizens)
        self.totals = totals_of(self, stocks, self._stocks[:, AT_RISK])
        self.usage = usage_of(self)
        self._stocks = stocks
        if self.this_week.ends_quarter:
            self.agents_by_type[Citizen].shuffle_do("close_quarter")
        self.agents_by_type[Citizen].shuffle_do("hear_from_ties")
        if not self.peers_are_frozen:
            self.user_share = sum(citizen.counted_by_peers for citizen in self.citizens) / max(1, len(self.citizens))
        self.week += 1

    def _open_week(self) -> WeekOffers:
        """Set up what the week offers, what holds for everybody, and the keys of its draws."""
        offers = self.programme.offers(self.week) if self.week >= 0 else self.programme.blank()
        offers.cash_shortage = self.cash_shortage.get(self.week, 0.0)
        self.this_week = conditions(self.week, self.draw_seed, self.user_share, offers, self.p)
        self.keys = list(week_keys(self.draw_seed, self.week))
        self.citizen_offers = [
            CitizenOffer(*values)
            for values in zip(
                offers.coupon_fen.tolist(), offers.coupon_lever.tolist(), offers.cashback_fen.tolist(),
                offers.cashback_lever.tolist(), offers.media.tolist(), strict=True,
            )
        ]  # fmt: skip
        self.merchant_offers = [
            MerchantOffer(*values)
            for values in zip(
                offers.rent_subsidy_share.tolist(), offers.rent_lever.tolist(), offers.fee_subsidy_share.tolist(),
                offers.fee_lever.tolist(), strict=True,
            )
        ]  # fmt: skip
        self.may_attend = offers.may_attend
        for merchant in self.merchants:
            merchant.till.empty()
        for zone in self.zones:
            for catchment in zone.catchments:
                catchment.till.empty()
        return offers

    def _allot_help(self, offers: WeekOffers) -> None:
        """Let citizens seek help, and seat those with the smallest lots at each door (ODD 7.4)."""
        for helper in self.helpers:
            helper.open_doors(0)
        if self.week < 0:
            return
        for kind in KINDS:
            doors = self.help.open_doors(kind, self.week)
            if doors is None:
                continue
            for row in doors.rows:
                self.helpers[row].open_doors(int(doors.seats[row]))
            sought = {citizen: citizen.seek_help(kind, doors) for citizen in self.citizens}
            seekers = [citizen for citizen, door in sought.items() if door is not None]
            who, lever = self.help.seat(
                doors,
                np.array([citizen.row for citizen in seekers], np.int32),
                np.array([sought[citizen] for citizen in seekers], np.int64),
                np.array([citizen.lot(kind) for citizen in seekers], np.uint64),
                np.array([citizen.offer_group for citizen in seekers], np.int64),
                offers.may_attend,
            )
            for row, seat_of in zip(who.tolist(), lever.tolist(), strict=True):
                citizen = self.citizens[row]
                self._helper_with_a_seat(doors, sought[citizen], seat_of).help(citizen)

    def _helper_with_a_seat(self, doors: Doors, door: int | None, lever: int) -> Helper:
        """Return the first helper of a lever behind a door who has a seat left."""
        behind = (self.helpers[row] for row in doors.rows if self.help.door[row] == door)
        return next(h for h in behind if h.point.lever == lever and h.n_helped < h.seats)

    @property
    def peers_are_frozen(self) -> bool:
        """Whether citizens hear no more of each other's use (the experiment that cuts this feedback)."""
        return self.constants.freeze_peers and self.this_week.is_moving

    @property
    def acceptance_is_frozen(self) -> bool:
        """Whether people judge by, and shops hear, what was so at week 0 (the experiment of that name)."""
        return self.constants.freeze_acceptance and self.this_week.is_moving

    # what is collected

    @property
    def coverage(self) -> float:
        """Share of citizens who paid electronically within the last 4 weeks."""
        return _share(citizen.is_active for citizen in self.citizens)

    @property
    def coverage_60_plus(self) -> float:
        """Coverage of ages 60 and over."""
        return _share(citizen.is_active for citizen in self.citizens if citizen.age >= Age.A60_74)

    @property
    def users(self) -> int:
        """Citizens who use the service."""
        return sum(citizen.is_user for citizen in self.citizens)

    @property
    def first_uses(self) -> int:
        """Citizens who used the service for the first time this week."""
        return int(self.totals.cells[:, FIRST_USES].sum()) if self.totals else 0

    @property
    def lapses(self) -> int:
        """Citizens who stopped this week."""
        return int(self.totals.cells[:, LAPSES].sum()) if self.totals else 0

    @property
    def acceptance(self) -> float:
        """Share of merchants who accept electronic payment."""
        return _share(bool(merchant.accepts) for merchant in self.merchants)

    @property
    def electronic_share(self) -> float:
        """Share of this week's payments, of users and non-users, that were electronic."""
        if self.totals is None:
            return 0.0
        electronic, cash = int(self.totals.n_electronic.sum()), int(self.totals.n_cash.sum())
        return electronic / max(1, electronic + cash)

    @property
    def helped(self) -> int:
        """Citizens helped in person this week."""
        return sum(helper.n_helped for helper in self.helpers)

    @property
    def spending_yuan(self) -> float:
        """What the programme spent last week on all residents, yuan."""
        fen = sum(
            posted
            for lever, usage in zip(self.programme.levers, self.usage, strict=True)
            for _, posted in lever.costs(usage, self.this_week.week, self.world.expansion_factor)
        )
        return fen / FEN_PER_YUAN


def _share(values: Iterable[bool]) -> float:
    answers = list(values)
    return sum(answers) / max(1, len(answers))


def _collector(with_agents: bool) -> mesa.DataCollector:
    """Return a data collector whose row t of the model's variables is week t."""
    by_type = {kind: {name: name for name in names} for kind, names in AGENT_REPORTERS.items()}
    return mesa.DataCollector(
        model_reporters={name: name for name in MODEL_REPORTERS}, agenttype_reporters=by_type if with_agents else None
    )
