"""Business as usual, written by hand in NumPy: what the array engine's loops must beat.

The same equations, keyed draws and sums as the engine, as a skilled NumPy user would write them. It is given every
honest advantage: no lever, event or warm-up can be run, so that their terms are left out; whoever cannot move is
dropped before anything is worked out for them, and a payment is asked whether it fails only where the worst network
and device could lose it; those at tills are one flat array, taken in blocks that fit the cache, those to people go a
word of three at a time by those who have any left; where each citizen pays, and how slow and unsafe it is there, is
looked up in tables made before the first week; freed memory stays with the process. The few draws of a week that
concern a region, or a handful of citizens, call the scalar rules. NumPy cannot multiply to 128 bits: a payment's word
costs it 6 ns, where the hash of everything else costs 2.
`python -m tests.benchmarks.numpy_week [CITIZENS ...]` times it next to the engine.
"""

import os
import sys
from typing import Any, NamedTuple

if __name__ == "__main__":
    for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[_name] = "1"  # before NumPy and Numba load

import ctypes
import itertools
import math
import resource
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from simulation.core.codes import (
    FEN_PER_YUAN,
    N_AGES,
    N_AREAS,
    N_CELLS,
    N_HELPS,
    N_INCOMES,
    N_SECTORS,
    WEEKS_PER_QUARTER,
    HelpKind,
    Stage,
    Terminal,
)
from simulation.core.observed import (
    ACCEPTING,
    ACTIVE_WEEKS,
    ACTIVE_WEEKS_LONG,
    N_SECTOR_COLUMNS,
    PAID_THIS_QUARTER,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
)
from simulation.core.rng import Stream, key_of, uniform
from simulation.core.rules import merchant, trust
from simulation.core.rules.adoption import FIRST_OLD_AGE
from simulation.core.rules.payment import (
    AMOUNT_BITS,
    ASK_BITS,
    ASK_SCALE,
    MAX_PAYMENTS,
    N_RATES,
    NUMBER_ALIAS_BITS,
    NUMBER_BITS,
    NUMBER_SCALE,
    OUTAGE_SCALE,
    OUTCOME_BITS,
    PERSON_ASK_BITS,
    PERSON_BITS,
    PERSONS_PER_WORD,
    POOL_BITS,
    POOL_SCALE,
    RATE_STEPS,
    SECONDS_SCALE,
    TIE_BITS,
    TIE_SCALE,
    poisson_large,
    poisson_small,
)
from simulation.core.state import CLOCK_END, USE_CLOCK_END, regular_merchants
from simulation.core.tables import N_OUTCOMES
from tests.benchmarks.model import engine_of, scenario_of

Array = NDArray[Any]

N_WEEKS = 20
# splitmix64 (Steele, Lea & Flood 2014)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S27, S30, S31 = np.uint64(27), np.uint64(30), np.uint64(31)
# wyrand (Wang Yi, wyhash): the choices of one id; NumPy multiplies to 64 bits, so that factors are cut in two
CHOICE_STEP, CHOICE_FLIP = np.uint64(0xA0761D6478BD642F), np.uint64(0xE7037ED1A0B428DB)
S32, LOW_32 = np.uint64(32), np.uint64(2**32 - 1)
CHOICE_FLIP_HIGH, CHOICE_FLIP_LOW = CHOICE_FLIP >> S32, CHOICE_FLIP & LOW_32
UNUSED_BITS = np.uint64(11)  # a uniform is the top 53 bits
TWO_TO_MINUS_53 = 2.0**-53
TOP = 2**64 - 1

BYTE, NIBBLE = 8, 4
# of a payment's kind: what became of it (in cash, asked for in vain, electronic), and its sector
SECTOR_BITS, METHOD_BITS = 3, 2
N_KINDS, N_METHODS = 1 << SECTOR_BITS + METHOD_BITS, 3
MILLISECOND_BITS = 37  # of a kind's sum; a block's number and milliseconds together are exact in double precision
ONE_PAYMENT = 1 << MILLISECOND_BITS
IN_VAIN, ELECTRONIC = 1, 2
# Fields of a payment's word. A draw is compared with its threshold moved up to where the field stands, all that stands
# below it left in: one mask instead of a shift and a mask.
POOL_SHIFT, ASK_SHIFT = np.uint64(OUTCOME_BITS), np.uint64(OUTCOME_BITS + POOL_BITS)
FAILURE_SHIFT = np.uint64(OUTCOME_BITS + POOL_BITS + ASK_BITS + AMOUNT_BITS)
OUTCOME_MASK = np.uint64((1 << OUTCOME_BITS) - 1)
POOL_MASK = np.uint64((1 << (OUTCOME_BITS + POOL_BITS)) - 1)
ASK_MASK = np.uint64((1 << (OUTCOME_BITS + POOL_BITS + ASK_BITS)) - 1)
FAILURE_MASK = np.uint64((OUTAGE_SCALE << int(FAILURE_SHIFT)) - 1)
# fields of a payment to a person, three to a word; the first at its low end
TIE_SHIFT, TIE_MASK = np.uint64(TIE_BITS), np.uint64((1 << TIE_BITS) - 1)
PERSON_SHIFT, PERSON_MASK = np.uint64(PERSON_BITS), np.uint64((1 << PERSON_BITS) - 1)
FEWER_ASK_BITS = np.uint64(ASK_BITS - PERSON_ASK_BITS)
# fields of the word a number of payments is read off
NUMBER_SHIFT, NUMBER_ALIAS_SHIFT = np.uint64(64 - NUMBER_BITS), np.uint64(64 - NUMBER_BITS - NUMBER_ALIAS_BITS)
NUMBER_ALIAS_MASK = np.uint64(NUMBER_SCALE - 1)
BETWEEN_ROWS_MASK, TWO_TO_MINUS_32 = np.uint64(2**32 - 1), 2.0**-32
# what is counted of a citizen in one code: recency of use, of use at merchants, access, awareness, stage
BY_STATUS = (3, 2, 2, 2, len(Stage))
N_STATUS = math.prod(BY_STATUS)
MILLISECONDS = 1000.0

BLOCK = 32_768  # citizens, or payments: several arrays of 8 bytes each stay in the second cache
PIECE = 65_536  # codes counted at once
# of mallopt(3): arrays that come and go every week stay with the process
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES, LARGEST_HEAP_ARRAY = 1 << 30, 1 << 25


