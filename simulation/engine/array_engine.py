"""The array engine: one world moved week by week by the kernels."""

import copy
import itertools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN, N_AGES, N_CELLS, N_SECTORS, Stage
from simulation.core.kernels import arguments as args
from simulation.core.kernels.citizens import BLOCK, citizens_week
from simulation.core.kernels.help import candidates
from simulation.core.kernels.merchants import (
    acceptance_of_zones,
    draw_non_user_cash,
    merchants_week,
    payments_by_sector,
)
from simulation.core.kernels.observation import status_of_everybody, tell_peers
from simulation.core.observed import ACTIVE, AT_RISK, N_SECTOR_COLUMNS, N_STOCKS, USERS
from simulation.core.offers import Usage, WeekOffers
from simulation.core.rng import Stream, key_of
from simulation.core.state import World
from simulation.core.week import Week, week_keys
from simulation.engine.help_allotment import KINDS, SEEKING_STREAMS, HelpAllotment
from simulation.engine.initialise import cell_of
from simulation.engine.model import WARM_UP_WEEKS, Model, conditions
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.levers.base import Lever

Array = NDArray[Any]

# Slices are fixed by the world's size alone, so that the number of threads cannot change a result.
SLICE_CITIZENS = 65_536
MAX_SLICES = 16


