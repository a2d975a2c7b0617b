"""The payments of a block's users (ODD 7.7, 11; A9): the hottest loop, one 64-bit word a payment, free of branches.

Three passes: how each user pays, the payments at tills, and those to people. In one loop over users so much is held at
once that the processor's registers do not suffice, which costs a sixth of the time (DECISIONS).
"""

import numpy as np

from simulation.core.codes import N_SECTORS
from simulation.core.jit import njit
from simulation.core.kernels.arguments import MILLISECOND_BITS, OUTLET_SHIFT, POSITION_BITS
from simulation.core.observed import PERSON_CASH, PERSON_ELECTRONIC, REST
from simulation.core.rng import Stream, draw_bits, nth_bits, to_uniform
from simulation.core.rules import adoption, payment

ONE_PAYMENT = 1 << MILLISECOND_BITS
# a user's payments are counted in one word: possible ones above, attempts between, electronic ones below
TALLY_BITS = 20
TALLY_MASK = (1 << TALLY_BITS) - 1
NO_ZONE = np.uint64(2**63)
ONE = np.uint64(1)
S_N_PAYMENTS, S_PAYMENT = int(Stream.N_PAYMENTS), int(Stream.PAYMENT)
S_PERSON_NUMBER, S_PERSON = int(Stream.PERSON_NUMBER), int(Stream.PERSON_PAYMENT)


@njit
def pay(n_users, first, n_merchants, c, zones, week, keys, offers, tables, outlets, p, work, tills, out):
    """Make the week's payments of the users listed in `work`, to merchants and to people.

    Parameters
    ----------
    n_users : int
        Users of the block.
    first : uint64
        First citizen of the block.
    outlets : array of int64, shape (M + Z*S,)
        Acceptance at merchants and pools, and where payments there are added up (see kernels.arguments).
    work : BlockWork
        `users`, `skill`, `risk`, `cashback`, `face`, `among_ties` are read; numbers of payments by user are written.
    tills : array of int64, shape (1 or 2, 4 * (M + Z*S))
        Payments at each till by size of amount and kind; added to. One size will do where there is no limit.
    """
    choose_methods(n_users, first, c, zones, week, keys, offers, tables, p, work)
    if week.verification_limit_fen > 0:
        pay_at_tills_unverified(n_users, first, n_merchants, c, zones, week, keys, tables, outlets, work, tills)
    else:
        pay_at_tills(n_users, first, n_merchants, c, zones, week, keys, tables, outlets, work, tills)
    plan_people(n_users, first, c, keys, tables, p, work)
    pay_people(n_users, work, out)


@njit
def number_drawn(rate, bits, tables):
    """Return a week's number of payments at a rate, from 64 random bits: off a table, or by inversion at high rates."""
    row = payment.rate_row(rate, bits)
    if row < payment.N_RATES:
        entry = np.int64(tables.number_entries[row << payment.NUMBER_BITS | payment.number_field(bits)])
        return payment.number_of_payments(bits, entry)
    return payment.poisson_small(rate, to_uniform(bits), tables.inverses)


