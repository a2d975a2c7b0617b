"""A programme as the engines run it: levers in a fixed order, whom they reach, what they offer and are charged."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.claims import AS_CLAIMED, charge_list, whole_fen
from simulation.core.codes import FEN_PER_YUAN
from simulation.core.jit import Settled
from simulation.core.offers import USE_NAMES, ClaimList, Claims, HelpPoint, Use, WeekOffers
from simulation.core.rng import Stream, key_of, lots
from simulation.core.state import World
from simulation.engine.charges import ClaimSums, Tariff
from simulation.engine.lever_in_world import LeverInWorld, reached
from simulation.engine.plan import Plan
from simulation.engine.rationing import rank_of
from simulation.engine.treasury import Treasury
from simulation.levers.base import Lever, Schedule
from simulation.levers.ledger import Line, Price

if TYPE_CHECKING:
    from simulation.engine.adjustment import Firing

Array = NDArray[Any]


def _groups(masks: list[Array], n: int) -> tuple[Array, Array]:
    """Return each agent's offer group, and which lever reaches which group.

    Agents reached by the same levers form one group, so that a week's offers are worked out once a
    group and any number of levers may overlap.

    Parameters
    ----------
    masks : list of array of bool, shape (n,)
        Who each lever may reach.

    Returns
    -------
    group : array of uint32, shape (n,)
    reaches : array of bool, shape (n_levers, n_groups)
    """
    if not masks:
        return np.zeros(n, np.uint32), np.zeros((0, 1), bool)
    table = np.packbits(np.stack(masks, axis=1), axis=1)
    rows, group = np.unique(table, axis=0, return_inverse=True)
    reaches = np.unpackbits(rows, axis=1)[:, : len(masks)].astype(bool).T
    return group.reshape(-1).astype(np.uint32), np.ascontiguousarray(reaches)


class Programme:
    """The levers of a plan set upon one world, with their money.

    Levers are sorted by name: their order in the scenario file cannot matter.

    Parameters
    ----------
    plan : Plan
        Levers, budget and events.
    world : World
        Fixes who is reached. The offer groups of its citizens and merchants are returned, not written.
    seed : int
        Seed of the run's draws, for lots where money does not reach.
    like : Programme, optional
        Of another plan for the same world, to take from what does not differ.
    """

    def __init__(self, plan: Plan, world: World, seed: int, like: "Programme | None" = None) -> None:
        self.plan, self.seed = plan, seed
        self.names = tuple(sorted(plan.levers))
        self.levers: list[Lever] = [plan.levers[name] for name in self.names]
        self.world = world
        known = like.foreseen if like is not None and like.plan.n_weeks == plan.n_weeks else {}
        self.foreseen: dict[str, LeverInWorld] = {
            name: known[name]
            if name in known and known[name].lever == lever
            else LeverInWorld(name, lever, world, plan.n_weeks)
            for name, lever in zip(self.names, self.levers, strict=True)
        }
        self._in_world = list(self.foreseen.values())  # by row; another where a rule has changed a lever
        self._group_agents(like)
        self.treasury = Treasury(plan.budget, self.names, plan.n_weeks, world.n_accounts)
        self.points: list[HelpPoint] = []
        self.open_week_levers: list[bool] = [False] * len(self.levers)
        self._doses: list[Hashable] | None = None  # of the levers that act, which `_offered` follows from
        self._offered = self.blank()
        self._is_set_up = [False] * len(self.levers)
        self._opened: set[str] = set()  # names of points that were set up
        self._place_points()
        for row, each in enumerate(self._in_world):
            self.treasury.set_reserve(row, each.reserve)
        self._left_unpaid: dict[tuple[int, Line], int] = {}  # money that was left when a claim was not paid, fen
        self.unpaid = np.zeros(len(self.levers), np.int64)
        self.n_uses = np.zeros((len(self.levers), len(USE_NAMES)), np.int64)
        self._tariffs: dict[int, Tariff] = {}  # by use
        self._sums = ClaimSums(len(self.levers), world.n_accounts)
        # types of claims differ from use to use
        self._charge: Sequence[Settled] = [Settled(charge_list) for _ in Use] if like is None else like._charge
        self._all_paid = np.ones(0, bool)

    def take_over(self, other: "Programme") -> None:
        """Go on from where the programme of another plan stands, which was the same up to now on the same world.

        Lever rows that citizens and merchants remember (`coupon_lever`, `subsidy_lever`) are not touched.
        """
        rows = self.rows_of(other)
        adjusted = [row for row, name in enumerate(other.names) if other.levers[row] is not other.plan.levers[name]]
        for row in adjusted:
            self.levers[rows[row]] = other.levers[row]
            self._in_world[rows[row]] = other._in_world[row]
        if adjusted:
            self._look_again()
        self.treasury.take_over(other.treasury, rows, adjusted)
        self._opened = set(other._opened)
        for there, here in rows.items():
            self._is_set_up[here] = other._is_set_up[there]
            self.open_week_levers[here] = other.open_week_levers[there]
        left = other._left_unpaid.items()
        self._left_unpaid = {(rows[row], line): fen for (row, line), fen in left if row in rows}

    def rows_of(self, other: "Programme") -> dict[int, int]:
        """Return, for the rows of another programme's levers, the rows of those of the same name here."""
        return {row: self.names.index(name) for row, name in enumerate(other.names) if name in self.names}

    # whom levers reach

    def _group_agents(self, like: "Programme | None") -> None:
        """Form the offer groups of citizens and merchants, or take over those of a programme that reaches the same."""
        self.citizen_group: Array  # u4 (N,)
        self.merchant_group: Array  # u4 (M,)
        self._citizen_reaches: Array  # bool (levers, groups)
        self._merchant_reaches: Array
        mine = list(self.foreseen.values())
        others = list(like.foreseen.values()) if like is not None else []
        if like is not None and len(mine) == len(others) and all(map(LeverInWorld.reaches_as, mine, others)):
            self.citizen_group, self._citizen_reaches = like.citizen_group, like._citizen_reaches
            self.merchant_group, self._merchant_reaches = like.merchant_group, like._merchant_reaches
            return
        n, n_merchants = self.world.citizens.age.shape[0], self.world.merchants.sector.shape[0]
        masks = [reached(each.name, each.lever, self.world) for each in mine]
        self.citizen_group, self._citizen_reaches = _groups([people for people, _ in masks], n)
        self.merchant_group, self._merchant_reaches = _groups([shops for _, shops in masks], n_merchants)

    @property
    def n_groups(self) -> int:
        """Offer groups of citizens."""
        return int(self._citizen_reaches.shape[1])

    def blank(self) -> WeekOffers:
        """Return a week in which nothing is offered to the groups of this programme."""
        return WeekOffers.none(self._citizen_reaches.shape[1], self._merchant_reaches.shape[1], len(self.levers))

    def reaches(self, row: int) -> Array:
        """Return which groups lever `row` may reach; bool over citizen or merchant groups."""
        if self.levers[row].target == "merchants":
            return np.asarray(self._merchant_reaches[row])
        return np.asarray(self._citizen_reaches[row])

    # help points

    def _place_points(self) -> None:
        """Place the help points of all levers."""
        self.points = [point for row, each in enumerate(self._in_world) for point in each.points_of(row)]

    def _look_again(self) -> None:
        """Find out anew what follows from the levers, of which a rule has changed some."""
        self._place_points()
        self._tariffs.clear()
        self._doses = None

    def is_open(self, point: HelpPoint, week: int) -> bool:
        """Return whether a point helps this week: not without seats, nor where its lever could not be paid for."""
        is_open = point.open_week <= week < point.close_week and point.seats_per_week > 0.0
        return is_open and self.open_week_levers[point.lever]

    # the week

    def open_week(self, week: int) -> WeekOffers:
        """Pay what is owed whatever happens, and return what the levers that could be paid for offer together.

        What is returned holds until the next week is opened.
        """
        if cut := self.plan.budget_cut.get(week):
            self.treasury.cut(cut)
        self.unpaid.fill(0)
        self.n_uses.fill(0)
        doses: list[Hashable] = []
        for row, lever in enumerate(self.levers):
            in_world = self._in_world[row]
            owed = in_world.owed(week, self._is_set_up[row], self._opened)
            is_open = not lever.standby and self._can_keep_promises(week, row)
            is_open = is_open and self.treasury.settle_fixed(week, row, owed.bill)
            self.open_week_levers[row] = is_open
            dose, is_on = in_world.in_week(week)
            if is_open and is_on:
                self._is_set_up[row] = True
                self._opened |= owed.fresh
            doses.append(dose if is_open else None)
        if doses != self._doses:
            self._doses, self._offered = doses, self._offers(week)
        offers = self._offered
        offers.cash_shortage = self.plan.cash_shortage.get(week, 0.0)
        offers.fraud_factor = self.plan.fraud_factor.get(week, 1.0)
        offers.extra_outage_share = self.plan.outage.get(week, 0.0)
        return offers

    def _offers(self, week: int) -> WeekOffers:
        """Return what the levers that act this week offer together."""
        offers = self.blank()
        for row, lever in enumerate(self.levers):
            if self.open_week_levers[row]:
                lever.offer(week, row, offers, self.reaches(row))
        return offers

    def _can_keep_promises(self, week: int, row: int) -> bool:
        """Return whether money is left for what a lever promises before it is claimed.

        None is left where the last claims were not all paid and no more money has come since.
        """
        for line in self._in_world[row].lines:
            left = self.treasury.available_fen(week, row, line)
            if left is not None and left <= self._left_unpaid.get((row, line), 0):
                return False
        return True

    def close_week(self, week: int) -> None:
        """Hold the week's postings against what was spent, and what was spent against every cap."""
        self.treasury.check(week)

    def pay(self, week: int, claims: Claims) -> NDArray[np.bool_]:
        """Pay the claims of one use, lever by lever by name, while money lasts.

        Returns
        -------
        array of bool, shape (n,)
            Which claims are paid; where all are, read only.
        """
        n_all = claims.n
        if n_all > len(self._all_paid):
            self._all_paid = np.ones(n_all, bool)
            self._all_paid.flags.writeable = False
        paid = self._all_paid[:n_all]
        if not n_all:
            return paid
        world = self.world
        zone = world.merchants.zone if claims.is_of_merchants else world.citizens.zone
        tariff, sums = self._tariff(claims.use), self._sums
        charge, account, last = self._charge[claims.use], world.zones.account, len(claims.lists) - 1
        for k, some in enumerate(claims.lists):
            charge(
                *some, zone, account, *sums.claimed, tariff.each, tariff.scale, *sums.charged, k == 0, k == last
            )  # fmt: skip
        for row, n_claims in enumerate(sums.of_lever.tolist()):
            if not n_claims:
                continue
            price, n_paid = tariff.prices[row], n_claims
            if price is not None:
                scale = float(tariff.scale[row])
                if price.by_sector is not None:
                    self._charge_by_sector(claims, row, price, scale, zone)
                if not self.treasury.pay_all(week, row, price.line, sums.owed[row], int(sums.gross[row])):
                    rows, mine = _of_lever(claims, row)
                    order = partial(self._rank, week, row, claims, mine.agent)
                    fen = self._amounts(price, mine)
                    account = world.zones.account[zone[mine.agent]]
                    ok = self.treasury.pay(week, row, price.line, fen * scale, account, order)
                    paid = paid if paid.flags.writeable else paid.copy()
                    paid[rows] = ok
                    n_paid = int(ok.sum())
                    if n_paid < n_claims:
                        self._left_unpaid[row, price.line] = self.treasury.available_fen(week, row, price.line) or 0
            self.n_uses[row, claims.use] += n_paid
            self.unpaid[row] += n_claims - n_paid
        return paid

    def _tariff(self, use: int) -> "Tariff":
        """Return what one use of every lever is charged; asked for every week, so found out once."""
        if use not in self._tariffs:
            prices = tuple(lever.price(Use(use)) for lever in self.levers)
            self._tariffs[use] = Tariff(
                prices,
                np.array([AS_CLAIMED if price is None or price.fen is None else price.fen for price in prices], float),
                np.array([0.0 if price is None else price.markup * self.world.expansion_factor for price in prices]),
            )
        return self._tariffs[use]

    def _charge_by_sector(self, claims: Claims, row: int, price: Price, scale: float, zone: Array) -> None:
        """Work out anew what is owed for a lever whose price differs between sectors."""
        _, mine = _of_lever(claims, row)
        account = self.world.zones.account[zone[mine.agent]]
        fen = np.bincount(account, weights=self._amounts(price, mine), minlength=self.world.n_accounts + 1)
        self._sums.gross[row] = whole_fen(fen, scale, self._sums.owed[row])

    def _amounts(self, price: Price, mine: ClaimList) -> Array:
        """Return what each of some claims is charged before mark-up, fen; float64, exact."""
        if price.by_sector is not None:
            return np.asarray(price.by_sector, np.float64)[self.world.merchants.sector[mine.agent]]
        if price.fen is not None:
            return np.full(len(mine.agent), float(price.fen))
        return mine.fen.astype(np.float64)

    def _rank(self, week: int, row: int, claims: Claims, agents: Array) -> Array:
        """Return the order in which a lever's claims are paid where money does not reach."""
        stream = Stream.LOT_MERCHANT_MONEY if claims.is_of_merchants else Stream.LOT_MONEY
        lots_drawn = lots(key_of(self.seed, stream, week), agents)
        return self.rank(row, claims.is_of_merchants, agents, lots_drawn, claims.waiting(agents))

    def rank(self, row: int, is_of_merchants: bool, agents: Array, lots_drawn: Array, waiting: Array) -> Array:
        """Return agents in the order in which a lever serves them where seats or money do not reach.

        Parameters
        ----------
        lots_drawn : array of uint64, shape (n,)
            Keyed lots.
        waiting : array of int, shape (n,)
            How long each has waited; the longest first in a queue.
        """
        world = self.world
        if is_of_merchants:
            age, area = np.zeros(len(agents), np.int64), world.zones.area[world.merchants.zone[agents]]
        else:
            age, area = world.citizens.age[agents], world.citizens.area[agents]
        return rank_of(self.levers[row].rationing, lots_drawn, waiting, age, area)

    # adjustment (plan E3)

    def apply(self, firing: "Firing") -> None:
        """Do what a rule decided: start, stop or scale a lever, from this week on."""
        row = self.names.index(firing.lever)
        lever = self.levers[row]
        if firing.change == "stop":
            update: dict[str, Any] = {"schedule": _ending(lever.schedule, firing.effect_week)}
            lever = lever.model_copy(update=update)
        elif firing.change == "start":
            schedule = _starting(lever.schedule, firing.effect_week)
            lever = lever.model_copy(update={"schedule": schedule, "standby": False})
        else:
            assert firing.factor is not None  # a rule that scales names it
            lever = lever.scaled(firing.factor)
        self.levers[row] = lever
        self._in_world[row] = LeverInWorld(
            firing.lever, lever, self.world, self.plan.n_weeks, firing.effect_week, self._is_set_up[row], self._opened
        )
        self._look_again()
        self.treasury.set_reserve(row, self._in_world[row].reserve)
        if firing.envelope_yuan is not None:
            self.treasury.limit_row(row, _most_from_now_on(firing))


