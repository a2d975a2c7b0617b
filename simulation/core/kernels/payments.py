"""The payments of a block's users (ODD 7.7, 11): the hottest loop, one 64-bit word a payment, free of branches."""

import numpy as np

from simulation.core.codes import N_SECTORS
from simulation.core.jit import njit
from simulation.core.kernels.arguments import OUTLET_SHIFT, POSITION_BITS, VALUE_BITS
from simulation.core.rng import Stream, draw_bits, nth_bits, to_uniform
from simulation.core.rules import adoption, payment

ONE_PAYMENT = 1 << VALUE_BITS
MILLISECONDS = 1000.0
NO_ZONE = np.uint64(2**63)
ONE = np.uint64(1)
S_N_PAYMENTS, S_PAYMENT = int(Stream.N_PAYMENTS), int(Stream.PAYMENT)


@njit
def pay(n_users, first, n_merchants, c, zones, week, keys, tables, outlets, p, work, tills, out):
    """Make the week's payments of the users listed in `work`.

    Parameters
    ----------
    n_users : int
        Users of the block.
    first : uint64
        First citizen of the block.
    outlets : array of int64, shape (M + Z*S,)
        Acceptance at merchants and pools, and where payments there are added up (see kernels.arguments).
    work : BlockWork
        `users`, `skill`, `risk`, `cashback` are read; numbers of payments by user are written.
    tills : array of int64, shape (3 * (M + Z*S),)
        Payments at each till by kind; added to.
    """
    outage_threshold = payment.threshold(week.outage_share, payment.OUTAGE_SCALE)
    verification_seconds = payment.verification_seconds(week.face_share, p)
    limit = week.verification_limit_fen
    is_plain = limit == 0 and outage_threshold == 0  # nearly all weeks: two questions need not be asked
    last_zone = NO_ZONE
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        age = np.int64(c.age[i])
        zone = np.uint64(c.zone[i])
        pool = np.uint64(n_merchants) + zone * np.uint64(N_SECTORS)
        effort = adoption.effort(work.skill[k], age, week.interface_share, week.voice_share)
        base = payment.method_base(
            np.float64(c.habit[i]), effort, work.risk[k], np.float64(c.prefers_cash[i]), work.cashback[k],
            week.cash_shortage, p,
        )  # fmt: skip
        quick = payment.seconds_without_verification(work.skill[k], week.interface_share, week.face_share, p)
        slow = quick + verification_seconds
        ask_slow = payment.threshold(adoption.logistic(payment.ask_logit(base, slow, p)), payment.ASK_SCALE)
        ask_quick = ask_slow
        if limit > 0:
            ask_quick = payment.threshold(adoption.logistic(payment.ask_logit(base, quick, p)), payment.ASK_SCALE)
        bits = draw_bits(keys[S_PAYMENT], i)
        rate = np.float64(c.payments_per_week[i])
        row = payment.rate_row(rate)
        number_bits = draw_bits(keys[S_N_PAYMENTS], i)
        if row < payment.N_RATES:
            entry = tables.number_entries[row << payment.NUMBER_BITS | payment.number_field(number_bits)]
            n_payments = payment.number_of_payments(number_bits, entry)
        else:
            n_payments = payment.poisson_small(rate, to_uniform(number_bits), tables.inverses)
        # where each outcome of the first question leads: even ones to the zone's pool, odd ones to the regular merchant
        if zone != last_zone:
            last_zone = zone
            for s in range(N_SECTORS):
                work.outlet[2 * s] = outlets[pool + np.uint64(s)]
                row = zone * np.uint64(N_SECTORS) + np.uint64(s)
                start = zones.huff_start[row]
                for position in range(zones.huff_start[row + ONE] - start):
                    merchant = zones.huff_merchant[start + position]
                    work.catchment[s << POSITION_BITS | position] = outlets[merchant]
        for s in range(N_SECTORS):
            work.outlet[2 * s + 1] = work.catchment[s << POSITION_BITS | np.int64(c.regular_merchant[i, s])]
        slots = age << payment.OUTCOME_BITS
        tally = 0
        n_unverified = 0
        n_failed = 0
        # branch-free on purpose: these questions are coin flips, and a mispredicted branch costs 5 ns
        if is_plain:
            for ordinal in range(n_payments):
                slot, pool_draw, ask_draw, amount_row, _ = payment.payment_fields(nth_bits(bits, ordinal))
                outcome = np.int64(tables.outcome[slots | slot])
                outlet = work.outlet[outcome]
                accepted = np.int64(pool_draw < outlet >> OUTLET_SHIFT)
                asked = np.int64(ask_draw < ask_slow)
                electronic = accepted & asked
                amount = np.int64(tables.ticket_fen[(outcome >> 1) << payment.AMOUNT_BITS | amount_row])
                tills[np.uint32(outlet) + np.uint32(asked + electronic)] += ONE_PAYMENT + amount
                tally += accepted << 32 | electronic
        else:
            for ordinal in range(n_payments):
                slot, pool_draw, ask_draw, amount_row, outage_draw = payment.payment_fields(nth_bits(bits, ordinal))
                outcome = np.int64(tables.outcome[slots | slot])
                outlet = work.outlet[outcome]
                amount = np.int64(tables.ticket_fen[(outcome >> 1) << payment.AMOUNT_BITS | amount_row])
                is_small = np.int64(amount <= limit)
                accepted = np.int64(pool_draw < outlet >> OUTLET_SHIFT)
                asked = np.int64(ask_draw < ask_slow + is_small * (ask_quick - ask_slow))
                attempted = accepted & asked
                electronic = attempted & np.int64(outage_draw >= outage_threshold)
                tills[np.uint32(outlet) + np.uint32(asked + electronic)] += ONE_PAYMENT + amount
                tally += accepted << 32 | electronic
                out.failed[outcome >> 1] += attempted - electronic
                n_failed += attempted - electronic
                n_unverified += electronic & is_small
        n_electronic = tally & 0xFFFFFFFF
        seconds = n_electronic * slow - n_unverified * verification_seconds
        out.milliseconds[0] += np.int64(seconds * MILLISECONDS + 0.5)
        work.n_electronic[u] = n_electronic
        work.n_possible[u] = tally >> 32
        work.n_unverified[u] = n_unverified
        work.n_failed[u] = n_failed
        work.n_payments[u] = n_payments