@njit
def choose_methods(n_users, first, c, zones, week, keys, offers, tables, p, work):
    """Work out how a block's users pay this week: how often, what they ask for, how long it takes, what fails."""
    limit = week.verification_limit_fen
    last_reward, pull = 0.0, 0.0
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        age = np.int64(c.age[i])
        group = np.int64(c.offer_group[i])
        zone = np.uint64(c.zone[i])
        face, technical = work.face[k], offers.technical_share[group]
        old_device = np.float64(c.old_device[i])
        reward = work.cashback[k] + offers.reward_felt_fen[group]
        if reward != last_reward:  # most users have their neighbour's, and a logarithm costs as much as a payment
            last_reward, pull = reward, payment.method_pull(reward, p)
        effort = adoption.effort(work.skill[k], age, week.interface_share, offers.voice_share[group])
        base = payment.method_base(
            np.float64(c.habit[i]), effort, work.risk[k], np.float64(c.prefers_cash[i]), pull, week.cash_shortage, p
        )
        friction = payment.friction_seconds(zones.network_seconds[zone], old_device, technical, p)
        quick = payment.seconds_without_verification(work.skill[k], week.interface_share, face, friction, p)
        slow = quick + payment.verification_seconds(face, offers.fraud_control_share[group], p)
        work.logit_slow[u], work.logit_quick[u] = payment.ask_logit(base, slow, p), payment.ask_logit(base, quick, p)
        failing = payment.failure_share(
            week.outage_share, zones.network_failure[zone], old_device, technical, week.staff_share, p
        )
        work.slow[u], work.quick[u] = payment.milliseconds(slow), payment.milliseconds(quick)
        work.failing[u] = payment.threshold(failing, payment.OUTAGE_SCALE)
        # whoever has no smartphone can pay where faces are read
        work.channel[u] = payment.threshold(adoption.channel_share(c.has_device[i] == 1, face), payment.POOL_SCALE)
        rate = np.float64(c.payments_per_week[i])
        work.n_payments[u] = number_drawn(rate, draw_bits(keys[S_N_PAYMENTS], i), tables)
    # in loops of their own, of which the compiler works out several users at once
    for u in range(n_users):
        work.ask_slow[u] = payment.threshold(adoption.logistic(work.logit_slow[u]), payment.ASK_SCALE)
    if limit > 0:
        for u in range(n_users):
            work.ask_quick[u] = payment.threshold(adoption.logistic(work.logit_quick[u]), payment.ASK_SCALE)


def _at_tills(has_limit):
    """Return `pay_at_tills` for weeks with, or without, payments that need no verification.

    Most weeks have none, and then a sixth of what the loop does for every payment falls away.
    """

    @njit
    def pay_at_tills(n_users, first, n_merchants, c, zones, week, keys, tables, outlets, work, tills):
        """Make the payments of a block's users to merchants."""
        if has_limit:
            for s in range(N_SECTORS):
                rows = np.searchsorted(tables.ticket_fen[s], week.verification_limit_fen, side="right")
                work.small_rows[s] = rows
        last_zone = NO_ZONE
        for u in range(n_users):
            i = first + work.users[u]
            zone = np.uint64(c.zone[i])
            # where outcomes of the first question lead: even ones to the zone's pool, odd ones to a regular merchant
            if zone != last_zone:
                last_zone = zone
                pool = np.uint64(n_merchants) + zone * np.uint64(N_SECTORS)
                for s in range(N_SECTORS):
                    work.outlet[2 * s] = outlets[pool + np.uint64(s)]
                    at = zone * np.uint64(N_SECTORS) + np.uint64(s)
                    start = zones.huff_start[at]
                    for position in range(zones.huff_start[at + ONE] - start):
                        merchant = zones.huff_merchant[start + position]
                        work.catchment[s << POSITION_BITS | position] = outlets[merchant]
            for s in range(N_SECTORS):
                work.outlet[2 * s + 1] = work.catchment[s << POSITION_BITS | np.int64(c.regular_merchant[i, s])]
            ask_slow, slow = work.ask_slow[u], work.slow[u]
            ask_more, longer = (work.ask_quick[u] - ask_slow, work.quick[u] - slow) if has_limit else (0, 0)
            failing, channel = work.failing[u], work.channel[u]
            slots = np.int64(c.age[i]) << payment.OUTCOME_BITS
            bits = draw_bits(keys[S_PAYMENT], i)
            tally = 0
            n_unverified = 0
            # branch-free on purpose: these questions are coin flips, and a mispredicted branch costs 5 ns
            for ordinal in range(work.n_payments[u]):
                slot, pool_draw, ask_draw, amount_row, failure_draw = payment.payment_fields(nth_bits(bits, ordinal))
                outcome = np.int64(tables.outcome[slots | slot])
                outlet = work.outlet[outcome]
                is_small = np.int64(amount_row < work.small_rows[outcome >> 1]) if has_limit else REST
                accepted = np.int64(payment.is_reached(pool_draw, outlet >> OUTLET_SHIFT, channel))
                asked = np.int64(ask_draw < ask_slow + is_small * ask_more)
                attempted = accepted & asked
                electronic = attempted & np.int64(failure_draw >= failing)
                word = np.uint32(outlet) + np.uint32(asked + attempted + electronic)
                tills[is_small, word] += ONE_PAYMENT + attempted * (slow + is_small * longer)
                tally += accepted << 2 * TALLY_BITS | attempted << TALLY_BITS | electronic
                n_unverified += electronic & is_small
            work.n_electronic[u] = tally & TALLY_MASK
            work.n_possible[u] = tally >> 2 * TALLY_BITS
            work.n_unverified[u] = n_unverified
            work.n_failed[u] = (tally >> TALLY_BITS & TALLY_MASK) - (tally & TALLY_MASK)

    return pay_at_tills


