"""Business as usual, written by hand in NumPy: what the array engine's loops must beat.

The same equations, keyed draws and sums as the engine, as a skilled NumPy user would write them. It is given every
honest advantage: no lever, event or warm-up can be run, so that their terms are left out, as is the value of payments
at each till, which only fee subsidies need; whoever cannot move is dropped before anything is worked out for them;
payments are one flat array, taken in blocks that fit the cache; where each citizen pays is looked up in a table made
before the first week; freed memory stays with the process. The few draws of a week that concern a region, or a handful
of citizens, call the scalar rules. `python -m tests.benchmarks.numpy_week [CITIZENS ...]` times it next to the engine.
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
    N_INCOMES,
    N_SECTORS,
    WEEKS_PER_QUARTER,
    Stage,
    Terminal,
)
from simulation.core.rng import Stream, key_of, uniform
from simulation.core.rules import merchant, trust
from simulation.core.rules.adoption import FIRST_OLD_AGE
from simulation.core.rules.payment import (
    AMOUNT_BITS,
    ASK_BITS,
    ASK_SCALE,
    MAX_PAYMENTS,
    N_AMOUNTS,
    N_RATES,
    NUMBER_ALIAS_BITS,
    NUMBER_BITS,
    NUMBER_SCALE,
    OUTAGE_SCALE,
    OUTCOME_BITS,
    POOL_BITS,
    POOL_SCALE,
    RATE_STEPS,
    SECONDS_SCALE,
    poisson_large,
    poisson_small,
)
from simulation.core.state import CLOCK_END, USE_CLOCK_END, regular_merchants
from simulation.core.tables import N_OUTCOMES
from simulation.engine.constants import solved
from simulation.engine.runner import world_of
from simulation.region import builtin
from simulation.scenario.schema import Scenario
from tests.benchmarks.model import REGION, SEED

Array = NDArray[Any]

N_WEEKS = 20
ACTIVE_WEEKS, ACTIVE_WEEKS_LONG = 4, 13  # as the engine counts them
# splitmix64 (Steele, Lea & Flood 2014)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S27, S30, S31 = np.uint64(27), np.uint64(30), np.uint64(31)
UNUSED_BITS = np.uint64(11)  # a uniform is the top 53 bits
TWO_TO_MINUS_53 = 2.0**-53
TOP = 2**64 - 1

BYTE = 8
ELECTRONIC_BIT = 3  # a payment's sector in the three bits below
KIND_BITS = ELECTRONIC_BIT + 1
N_SECTOR_CODES = 1 << ELECTRONIC_BIT
# Fields of a payment's word. A draw is compared with its threshold moved up to where the field stands, all that stands
# below it left in: one mask instead of a shift and a mask.
POOL_SHIFT, ASK_SHIFT = np.uint64(OUTCOME_BITS), np.uint64(OUTCOME_BITS + POOL_BITS)
AMOUNT_SHIFT = np.uint64(OUTCOME_BITS + POOL_BITS + ASK_BITS - KIND_BITS)
OUTAGE_SHIFT = np.uint64(OUTCOME_BITS + POOL_BITS + ASK_BITS + AMOUNT_BITS)
OUTCOME_MASK = np.uint64((1 << OUTCOME_BITS) - 1)
POOL_MASK = np.uint64((1 << (OUTCOME_BITS + POOL_BITS)) - 1)
ASK_MASK = np.uint64((1 << (OUTCOME_BITS + POOL_BITS + ASK_BITS)) - 1)
AMOUNT_MASK = (N_AMOUNTS - 1) << KIND_BITS
OUTAGE_MASK = np.uint64(OUTAGE_SCALE - 1)
# fields of the word a number of payments is read off
NUMBER_SHIFT, NUMBER_ALIAS_SHIFT = np.uint64(64 - NUMBER_BITS), np.uint64(64 - NUMBER_BITS - NUMBER_ALIAS_BITS)
NUMBER_ALIAS_MASK = np.uint64(NUMBER_SCALE - 1)
# what is counted of a citizen in one code: recency of use, access, awareness, stage
BY_STATUS = (3, 2, 2, len(Stage))
N_STATUS = math.prod(BY_STATUS)
MILLISECONDS = 1000.0

BLOCK = 32_768  # citizens, or payments: several arrays of 8 bytes each stay in the second cache
PIECE = 65_536  # codes counted at once
# of mallopt(3): arrays that come and go every week stay with the process
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
KEPT_BYTES, LARGEST_HEAP_ARRAY = 1 << 30, 1 << 25


class Totals(NamedTuple):
    """Sums of one week, named and shaped as the engine's own."""

    cells: Array
    place_active: Array
    n_electronic: Array
    n_cash: Array
    n_failed: Array
    electronic_fen: Array
    cash_fen: Array
    sectors: Array
    acceptance_by_payments: Array
    till_seconds: float
    n_incidents: int
    loss_fen: int
    outage_share: float


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


