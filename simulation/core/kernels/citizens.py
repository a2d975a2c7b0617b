"""One week of a slice of citizens (ODD 3, step 3), in the order the ODD lists."""

import numpy as np

from simulation.core.codes import FEN_PER_YUAN, N_AREAS, N_INCOMES, N_SECTORS, HelpKind, Stage
from simulation.core.jit import njit
from simulation.core.kernels.arguments import VALUE_BITS
from simulation.core.observed import (
    ACTIVE,
    ACTIVE_13W,
    ACTIVE_WEEKS,
    ACTIVE_WEEKS_LONG,
    AT_RISK,
    AWARE,
    FIRST_USES,
    LAPSED,
    LAPSES,
    PAYERS,
    REPEAT_PAYERS,
    RETURNS,
    USERS,
    WITH_ACCESS,
)
from simulation.core.rng import Stream, draw_bits, nth_bits, uniform
from simulation.core.rules import adoption, learning, payment, trust
from simulation.core.state import CLOCK_END, USE_CLOCK_END

NEVER, USER, STOPPED = int(Stage.NEVER), int(Stage.USER), int(Stage.LAPSED)
NO_HELP, TRAINING = int(HelpKind.NONE), int(HelpKind.TRAINING)
ONE_PAYMENT = 1 << VALUE_BITS

S_AWARENESS, S_ACCESS, S_PEER_HELP = int(Stream.AWARENESS), int(Stream.ACCESS), int(Stream.PEER_HELP)
S_HELP_ACCOUNT, S_HELP_FIRST_USE = int(Stream.HELP_ACCOUNT), int(Stream.HELP_FIRST_USE)
S_TRIAL, S_RETURN, S_LAPSE = int(Stream.TRIAL), int(Stream.RETURN), int(Stream.LAPSE)
S_N_PAYMENTS, S_PAYMENT = int(Stream.N_PAYMENTS), int(Stream.PAYMENT)
S_INCIDENT, S_SETTLEMENT = int(Stream.INCIDENT), int(Stream.SETTLEMENT)
S_LAPSE_AFTER, S_LOSS = int(Stream.LAPSE_AFTER_INCIDENT), int(Stream.INCIDENT_LOSS)


@njit
def usefulness(i, zone_sector, sector_share, regular_merchant, acceptance, n_merchants, regular_share):
    """Return U, the expected share of a citizen's payments that could be electronic (ODD 7.1).

    Parameters
    ----------
    i : int
        Citizen.
    zone_sector : int
        Row of the citizen's zone and sector 0 among zone-sectors.
    sector_share : array of float64, shape (6,)
        Share of the citizen's payments by sector.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance of merchants, then of zone-sectors.
    """
    total = 0.0
    for s in range(N_SECTORS):
        total += sector_share[s] * adoption.expected_acceptance(
            regular_share, acceptance[regular_merchant[i, s]], acceptance[n_merchants + zone_sector + s]
        )
    return total