pay_at_tills, pay_at_tills_unverified = _at_tills(False), _at_tills(True)


@njit
def plan_people(n_users, first, c, keys, tables, p, work):
    """Work out how many payments to people a block's users make, and what decides them (A9)."""
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        rate = np.float64(c.payments_per_week[i]) * p.person_payments_ratio
        work.n_person[u] = number_drawn(rate, draw_bits(keys[S_PERSON_NUMBER], i), tables)
        work.person_bits[u] = draw_bits(keys[S_PERSON], i)
        work.tie[u] = payment.threshold(work.among_ties[k] * np.float64(c.has_device[i]), payment.TIE_SCALE)


@njit
def of_persons(word, n_left, tie_threshold, ask_slow):
    """Return how many of a word's payments to people could be electronic, and how many are.

    Parameters
    ----------
    n_left : int
        Payments still to be made; those past it are not counted.
    tie_threshold, ask_slow : int
        Of 2^11: the other side is a user; of 2^12: it is asked for.
    """
    ask_threshold = ask_slow >> payment.ASK_BITS - payment.PERSON_ASK_BITS
    possible, electronic = 0, 0
    for third in range(payment.PERSONS_PER_WORD):
        tie_draw, ask_draw = payment.person_fields(word, third)
        to_user = np.int64(third < n_left) & np.int64(tie_draw < tie_threshold)
        possible += to_user
        electronic += to_user & np.int64(ask_draw < ask_threshold)
    return possible, electronic


@njit
def pay_people(n_users, work, out):
    """Make the payments of a block's users to people: electronic to users, where the payer asks for it (A9)."""
    each = payment.PERSONS_PER_WORD
    # nearly everybody's fit into two words; without a loop over them the compiler works out several users at once
    for u in range(n_users):
        n, bits, tie, ask = work.n_person[u], work.person_bits[u], work.tie[u], work.ask_slow[u]
        possible, electronic = of_persons(nth_bits(bits, 0), n, tie, ask)
        possible_2, electronic_2 = of_persons(nth_bits(bits, each), n - each, tie, ask)
        work.n_person_possible[u] = possible + possible_2
        work.n_person_electronic[u] = electronic + electronic_2
    n_electronic, n_made = 0, 0
    for u in range(n_users):
        n = work.n_person[u]
        for start in range(2 * each, n, each):
            word = nth_bits(work.person_bits[u], start)
            possible, electronic = of_persons(word, n - start, work.tie[u], work.ask_slow[u])
            work.n_person_possible[u] += possible
            work.n_person_electronic[u] += electronic
        n_electronic += work.n_person_electronic[u]
        n_made += n
    out.person[PERSON_ELECTRONIC] += n_electronic
    out.person[PERSON_CASH] += n_made - n_electronic
