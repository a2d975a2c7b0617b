"""The array engine: one world moved week by week by the kernels."""

import copy
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.catchments import NOT_YET
from simulation.core.codes import N_AGES, N_CELLS, N_SECTORS, HelpKind, Stage
from simulation.core.kernels import arguments as args
from simulation.core.kernels.citizens import BLOCK
from simulation.core.kernels.help import attendance
from simulation.core.kernels.observation import status_of_everybody
from simulation.core.observed import ACTIVE, AT_RISK, N_KINDS, N_SIZES, N_STOCKS, USERS
from simulation.core.offers import CITIZEN_USES, MERCHANT_USES, NO_LEVER, ClaimList, Claims, Use, WeekOffers
from simulation.core.rng import Stream
from simulation.core.state import TURNED_AWAY_END, World, copy_changing, copy_whole
from simulation.core.week import Week, sizes_of, week_keys
from simulation.engine.allotment import Allotment
from simulation.engine.help_allotment import KINDS, SEEKING_STREAMS
from simulation.engine.initialise import cell_of
from simulation.engine.loops import Loops
from simulation.engine.model import WARM_UP_WEEKS, Model, conditions
from simulation.engine.office import Office
from simulation.engine.outreach import Outreach
from simulation.engine.parting import check_fork
from simulation.engine.plan import Plan, as_plan
from simulation.engine.programme import Programme
from simulation.engine.recorder import WeekTotals
from simulation.engine.slices import SliceSum, first_payers_of, slices_of, sum_slices
from simulation.engine.totals import Helps, Tallied, WithoutUsers, totals_of_week
from simulation.levers.base import Lever