def _most_from_now_on(firing: "Firing") -> int | None:
    """Return what a lever may spend from a rule's effect on, so that the rule adds at most its envelope; fen.

    A lever that was started would have spent nothing. Of what one scaled by k spends, the share (k - 1) / k counts
    as added; none of what one scaled down spends.
    """
    assert firing.envelope_yuan is not None
    envelope = firing.envelope_yuan * FEN_PER_YUAN
    if firing.change == "start":
        return round(envelope)
    assert firing.factor is not None
    return round(envelope * firing.factor / (firing.factor - 1.0)) if firing.factor > 1.0 else None


def _starting(schedule: Schedule, week: int) -> Schedule:
    """Return a schedule that starts in a week, whatever delay it had; its end stays."""
    return schedule.model_copy(update={"start_week": week, "delay_weeks": 0})


def _ending(schedule: Schedule, week: int) -> Schedule:
    """Return a schedule that ends in a week, or earlier where it did."""
    return schedule.model_copy(update={"end_week": min(week, schedule.closing_week)})


def _of_lever(claims: Claims, row: int) -> tuple[Array, ClaimList]:
    """Return which claims are a lever's, and these."""
    joined = claims.joined()
    rows = np.flatnonzero(joined.lever == row)
    return rows, ClaimList._make(column[rows] for column in joined)


def nobody_waits(agents: Array) -> Array:
    """Return that no agent has waited longer than another; int64."""
    return np.zeros(len(agents), np.int64)


def claims_of(
    use: Use,
    lever: Sequence[int] | Array,
    agent: Array,
    waiting: Callable[[Array], Array] = nobody_waits,
    fen: Array | None = None,
) -> Claims:
    """Return claims of one use; where no amount is given the lever's price of the use stands."""
    amounts = np.zeros(len(agent), np.int64) if fen is None else np.asarray(fen, np.int64)
    return Claims(int(use), [ClaimList(np.asarray(lever, np.int16), np.asarray(agent, np.int32), amounts)], waiting)
