"""What people would do next if something were not in their way, all around them standing still.

People go on from where a run has come to, once as they are and once for each set of barriers that is taken away, with
the draws they would have had. Rules and loops are those of any run: what is changed is state, offers and what the loops
read of shops. Around them everything stands still: ties, shops and the programme are those of the run's last week, no
fraud becomes known, and help, telephones and children's help reach those whom they reach where nothing is taken away.
So nobody's answer depends on what another one does.

**Chances of when are met on schedule, chances of whether are drawn.** The question of paying electronically comes up at
a weekly rate of some hundredths: in a horizon of half a year it would come up to a third of the people never, and no
removal could help them, which says nothing of what holds them. So it comes up as often as on average, `rate x horizon`
times (once at least), in weeks spread evenly, to everybody; what they answer is drawn as in any run. In the same
way those who ever come for help come to a door next to theirs as often as on average. That a campaign lets the
question come up more often is left out. In business as usual in Lishui 8.0% of those who do not pay do so within half a
year if the question comes up on schedule, 6.9% if it comes up by chance and all around them moves on.
"""

from collections.abc import Collection
from dataclasses import replace
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.catchments import NOT_YET
from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, HelpKind
from simulation.core.kernels import arguments as args
from simulation.core.kernels.help import candidates
from simulation.core.kernels.merchants import acceptance_of_zones
from simulation.core.observed import ACTIVE_WEEKS
from simulation.core.offers import WeekOffers
from simulation.core.rng import key_of
from simulation.core.rules import learning
from simulation.core.week import week_keys
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.help_allotment import SEEKING_STREAMS
from simulation.engine.plan import Plan
from simulation.levers.base import Lever

Array = NDArray[Any]
Mask = NDArray[np.bool_]

NOT_PAID = -1  # week of a payment that is not made within the horizon
DOOR_KIND = HelpKind.TRAINING  # what stands next to everybody's home: one-to-one teaching, the most help there is


class Barrier(IntEnum):
    """What can keep somebody from paying electronically, in the order in which one meets it."""

    UNAWARE = 0  # does not know the service
    NO_ACCESS = 1  # no device or no account
    SKILL = 2
    TRUST = 3
    HELP_TOO_FAR = 4  # would come for help in person, were it near
    NOWHERE_ACCEPTS = 5
    NOTHING_TO_GAIN = 6


BARRIER_NAMES = tuple(barrier.name.lower() for barrier in Barrier)
N_BARRIERS = len(BARRIER_NAMES)


class _Around(NamedTuple):
    """One week around people."""

    offers: WeekOffers
    helped: Array  # u1 (N,) what they receive in person (codes.HelpKind)


def standing_plan(engine: ArrayEngine, horizon: int) -> Plan:
    """Return the plan of an engine as it stands: levers that acted last week go on, others do not begin.

    Money does not limit it; a lever that could not be paid for last week does not act.

    Parameters
    ----------
    horizon : int
        Weeks it is to go on.
    """
    programme, last = engine.programme, engine.week - 1
    is_open = programme.open_week_levers
    levers = zip(programme.names, programme.levers, is_open, strict=True)
    standing = {name: _standing(lever, last, is_paid) for name, lever, is_paid in levers}
    return Plan(levers=standing, monitor=engine.plan.monitor, n_weeks=engine.week + horizon)


def _standing(lever: Lever, last: int, is_paid: bool) -> Lever:
    """Return a lever that never ends where it acted in a week, and has ended where it did not or is used up."""
    acts = is_paid and lever.schedule.is_on(last) and not lever.is_used_up
    return lever.model_copy(
        update={"schedule": lever.schedule.model_copy(update={"end_week": None if acts else last + 1})}
    )


def scheduled(rate: float, horizon: int) -> Array:
    """Return the weeks, from 0, in which something that happens at a weekly rate happens if met on schedule.

    round(rate x horizon) times, once at least, each in the middle of its part of the horizon.
    """
    times = max(1, round(rate * horizon))
    return (2 * np.arange(times) + 1) * horizon // (2 * times)