@njit
def citizens_week(
    first_zone, last_zone, c, first_citizen, peer_start, week, keys, offers, tables, alpha,
    acceptance, acceptance_threshold, n_merchants, p, out,
):  # fmt: skip
    """Move the citizens of zones first_zone to last_zone - 1 through one week.

    Parameters
    ----------
    c : CitizenArrays
        State, updated in place; everything read of others was written last week.
    keys : array of uint64
        Keys of the week by stream.
    alpha : array of float64, shape (5, 3)
        Segment constants of the attitude, logits.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance as citizens judge it (frozen in the experiment of that name).
    acceptance_threshold : array of int32, shape (M + Z*S,)
        Acceptance at the till: chance x 2^11 for pools; 0 or 2^11 for merchants.
    out : Counters
        Sums of this slice, zeroed by the caller.
    """
    outage_threshold = payment.threshold(week.outage_share, payment.OUTAGE_SCALE)
    verification_seconds = payment.verification_seconds(week.face_share, p)
    incident_bound = trust.incident_bound_per_payment(p)
    settlement = trust.settlement_probability(p.settlement_share, week.hotline_share)
    limit = week.verification_limit_fen

    for z in range(first_zone, last_zone):
        zone_sector = z * N_SECTORS
        pool = n_merchants + zone_sector
        for i in range(first_citizen[z], first_citizen[z + 1]):
            age = np.int64(c.age[i])
            cell = (age * N_AREAS + np.int64(c.area[i])) * N_INCOMES + np.int64(c.income[i])
            group = np.int64(c.offer_group[i])
            stage = np.int64(c.stage[i])
            skill = np.float64(c.skill[i])
            risk = np.float64(c.perceived_risk[i])
            prefers_cash = np.float64(c.prefers_cash[i])
            weeks_in_stage = min(np.int64(c.weeks_in_stage[i]) + 1, CLOCK_END)
            peers = adoption.peer_share(
                np.int64(c.n_user_peers[i]), peer_start[i + 1] - peer_start[i], week.user_share, p.mean_field_share
            )
            cashback = 0
            if stage == USER and weeks_in_stage < p.cashback_weeks:
                cashback = offers.cashback_fen[group]

            # awareness, access
            if week.is_moving:
                if stage == NEVER and c.aware[i] == 1 and c.has_device[i] == 1 and c.has_account[i] == 1:
                    out.cells[cell, AT_RISK] += 1
                if c.aware[i] == 0:
                    chance = adoption.awareness_probability(
                        offers.media[group], peers, p.awareness_external, p.awareness_media, p.awareness_word_of_mouth
                    )
                    if uniform(keys[S_AWARENESS], i) < chance:
                        c.aware[i] = 1
                if c.has_device[i] == 0 or c.has_account[i] == 0:
                    chance = adoption.access_probability(peers, p.access_hazard, p.access_peer_hazard)
                    if uniform(keys[S_ACCESS], i) < chance:
                        c.has_device[i] = 1
                        c.has_account[i] = 1

            # help received this week, help from peers
            help_kind = np.int64(c.helped[i])
            if help_kind != NO_HELP:
                c.aware[i] = 1
                if help_kind == TRAINING:
                    skill = learning.toward_one(skill, p.learning_training)
                    risk *= 1.0 - p.training_risk_relief
                else:
                    skill = learning.toward_one(skill, p.learning_kiosk)
                if c.has_account[i] == 0 and uniform(keys[S_HELP_ACCOUNT], i) < adoption.help_access_probability(
                    p.access_help_probability, p.access_face_probability, week.face_share
                ):
                    c.has_account[i] = 1
            if uniform(keys[S_PEER_HELP], i) < learning.peer_help_probability(peers, p.peer_help_rate):
                skill = learning.toward_one(skill, p.learning_peer)

            # attitude, stage
            effort = adoption.effort(skill, age, week.interface_share, week.voice_share)
            if week.is_moving and c.has_device[i] == 1 and c.has_account[i] == 1 and c.aware[i] == 1:
                starts = False
                if stage == USER:
                    ceiling = adoption.lapse_ceiling(np.float64(c.repetition[i]), p.lapse_late, p.lapse_early)
                    draw = uniform(keys[S_LAPSE], i)
                else:
                    rate = p.trial_rate if stage == NEVER else p.return_rate
                    ceiling = adoption.evaluation_ceiling(rate, offers.media[group], p.media_trial)
                    draw = uniform(keys[S_TRIAL if stage == NEVER else S_RETURN], i)
                    if help_kind != NO_HELP:
                        first_use = p.first_use_training if help_kind == TRAINING else p.first_use_kiosk
                        starts = uniform(keys[S_HELP_FIRST_USE], i) < first_use
                is_assisted = starts
                has_coupon = stage != USER and offers.coupon_fen[group] > 0
                if stage == STOPPED:
                    has_coupon = adoption.has_return_coupon(
                        weeks_in_stage, offers.coupon_fen[group], p.coupon_return_weeks
                    )
                if not starts and draw < ceiling:
                    attitude = adoption.attitude(
                        alpha[age, np.int64(c.area[i])],
                        np.float64(c.taste[i]),
                        usefulness(
                            i, zone_sector, tables.sector_share[age], c.regular_merchant, acceptance, n_merchants,
                            p.regular_share,
                        ),
                        peers, effort, risk, prefers_cash, week.cash_shortage, p,
                    )  # fmt: skip
                    if stage == USER:
                        attitude += adoption.incentive(cashback, p.weight_incentive)
                        if adoption.lapses(draw, ceiling, attitude):
                            c.stage[i] = STOPPED
                            c.coupon_due[i] = 0
                            weeks_in_stage = 0
                            out.cells[cell, LAPSES] += 1
                    else:
                        if has_coupon:
                            attitude += adoption.incentive(offers.coupon_fen[group], p.weight_incentive)
                        starts = adoption.takes_up(draw, ceiling, attitude)
                if starts:
                    c.stage[i] = USER
                    out.cells[cell, FIRST_USES if stage == NEVER else RETURNS] += 1
                    # a return on one's own and without a coupon starts past the cashback weeks
                    weeks_in_stage = np.int64(p.cashback_weeks) + 1
                    if stage == NEVER or has_coupon or is_assisted:
                        weeks_in_stage = 0
                        cashback = offers.cashback_fen[group]
                    if has_coupon:
                        c.coupon_due[i] = offers.coupon_fen[group]
                        c.coupon_lever[i] = offers.coupon_lever[group]
                stage = np.int64(c.stage[i])

            # payments and method choice
            n_electronic = 0
            n_unverified = 0
            n_failed = 0
            habit = np.float64(c.habit[i])
            repetition = np.float64(c.repetition[i])
            if stage == USER:
                base = payment.method_base(habit, effort, risk, prefers_cash, cashback, week.cash_shortage, p)
                quick = payment.seconds_without_verification(skill, week.interface_share, week.face_share, p)
                slow = quick + verification_seconds
                ask_slow = payment.threshold(adoption.logistic(payment.ask_logit(base, slow, p)), payment.ASK_SCALE)
                ask_quick = ask_slow
                if limit > 0:
                    ask_quick = payment.threshold(
                        adoption.logistic(payment.ask_logit(base, quick, p)), payment.ASK_SCALE
                    )
                n_possible = 0
                bits = draw_bits(keys[S_PAYMENT], i)
                n_payments = payment.poisson_small(
                    np.float64(c.payments_per_week[i]), uniform(keys[S_N_PAYMENTS], i), tables.inverses
                )
                for ordinal in range(n_payments):
                    column, alias_draw, pool_draw, ask_draw, amount_row, outage_draw = payment.payment_fields(
                        nth_bits(bits, ordinal)
                    )
                    # branch-free on purpose: these questions are coin flips, and a mispredicted branch costs 5 ns
                    uses_alias = np.int64(alias_draw >= tables.alias_threshold[age, column])
                    outcome = column + uses_alias * (np.int64(tables.alias_outcome[age, column]) - column)
                    sector = outcome >> 1
                    regular = np.int64(c.regular_merchant[i, sector])
                    target = pool + sector + (outcome & 1) * (regular - pool - sector)
                    amount = np.int64(tables.ticket_fen[sector, amount_row])
                    is_small = np.int64(amount <= limit)
                    accepted = np.int64(pool_draw < acceptance_threshold[target])
                    asked = np.int64(ask_draw < ask_slow + is_small * (ask_quick - ask_slow))
                    attempted = accepted & asked
                    electronic = attempted & np.int64(outage_draw >= outage_threshold)
                    out.asks[target] += asked
                    out.value_fen[target] += amount * electronic
                    out.sector_words[sector + N_SECTORS * (1 - electronic)] += ONE_PAYMENT + amount
                    out.failed[sector] += attempted - electronic
                    n_failed += attempted - electronic
                    n_possible += accepted
                    n_electronic += electronic
                    n_unverified += electronic & is_small
                if n_payments > 0:
                    habit = learning.habit_after_week(habit, n_electronic, n_possible, p.habit_rate)
                repetition = learning.repetition_after_week(repetition, n_electronic > 0, p.habit_rate)
                out.seconds[0] += n_electronic * slow - n_unverified * verification_seconds
            else:
                habit = learning.fades(habit, p.habit_rate)
                repetition = learning.fades(repetition, p.habit_rate)
                out.non_user_rate[z, age] += np.float64(c.payments_per_week[i])

            # clocks, money
            if n_electronic > 0:
                weeks_since_use = 0
                c.epay_weeks_quarter[i] += 1
                if c.coupon_due[i] > 0:
                    lever = np.int64(c.coupon_lever[i])
                    out.coupon_fen[lever] += c.coupon_due[i]
                    out.n_coupons[lever] += 1
                    c.coupon_due[i] = 0
                if cashback > 0:
                    lever = np.int64(offers.cashback_lever[group])
                    out.cashback_fen[lever] += n_electronic * cashback
                    out.n_cashbacks[lever] += n_electronic
            else:
                weeks_since_use = min(np.int64(c.weeks_since_use[i]) + 1, USE_CLOCK_END)
            skill = learning.skill_after_week(
                skill, np.float64(c.innate_skill[i]), n_electronic > 0, p.learning_by_doing, p.forgetting
            )

            # fraud, outages, perceived risk
            unsettled = 0
            if week.is_moving and n_electronic > 0:
                draw = uniform(keys[S_INCIDENT], i)
                if draw < n_electronic * incident_bound:
                    per_payment = trust.incident_probability_per_payment(
                        age, skill, n_unverified / n_electronic, week.fraud_control_share, p
                    )
                    if trust.incident_happens(draw, per_payment, n_electronic):
                        out.n_incidents[0] += 1
                        loss = trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, uniform(keys[S_LOSS], i))
                        out.loss_fen[0] += np.int64(loss * FEN_PER_YUAN + 0.5)
                        if uniform(keys[S_SETTLEMENT], i) < settlement:
                            risk = trust.risk_jump(risk, p.risk_own_incident * p.settled_risk_share)
                        else:
                            risk = trust.risk_jump(risk, p.risk_own_incident)
                            unsettled = 1
                            out.incidents[out.n_unsettled[0]] = i
                            out.n_unsettled[0] += 1
                            if uniform(keys[S_LAPSE_AFTER], i) < p.lapse_after_incident:
                                stage = STOPPED
                                c.coupon_due[i] = 0
                                weeks_in_stage = 0
                                out.cells[cell, LAPSES] += 1
            if n_failed > 0:
                risk = trust.risk_jump(risk, p.risk_outage)
            target_risk = trust.risk_target(
                np.float64(c.baseline_risk[i]), week.fraud_control_share, week.hotline_share, p.structural_assurance
            )
            risk = trust.risk_after_week(risk, target_risk, p.risk_reversion)
            if c.n_incident_peers[i] > 0:
                risk = trust.risk_from_peers(risk, np.float64(c.n_incident_peers[i]), p.risk_peer_incident)

            # store; tell the ties at the week's end if they should no longer, or now, count this citizen
            c.stage[i] = stage
            c.weeks_in_stage[i] = weeks_in_stage
            c.weeks_since_use[i] = weeks_since_use
            c.skill[i] = skill
            c.perceived_risk[i] = risk
            c.habit[i] = habit
            c.repetition[i] = repetition
            c.incident[i] = unsettled
            c.helped[i] = NO_HELP
            counted = np.int64(adoption.is_counted_by_peers(stage == USER, weeks_in_stage, p.word_of_mouth_weeks))
            if counted != c.counted_by_peers[i]:
                c.counted_by_peers[i] = counted
                out.changed[out.n_changed[0]] = i
                out.n_changed[0] += 1

            # count
            is_active = np.int64(weeks_since_use < ACTIVE_WEEKS)
            out.cells[cell, ACTIVE] += is_active
            out.cells[cell, ACTIVE_13W] += np.int64(weeks_since_use < ACTIVE_WEEKS_LONG)
            out.cells[cell, USERS] += np.int64(stage == USER)
            out.cells[cell, LAPSED] += np.int64(stage == STOPPED)
            out.cells[cell, AWARE] += np.int64(c.aware[i])
            out.cells[cell, WITH_ACCESS] += np.int64(c.has_device[i] & c.has_account[i])
            out.place_active[c.place[i]] += is_active
            if week.ends_quarter:
                weeks_paid = np.int64(c.epay_weeks_quarter[i])
                out.cells[cell, PAYERS] += np.int64(weeks_paid >= 1)
                out.cells[cell, REPEAT_PAYERS] += np.int64(c.paid_last_quarter[i] == 1 and weeks_paid >= 2)
                c.paid_last_quarter[i] = np.int64(weeks_paid >= 1)
                c.epay_weeks_quarter[i] = 0


@njit
def tell_peers(members, sign, counts, peer_start, peer):
    """Add `sign` (+1 or -1) to the counts of every tie of the members.

    Pushing when somebody changes costs a fraction of gathering every week: few change.

    Parameters
    ----------
    members : array of int32
        Citizens who changed.
    counts : array of uint16, shape (N,)
        Changed in place.
    """
    for k in range(members.shape[0]):
        for e in range(peer_start[members[k]], peer_start[members[k] + 1]):
            counts[peer[e]] = np.int64(counts[peer[e]]) + sign