Array = NDArray[Any]


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
        self.loops = Loops()
        self.week = -WARM_UP_WEEKS
        c = world.citizens
        lacking = (c.stage == Stage.USER) & (c.aware & c.has_device & c.has_account == 0)
        if lacking.any():
            raise ValueError(
                f"{lacking.sum()} users, the first in row {lacking.argmax()}, are without device, account or awareness"
            )
        self._bind(Plan())

    def _bind(self, plan: Plan, like: Programme | None = None) -> None:
        world = self.world
        self.plan = plan
        self.programme = Programme(plan, world, self.seed, like)
        world.citizens.offer_group = self.programme.citizen_group
        world.merchants.offer_group = self.programme.merchant_group
        self.office = Office(plan, self.programme, self.model, self.seed)
        self.allotment = Allotment(self.programme, world, self.seed)
        self.outreach = Outreach(self.programme.citizen_group, self.programme.n_groups)
        self.c = args.as_arrays(args.CitizenArrays, world.citizens)
        self.m = args.as_arrays(args.MerchantArrays, world.merchants)
        self._learners = args.part_of(args.LearnerArrays, self.c)
        self.zones = args.ZoneArrays(*(getattr(world.zones, name) for name in args.ZoneArrays._fields))
        n, n_merchants, n_zones = len(self.c.age), len(self.m.sector), len(world.zones.x_km)
        self.slices = slices_of(world.zones.first_citizen)
        first = world.zones.first_citizen
        self._counters = [
            args.new_counters(int(first[b] - first[a]), len(world.places.place_id)) for a, b in self.slices
        ]
        self._merchant_sums = args.new_merchant_sums(n_merchants)
        self._standing, self._stocks, self._place_active = self._stand()
        n_targets = n_merchants + n_zones * N_SECTORS
        self._work = [args.new_block_work(BLOCK)]  # one a thread, as are the tills
        self._tills = [np.zeros((N_SIZES, N_KINDS * n_targets), np.int64)]
        self.acceptance = np.full(n_targets, NOT_YET)
        self.outlets = np.zeros(n_targets, np.int64)
        self.zone_acceptance = np.zeros(n_zones)
        self.loops.acceptance_of_zones(self.m, self.zones, self.acceptance, self.outlets, self.zone_acceptance)
        self.seen_acceptance, self.seen_zone_acceptance = self.acceptance, self.zone_acceptance
        self.till_outlets = self.outlets
        self._n_counted = int(self.c.counted_by_peers.sum())
        self.user_share = self._n_counted / max(1, n)
        self._unsettled = np.zeros(0, np.int32)
        self._seekers: tuple[Array, Array, Array] | None = None  # allocated when somebody first helps
        self._drawn = np.empty(n_merchants, np.int32)
        family = world.family
        pays = family.child_pays == 1
        self._paying = family.parent[pays], family.child[pays]
        points = self.programme.points or any(lever.standby for lever in plan.levers.values())
        self._attending = np.flatnonzero(self.c.attends_help).astype(np.int32) if points else np.zeros(0, np.int32)

    def take_stock(self) -> None:
        """Count everybody anew and tell ties, after citizens' state was changed from outside a week."""
        c = self.c
        counted = (c.stage == Stage.USER) & (c.weeks_in_stage <= self.model.params.word_of_mouth_weeks)
        changed = np.flatnonzero(counted != c.counted_by_peers).astype(np.int32)
        c.counted_by_peers[:] = counted
        self.loops.tell_peers(changed[counted[changed]], 1, c.n_user_peers, self.world.peer_start, self.world.peer)
        self.loops.tell_peers(changed[~counted[changed]], -1, c.n_user_peers, self.world.peer_start, self.world.peer)
        self._n_counted = int(counted.sum())
        self.user_share = self._n_counted / max(1, len(counted))
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

    def fork(self, plan: Plan | Mapping[str, Lever], model: Model | None = None) -> "ArrayEngine":
        """Return a copy that goes on from here under a plan, leaving this engine as it is.

        After week 0 the copy is, bit for bit, what running its plan from week 0 would have led to.

        Parameters
        ----------
        plan : Plan, or mapping of str to Lever
            Programme, money, events and rules from now on; up to now the same as the plan of this engine.
        model : Model, optional
            The same coefficients with other structural switches; up to week 0 only.

        Raises
        ------
        ValueError
            If the plan has differed from this engine's in weeks that have passed.
        """
        check_fork(self.week, self.plan, as_plan(plan), self.model, model)
        twin = copy.copy(self)
        twin.world = replace(
            self.world, citizens=copy_changing(self.world.citizens), merchants=copy_changing(self.world.merchants)
        )
        twin.model = model or self.model
        twin._bind(as_plan(plan), self.programme)
        twin.user_share = self.user_share
        twin._unsettled = self._unsettled.copy()
        if self.week > 0:
            twin._take_over(self)
        elif twin.model.freeze_acceptance:
            twin.seen_acceptance, twin.seen_zone_acceptance = twin.acceptance.copy(), twin.zone_acceptance.copy()
            twin.till_outlets = twin.outlets.copy()
        return twin

    def standing_still(self, plan: Plan | None = None) -> "ArrayEngine":
        """Return a copy whose people can be moved alone (`move_people`), while all around them stands still.

        Parameters
        ----------
        plan : Plan, optional
            A programme with books of its own from here on; none: that of this engine, of which no help is asked.
        """
        twin = copy.copy(self)
        twin.world = replace(
            self.world, citizens=copy_whole(self.world.citizens), merchants=copy_changing(self.world.merchants)
        )
        if plan is None:
            twin.c = args.as_arrays(args.CitizenArrays, twin.world.citizens)
            twin._learners = args.part_of(args.LearnerArrays, twin.c)
            twin._standing = args.Standing(*(values.copy() for values in self._standing))
            return twin
        twin._bind(plan)
        twin.user_share, twin._unsettled = self.user_share, self._unsettled.copy()
        twin.seen_acceptance, twin.till_outlets = self.seen_acceptance.copy(), self.till_outlets.copy()
        return twin

    def move_people(self, offers: WeekOffers) -> None:
        """Move citizens alone through one week: merchants, what ties hear and the books stay as they are."""
        staff_share, unified_share = self.loops.shares_at_accepting(self.m)
        keys = week_keys(self.seed, self.week)
        week = conditions(self.week, keys, self.user_share, staff_share, unified_share, offers, self.model.coefficients)
        self._move_citizens(week, keys, offers)
        self.week += 1

    def _take_over(self, other: "ArrayEngine") -> None:
        """Go on with what another engine's programme, office and outreach have come to; levers keep their names."""
        self.programme.take_over(other.programme)
        self.office.take_over(other.office)
        self.outreach.take_over(other.outreach)
        self.allotment.visits.take_over(other.allotment.visits)
        self.allotment.doors.take_over(other.allotment.doors)
        rows = np.full(len(other.programme.names) + 1, NO_LEVER, np.int16)  # the last row is that of NO_LEVER, -1
        for there, here in self.programme.rows_of(other.programme).items():
            rows[there] = here
        self.c.coupon_lever[:] = rows[self.c.coupon_lever]
        self.m.subsidy_lever[:] = rows[self.m.subsidy_lever]
        if self.model.freeze_acceptance:
            self.seen_acceptance, self.seen_zone_acceptance = other.seen_acceptance, other.seen_zone_acceptance
            self.till_outlets = other.till_outlets

    def warm_up(self) -> WeekTotals:
        """Let habit, skill, risk and asking settle; stages, acceptance and levers stand still (ODD 11).

        Returns
        -------
        WeekTotals
            Of week -1.
        """
        totals = None
        while self.week < 0:
            totals = self.step()
        assert totals is not None
        return totals

    def step(self) -> WeekTotals:
        """Move the world through one week: levers, help, citizens, merchants, catchments, money, observation.

        Returns
        -------
        WeekTotals
            Sums over the simulated agents, and what levers paid for.
        """
        # 1 levers
        self.office.open_week(self.week)
        offers = self.programme.open_week(self.week) if self.week >= 0 else self.programme.blank()
        staff_share, unified_share = self.loops.shares_at_accepting(self.m)
        keys = week_keys(self.seed, self.week)
        week = conditions(self.week, keys, self.user_share, staff_share, unified_share, offers, self.model.coefficients)
        # 2 help and what else is given in person
        helps = self.allot_help(offers, keys)
        reached = self.outreach.reach(offers.media, helps.who, lambda who: self.c.stage[who] == NEVER_USED)
        directed = self._allot_to_merchants(offers, keys)
        # 3 citizens
        self.c.incident[self._unsettled] = 0
        self._move_citizens(week, keys, offers)
        total = sum_slices(self._counters)
        # 4 merchants
        bundle = args.MerchantOffers._make(_MERCHANT_OFFERS(offers))
        self.loops.merchants_week(
            self.m, self.zones, week, keys, bundle, directed, self.model.gamma, self.model.tables,
            self.model.amounts(week.verification_limit_fen).mean_fen, self.seen_zone_acceptance, self.acceptance,
            self._tills[0][: sizes_of(week)], self.model.freeze_acceptance and week.is_moving, self.model.coefficients,
            self._merchant_sums,
        )  # fmt: skip
        without_users = self._draw_without_users(keys, total)
        # 5 catchments
        self.loops.acceptance_of_zones(self.m, self.zones, self.acceptance, self.outlets, self.zone_acceptance)
        # 6 money
        self._pay_claims()
        # 7 observe; ties learn of this week's changes for the next
        self._tell_peers()
        totals = self._totals(week, total, helps, reached, without_users)
        # 8 the office reads what it can see, and decides
        self.office.close_week(week, totals, offers, lambda: self.world)
        self.week += 1
        return totals

    def allot_help(self, offers: WeekOffers, keys: Array) -> "Helps":
        """Mark who is helped this week: at home, at training, classes and kiosks, with a telephone, by a child.

        Parameters
        ----------
        keys : array of uint64
            Keys of the week by stream (`core.week.week_keys`).
        """
        helps = Helps()
        if self.week < 0:
            return helps
        p = self.model.params
        visits = self.allotment.visits.due(self.week)
        if visits is not None:
            taught = self.loops.taught_at_home(
                self.c, visits.who, visits.draw, visits.let_in_share, p.help_skill_ceiling
            )
            at_home, n_made = self.allotment.home_visits(self.week, visits, taught)
            self._receive(HelpKind.TRAINING, at_home, helps)
            helps.note_visits(at_home, n_made)
            self.c.turned_away[at_home] = 0
        for kind in KINDS:
            doors = self.allotment.doors.open_doors(kind, self.week)
            if doors is None:
                continue
            k, coefficients = int(kind), self.model.coefficients
            seek, lots = (keys[stream] for stream in SEEKING_STREAMS[kind])
            found = self.loops.candidates(
                self._learners, self._attending, seek, lots, doors.open.nearest, doors.open.distance_km,
                doors.open.levers, offers.may_attend, attendance(k, coefficients), coefficients, *self._lists(),
            )  # fmt: skip
            seekers, sought, lot = (values[:found] for values in self._lists())
            who, _ = self.allotment.help(
                self.week, doors, seekers, sought, lot, self.c.turned_away[seekers], self.c.offer_group[seekers], offers
            )
            self.loops.receive_help(
                self.c.helped, self.c.ever_helped, self.c.turned_away, k, seekers, who, TURNED_AWAY_END
            )
            helps.n_helps[k - 1] += len(who)
            helps.n_seats[k - 1] += doors.n_new
            helps.n_turned_away[k - 1] = found - len(who)
            helps.who = np.concatenate([helps.who, who])
        if any(offers.phone_probability.tolist()):
            takers = self._lists()[0]
            found = self.loops.takers_of_phones(self.c, keys[Stream.PHONE], offers.phone_probability, takers)
            levers = offers.phone_lever[self.c.offer_group[takers[:found]]]
            self._receive(HelpKind.PHONE, self.allotment.phones(self.week, takers[:found], levers), helps)
        family = self.world.family
        helps.n_helps[HelpKind.CHILD - 1] = self.loops.shown_by_children(
            self._learners, family.parent, family.child, keys[Stream.CHILD_HELP], self.model.coefficients
        )
        return helps

    def _lists(self) -> tuple[Array, Array, Array]:
        """Return lists to write candidates, what they seek and their lots into."""
        if self._seekers is None:
            n = len(self.c.age)
            self._seekers = np.empty(n, np.int32), np.empty(n, np.int64), np.empty(n, np.uint64)
        return self._seekers

    def _receive(self, kind: HelpKind, who: Array, helps: "Helps") -> None:
        """Mark who receives something in person this week."""
        self.c.helped[who] = int(kind)
        self.c.ever_helped[who] |= np.uint8(1 << kind - 1)
        helps.n_helps[kind - 1] += len(who)

    def _allot_to_merchants(self, offers: WeekOffers, keys: Array) -> Array:
        """Train staff at workshops; return what the acceptance drive does to each merchant this week."""
        p = self.model.params
        if self.week >= 0 and any(offers.workshop_seats.tolist()):
            seeking = np.where(offers.may_train.any(axis=1), p.workshop_attendance, 0.0)
            found = self.loops.candidates_of_merchants(self.m, keys[Stream.WORKSHOP], seeking, 1, self._drawn)
            who = self._drawn[:found].copy()
            self.m.trained[self.allotment.workshops(self.week, who, self.m.offer_group[who], offers)] = 1
        if self.week < 0 or not any(offers.drive_probability.tolist()):
            return np.zeros(len(self.m.sector), np.uint8)
        found = self.loops.candidates_of_merchants(
            self.m, keys[Stream.ADOPT_DIRECTIVE], offers.drive_probability, 0, self._drawn
        )
        who = self._drawn[:found].copy()
        return self.allotment.drive(self.week, who, offers.drive_lever[self.m.offer_group[who]])

    def _move_citizens(self, week: Week, keys: Array, offers: WeekOffers) -> None:
        first = self.world.zones.first_citizen
        bundle = args.Offers._make(_OFFERS(offers))
        n_sizes = sizes_of(week)

        def move(worker: int) -> None:
            """Move every n-th slice; sums at tills are whole numbers, so who adds them does not matter."""
            tills = self._tills[worker][:n_sizes]
            tills[:] = 0
            for k in range(worker, len(self.slices), len(self._tills)):
                args.clear(self._counters[k])
                self.loops.citizens_week(
                    first[self.slices[k][0]], first[self.slices[k][1]], self.c, self.zones, self.world.peer_start, week,
                    keys, bundle, self.model.tables, self.model.alpha, self.seen_acceptance, self.till_outlets,
                    len(self.m.sector), self.model.coefficients, self._standing, self._work[worker], tills,
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
                self._tills[0][:n_sizes] += others[:n_sizes]

    def _tell_peers(self) -> None:
        """Push this week's changes into the ties' counts, to be read next week."""
        start, peer = self.world.peer_start, self.world.peer
        if not (self.model.freeze_peers and self.week >= 0):
            for counters in self._counters:
                changed = counters.changed[: counters.n_changed[0]]
                self._n_counted += self.loops.tell_changes(
                    changed, self.c.counted_by_peers, self.c.n_user_peers, start, peer
                )
            self.user_share = self._n_counted / max(1, len(self.c.age))
        self.loops.tell_peers(self._unsettled, -1, self.c.n_incident_peers, start, peer)
        self._unsettled = np.concatenate([k.incidents[: k.n_unsettled[0]] for k in self._counters])
        self.loops.tell_peers(self._unsettled, 1, self.c.n_incident_peers, start, peer)

    def _pay_claims(self) -> None:
        """Pay what citizens and merchants claim for this week, use by use."""
        citizens = [(k.n_claims.tolist(), (k.claim_lever, k.claim_agent, k.claim_fen)) for k in self._counters]
        self._pay(CITIZEN_USES, citizens, self.c.weeks_in_stage)
        k = self._merchant_sums
        merchants = [(k.n_claims.tolist(), (k.claim_lever, k.claim_agent, k.claim_fen))]
        self._pay(MERCHANT_USES, merchants, self.m.weeks_in_state)

    def _pay(
        self, uses: tuple[Use, ...], claimed: Sequence[tuple[list[int], tuple[Array, ...]]], waiting: Array
    ) -> None:
        """Pay claims listed by use: how many there are of each, and who claims how much of which lever."""
        for row, use in enumerate(uses):
            lists = [ClaimList._make(each[row, : n[row]] for each in columns) for n, columns in claimed if n[row]]
            if not lists:
                continue
            claims = Claims(int(use), lists, waiting.__getitem__)
            paid = self.programme.pay(self.week, claims)
            if use == Use.RENT and not paid.all():
                # the programme has run out of money for them: they pay the rent alone from now on
                unpaid = claims.joined().agent[~paid]
                self.m.rent_subsidy_share[unpaid] = 0.0
                self.m.subsidy_lever[unpaid] = NO_LEVER

    def _draw_without_users(self, keys: Array, total: SliceSum) -> "WithoutUsers":
        """Draw the payments of non-users, and of children for their parents (ODD 7.7, A9, A10)."""
        n_cash, n_family = np.zeros((2, N_SECTORS), np.int64)
        n_person = self.loops.draw_without_users(
            self._learners, *self._paying, self._standing.non_user_rate, total.rate_stopped_after_paying,
            self.model.tables.sector_share, self.seen_acceptance, len(self.m.sector), keys, self.model.coefficients,
            n_cash, n_family,
        )  # fmt: skip
        return WithoutUsers(n_cash, n_family, int(n_person))

    def _totals(
        self, week: Week, total: SliceSum, helps: "Helps", reached: Array, without_users: "WithoutUsers"
    ) -> WeekTotals:
        n_payments = np.zeros((N_SIZES, N_SECTORS, N_KINDS), np.int64)
        milliseconds = np.zeros((N_SIZES, N_SECTORS), np.int64)
        acceptance_by_payments = np.zeros(N_SECTORS)
        self.loops.acceptance_by_payments(self.m, acceptance_by_payments)
        self.loops.payments_by_sector(self._tills[0][: sizes_of(week)], self.m.sector, n_payments, milliseconds)
        at_risk = self._stocks[:, AT_RISK] if week.is_moving else 0  # those of the week before
        self._stocks = self._stocks + total.cells[:, :N_STOCKS]
        self._place_active = self._place_active + total.place_active
        cells = total.cells.copy()
        cells[:, :N_STOCKS] = self._stocks
        cells[:, AT_RISK] = at_risk
        return totals_of_week(
            Tallied(
                cells=cells,
                place_active=self._place_active,
                n_payments=n_payments,
                milliseconds=milliseconds,
                n_person=total.person,
                without_users=without_users,
                sectors=self._merchant_sums.sectors.copy(),
                acceptance_by_payments=acceptance_by_payments,
                merchant_payments=self._merchant_sums.payments.copy(),
                n_incidents=int(total.n_incidents[0]),
                loss_fen=int(total.loss_fen[0]),
                n_assisted=total.assisted.copy(),
                catchments=self.acceptance[len(self.m.sector) :].reshape(-1, N_SECTORS),
                first_payers=first_payers_of(self._counters),
            ),
            helps, reached, week, self.programme, self.model,
        )  # fmt: skip


NEVER_USED = int(Stage.NEVER)  # comparing arrays with a member of an enumeration costs ten times more
_OFFERS = attrgetter(*args.Offers._fields)
_MERCHANT_OFFERS = attrgetter(*args.MerchantOffers._fields)