def _slices(first_citizen: Array) -> list[tuple[int, int]]:
    """Return ranges of zones holding about the same number of citizens."""
    n_zones, n = len(first_citizen) - 1, int(first_citizen[-1])
    count = max(1, min(MAX_SLICES, n // SLICE_CITIZENS, n_zones))
    cuts = np.searchsorted(first_citizen, np.arange(1, count) * n / count)
    edges = [0, *(int(cut) for cut in cuts), n_zones]
    return list(itertools.pairwise(edges))


class ArrayEngine:
    """One world under one programme.

    Parameters
    ----------
    world : World
        Traits and initial state filled in; changed in place.
    model : Model
        Coefficients and tables.
    seed : int
        Seed of the weekly draws.
    n_threads : int
        Threads that share the citizens' slices; any number gives the same result.

    Raises
    ------
    ValueError
        If a user lacks device, account or awareness.
    """

    def __init__(self, world: World, model: Model, seed: int, n_threads: int = 1) -> None:
        self.world = world
        self.model = model
        self.seed = seed
        self.n_threads = n_threads
        self.week = -WARM_UP_WEEKS
        c = world.citizens
        lacking = (c.stage == Stage.USER) & (c.aware & c.has_device & c.has_account == 0)
        if lacking.any():
            raise ValueError(
                f"{lacking.sum()} users, the first in row {lacking.argmax()}, are without device, account or awareness"
            )
        self._bind({})

    def _bind(self, levers: Mapping[str, Lever], cash_shortage: Mapping[int, float] | None = None) -> None:
        world = self.world
        self.programme = Programme(levers, world)
        self.cash_shortage = dict(cash_shortage or {})
        world.citizens.offer_group = self.programme.citizen_group
        world.merchants.offer_group = self.programme.merchant_group
        self.help = HelpAllotment(self.programme.points, world, self.seed)
        self.c = args.as_arrays(args.CitizenArrays, world.citizens)
        self.m = args.as_arrays(args.MerchantArrays, world.merchants)
        self.zones = args.ZoneArrays(*(getattr(world.zones, name) for name in args.ZoneArrays._fields))
        n, n_merchants, n_zones = len(self.c.age), len(self.m.sector), len(world.zones.x_km)
        n_levers = len(self.programme.levers)
        self.slices = _slices(world.zones.first_citizen)
        first = world.zones.first_citizen
        self._counters = [
            args.new_counters(int(first[b] - first[a]), len(world.places.place_id), n_merchants, n_zones, n_levers)
            for a, b in self.slices
        ]
        self._standing, self._stocks, self._place_active = self._stand()
        n_targets = n_merchants + n_zones * N_SECTORS
        self._work = [args.new_block_work(BLOCK)]  # one a thread, as are the tills
        self._tills = [np.zeros(args.N_KINDS * n_targets, np.int64)]
        self.acceptance = np.zeros(n_targets)
        self.outlets = np.zeros(n_targets, np.int64)
        self.zone_acceptance = np.zeros(n_zones)
        acceptance_of_zones(self.m, self.zones, self.acceptance, self.outlets, self.zone_acceptance)
        self.seen_acceptance, self.seen_zone_acceptance = self.acceptance, self.zone_acceptance
        self.till_outlets = self.outlets
        self.user_share = float(self.c.counted_by_peers.sum()) / max(1, n)
        self._unsettled = np.zeros(0, np.int32)
        self._seekers: tuple[Array, Array, Array] | None = None  # allocated when somebody first helps

    def take_stock(self) -> None:
        """Count everybody anew and tell ties, after citizens' state was changed from outside a week."""
        c = self.c
        counted = (c.stage == Stage.USER) & (c.weeks_in_stage <= self.model.params.word_of_mouth_weeks)
        changed = np.flatnonzero(counted != c.counted_by_peers).astype(np.int32)
        c.counted_by_peers[:] = counted
        tell_peers(changed[counted[changed]], 1, c.n_user_peers, self.world.peer_start, self.world.peer)
        tell_peers(changed[~counted[changed]], -1, c.n_user_peers, self.world.peer_start, self.world.peer)
        self.user_share = float(counted.sum()) / max(1, len(counted))
        self._standing, self._stocks, self._place_active = self._stand()

    def _stand(self) -> tuple[args.Standing, Array, Array]:
        """Count everybody once: status by citizen, stocks by cell, active citizens by place."""
        c, world = self.c, self.world
        status = status_of_everybody(c)
        stocks = np.zeros((N_CELLS, N_STOCKS), np.int64)
        for bit in range(N_STOCKS):
            stocks[:, bit] = np.bincount(cell_of(world.citizens), weights=(status >> bit) & 1, minlength=N_CELLS)
        place_active = np.bincount(c.place, weights=(status >> ACTIVE) & 1, minlength=len(world.places.place_id))
        rates = np.where((status >> USERS) & 1, 0.0, c.payments_per_week.astype(np.float64))
        n_zones = len(world.zones.x_km)
        of_non_users = np.bincount(c.zone.astype(np.int64) * N_AGES + c.age, weights=rates, minlength=n_zones * N_AGES)
        standing = args.Standing(status, of_non_users.reshape(n_zones, N_AGES))
        return standing, stocks, place_active.astype(np.int64)

    def fork(
        self, levers: Mapping[str, Lever], cash_shortage: Mapping[int, float] | None = None, model: Model | None = None
    ) -> "ArrayEngine":
        """Return a copy that goes on from here under a programme, leaving this engine as it is.

        Parameters
        ----------
        levers : mapping of str to Lever
            Programme from now on.
        cash_shortage : mapping of int to float, optional
            Week -> strength of a cash shortage in logits.
        model : Model, optional
            The same coefficients with other structural switches.

        Raises
        ------
        RuntimeError
            If weeks of a programme have passed.
        """
        if self.week > 0:
            raise RuntimeError(
                f"an engine can be forked up to week 0, this one stands at week {self.week}: coupons due and subsidies "
                "name levers of the programme they were promised under"
            )
        twin = copy.copy(self)
        twin.world = replace(
            self.world, citizens=_copy_state(self.world.citizens), merchants=_copy_state(self.world.merchants)
        )
        twin.model = model or self.model
        twin._bind(levers, cash_shortage)
        twin.user_share = self.user_share
        twin._unsettled = self._unsettled.copy()
        if twin.model.freeze_acceptance:
            twin.seen_acceptance, twin.seen_zone_acceptance = twin.acceptance.copy(), twin.zone_acceptance.copy()
            twin.till_outlets = twin.outlets.copy()
        return twin

    def warm_up(self) -> WeekTotals:
        """Let habit, skill, risk and asking settle; stages, acceptance and levers stand still (ODD 11).

        Returns
        -------
        WeekTotals
            Of week -1.
        """
        totals = None
        while self.week < 0:
            totals, _ = self.step()
        assert totals is not None
        return totals

    def step(self) -> tuple[WeekTotals, list[Usage]]:
        """Move the world through one week: levers, help, citizens, merchants, catchments, observation.

        Returns
        -------
        WeekTotals
            Sums over the simulated agents.
        list of Usage
            What each lever's offers were used for, by lever row.
        """
        p, tables = self.model.params, self.model.tables
        # 1 levers
        offers = self.programme.offers(self.week) if self.week >= 0 else self.programme.blank()
        offers.cash_shortage = self.cash_shortage.get(self.week, 0.0)
        week = conditions(self.week, self.seed, self.user_share, offers, p)
        keys = week_keys(self.seed, self.week)
        # 2 help
        helps, seats, helps_by_lever = self.allot_help(offers)
        # 3 citizens
        self.c.incident[self._unsettled] = 0
        self._move_citizens(week, keys, offers)
        total = _sum_slices(self._counters)
        # 4 merchants
        n_levers = max(1, len(self.programme.levers))
        sectors = np.zeros((N_SECTORS, N_SECTOR_COLUMNS), np.int64)
        rent_fen, n_rents, fee_fen = (np.zeros(n_levers, np.int64) for _ in range(3))
        merchants_week(
            self.m, self.zones, week, keys, offers.rent_subsidy_share, offers.rent_lever, offers.fee_subsidy_share,
            offers.fee_lever, self.model.gamma, tables, self.seen_zone_acceptance, self.acceptance,
            self._tills[0], self.model.freeze_acceptance and week.is_moving, p, sectors, rent_fen, n_rents, fee_fen,
        )  # fmt: skip
        # 5 catchments
        acceptance_of_zones(self.m, self.zones, self.acceptance, self.outlets, self.zone_acceptance)
        # 6 observe; ties learn of this week's changes for the next
        self._tell_peers()
        totals = self._totals(week, keys, total, sectors, helps, seats)
        usage = self._usage(total, helps_by_lever, rent_fen, n_rents, fee_fen)
        self.week += 1
        return totals, usage

    def allot_help(self, offers: WeekOffers) -> tuple[Array, Array, Array]:
        """Mark who is helped this week; return helps and seats by kind, and helps by lever."""
        helps, seats = np.zeros(len(KINDS), np.int64), np.zeros(len(KINDS), np.int64)
        by_lever = np.zeros(offers.may_attend.shape[1], np.int64)
        if self.week < 0:
            return helps, seats, by_lever
        p = self.model.params
        attendance = (p.training_attendance, p.kiosk_attendance)
        for row, kind in enumerate(KINDS):
            doors = self.help.open_doors(kind, self.week)
            if doors is None:
                continue
            seek, lots = (key_of(self.seed, stream, self.week) for stream in SEEKING_STREAMS[kind])
            if self._seekers is None:
                n = len(self.c.age)
                self._seekers = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.uint64)
            found = candidates(
                self.c, seek, lots, doors.nearest, doors.distance_km, doors.levers, offers.may_attend,
                attendance[row], p, *self._seekers,
            )  # fmt: skip
            seekers, sought, lot = (values[:found] for values in self._seekers)
            who, lever = self.help.seat(doors, seekers, sought, lot, self.c.offer_group[seekers], offers.may_attend)
            self.c.helped[who] = int(kind)
            self.c.ever_helped[who] |= np.uint8(kind)
            helps[row], seats[row] = len(who), doors.seats.sum()
            by_lever += np.bincount(lever, minlength=len(by_lever))
        return helps, seats, by_lever

    def _move_citizens(self, week: Week, keys: Array, offers: WeekOffers) -> None:
        first = self.world.zones.first_citizen
        bundle = args.Offers(
            offers.coupon_fen, offers.coupon_lever, offers.cashback_fen, offers.cashback_lever, offers.media
        )

        def move(worker: int) -> None:
            """Move every n-th slice; sums at tills are whole numbers, so who adds them does not matter."""
            tills = self._tills[worker]
            tills[:] = 0
            for k in range(worker, len(self.slices), len(self._tills)):
                args.clear(self._counters[k])
                citizens_week(
                    first[self.slices[k][0]], first[self.slices[k][1]], self.c, self.zones, self.world.peer_start, week,
                    keys, bundle, self.model.tables, self.model.alpha, self.seen_acceptance, self.till_outlets,
                    len(self.m.sector), self.model.params, self._standing, self._work[worker], tills,
                    self._counters[k],
                )  # fmt: skip

        n_workers = min(self.n_threads, len(self.slices))
        while len(self._tills) < n_workers:
            self._tills.append(np.zeros_like(self._tills[0]))
            self._work.append(args.new_block_work(BLOCK))
        if n_workers == 1:
            move(0)
        else:
            with ThreadPoolExecutor(n_workers) as pool:
                list(pool.map(move, range(n_workers)))
            for others in self._tills[1:]:
                self._tills[0] += others

    def _tell_peers(self) -> None:
        """Push this week's changes into the ties' counts, to be read next week."""
        start, peer = self.world.peer_start, self.world.peer
        if not (self.model.freeze_peers and self.week >= 0):
            for counters in self._counters:
                changed = counters.changed[: counters.n_changed[0]]
                began = self.c.counted_by_peers[changed] == 1
                tell_peers(changed[began], 1, self.c.n_user_peers, start, peer)
                tell_peers(changed[~began], -1, self.c.n_user_peers, start, peer)
            self.user_share = float(self.c.counted_by_peers.sum(dtype=np.int64)) / max(1, len(self.c.age))
        tell_peers(self._unsettled, -1, self.c.n_incident_peers, start, peer)
        self._unsettled = np.concatenate([k.incidents[: k.n_unsettled[0]] for k in self._counters])
        tell_peers(self._unsettled, 1, self.c.n_incident_peers, start, peer)

    def _totals(
        self, week: Week, keys: Array, total: "SliceSum", sectors: Array, helps: Array, seats: Array
    ) -> WeekTotals:
        tables = self.model.tables
        non_user_cash = np.zeros(N_SECTORS, np.int64)
        # whoever stopped after paying as a user made no payments as a non-user besides
        non_user_rate = self._standing.non_user_rate.sum(axis=0) - total.rate_stopped_after_paying
        draw_non_user_cash(non_user_rate, tables.sector_share, keys[Stream.NON_USER_CASH], non_user_cash)
        non_user_fen = np.rint(non_user_cash * tables.mean_ticket_yuan * FEN_PER_YUAN).astype(np.int64)
        n_payments, fen = np.zeros((N_SECTORS, args.N_KINDS), np.int64), np.zeros((N_SECTORS, args.N_KINDS), np.int64)
        payments_by_sector(self._tills[0], self.m.sector, n_payments, fen)
        n_cash = n_payments[:, : args.ELECTRONIC].sum(axis=1) + non_user_cash
        expected = self.m.expected_payments.astype(np.float64)
        by_sector = np.bincount(self.m.sector, weights=expected, minlength=N_SECTORS)
        accepting = np.bincount(self.m.sector, weights=expected * self.m.accepts, minlength=N_SECTORS)
        cells = total.cells.copy()
        cells[:, AT_RISK] = self._stocks[:, AT_RISK] if week.is_moving else 0
        self._stocks = self._stocks + total.cells[:, :N_STOCKS]
        self._place_active = self._place_active + total.place_active
        cells[:, :AT_RISK] = self._stocks[:, :AT_RISK]
        return WeekTotals(
            cells=cells,
            place_active=self._place_active,
            n_electronic=n_payments[:, args.ELECTRONIC],
            n_cash=n_cash,
            n_failed=total.failed,
            electronic_fen=fen[:, args.ELECTRONIC],
            cash_fen=fen[:, : args.ELECTRONIC].sum(axis=1) + non_user_fen,
            sectors=sectors,
            acceptance_by_payments=accepting / np.maximum(by_sector, 1e-300),
            till_seconds=float(total.milliseconds[0]) / 1000.0 + float(n_cash.sum()) * self.model.params.seconds_cash,
            n_incidents=int(total.n_incidents[0]),
            loss_fen=int(total.loss_fen[0]),
            outage_share=week.outage_share,
            n_helps=helps,
            n_seats=seats,
        )

    def _usage(self, total: "SliceSum", helps: Array, rent_fen: Array, n_rents: Array, fee_fen: Array) -> list[Usage]:
        usage = []
        for row in range(len(self.programme.levers)):
            points = [point for point in self.programme.points if point.lever == row]
            usage.append(
                Usage(
                    coupon_fen=int(total.coupon_fen[row]),
                    n_coupons=int(total.n_coupons[row]),
                    cashback_fen=int(total.cashback_fen[row]),
                    n_cashbacks=int(total.n_cashbacks[row]),
                    n_reached=self.programme.n_reached[row],
                    n_helps=int(helps[row]),
                    n_points_open=sum(point.open_week <= self.week < point.close_week for point in points),
                    n_points_opened=sum(point.open_week == self.week < point.close_week for point in points),
                    rent_subsidy_fen=int(rent_fen[row]),
                    n_rent_subsidies=int(n_rents[row]),
                    fee_subsidy_fen=int(fee_fen[row]),
                )
            )
        return usage


class SliceSum(NamedTuple):
    """Counters summed over the slices; see kernels.arguments.Counters."""

    cells: Array
    failed: Array
    place_active: Array
    coupon_fen: Array
    n_coupons: Array
    cashback_fen: Array
    n_cashbacks: Array
    milliseconds: Array
    n_incidents: Array
    rate_stopped_after_paying: Array
    loss_fen: Array


def _sum_slices(counters: list[args.Counters]) -> SliceSum:
    """Return the sums over slices, always in slice order."""

    def total(name: str) -> Array:
        parts = [getattr(k, name) for k in counters]
        return np.asarray(np.sum(parts, axis=0, dtype=np.promote_types(parts[0].dtype, np.int64)))

    return SliceSum(**{name: total(name) for name in SliceSum._fields})


def _copy_state(state: Any) -> Any:
    """Return a state whose changing arrays are copies; the rest is shared."""
    copies = {spec.name: getattr(state, spec.name).copy() for spec in fields(state) if spec.metadata["changes"]}
    return replace(state, **copies)
