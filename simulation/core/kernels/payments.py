"""The payments of a block's users (ODD 7.7, 11; A9): the hottest loop, one 64-bit word a payment, free of branches."""

import numpy as np

from simulation.core.codes import N_SECTORS, N_TICKETS
from simulation.core.jit import njit
from simulation.core.kernels.arguments import MILLISECOND_BITS, OUTLET_SHIFT, POSITION_BITS, VALUE_BITS
from simulation.core.observed import PERSON_CASH, PERSON_ELECTRONIC
from simulation.core.rng import Stream, draw_bits, nth_bits, to_uniform
from simulation.core.rules import adoption, payment

ONE_PAYMENT = 1 << VALUE_BITS
ONE_TICKET = 1 << MILLISECOND_BITS
CLASS_MASK = (1 << payment.TICKET_CLASS_BITS) - 1
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
    tills : array of int64, shape (3 * (M + Z*S),)
        Payments at each till by kind; added to.
    """
    limit = week.verification_limit_fen
    last_zone = NO_ZONE
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        age = np.int64(c.age[i])
        group = np.int64(c.offer_group[i])
        zone = np.uint64(c.zone[i])
        pool = np.uint64(n_merchants) + zone * np.uint64(N_SECTORS)
        face, technical = work.face[k], offers.technical_share[group]
        old_device = np.float64(c.old_device[i])
        effort = adoption.effort(work.skill[k], age, week.interface_share, offers.voice_share[group])
        base = payment.method_base(
            np.float64(c.habit[i]), effort, work.risk[k], np.float64(c.prefers_cash[i]),
            work.cashback[k] + offers.reward_felt_fen[group], week.cash_shortage, p,
        )  # fmt: skip
        friction = payment.friction_seconds(zones.network_seconds[zone], old_device, technical, p)
        quick = payment.seconds_without_verification(work.skill[k], week.interface_share, face, friction, p)
        slow = quick + payment.verification_seconds(face, offers.fraud_control_share[group], p)
        ask_slow = payment.threshold(adoption.logistic(payment.ask_logit(base, slow, p)), payment.ASK_SCALE)
        ask_quick = ask_slow
        if limit > 0:
            ask_quick = payment.threshold(adoption.logistic(payment.ask_logit(base, quick, p)), payment.ASK_SCALE)
        ms_slow, ms_quick = payment.milliseconds(slow), payment.milliseconds(quick)
        failing = payment.failure_share(
            week.outage_share, zones.network_failure[zone], old_device, technical, week.staff_share, p
        )
        failure_threshold = payment.threshold(failing, payment.OUTAGE_SCALE)
        bits = draw_bits(keys[S_PAYMENT], i)
        rate = np.float64(c.payments_per_week[i])
        # numbers are read off a table; a function that took it would be counted in and out at each call
        number_bits = draw_bits(keys[S_N_PAYMENTS], i)
        row = payment.rate_row(rate, number_bits)
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
                at = zone * np.uint64(N_SECTORS) + np.uint64(s)
                start = zones.huff_start[at]
                for position in range(zones.huff_start[at + ONE] - start):
                    merchant = zones.huff_merchant[start + position]
                    work.catchment[s << POSITION_BITS | position] = outlets[merchant]
        for s in range(N_SECTORS):
            work.outlet[2 * s + 1] = work.catchment[s << POSITION_BITS | np.int64(c.regular_merchant[i, s])]
        # whoever has no smartphone can pay where faces are read
        channel = payment.threshold(adoption.channel_share(c.has_device[i] == 1, face), payment.POOL_SCALE)
        slots = age << payment.OUTCOME_BITS
        tally = 0
        n_unverified = 0
        n_failed = 0
        # branch-free on purpose: these questions are coin flips, and a mispredicted branch costs 5 ns
        for ordinal in range(n_payments):
            slot, pool_draw, ask_draw, amount_row, failure_draw = payment.payment_fields(nth_bits(bits, ordinal))
            outcome = np.int64(tables.outcome[slots | slot])
            sector = outcome >> 1
            outlet = work.outlet[outcome]
            ticket = np.int64(tables.ticket[sector << payment.AMOUNT_BITS | amount_row])
            amount = ticket >> payment.TICKET_CLASS_BITS
            is_small = np.int64(amount <= limit)
            accepted = np.int64(pool_draw < payment.reached_threshold(outlet >> OUTLET_SHIFT, channel))
            asked = np.int64(ask_draw < ask_slow + is_small * (ask_quick - ask_slow))
            attempted = accepted & asked
            electronic = attempted & np.int64(failure_draw >= failure_threshold)
            tills[np.uint32(outlet) + np.uint32(asked + electronic)] += ONE_PAYMENT + amount
            cell = (sector * N_TICKETS + (ticket & CLASS_MASK)) * 2 + electronic
            out.tickets[cell] += ONE_TICKET + attempted * (ms_slow + is_small * (ms_quick - ms_slow))
            tally += accepted << 32 | electronic
            n_unverified += electronic & is_small
            if attempted > electronic:  # seldom, and so foreseen
                out.failed[sector] += 1
                n_failed += 1
        work.n_electronic[u] = tally & 0xFFFFFFFF
        work.n_possible[u] = tally >> 32
        work.n_unverified[u] = n_unverified
        work.n_failed[u] = n_failed
        work.n_payments[u] = n_payments

        # payments to people (A9): electronic where the other side is a user and the payer asks for it
        person_rate = rate * p.person_payments_ratio
        number_bits = draw_bits(keys[S_PERSON_NUMBER], i)
        row = payment.rate_row(person_rate, number_bits)
        if row < payment.N_RATES:
            entry = tables.number_entries[row << payment.NUMBER_BITS | payment.number_field(number_bits)]
            n_person = payment.number_of_payments(number_bits, entry)
        else:
            n_person = payment.poisson_small(person_rate, to_uniform(number_bits), tables.inverses)
        among_ties = work.among_ties[k] * np.float64(c.has_device[i])
        tie_threshold = payment.threshold(among_ties, payment.TIE_SCALE)
        ask_threshold = ask_slow >> payment.ASK_BITS - payment.PERSON_ASK_BITS
        bits = draw_bits(keys[S_PERSON], i)
        possible, electronic = 0, 0
        for start in range(0, n_person, payment.PERSONS_PER_WORD):
            word = nth_bits(bits, start)
            for third in range(payment.PERSONS_PER_WORD):
                tie_draw, ask_draw = payment.person_fields(word, third)
                to_user = np.int64(start + third < n_person) & np.int64(tie_draw < tie_threshold)
                possible += to_user
                electronic += to_user & np.int64(ask_draw < ask_threshold)
        work.n_person[u] = n_person
        work.n_person_possible[u] = possible
        work.n_person_electronic[u] = electronic
        out.person[PERSON_ELECTRONIC] += electronic
        out.person[PERSON_CASH] += n_person - electronic