class Removal:
    """People of a run's last week, who can be let go on with something out of their way.

    Parameters
    ----------
    engine : ArrayEngine
        Stands where the run has ended; left as it is.
    horizon : int
        Weeks people go on.
    gain_yuan : float
        What a payment is felt to bring where `NOTHING_TO_GAIN` is taken away.

    Attributes
    ----------
    gap : array of bool, shape (N,)
        Who did not pay electronically in the last four weeks: those the coverage lacks.
    by_themselves : array of int16, shape (N,)
        Week from now of their next payment of their own, nothing being taken away; `NOT_PAID` where there is none.
    """

    def __init__(self, engine: ArrayEngine, horizon: int, gain_yuan: float) -> None:
        self.horizon, self.gain_fen = horizon, gain_yuan * FEN_PER_YUAN
        self.gap: Mask = engine.c.weeks_since_use >= ACTIVE_WEEKS
        p = engine.model.params
        self._trials, self._returns = scheduled(p.trial_rate, horizon), scheduled(p.return_rate, horizon)
        at_the_door = learning.attendance_probability(
            learning.attendance_rate(int(DOOR_KIND), p), p.attends_help_share, 0.0, p.help_distance_km
        )
        self._visits = scheduled(at_the_door, horizon)
        self._still = engine.standing_still(standing_plan(engine, horizon))
        self._still.c.n_incident_peers[:] = 0
        self._accepted = _accepted_everywhere(self._still)
        self._weeks: list[_Around] = []
        self.by_themselves = self.next_payment(())

    def next_payment(self, barriers: Collection[Barrier], who: Mask | None = None) -> Array:
        """Return when people of the gap next pay electronically themselves if barriers were not there for them.

        Parameters
        ----------
        barriers : collection of Barrier
            What is taken away.
        who : array of bool, shape (N,), optional
            For whom; for the whole gap by default. Nobody else's answer depends on it.

        Returns
        -------
        array of int16, shape (N,)
            Week from now; `NOT_PAID` where they do not within the horizon, and outside the gap.
        """
        mine = self.gap if who is None else self.gap & who
        engine = self._still.standing_still()
        self._change_people(engine, barriers, mine)
        if Barrier.NOWHERE_ACCEPTS in barriers:
            engine.seen_acceptance, engine.till_outlets = self._accepted
        paid = np.full(len(mine), NOT_PAID, np.int16)
        p = engine.model.params
        for week in range(self.horizon):
            asked = {"trial_rate": float(week in self._trials), "return_rate": float(week in self._returns)}
            engine.model = replace(engine.model, params=p._replace(**asked))
            offers = self._go_round(engine, week)
            if Barrier.HELP_TOO_FAR in barriers and week in self._visits:
                self._come_to_the_door(engine, mine)
            if Barrier.NOTHING_TO_GAIN in barriers:
                offers = replace(offers, reward_felt_fen=np.maximum(offers.reward_felt_fen, self.gain_fen))
            engine.move_people(offers)
            paid[mine & (paid == NOT_PAID) & (engine.c.weeks_since_use == 0)] = week
        return paid

    def _go_round(self, engine: ArrayEngine, week: int) -> WeekOffers:
        """Hand out what people receive in a week, and return what is offered; found out when first asked for."""
        if week == len(self._weeks):
            offers = replace(engine.programme.open_week(engine.week), fraud_factor=0.0)
            engine.allot_help(offers, week_keys(engine.seed, engine.week))
            self._weeks.append(_Around(offers, engine.c.helped.copy()))
        engine.c.helped[:] = self._weeks[week].helped
        return self._weeks[week].offers

    @staticmethod
    def _change_people(engine: ArrayEngine, barriers: Collection[Barrier], who: Mask) -> None:
        c = engine.c
        if Barrier.UNAWARE in barriers:
            c.aware[who] = 1
        if Barrier.NO_ACCESS in barriers:
            c.has_device[who] = c.has_account[who] = 1
        if Barrier.SKILL in barriers:
            c.skill[who] = c.innate_skill[who] = 1.0
        if Barrier.TRUST in barriers:
            c.perceived_risk[who] = c.baseline_risk[who] = 0.0

    @staticmethod
    def _come_to_the_door(engine: ArrayEngine, who: Mask) -> None:
        """Help those who ever come and would come to a door next to theirs this week, if nothing else helps them."""
        c, p = engine.c, engine.model.params
        coming = np.flatnonzero(who & (c.attends_help == 1)).astype(np.int32)
        found, door, lot = (np.empty(len(coming), dtype) for dtype in (np.int32, np.int64, np.uint64))
        n_zones = len(engine.world.zones.x_km)
        seeking, lots = (key_of(engine.seed, stream, engine.week) for stream in SEEKING_STREAMS[DOOR_KIND])
        n = candidates(
            args.part_of(args.LearnerArrays, c), coming, seeking, lots,
            np.zeros((1, n_zones), np.int64), np.zeros((1, n_zones)), np.zeros(1, np.int64),
            np.ones((engine.programme.n_groups, 1), np.uint8), p.attends_help_share, engine.model.coefficients,
            found, door, lot,
        )  # fmt: skip
        c.helped[found[:n]] = int(DOOR_KIND)


def _accepted_everywhere(engine: ArrayEngine) -> tuple[Array, Array]:
    """Return acceptance as people judge it, and as they meet it at tills, if every shop accepted."""
    n_targets, n_zones = len(engine.seen_acceptance), len(engine.world.zones.x_km)
    assert n_targets == len(engine.m.sector) + n_zones * N_SECTORS
    acceptance, outlets = np.full(n_targets, NOT_YET), np.zeros(n_targets, np.int64)
    accepting = engine.m._replace(accepts=np.ones_like(engine.m.accepts))
    acceptance_of_zones(accepting, engine.zones, acceptance, outlets, np.zeros(n_zones))
    return acceptance, outlets