class Totals(NamedTuple):
    """Sums of one week, named and shaped as the engine's own, less those that nothing but a lever moves."""

    cells: Array
    place_active: Array
    n_electronic: Array
    n_cash: Array
    n_failed: Array
    n_family: Array
    n_person: Array
    electronic_fen: Array
    cash_fen: Array
    asked_in_vain_fen: Array
    n_tickets: Array
    seconds: Array
    sectors: Array
    acceptance_by_payments: Array
    n_incidents: int
    loss_fen: int
    outage_share: float
    n_helps: Array
    n_assisted: Array
    first_payers: Array
    place_reach: Array | None


def mix(words: Array) -> Array:
    """Scramble 64-bit words in place and return them."""
    part = np.empty(min(BLOCK, len(words)), np.uint64)
    for block in blocks(len(words)):
        z = words[block]
        high = part[: len(z)]
        for shift, factor in ((S30, MIX_1), (S27, MIX_2)):
            np.right_shift(z, shift, out=high)
            z ^= high
            z *= factor
        np.right_shift(z, S31, out=high)
        z ^= high
    return words


def choose(words: Array) -> Array:
    """Put in place of each word the halves of its product with its flipped self, folded into one; return the words."""
    parts = np.empty((5, min(BLOCK, len(words))), np.uint64)
    for block in blocks(len(words)):
        z = words[block]
        high, low, flipped, carried, between = parts[:, : len(z)]
        np.right_shift(z, S32, out=high)
        np.bitwise_and(z, LOW_32, out=low)
        np.bitwise_xor(z, CHOICE_FLIP, out=flipped)
        z *= flipped  # the low half of the product
        np.bitwise_xor(low, CHOICE_FLIP_LOW, out=flipped)
        np.multiply(low, flipped, out=carried)
        carried >>= S32
        flipped *= high
        carried += flipped
        np.bitwise_xor(high, CHOICE_FLIP_HIGH, out=flipped)
        low *= flipped
        np.bitwise_and(carried, LOW_32, out=between)
        low += between
        low >>= S32
        carried >>= S32
        high *= flipped
        high += carried
        high += low  # the high half
        z ^= high
    return words


def blocks(n: int) -> list[slice]:
    """Return slices of n rows, each short enough for the cache."""
    return [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]


def to_uniform(bits: Array) -> Array:
    """Return the draws in [0, 1) that the words spell."""
    return (bits >> UNUSED_BITS) * TWO_TO_MINUS_53


def threshold(share: Array, scale: int) -> Array:
    """Return the whole numbers below which a field of a word means yes; made as signed ones, which is faster."""
    return (share * scale + 0.5).astype(np.int64).view(np.uint64)


def logistic(value: Array) -> Array:
    """Return 1 / (1 + e^-v)."""
    return 1.0 / (1.0 + np.exp(-value))


class Moved(NamedTuple):
    """Who moved in one week."""

    shown: Array  # by a child
    assisted: Array  # those of the first uses that a child led to there and then
    first_uses: Array
    returns: Array
    lapses: Array


class AtTills(NamedTuple):
    """What users' payments to merchants came to in one week."""

    n: Array  # u2 (U,) by user: electronic payments above, possible ones below
    failed: Array  # i8 users who lost a payment
    asked: Array  # i8 (M + Z*S, 2) payments asked for electronically at merchants and pools: in vain, met
    kinds: Array  # i8 (3, 6) payments by what became of them and sector
    milliseconds: Array  # i8 (6,) of electronic attempts, by sector
    n_failed: Array  # i8 (6,)


class Paid(NamedTuple):
    """Who paid electronically in one week, merchants and people."""

    users: Array  # i8 (U,) ascending
    n_electronic: Array  # i8 (U,)
    anybody: Array  # bool (N,)
    a_merchant: Array  # bool (N,)


class OfOthers(NamedTuple):
    """Payments of others than users."""

    n_cash: Array  # i8 (6,) to merchants
    n_family: Array  # i8 (6,) by a child, electronic
    n_person: int  # to people


def copy_of(state: Any) -> Any:
    """Return a state with arrays of its own."""
    return type(state)(*(getattr(state, name).copy() for name in state.__slots__))


def count(values: Array, n_values: int) -> Array:
    """Return how often each code occurs; in pieces, because counting widens what it reads to 8 bytes."""
    total = np.zeros(n_values, np.int64)
    for start in range(0, len(values), PIECE):
        total += np.bincount(values[start : start + PIECE], minlength=n_values)
    return total