def blocks(n: int) -> list[slice]:
    """Return slices of n rows, each short enough for the cache."""
    return [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]


def to_uniform(bits: Array) -> Array:
    """Return the draws in [0, 1) that the words spell."""
    return (bits >> UNUSED_BITS) * TWO_TO_MINUS_53


def logistic(value: Array) -> Array:
    """Return 1 / (1 + e^-v)."""
    return 1.0 / (1.0 + np.exp(-value))


class Paid(NamedTuple):
    """What users' payments came to in one week."""

    payers: Array  # i8 (P,) users with at least one payment, ascending
    n_electronic: Array  # u2 (P,)
    has_paid: Array  # bool (N,) electronically
    failed: Array  # i8 payers who lost a payment to an outage
    asks: Array  # i8 (M + Z*S,)
    n: Array  # i8 (2, 6) payments in cash, electronic, by sector
    fen: Array  # i8 (2, 6)
    n_failed: Array  # i8 (6,)
    milliseconds: int  # of electronic payments at tills


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
        c, m = self.citizens, self.merchants
        self.n_merchants, self.n_zones, self.n_places = len(m.sector), len(zones.x_km), len(world.places.place_id)
        self.n_ties = np.diff(self.peer_start).astype(np.int32)
        self.cell = (c.age.astype(np.int16) * N_AREAS + c.area) * N_INCOMES + c.income
        self.rate_row = (c.payments_per_week.astype(float) * RATE_STEPS + 0.5).astype(np.int32)
        self.is_frequent = bool((self.rate_row >= N_RATES).any())
        # where a citizen pays, by outcome
        self.targets = np.empty((len(c.age), N_OUTCOMES), np.int32)
        self.targets[:, 0::2] = self.n_merchants + c.zone[:, None].astype(int) * N_SECTORS + np.arange(N_SECTORS)
        self.targets[:, 1::2] = regular_merchants(world)
        self.steps = np.arange(1, BLOCK + MAX_PAYMENTS + 1, dtype=np.uint64) * GOLDEN
        # catchments as matrices: pools by merchant, merchants by pool
        columns = zones.customer_zone.astype(int) * N_SECTORS + np.repeat(m.sector, np.diff(zones.customer_start))
        shape = self.n_merchants, self.n_zones * N_SECTORS
        self.customers = sparse.csr_array((zones.customer_weight.astype(float), columns, zones.customer_start), shape)
        weights = zones.huff_weight.astype(float), zones.huff_merchant, zones.huff_start
        self.catchments = sparse.csr_array(weights, shape[::-1])
        self.expected = m.expected_payments.astype(float)
        self.expected_of_zones = np.bincount(m.zone, self.expected, self.n_zones)
        self.expected_of_sectors = np.bincount(m.sector, self.expected, N_SECTORS)
        self.cost = np.where(m.terminal == Terminal.POS, self.p.pos_rent_yuan_per_week, self.p.qr_cost_yuan_per_week)
        self.unsettled = np.flatnonzero(c.incident)
        self._see_acceptance()
        self._count_everybody()

    def step(self) -> Totals:
        """Move the world through one week and return its sums."""
        c = self.citizens
        outage = [uniform(key_of(self.seed, s, self.week), 0) for s in (Stream.OUTAGE, Stream.OUTAGE_HOURS)]
        outage_share = trust.outage_share(*outage, 0.0, self.p)
        # working copies in double precision: the state is rounded once, at the week's end
        skill, risk = c.skill.astype(float), c.perceived_risk.astype(float)
        flows = self._move(skill, risk)
        is_user = c.stage == Stage.USER
        paid = self._pay(np.flatnonzero(is_user), skill, risk, outage_share)
        n_non_user_cash = self._go_without(np.flatnonzero(~is_user))
        n_incidents, loss_fen = self._settle(paid, skill, risk, flows)
        sectors = self._move_merchants(paid.asks)
        self._see_acceptance()
        self._tell_peers()
        cells = self._count(flows)
        m = self.merchants
        n_cash = paid.n[0] + n_non_user_cash
        cash_fen = paid.fen[0] + np.rint(n_non_user_cash * self.tables.mean_ticket_yuan * FEN_PER_YUAN).astype(int)
        accepting = np.bincount(m.sector, self.expected * m.accepts, N_SECTORS)
        self.week += 1
        return Totals(
            cells=cells,
            place_active=self.place_active.copy(),
            n_electronic=paid.n[1],
            n_cash=n_cash,
            n_failed=paid.n_failed,
            electronic_fen=paid.fen[1],
            cash_fen=cash_fen,
            sectors=sectors,
            acceptance_by_payments=accepting / np.maximum(self.expected_of_sectors, np.finfo(float).tiny),
            till_seconds=paid.milliseconds / MILLISECONDS + float(n_cash.sum()) * self.p.seconds_cash,
            n_incidents=n_incidents,
            loss_fen=loss_fen,
            outage_share=outage_share,
        )

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
        return np.compress(keep, who), to_uniform(np.compress(keep, bits))

    def _peers(self, who: Array) -> Array:
        """Return the share of others who use the service, of each of `who`."""
        ties = self.n_ties[who]
        among = np.where(ties > 0, self.citizens.n_user_peers[who] / np.maximum(1, ties), 0.0)
        return (1.0 - self.p.mean_field_share) * among + self.p.mean_field_share * self.user_share

    def _attitude(self, who: Array, skill: Array, risk: Array) -> Array:
        """Return the attitude of each of `who`, logits."""
        p, c = self.p, self.citizens
        age = c.age[who]
        acceptance = self.acceptance.take(self.targets.take(who, axis=0))
        expected = p.regular_share * acceptance[:, 1::2] + (1.0 - p.regular_share) * acceptance[:, 0::2]
        usefulness = np.zeros(len(who))
        for s in range(N_SECTORS):
            usefulness += self.tables.sector_share[age, s] * expected[:, s]
        return (
            self.alpha[age, c.area[who]]
            + c.taste[who].astype(float)
            + p.weight_usefulness * usefulness
            + p.weight_peers * self._peers(who)
            - p.weight_effort * (1.0 - skill[who])
            - p.weight_risk * risk[who]
            - p.weight_cash_preference * c.prefers_cash[who]
        )

    def _move(self, skill: Array, risk: Array) -> dict[str, Array]:
        """Draw awareness, access, help by peers and changes of stage; return who moved, by kind of move."""
        p, c = self.p, self.citizens
        c.weeks_in_stage += c.weeks_in_stage < CLOCK_END

        def bass(stream: Stream, lacking: Array, hazard: float, by_peers: float) -> Array:
            who, draw = self._below(stream, np.flatnonzero(lacking), 1.0 - np.exp(-(hazard + by_peers)))
            return who[draw < 1.0 - np.exp(-(hazard + by_peers * self._peers(who)))]

        c.aware[bass(Stream.AWARENESS, c.aware == 0, p.awareness_external, p.awareness_word_of_mouth)] = 1
        gets = bass(Stream.ACCESS, c.has_device & c.has_account == 0, p.access_hazard, p.access_peer_hazard)
        c.has_device[gets] = c.has_account[gets] = 1

        knows_users = np.flatnonzero((c.n_user_peers > 0) | (p.mean_field_share > 0.0))
        who, draw = self._below(Stream.PEER_HELP, knows_users, p.peer_help_rate)
        who = who[draw < p.peer_help_rate * self._peers(who)]
        skill[who] += p.learning_peer * (1.0 - skill[who])

        is_ready = c.aware & c.has_device & c.has_account == 1
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

        first_uses, returns = starts
        for who, stage, weeks in (
            (first_uses, Stage.USER, 0),
            (returns, Stage.USER, int(p.cashback_weeks) + 1),
            (lapses, Stage.LAPSED, 0),
        ):
            c.stage[who], c.weeks_in_stage[who] = stage, weeks
        return {"first_uses": first_uses, "returns": returns, "lapses": lapses}

    def _n_payments(self, users: Array) -> Array:
        """Return each user's number of payments this week, by the alias table of the user's rate."""
        bits = self._bits(Stream.N_PAYMENTS, users)
        row = self.rate_row[users].astype(np.int64)
        column = (bits >> NUMBER_SHIFT).view(np.int64)
        entry = self.tables.number_entries.take((np.minimum(row, N_RATES - 1) << NUMBER_BITS) | column)
        draw = ((bits >> NUMBER_ALIAS_SHIFT) & NUMBER_ALIAS_MASK).view(np.int64)
        number = np.where(draw < entry >> BYTE, column, entry & MAX_PAYMENTS)
        frequent = np.flatnonzero(row >= N_RATES) if self.is_frequent else []  # a handful have no row
        for k in frequent:
            rate = float(self.citizens.payments_per_week[users[k]])
            number[k] = poisson_small(rate, float(to_uniform(bits[k])), self.tables.inverses)
        return number

    def _asking(self, payers: Array, skill: Array, risk: Array) -> tuple[Array, Array]:
        """Return each payer's threshold of asking, moved up to the ask's field, and seconds of a payment."""
        p, c = self.p, self.citizens
        unskilled = 1.0 - skill[payers]
        slow = p.seconds_electronic + p.seconds_unskilled * unskilled + p.seconds_verification
        felt = p.weight_effort * unskilled + p.weight_risk * risk[payers]
        base = p.method_constant + p.method_habit * c.habit[payers].astype(float) - p.method_scale * felt
        base -= 0.5 * p.weight_cash_preference * c.prefers_cash[payers]
        base += p.method_time * (p.seconds_cash - slow) / SECONDS_SCALE
        return (logistic(base) * ASK_SCALE + 0.5).astype(np.uint64) << ASK_SHIFT, slow

    def _pay(self, users: Array, skill: Array, risk: Array, outage_share: float) -> Paid:
        """Make the users' payments and update their habits."""
        p, c = self.p, self.citizens
        number = np.empty(len(users), np.int64)
        for block in blocks(len(users)):
            number[block] = self._n_payments(users[block])
        has_payments = number > 0
        payers, number = np.compress(has_payments, users), np.compress(has_payments, number)
        ask, slow = np.empty(len(payers), np.uint64), np.empty(len(payers))
        for block in blocks(len(payers)):
            ask[block], slow[block] = self._asking(payers[block], skill, risk)
        outage = np.uint64(outage_share * OUTAGE_SCALE + 0.5)
        # one row a payer, then one a payment: citizens' values are repeated, sums taken back by differences
        age_row = c.age[payers].astype(np.int64) << OUTCOME_BITS
        target_row = payers * N_OUTCOMES
        bits = self._bits(Stream.PAYMENT, payers)
        end = np.cumsum(number)
        first = end - number
        n_payments = int(number.sum())
        asked_at = np.empty(n_payments, np.int32)
        kinds = np.empty(n_payments, np.uint16)  # row of the amount, electronic, sector
        sums = np.empty(len(payers), np.uint16)  # electronic payments above, possible ones below
        has_failed = np.zeros(len(payers), bool)
        failed_in = np.zeros(N_SECTORS, np.int64)
        n_asked = 0
        cuts = np.searchsorted(first, np.arange(0, n_payments + BLOCK, BLOCK)).tolist()
        for a, b in itertools.pairwise(cuts):
            if a == b:
                continue  # one citizen's payments filled the block before
            each, begin = number[a:b], first[a:b] - first[a]
            word = np.repeat(bits[a:b] - begin.view(np.uint64) * GOLDEN, each)
            word += self.steps[: len(word)]
            mix(word)
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
            if outage:
                failed = electronic & ((word >> OUTAGE_SHIFT) & OUTAGE_MASK < outage)
                electronic ^= failed
                at_failure = first[a] + np.flatnonzero(failed)
                has_failed[np.searchsorted(end, at_failure, side="right")] = True
                failed_in += np.bincount(sector[failed], minlength=N_SECTORS)
            asking = np.compress(asked, target)
            asked_at[n_asked : n_asked + len(asking)] = asking
            n_asked += len(asking)
            kind = kinds[first[a] : end[b - 1]]
            kind[:] = word >> AMOUNT_SHIFT
            kind &= AMOUNT_MASK
            sector += electronic.view(np.uint8) * np.uint8(N_SECTOR_CODES)
            kind |= sector
            both = electronic.astype(np.uint16)
            both *= 1 << BYTE
            both += accepted.view(np.uint8)
            np.cumsum(both, out=both)  # runs over, which differences do not mind
            last = both.take(end[a:b] - (first[a] + 1))
            sums[a] = last[0]
            np.subtract(last[1:], last[:-1], out=sums[a + 1 : b])
        n_electronic, n_possible = sums >> BYTE, sums & MAX_PAYMENTS

        has_paid = np.zeros(len(skill), bool)
        has_paid[payers] = n_electronic > 0
        for block in blocks(len(payers)):
            who, ratio = payers[block], n_electronic[block] / np.maximum(1, n_possible[block])
            habit = c.habit[who].astype(float)
            c.habit[who] = habit + p.habit_rate * (ratio - habit)
        for block in blocks(len(users)):
            who = users[block]
            repetition = c.repetition[who].astype(float)
            c.repetition[who] = repetition + p.habit_rate * (has_paid[who] - repetition)
        by_kind = count(kinds, N_AMOUNTS << KIND_BITS).reshape(N_AMOUNTS, 2, N_SECTOR_CODES)[..., :N_SECTORS]
        ticket_fen = self.tables.ticket_fen.reshape(N_SECTORS, N_AMOUNTS)
        return Paid(
            payers=payers,
            n_electronic=n_electronic,
            has_paid=has_paid,
            failed=payers[has_failed],
            asks=count(asked_at[:n_asked], len(self.acceptance)),
            n=by_kind.sum(axis=0),
            fen=(by_kind * ticket_fen.T[:, None]).sum(axis=0),
            n_failed=failed_in,
            milliseconds=int(np.floor(n_electronic * slow * MILLISECONDS + 0.5).sum()),
        )

    def _go_without(self, others: Array) -> Array:
        """Let the habits of others than users fade; return the payments they make in cash, by sector."""
        p, c = self.p, self.citizens
        by_age = np.zeros(N_AGES)
        for block in blocks(len(others)):
            who = others[block]
            for habit in (c.habit, c.repetition):
                habit[who] = habit[who] * np.float64(1.0 - p.habit_rate)
            by_age += np.bincount(c.age[who], c.payments_per_week[who], N_AGES)
        rate = by_age @ self.tables.sector_share
        draw = to_uniform(self._bits(Stream.NON_USER_CASH, np.arange(N_SECTORS)))
        return np.array([poisson_large(*pair) for pair in zip(rate.tolist(), draw.tolist(), strict=True)])

    def _settle(self, paid: Paid, skill: Array, risk: Array, flows: dict[str, Array]) -> tuple[int, int]:
        """Set clocks, skill and perceived risk; return incidents and the loss in fen."""
        p, c = self.p, self.citizens
        c.weeks_since_use += c.weeks_since_use < USE_CLOCK_END
        c.weeks_since_use *= ~paid.has_paid
        c.epay_weeks_quarter += paid.has_paid
        for block in blocks(len(skill)):
            value, innate = skill[block], c.innate_skill[block].astype(float)
            learnt = 1.0 - value
            learnt *= p.learning_by_doing
            learnt += value
            value -= innate
            value *= 1.0 - p.forgetting
            value += innate
            np.putmask(value, paid.has_paid[block], learnt)

        n_paid = paid.n_electronic
        bound = trust.incident_bound_per_payment(p)
        payers = np.flatnonzero(n_paid)
        candidates, draw = self._below(Stream.INCIDENT, paid.payers[payers], float(n_paid.max(initial=0)) * bound)
        n_of = n_paid[np.searchsorted(paid.payers, candidates)]
        old = np.where(c.age[candidates] >= FIRST_OLD_AGE, p.fraud_old_factor, 1.0)
        per_payment = p.fraud_probability * old * (trust.SKILL_EXPOSURE - skill[candidates])
        hit = candidates[draw < 1.0 - (1.0 - per_payment) ** n_of]
        losses = [
            trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, u)  # a handful a week
            for u in to_uniform(self._bits(Stream.INCIDENT_LOSS, hit)).tolist()
        ]
        loss_fen = sum(int(loss * FEN_PER_YUAN + 0.5) for loss in losses)
        # no hotline, so that nothing is settled
        risk[hit] += p.risk_own_incident * (1.0 - risk[hit])
        risk[paid.failed] += p.risk_outage * (1.0 - risk[paid.failed])
        lapsed = hit[to_uniform(self._bits(Stream.LAPSE_AFTER_INCIDENT, hit)) < p.lapse_after_incident]
        c.stage[lapsed], c.weeks_in_stage[lapsed] = Stage.LAPSED, 0
        flows["lapses"] = np.concatenate([flows["lapses"], lapsed])
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
        return len(hit), loss_fen

    def _move_merchants(self, asks: Array) -> Array:
        """Update asking, draw adoption and withdrawal; return the sectors' sums."""
        p, m = self.p, self.merchants
        asked = asks[: self.n_merchants] + self.customers @ asks[self.n_merchants :].astype(float)
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
        sums = [np.bincount(m.sector[j], minlength=N_SECTORS) for j in (m.accepts == 1, starts, stops)]
        return np.stack([*sums, np.bincount(m.sector, fen * m.accepts, N_SECTORS).astype(int)], axis=1)

    def _see_acceptance(self) -> None:
        """Work out acceptance of merchants, pools and zones, and the thresholds at the till."""
        m = self.merchants
        accepts = m.accepts.astype(float)
        self.acceptance = np.concatenate([accepts, np.minimum(1.0, self.catchments @ accepts)])
        self.till = (self.acceptance * POOL_SCALE + 0.5).astype(np.uint64) << POOL_SHIFT
        weighted = np.bincount(m.zone, accepts * self.expected, self.n_zones)
        is_shopped = self.expected_of_zones > 0.0
        self.zone_acceptance = np.divide(weighted, self.expected_of_zones, out=np.zeros(self.n_zones), where=is_shopped)

    def _tell_peers(self) -> None:
        """Push this week's changes into the ties' counts."""
        c = self.citizens
        counted = (c.stage == Stage.USER) & (c.weeks_in_stage <= self.p.word_of_mouth_weeks)
        began, ceased = counted > c.counted_by_peers, counted < c.counted_by_peers
        hit = np.flatnonzero(c.incident)
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
        for values, n_values in zip((c.has_device & c.has_account, c.aware, c.stage), BY_STATUS[1:], strict=True):
            code *= np.uint8(n_values)
            code += values
        return code

    def _count_everybody(self) -> None:
        """Count everybody once, by cell and status and by place; later weeks count those whose status changed."""
        self.status = self._status()
        self.counts = np.bincount(self.cell * N_STATUS + self.status, minlength=N_CELLS * N_STATUS)
        is_active = self.citizens.weeks_since_use < ACTIVE_WEEKS
        self.place_active = np.bincount(self.citizens.place[is_active], minlength=self.n_places)

    def _count(self, flows: dict[str, Array]) -> Array:
        """Return counts by cell in the engine's columns, and close the quarter."""
        c = self.citizens
        at_risk = self.counts.reshape(N_CELLS, *BY_STATUS)[:, :, 1, 1, Stage.NEVER].sum(axis=1)  # a week ago
        status = self._status()
        who = np.flatnonzero(status != self.status)
        for sign, code in ((-1, self.status[who]), (1, status[who])):
            self.counts += sign * np.bincount(self.cell[who] * N_STATUS + code, minlength=len(self.counts))
            places = c.place[who[code < N_STATUS // BY_STATUS[0]]]
            self.place_active += sign * np.bincount(places, minlength=self.n_places)
        self.status = status
        table = self.counts.reshape(N_CELLS, *BY_STATUS)
        recency, access, awareness, stage = (table.sum(axis=tuple({1, 2, 3, 4} - {k})) for k in (1, 2, 3, 4))
        stocks = (recency[:, 0], recency[:, :2].sum(axis=1), stage[:, Stage.USER], stage[:, Stage.LAPSED])
        paid, paid_again = np.zeros((2, 0), np.int64)
        if (self.week + 1) % WEEKS_PER_QUARTER == 0:
            paid = np.flatnonzero(c.epay_weeks_quarter)
            paid_again = np.flatnonzero((c.paid_last_quarter == 1) & (c.epay_weeks_quarter > 1))
            c.paid_last_quarter[:] = c.epay_weeks_quarter > 0
            c.epay_weeks_quarter[:] = 0
        moved = (flows[name] for name in ("first_uses", "returns", "lapses"))
        listed = [count(self.cell[who], N_CELLS) for who in (*moved, paid, paid_again)]
        return np.stack([*stocks, awareness[:, 1], access[:, 1], at_risk, *listed], axis=1)


def measure(n: int, n_weeks: int = N_WEEKS) -> float:
    """Return the CPU seconds of a citizen-week in NumPy, on the world the engine is timed on."""
    week = NumpyWeek(engine_at_week_0(n))
    return seconds_per_citizen_week(week.step, n, n_weeks)


def engine_at_week_0(n: int, seed: int = SEED) -> Any:
    """Return the array engine of the speed benchmark, warmed up."""
    scenario = Scenario(title={"en": "Speed", "zh": "速度"}, region=REGION, citizens=n, replicates=1, seed=seed)
    region = builtin(scenario.region)
    constants = solved(region, scenario.survey, scenario.behaviour.params())
    engine = world_of(scenario, region, constants, replicate=0)
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