class NumpyWeek:
    """A world taken over from an engine at week 0, moved by NumPy alone.

    Parameters
    ----------
    engine : ArrayEngine
        Warmed up, without levers; left as it is.

    Raises
    ------
    ValueError
        If the engine does not stand at week 0.
    """

    def __init__(self, engine: Any) -> None:
        world, model, zones = engine.world, engine.model, engine.world.zones
        self.p, self.tables, self.alpha, self.gamma = model.params, model.tables, model.alpha, model.gamma
        self.seed, self.week, self.user_share = engine.seed, engine.week, engine.user_share
        if self.week != 0:
            raise ValueError(f"the engine stands at week {self.week}; NumPy takes over at week 0, after the warm-up")
        self.citizens, self.merchants = copy_of(world.citizens), copy_of(world.merchants)
        self.peer_start, self.peer = world.peer_start, world.peer
        p, c, m = self.p, self.citizens, self.merchants
        self.n_merchants, self.n_zones, self.n_places = len(m.sector), len(zones.x_km), len(world.places.place_id)
        self.n_ties = np.diff(self.peer_start).astype(np.int32)
        self.cell = (c.age.astype(np.int16) * N_AREAS + c.area) * N_INCOMES + c.income
        self.rate_of_others = self._rates(np.flatnonzero(c.stage != Stage.USER))
        # where a citizen pays, by outcome; what network and device add to a payment and how seldom they lose it
        self.targets = np.empty((len(c.age), N_OUTCOMES), np.int32)
        self.targets[:, 0::2] = self.n_merchants + c.zone[:, None].astype(int) * N_SECTORS + np.arange(N_SECTORS)
        self.targets[:, 1::2] = regular_merchants(world)
        self.friction_seconds = zones.network_seconds[c.zone] + p.seconds_old_device * c.old_device
        self.safe_share = 1.0 - np.minimum(1.0, zones.network_failure[c.zone] + p.old_device_failure * c.old_device)
        self.steps = np.arange(1, BLOCK + MAX_PAYMENTS + 1, dtype=np.uint64) * CHOICE_STEP
        # who is a child of whom
        family = world.family
        self.parents, self.children = family.parent, family.child
        self.paid_for, self.payers = (rows[family.child_pays == 1] for rows in (family.parent, family.child))
        self.paid_for_row = c.zone[self.paid_for].astype(int) * N_AGES + c.age[self.paid_for]
        # catchments as matrices: pools by merchant, merchants by pool
        columns = zones.customer_zone.astype(int) * N_SECTORS + np.repeat(m.sector, np.diff(zones.customer_start))
        shape = self.n_merchants, self.n_zones * N_SECTORS
        self.customers = sparse.csr_array((zones.customer_weight.astype(float), columns, zones.customer_start), shape)
        weights = zones.huff_weight.astype(float), zones.huff_merchant, zones.huff_start
        self.catchments = sparse.csr_array(weights, shape[::-1])
        # how many of a place live in each zone
        shape = self.n_places, self.n_zones
        self.residents = sparse.coo_array((np.ones(len(c.age)), (c.place, c.zone)), shape).tocsr()
        self.expected = m.expected_payments.astype(float)
        self.expected_of_zones = np.bincount(m.zone, self.expected, self.n_zones)
        self.expected_of_sectors = np.bincount(m.sector, self.expected, N_SECTORS)
        self.cost = np.where(m.terminal == Terminal.POS, p.pos_rent_yuan_per_week, p.qr_cost_yuan_per_week)
        self.unsettled = np.flatnonzero(c.incident)
        self._see_acceptance()
        self._count_everybody()

    def step(self) -> Totals:
        """Move the world through one week and return its sums."""
        p, c, m = self.p, self.citizens, self.merchants
        outage = [uniform(key_of(self.seed, s, self.week), 0) for s in (Stream.OUTAGE, Stream.OUTAGE_HOURS)]
        outage_share = trust.outage_share(*outage, 0.0, 0.0, p)
        # working copies in double precision: the state is rounded once, at the week's end
        skill, risk = c.skill.astype(float), c.perceived_risk.astype(float)
        moved = self._move(skill, risk)
        is_user = c.stage == Stage.USER
        users = np.flatnonzero(is_user)
        number, n_person, ask, seconds = self._ways_of_paying(users, skill, risk)
        tills = self._pay_merchants(users, number, ask, np.floor(seconds * MILLISECONDS + 0.5), outage_share)
        n_possible, n_electronic = self._pay_people(users, n_person, ask)
        paid = self._use_habits(users, number + n_person > 0, tills.n, n_possible, n_electronic)
        self._go_without(np.flatnonzero(~is_user))
        first_payers = self._set_clocks(paid)
        hit, stopped, loss_fen = self._settle(paid, tills.failed, trust.failure_jump(outage_share, p), skill, risk)
        moved = moved._replace(lapses=np.concatenate([moved.lapses, stopped]))
        others = self._pay_as_others()
        self.rate_of_others += self._rates(stopped)
        sectors = self._move_merchants(tills.asked)
        self._see_acceptance()
        self._tell_peers(hit)
        cells = self._count(moved)
        n_made = int(n_electronic.sum())
        accepting = np.bincount(m.sector, self.expected * m.accepts, N_SECTORS)
        n_helps, n_assisted = np.zeros((2, N_HELPS), np.int64)
        n_helps[HelpKind.CHILD - 1], n_assisted[HelpKind.CHILD - 1] = len(moved.shown), len(moved.assisted)
        totals = Totals(
            cells=cells,
            place_active=self.place_active.copy(),
            n_failed=tills.n_failed,
            n_family=others.n_family,
            n_person=np.array([n_made, n_person.sum() + others.n_person - n_made]),
            **self._sums_at_tills(tills, others),
            sectors=sectors,
            acceptance_by_payments=accepting / np.maximum(self.expected_of_sectors, np.finfo(float).tiny),
            n_incidents=len(hit),
            loss_fen=loss_fen,
            outage_share=outage_share,
            n_helps=n_helps,
            n_assisted=n_assisted,
            first_payers=first_payers,
            place_reach=self._reach_places() if self.ends_quarter else None,
        )
        self.week += 1
        return totals

    @property
    def ends_quarter(self) -> bool:
        """Whether this week is the last of a quarter."""
        return (self.week + 1) % WEEKS_PER_QUARTER == 0

    def _sums_at_tills(self, tills: AtTills, others: OfOthers) -> dict[str, Array]:
        """Return the week's payments to merchants by number, value and time: users' as made, others' as expected."""
        p, tables = self.p, self.tables
        n_kinds = tills.kinds
        mean_fen = tables.mean_ticket_yuan * FEN_PER_YUAN
        in_cash = n_kinds[:ELECTRONIC].sum(axis=0)
        fen = np.rint(np.stack([in_cash, *n_kinds[IN_VAIN:]]) * mean_fen).astype(int)
        cash_by_class = (in_cash + others.n_cash)[:, None] * tables.ticket_share
        by_family = others.n_family[:, None] * tables.ticket_share
        # a child pays as a skilled user does
        seconds = tills.milliseconds[:, None] / MILLISECONDS * tables.ticket_share + cash_by_class * tables.cash_seconds
        seconds += by_family * (p.seconds_electronic + p.seconds_verification)
        return {
            "n_electronic": n_kinds[ELECTRONIC] + others.n_family,
            "n_cash": in_cash + others.n_cash,
            "electronic_fen": fen[ELECTRONIC] + np.rint(others.n_family * mean_fen).astype(int),
            "cash_fen": fen[0] + np.rint(others.n_cash * mean_fen).astype(int),
            "asked_in_vain_fen": fen[IN_VAIN],
            "n_tickets": n_kinds[ELECTRONIC][:, None] * tables.ticket_share + cash_by_class + by_family,
            "seconds": seconds,
        }

    def _bits(self, stream: Stream, who: Array) -> Array:
        """Return 64 random bits of this week for each of `who`."""
        z = who.astype(np.uint64)
        z *= GOLDEN
        z += key_of(self.seed, stream, self.week)
        return mix(z)

    def _below(self, stream: Stream, who: Array, bound: float) -> tuple[Array, Array]:
        """Return those of `who` whose draw is below a bound (or by a hair above), and their draws."""
        bits = self._bits(stream, who)
        keep = bits <= np.uint64(min(TOP, int(bound * 2.0**64) + (1 << int(UNUSED_BITS))))
        at = np.flatnonzero(keep)
        return who.take(at), to_uniform(bits.take(at))

    def _among_ties(self, who: Array) -> Array:
        """Return the share of ties who use the service, of each of `who`."""
        return self.citizens.n_user_peers[who] / np.maximum(1, self.n_ties[who])

    def _peers(self, who: Array) -> Array:
        """Return the share of others who use the service, of each of `who`."""
        mix = self.p.mean_field_share
        return (1.0 - mix) * self._among_ties(who) + mix * self.user_share

    def _rates(self, who: Array) -> Array:
        """Return the expected payments a week of some citizens together, by age; multiples of 1/8, so exact."""
        c = self.citizens
        return np.bincount(c.age[who], c.payments_per_week[who], N_AGES)

    def _attitude(self, who: Array, skill: Array, risk: Array) -> Array:
        """Return the attitude of each of `who`, logits; all have a device."""
        p, c = self.p, self.citizens
        age = c.age[who]
        acceptance = self.acceptance.take(self.targets.take(who, axis=0))
        expected = p.regular_share * acceptance[:, 1::2] + (1.0 - p.regular_share) * acceptance[:, 0::2]
        at_tills = np.zeros(len(who))
        for s in range(N_SECTORS):
            at_tills += self.tables.sector_share[age, s] * expected[:, s]
        to_people = p.person_payments_ratio / (1.0 + p.person_payments_ratio)
        return (
            self.alpha[age, c.area[who]]
            + c.taste[who].astype(float)
            + p.weight_usefulness * ((1.0 - to_people) * at_tills + to_people * self._among_ties(who))
            + p.weight_peers * self._peers(who)
            - p.weight_effort * (1.0 - skill[who])
            - p.weight_risk * risk[who]
            - p.weight_cash_preference * c.prefers_cash[who]
        )

    def _move(self, skill: Array, risk: Array) -> Moved:
        """Draw awareness, access, help by children and peers and changes of stage; return who moved."""
        p, c = self.p, self.citizens
        c.weeks_in_stage += c.weeks_in_stage < CLOCK_END
        shown = self._show_parents(skill)

        def bass(stream: Stream, lacking: Array, hazard: float, by_peers: float) -> Array:
            who, draw = self._below(stream, np.flatnonzero(lacking), 1.0 - np.exp(-(hazard + by_peers)))
            return who[draw < 1.0 - np.exp(-(hazard + by_peers * self._peers(who)))]

        c.aware[bass(Stream.AWARENESS, c.aware == 0, p.awareness_external, p.awareness_word_of_mouth)] = 1
        gets = bass(Stream.ACCESS, c.has_device & c.has_account == 0, p.access_hazard, p.access_peer_hazard)
        c.has_device[gets] = c.has_account[gets] = 1

        skill[shown] += p.learning_peer * (1.0 - skill[shown])
        c.ever_helped[shown] |= 1 << HelpKind.CHILD - 1
        others_shown = shown[c.stage[shown] != Stage.USER]
        c.aware[others_shown] = 1
        lacking = others_shown[c.has_account[others_shown] == 0]
        c.has_account[self._below(Stream.HELP_ACCOUNT, lacking, p.child_account_probability)[0]] = 1
        knows_users = np.flatnonzero((c.n_user_peers > 0) | (p.mean_field_share > 0.0))
        who, draw = self._below(Stream.PEER_HELP, knows_users, p.peer_help_rate)
        who = who[draw < p.peer_help_rate * self._peers(who)]
        skill[who] += p.learning_peer * (1.0 - skill[who])

        is_ready = c.aware & c.has_device & c.has_account == 1
        who, draw = self._below(Stream.HELP_FIRST_USE, others_shown[is_ready[others_shown]], p.first_use_child)
        led = who[draw < p.first_use_child]
        is_ready[led] = False  # for a decision of their own
        starts = []
        moves = ((Stage.NEVER, Stream.TRIAL, p.trial_rate), (Stage.LAPSED, Stream.RETURN, p.return_rate))
        for stage, stream, rate in moves:
            who, draw = self._below(stream, np.flatnonzero(is_ready & (c.stage == stage)), min(1.0, rate))
            starts.append(who[draw < min(1.0, rate) * logistic(self._attitude(who, skill, risk))])
        bound = p.lapse_late + p.lapse_early
        who, draw = self._below(Stream.LAPSE, np.flatnonzero(c.stage == Stage.USER), bound)
        gap = 1.0 - c.repetition[who].astype(float)
        ceiling = p.lapse_late + p.lapse_early * gap * gap * gap
        who, draw, ceiling = (np.compress(draw < ceiling, values) for values in (who, draw, ceiling))
        lapses = who[draw < ceiling * logistic(-self._attitude(who, skill, risk))]

        assisted, led_back = led[c.stage[led] == Stage.NEVER], led[c.stage[led] == Stage.LAPSED]
        for who, stage, weeks in (
            (starts[0], Stage.USER, 0),
            (starts[1], Stage.USER, int(p.cashback_weeks) + 1),
            (led, Stage.USER, 0),
            (lapses, Stage.LAPSED, 0),
        ):
            c.stage[who], c.weeks_in_stage[who] = stage, weeks
        first_uses, returns = np.concatenate([starts[0], assisted]), np.concatenate([starts[1], led_back])
        self.rate_of_others += self._rates(lapses) - self._rates(first_uses) - self._rates(returns)
        return Moved(shown, assisted, first_uses, returns, lapses)

    def _show_parents(self, skill: Array) -> Array:
        """Return the parents whom a child who uses the service shows how it is done."""
        p, stage = self.p, self.citizens.stage
        who, draw = self._below(Stream.CHILD_HELP, self.parents, p.child_help_rate)
        child = self.children[np.searchsorted(self.parents, who)]
        could_learn = (stage[who] != Stage.USER) | (skill[who] <= p.help_skill_ceiling)
        return who[(draw < p.child_help_rate) & (stage[child] == Stage.USER) & could_learn]

    def _numbers(self, bits: Array, row: Array, rate: Array) -> Array:
        """Return users' numbers of payments by the alias table of their rates."""
        column = (bits >> NUMBER_SHIFT).view(np.int64)
        entry = self.tables.number_entries.take((np.minimum(row, N_RATES - 1) << NUMBER_BITS) | column)
        draw = ((bits >> NUMBER_ALIAS_SHIFT) & NUMBER_ALIAS_MASK).view(np.int64)
        number = column + ((entry & MAX_PAYMENTS) - column) * (draw >= entry >> BYTE)  # a coin flip, so no `where`
        for k in np.flatnonzero(row >= N_RATES):  # a handful have no row
            number[k] = poisson_small(float(rate[k]), float(to_uniform(bits[k])), self.tables.inverses)
        return number

    def _asking(self, users: Array, skill: Array, risk: Array) -> tuple[Array, Array]:
        """Return each user's threshold of asking, moved up to the ask's field, and seconds of a payment."""
        p, c = self.p, self.citizens
        unskilled = 1.0 - skill[users]
        seconds = p.seconds_electronic + p.seconds_unskilled * unskilled
        seconds += self.friction_seconds[users]
        seconds += p.seconds_verification
        felt = p.weight_effort * unskilled + p.weight_risk * risk[users]
        base = p.method_constant + p.method_habit * c.habit[users].astype(float) - p.method_scale * felt
        base -= 0.5 * p.weight_cash_preference * c.prefers_cash[users]
        base += p.method_time * (p.seconds_cash - seconds) / SECONDS_SCALE
        return threshold(logistic(base), ASK_SCALE) << ASK_SHIFT, seconds

    def _ways_of_paying(self, users: Array, skill: Array, risk: Array) -> tuple[Array, Array, Array, Array]:
        """Return users' numbers of payments to merchants and to people, thresholds of asking, and seconds."""
        number, n_person = np.empty((2, len(users)), np.int64)
        ask, seconds = np.empty(len(users), np.uint64), np.empty(len(users))
        for block in blocks(len(users)):
            who = users[block]
            rate = self.citizens.payments_per_week[who].astype(float)  # in eighths, as the table's rows
            number[block] = self._numbers(self._bits(Stream.N_PAYMENTS, who), (rate * RATE_STEPS).astype(int), rate)
            rate *= self.p.person_payments_ratio
            bits = self._bits(Stream.PERSON_NUMBER, who)
            row = (rate * RATE_STEPS + (bits & BETWEEN_ROWS_MASK) * TWO_TO_MINUS_32).astype(int)
            n_person[block] = self._numbers(bits, row, rate)
            ask[block], seconds[block] = self._asking(who, skill, risk)
        return number, n_person, ask, seconds

    def _pay_merchants(
        self, users: Array, number: Array, ask: Array, milliseconds: Array, outage_share: float
    ) -> AtTills:
        """Make the users' payments to merchants."""
        rows = np.flatnonzero(number)
        payers, number, ask, milliseconds = (values[rows] for values in (users, number, ask, milliseconds))
        kept_share = 1.0 - outage_share
        worst = 1.0 - kept_share * float(self.safe_share.min(initial=1.0))
        may_fail = np.uint64(int(worst * OUTAGE_SCALE + 0.5) << int(FAILURE_SHIFT))
        # one row a payer, then one a payment: citizens' values are repeated, payments summed by `reduceat`
        age_row = self.citizens.age[payers].astype(np.int64) << OUTCOME_BITS
        target_row = payers * N_OUTCOMES
        bits = self._bits(Stream.PAYMENT, payers)
        end = np.cumsum(number)
        first = end - number
        n_payments = int(number.sum())
        asked_at = np.empty(n_payments, np.int32)
        kinds = np.zeros(N_KINDS, np.int64)  # number above, milliseconds below
        sums = np.empty(len(payers), np.uint16)
        has_failed = np.zeros(len(payers), bool)
        failed_in = np.zeros(N_SECTORS, np.int64)
        n_asked = 0
        cuts = np.searchsorted(first, np.arange(0, n_payments + BLOCK, BLOCK)).tolist()
        for a, b in itertools.pairwise(cuts):
            if a == b:
                continue  # one citizen's payments filled the block before
            each, begin = number[a:b], first[a:b] - first[a]
            word = np.repeat(bits[a:b] - begin.view(np.uint64) * CHOICE_STEP, each)
            word += self.steps[: len(word)]
            choose(word)
            at = (word & OUTCOME_MASK).view(np.int64)
            at |= np.repeat(age_row[a:b], each)
            outcome = self.tables.outcome.take(at)
            at = np.repeat(target_row[a:b], each)
            at += outcome
            target = self.targets.reshape(-1).take(at)
            accepted = (word & POOL_MASK) < self.till.take(target)
            asked = (word & ASK_MASK) < np.repeat(ask[a:b], each)
            electronic = accepted & asked
            sector = outcome >> 1
            weight = np.repeat(milliseconds[a:b], each)
            weight *= electronic
            weight += ONE_PAYMENT
            at_failure = np.flatnonzero((word & FAILURE_MASK) < may_fail)
            at_failure = np.compress(electronic.take(at_failure), at_failure)
            payer = np.searchsorted(end[a:b], at_failure + first[a], side="right") + a
            failure = threshold(1.0 - kept_share * self.safe_share[payers[payer]], OUTAGE_SCALE)
            fails = (word[at_failure] & FAILURE_MASK) >> FAILURE_SHIFT < failure
            at_failure = at_failure[fails]
            has_failed[payer[fails]] = True
            electronic[at_failure] = False
            failed_in += np.bincount(sector[at_failure], minlength=N_SECTORS)
            target <<= 1
            target |= electronic
            asking = np.compress(asked, target)
            asked_at[n_asked : n_asked + len(asking)] = asking
            n_asked += len(asking)
            method = asked.view(np.uint8) + electronic.view(np.uint8)
            method <<= SECTOR_BITS
            sector |= method
            kinds += np.bincount(sector, weight, N_KINDS).astype(np.int64)
            both = electronic.astype(np.uint16)
            both *= 1 << BYTE
            both += accepted.view(np.uint8)
            np.add.reduceat(both, begin, out=sums[a:b])
        kinds = kinds.reshape(1 << METHOD_BITS, 1 << SECTOR_BITS)[:N_METHODS, :N_SECTORS]
        n = np.zeros(len(users), np.uint16)
        n[rows] = sums
        return AtTills(
            n=n,
            failed=payers[has_failed],
            asked=count(asked_at[:n_asked], 2 * len(self.acceptance)).reshape(-1, 2),
            kinds=kinds >> MILLISECOND_BITS,
            milliseconds=(kinds & (ONE_PAYMENT - 1)).sum(axis=0),
            n_failed=failed_in,
        )

    def _pay_people(self, users: Array, number: Array, ask: Array) -> tuple[Array, Array]:
        """Make the users' payments to people; return how many could be electronic and were, by user."""
        rows = np.flatnonzero((number > 0) & (self.citizens.n_user_peers[users] > 0))
        possible, electronic = np.zeros((2, len(users)), np.uint8)
        for block in blocks(len(rows)):
            row = rows[block]
            who, left = users.take(row), number.take(row)
            tie = threshold(self._among_ties(who), TIE_SCALE)
            ask_of = ask.take(row) >> (ASK_SHIFT + FEWER_ASK_BITS) << TIE_SHIFT
            bits = self._bits(Stream.PERSON_PAYMENT, who)
            n_made = 0
            while len(row):
                word = choose(bits + self.steps[n_made])
                sums = np.zeros(len(row), np.uint8)
                for third in range(PERSONS_PER_WORD):
                    to_user = (word & TIE_MASK) < tie
                    to_user &= left > n_made + third
                    sums += to_user
                    to_user &= (word & PERSON_MASK) < ask_of
                    sums += to_user.view(np.uint8) << NIBBLE
                    word >>= PERSON_SHIFT
                possible[row] += sums & ((1 << NIBBLE) - 1)
                electronic[row] += sums >> NIBBLE
                n_made += PERSONS_PER_WORD
                goes_on = np.flatnonzero(left > n_made)
                row, left, tie, ask_of, bits = (v.take(goes_on) for v in (row, left, tie, ask_of, bits))
        return possible, electronic

    def _use_habits(self, users: Array, is_payer: Array, n: Array, n_possible: Array, n_electronic: Array) -> Paid:
        """Update users' habits; return who paid electronically."""
        p, c = self.p, self.citizens
        at_tills = n >> BYTE
        n_electronic = at_tills + n_electronic
        n_possible = (n & MAX_PAYMENTS) + n_possible
        for block in blocks(len(users)):
            who, has_paid = users[block], n_electronic[block] > 0
            repetition = c.repetition[who].astype(float)
            c.repetition[who] = repetition + p.habit_rate * (has_paid - repetition)
            ratio = n_electronic[block] / np.maximum(1, n_possible[block])
            habit = c.habit[who].astype(float)
            c.habit[who] = habit + p.habit_rate * ((ratio - habit) * is_payer[block])
        anybody, a_merchant = np.zeros((2, len(c.age)), bool)
        anybody[users], a_merchant[users] = n_electronic > 0, at_tills > 0
        return Paid(users, n_electronic.astype(int), anybody, a_merchant)

    def _go_without(self, others: Array) -> None:
        """Let the habits of others than users fade."""
        c = self.citizens
        for block in blocks(len(others)):
            who = others[block]
            for habit in (c.habit, c.repetition):
                habit[who] = habit[who] * np.float64(1.0 - self.p.habit_rate)

    def _pay_as_others(self) -> OfOthers:
        """Draw the payments of those who paid nobody as users, and of children for their parents."""
        p, stage = self.p, self.citizens.stage
        is_helped = (stage[self.paid_for] != Stage.USER) & (stage[self.payers] == Stage.USER)
        is_helped &= self.citizens.weeks_in_stage[self.paid_for] > 0  # whoever stops has paid that week
        of_parents = np.bincount(
            self.paid_for_row[is_helped],
            self.citizens.payments_per_week[self.paid_for[is_helped]],
            self.n_zones * N_AGES,
        )
        by_sector = of_parents.reshape(self.n_zones, N_AGES) @ self.tables.sector_share
        accepted = self.acceptance[self.n_merchants :].reshape(self.n_zones, N_SECTORS) * p.child_payment_share
        by_children = (by_sector * accepted).sum(axis=0)
        in_cash = self.rate_of_others @ self.tables.sector_share - by_children

        def numbers(stream: Stream, rates: Array) -> Array:
            draws = to_uniform(self._bits(stream, np.arange(len(rates))))
            return np.array([poisson_large(*pair) for pair in zip(rates.tolist(), draws.tolist(), strict=True)])

        to_people = self.rate_of_others.sum(keepdims=True) * p.person_payments_ratio
        return OfOthers(
            n_cash=numbers(Stream.NON_USER_CASH, in_cash),
            n_family=numbers(Stream.FAMILY_PAYMENTS, by_children),
            n_person=int(numbers(Stream.NON_USER_PERSON_CASH, to_people)[0]),
        )

    def _set_clocks(self, paid: Paid) -> Array:
        """Set the clocks of use; return who paid electronically for the first time, or the first for long."""
        c = self.citizens
        first_payers = np.flatnonzero(paid.anybody & (c.weeks_since_use == USE_CLOCK_END))
        for clock, has_paid in ((c.weeks_since_use, paid.anybody), (c.weeks_since_merchant, paid.a_merchant)):
            clock += clock < USE_CLOCK_END
            clock *= ~has_paid
        c.epay_weeks_quarter += paid.anybody
        return first_payers

    def _settle(
        self, paid: Paid, failed: Array, failure_jump: float, skill: Array, risk: Array
    ) -> tuple[Array, Array, int]:
        """Set skill and perceived risk; return who met fraud, who stopped for it, and the loss in fen."""
        p, c = self.p, self.citizens
        for block in blocks(len(skill)):
            value, innate = skill[block], c.innate_skill[block].astype(float)
            learnt = 1.0 - value
            learnt *= p.learning_by_doing
            learnt += value
            value -= innate
            value *= 1.0 - p.forgetting
            value += innate
            value *= ~paid.anybody[block]  # one or the other, exactly; who paid is a coin flip, so no `where`
            learnt *= paid.anybody[block]
            value += learnt

        n_paid = paid.n_electronic
        bound = trust.incident_bound_per_payment(1.0, p)
        candidates, draw = self._below(
            Stream.INCIDENT, paid.users[np.flatnonzero(n_paid)], float(n_paid.max(initial=0)) * bound
        )
        n_of = n_paid[np.searchsorted(paid.users, candidates)]
        old = np.where(c.age[candidates] >= FIRST_OLD_AGE, p.fraud_old_factor, 1.0)
        per_payment = np.minimum(1.0, p.fraud_probability * old * (trust.SKILL_EXPOSURE - skill[candidates]))
        hit = candidates[draw < 1.0 - (1.0 - per_payment) ** n_of]
        losses = [
            trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, u)  # a handful a week
            for u in to_uniform(self._bits(Stream.INCIDENT_LOSS, hit)).tolist()
        ]
        loss_fen = sum(int(loss * FEN_PER_YUAN + 0.5) for loss in losses)
        # no hotline, so that nothing is settled
        risk[hit] += p.risk_own_incident * (1.0 - risk[hit])
        risk[failed] += failure_jump * (1.0 - risk[failed])
        stopped = hit[to_uniform(self._bits(Stream.LAPSE_AFTER_INCIDENT, hit)) < p.lapse_after_incident]
        c.stage[stopped], c.weeks_in_stage[stopped] = Stage.LAPSED, 0
        for block in blocks(len(risk)):
            value, target = risk[block], c.baseline_risk[block].astype(float)
            value -= target
            value *= 1.0 - p.risk_reversion
            value += target
        near = np.flatnonzero(c.n_incident_peers)
        heard = 1.0 - (1.0 - p.risk_peer_incident) ** c.n_incident_peers[near].astype(float)
        risk[near] += heard * (1.0 - risk[near])
        c.skill[:], c.perceived_risk[:], c.incident[:] = skill, risk, 0
        c.incident[hit] = 1
        return hit, stopped, loss_fen

    def _move_merchants(self, asked_at: Array) -> Array:
        """Update asking, draw adoption and withdrawal; return the sectors' sums."""
        p, m = self.p, self.merchants
        # a pool's payments are shared out, electronic ones among its merchants who accept
        asked_and_taken = np.stack([asked_at.sum(axis=1), asked_at[:, 1]], axis=1).astype(float)
        own, of_pools = asked_and_taken[: self.n_merchants], asked_and_taken[self.n_merchants :]
        accepting = self.acceptance[self.n_merchants :]
        of_pools[:, 1] = np.divide(of_pools[:, 1], accepting, out=np.zeros(len(accepting)), where=accepting > 0.0)
        asked, taken = (own + self.customers @ of_pools).T
        m.quarter_payments += taken * m.accepts
        observed = np.divide(asked, self.expected, out=np.zeros(len(asked)), where=self.expected > 0.0)
        q = m.ask_share.astype(float)
        q += p.ask_smoothing * (np.minimum(1.0, observed) - q)
        m.ask_share[:] = q
        m.weeks_in_state += m.weeks_in_state < CLOCK_END
        per_yuan = p.cash_handling_share + p.lost_sale_share * p.gross_margin_share - p.merchant_fee_share

        def readiness(j: Array) -> Array:
            benefit = q[j] * self.expected[j] * self.tables.mean_ticket_yuan[m.sector[j]] * per_yuan - self.cost[j]
            return (
                self.gamma[m.sector[j]]
                + p.merchant_weight_asking * q[j]
                + p.merchant_weight_benefit * np.arcsinh(benefit / p.benefit_reference_yuan)
                + p.merchant_weight_local * self.zone_acceptance[m.zone[j]]
                + m.readiness_taste[j].astype(float)
            )

        rate = min(1.0, p.merchant_review_rate)
        j, draw = self._below(Stream.ADOPT, np.flatnonzero(m.accepts == 0), rate)
        starts = j[draw < rate * logistic(readiness(j))]
        may_stop = np.flatnonzero((m.accepts == 1) & (m.sector >= merchant.FIRST_WITHDRAWING_SECTOR))
        j, draw = self._below(Stream.WITHDRAW, may_stop, p.merchant_withdrawal_rate)
        stops = j[draw < p.merchant_withdrawal_rate * logistic(-readiness(j) - p.merchant_inertia)]
        m.accepts[starts], m.accepts[stops] = 1, 0
        m.weeks_in_state[starts] = m.weeks_in_state[stops] = 0
        fen = np.floor(self.cost * FEN_PER_YUAN + 0.5)
        sums = np.zeros((N_SECTORS, N_SECTOR_COLUMNS), np.int64)  # nobody is trained, on the interface, or has services
        for column, j in ((ACCEPTING, m.accepts == 1), (STARTED, starts), (STOPPED, stops)):
            sums[:, column] = np.bincount(m.sector[j], minlength=N_SECTORS)
        sums[:, TERMINAL_FEN] = np.bincount(m.sector, fen * m.accepts, N_SECTORS)
        if self.ends_quarter:
            sums[:, PAID_THIS_QUARTER] = np.bincount(m.sector[m.quarter_payments >= 1.0], minlength=N_SECTORS)
            m.quarter_payments[:] = 0.0
        return sums

    def _see_acceptance(self) -> None:
        """Work out acceptance of merchants, pools and zones, and the thresholds at the till."""
        m = self.merchants
        accepts = m.accepts.astype(float)
        self.acceptance = np.concatenate([accepts, np.minimum(1.0, self.catchments @ accepts)])
        self.till = threshold(self.acceptance, POOL_SCALE) << POOL_SHIFT
        weighted = np.bincount(m.zone, accepts * self.expected, self.n_zones)
        is_shopped = self.expected_of_zones > 0.0
        self.zone_acceptance = np.divide(weighted, self.expected_of_zones, out=np.zeros(self.n_zones), where=is_shopped)

    def _reach_places(self) -> Array:
        """Return acceptance where residents shop, by place."""
        catchments = self.acceptance[self.n_merchants :].reshape(self.n_zones, N_SECTORS)
        total = self.residents @ (catchments @ self.tables.sector_share.mean(axis=0))
        return total / np.maximum(1.0, self.residents.sum(axis=1))

    def _tell_peers(self, hit: Array) -> None:
        """Push this week's changes into the ties' counts."""
        c = self.citizens
        counted = (c.stage == Stage.USER) & (c.weeks_in_stage <= self.p.word_of_mouth_weeks)
        began, ceased = counted > c.counted_by_peers, counted < c.counted_by_peers
        for change, who, counts in (
            (np.add, np.flatnonzero(began), c.n_user_peers),
            (np.subtract, np.flatnonzero(ceased), c.n_user_peers),
            (np.subtract, self.unsettled, c.n_incident_peers),
            (np.add, hit, c.n_incident_peers),
        ):
            n_ties = self.n_ties[who]
            begin = np.cumsum(n_ties) - n_ties
            ties = np.repeat(self.peer_start[who] - begin, n_ties) + np.arange(n_ties.sum())
            change.at(counts, self.peer[ties], np.uint16(1))
        c.counted_by_peers[:] = counted
        self.unsettled = hit
        self.user_share = float(np.count_nonzero(counted)) / max(1, len(counted))

    def _status(self) -> Array:
        """Return what is counted of every citizen as one code; uint8, shape (N,)."""
        c = self.citizens
        code = (c.weeks_since_use >= ACTIVE_WEEKS).view(np.uint8) + (c.weeks_since_use >= ACTIVE_WEEKS_LONG)
        is_idle = (c.weeks_since_merchant >= ACTIVE_WEEKS).view(np.uint8)
        further = is_idle, c.has_device & c.has_account, c.aware, c.stage
        for values, n_values in zip(further, BY_STATUS[1:], strict=True):
            code *= np.uint8(n_values)
            code += values
        return code

    def _count_everybody(self) -> None:
        """Count everybody once, by cell and status and by place; later weeks count those whose status changed."""
        self.status = self._status()
        self.counts = np.bincount(self.cell * N_STATUS + self.status, minlength=N_CELLS * N_STATUS)
        is_active = self.citizens.weeks_since_use < ACTIVE_WEEKS
        self.place_active = np.bincount(self.citizens.place[is_active], minlength=self.n_places)

    def _count(self, moved: Moved) -> Array:
        """Return counts by cell in the engine's columns, and close the quarter."""
        c = self.citizens
        at_risk = self.counts.reshape(N_CELLS, *BY_STATUS)[..., 1, 1, Stage.NEVER].sum(axis=(1, 2))  # a week ago
        status = self._status()
        who = np.flatnonzero(status != self.status)
        for sign, code in ((-1, self.status[who]), (1, status[who])):
            self.counts += sign * np.bincount(self.cell[who] * N_STATUS + code, minlength=len(self.counts))
            places = c.place[who[code < N_STATUS // BY_STATUS[0]]]
            self.place_active += sign * np.bincount(places, minlength=self.n_places)
        self.status = status
        table = self.counts.reshape(N_CELLS, *BY_STATUS)
        axes = set(range(1, table.ndim))
        recency, at_merchants, access, awareness, stage = (table.sum(axis=tuple(axes - {k})) for k in sorted(axes))
        stocks = (
            recency[:, 0], recency[:, :2].sum(axis=1), stage[:, Stage.USER], stage[:, Stage.LAPSED], awareness[:, 1],
            access[:, 1], at_risk, at_merchants[:, 0],
        )  # fmt: skip
        paid, paid_again = np.zeros((2, 0), np.int64)
        if self.ends_quarter:
            paid = np.flatnonzero(c.epay_weeks_quarter)
            paid_again = np.flatnonzero((c.paid_last_quarter == 1) & (c.epay_weeks_quarter > 1))
            c.paid_last_quarter[:] = c.epay_weeks_quarter > 0
            c.epay_weeks_quarter[:] = 0
        listed = moved.first_uses, moved.returns, moved.lapses, paid, paid_again
        return np.stack([*stocks, *(count(self.cell[who], N_CELLS) for who in listed)], axis=1)


def measure(n: int, n_weeks: int = N_WEEKS) -> float:
    """Return the CPU seconds of a citizen-week in NumPy, on the world the engine is timed on."""
    week = NumpyWeek(engine_at_week_0(n))
    return seconds_per_citizen_week(week.step, n, n_weeks)


def engine_at_week_0(n: int) -> Any:
    """Return the array engine of the speed benchmark, warmed up."""
    engine = engine_of(scenario_of(n))
    engine.warm_up()
    keep_freed_memory()
    return engine


def keep_freed_memory() -> None:
    """Undo what `world_of` asks of the C library, which costs NumPy 60 to 100 ns a citizen-week in fresh pages."""
    try:
        library = ctypes.CDLL(None)
        library.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        library.mallopt(M_MMAP_THRESHOLD, LARGEST_HEAP_ARRAY)
    except (AttributeError, OSError, TypeError):
        return


def seconds_per_citizen_week(step: Callable[[], Any], n: int, n_weeks: int) -> float:
    """Time weeks by this process's CPU seconds."""
    began = time.process_time()
    for _ in range(n_weeks):
        step()
    return (time.process_time() - began) / n / n_weeks


def main() -> None:
    """Time NumPy and the engine, in turn and on the same world, at the sizes named or 10^5 and 10^6."""
    for n in [int(float(word)) for word in sys.argv[1:]] or (100_000, 1_000_000):
        engine = engine_at_week_0(n)
        peak = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
        by_numpy = seconds_per_citizen_week(NumpyWeek(engine).step, n, N_WEEKS)
        peak.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        by_engine = seconds_per_citizen_week(engine.fork({}).step, n, N_WEEKS)
        print(f"{n:,} citizens, {N_WEEKS} weeks: NumPy {by_numpy:.3g}, engine {by_engine:.3g} CPU s per citizen-week")
        print(f"  NumPy / engine {by_numpy / by_engine:.2f}; peak {peak[0]:,} kB before, {peak[1]:,} kB with NumPy")


if __name__ == "__main__":
    main()
