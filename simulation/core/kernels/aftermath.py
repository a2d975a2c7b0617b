"""What a week leaves behind: habit, money, skill, fraud and perceived risk (ODD 7.5, 7.7, 7.11; A7)."""

import numpy as np

from simulation.core.codes import FEN_PER_YUAN, Stage
from simulation.core.jit import njit
from simulation.core.kernels.claiming import claim
from simulation.core.kernels.observation import cell_of
from simulation.core.observed import ACTIVE_WEEKS, ACTIVE_WEEKS_LONG, LAPSES
from simulation.core.offers import CITIZEN_USES, Use
from simulation.core.rng import Stream, uniform
from simulation.core.rules import learning, trust
from simulation.core.state import USE_CLOCK_END

STOPPED = int(Stage.LAPSED)
COUPON, CASHBACK, REWARD = (CITIZEN_USES.index(use) for use in (Use.COUPON, Use.CASHBACK, Use.REWARD))

S_INCIDENT, S_SETTLEMENT = int(Stream.INCIDENT), int(Stream.SETTLEMENT)
S_LAPSE_AFTER, S_LOSS = int(Stream.LAPSE_AFTER_INCIDENT), int(Stream.INCIDENT_LOSS)


@njit
def learn_from_use(n_users, first, c, week, keys, offers, p, work, out):
    """Close the week of a block's users: habit, clocks, money, skill, fraud, perceived risk."""
    incident_bound = trust.incident_bound_per_payment(week.fraud_factor, p)
    failure_jump = trust.failure_jump(week.outage_share, p)
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        group = np.int64(c.offer_group[i])
        n_at_tills = work.n_electronic[u]
        n_electronic = n_at_tills + work.n_person_electronic[u]
        skill, risk = work.skill[k], work.risk[k]

        # habit, clocks, money
        has_paid = n_electronic > 0
        if work.n_payments[u] + work.n_person[u] > 0:
            c.habit[i] = learning.habit_after_week(
                np.float64(c.habit[i]), n_electronic, work.n_possible[u] + work.n_person_possible[u], p.habit_rate
            )
        c.repetition[i] = learning.repetition_after_week(np.float64(c.repetition[i]), has_paid, p.habit_rate)
        n_given = 0  # payments that a coupon pays for are nobody's own (A12)
        if n_at_tills > 0:
            if c.coupon_due[i] > 0:
                claim(COUPON, i, c.coupon_lever[i], c.coupon_due[i], out)
                c.coupon_due[i] = 0
                n_given = 1
            if work.cashback[k] > 0:
                claim(CASHBACK, i, offers.cashback_lever[group], n_at_tills * work.cashback[k], out)
            if offers.reward_fen[group] > 0:
                claim(REWARD, i, offers.reward_lever[group], n_at_tills * offers.reward_fen[group], out)
        weeks_since_use = 0
        if n_electronic > n_given:
            c.epay_weeks_quarter[i] += 1
            if c.weeks_since_use[i] >= ACTIVE_WEEKS:
                work.touched[k] = 1
            if c.weeks_since_use[i] == USE_CLOCK_END:
                out.first_payer[out.n_first[0]] = i
                out.n_first[0] += 1
        else:
            weeks_since_use = min(np.int64(c.weeks_since_use[i]) + 1, USE_CLOCK_END)
            if weeks_since_use in (ACTIVE_WEEKS, ACTIVE_WEEKS_LONG):
                work.touched[k] = 1
        c.weeks_since_use[i] = weeks_since_use
        weeks_since_merchant = 0
        if n_at_tills > n_given:
            if c.weeks_since_merchant[i] >= ACTIVE_WEEKS:
                work.touched[k] = 1
        else:
            weeks_since_merchant = min(np.int64(c.weeks_since_merchant[i]) + 1, USE_CLOCK_END)
            if weeks_since_merchant == ACTIVE_WEEKS:
                work.touched[k] = 1
        c.weeks_since_merchant[i] = weeks_since_merchant
        skill = learning.skill_after_week(
            skill, np.float64(c.innate_skill[i]), has_paid, p.learning_by_doing, p.forgetting
        )
        c.skill[i] = skill

        # fraud, outages, perceived risk
        if week.is_moving and has_paid:
            draw = uniform(keys[S_INCIDENT], i)
            if draw < n_electronic * incident_bound:
                per_payment = trust.incident_probability_per_payment(
                    np.int64(c.age[i]),
                    skill,
                    work.n_unverified[u] / n_electronic,
                    offers.fraud_control_share[group],
                    week.fraud_factor,
                    week.staff_share,
                    p,
                )
                if trust.incident_happens(draw, per_payment, n_electronic):
                    out.n_incidents[0] += 1
                    loss = trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, uniform(keys[S_LOSS], i))
                    out.loss_fen[0] += np.int64(loss * FEN_PER_YUAN + 0.5)
                    settlement = trust.settlement_probability(p.settlement_share, offers.hotline_share[group])
                    if uniform(keys[S_SETTLEMENT], i) < settlement:
                        risk = trust.risk_jump(risk, p.risk_own_incident * p.settled_risk_share)
                    else:
                        risk = trust.risk_jump(risk, p.risk_own_incident)
                        c.incident[i] = 1
                        out.incidents[out.n_unsettled[0]] = i
                        out.n_unsettled[0] += 1
                        if uniform(keys[S_LAPSE_AFTER], i) < p.lapse_after_incident:
                            c.stage[i] = STOPPED
                            c.coupon_due[i] = 0
                            c.weeks_in_stage[i] = 0
                            work.touched[k] = 1
                            out.rate_stopped_after_paying[c.age[i]] += np.float64(c.payments_per_week[i])
                            out.cells[cell_of(c.age[i], c.area[i], c.income[i]), LAPSES] += 1
        if work.n_failed[u] > 0:
            risk = trust.risk_jump(risk, failure_jump)
        c.perceived_risk[i] = risk_at_end(
            risk, c.baseline_risk[i], c.n_incident_peers[i], offers.fraud_control_share[group],
            offers.hotline_share[group], p,
        )  # fmt: skip


@njit
def go_without(n_others, first, c, offers, p, work):
    """Close the week of a block's non-users: habits fade, clocks go on, skill and risk revert."""
    for u in range(n_others):
        k = work.others[u]
        i = first + k
        c.habit[i] = learning.fades(np.float64(c.habit[i]), p.habit_rate)
        c.repetition[i] = learning.fades(np.float64(c.repetition[i]), p.habit_rate)
        weeks_since_use = min(np.int64(c.weeks_since_use[i]) + 1, USE_CLOCK_END)
        c.weeks_since_use[i] = weeks_since_use
        weeks_since_merchant = min(np.int64(c.weeks_since_merchant[i]) + 1, USE_CLOCK_END)
        c.weeks_since_merchant[i] = weeks_since_merchant
        if weeks_since_use in (ACTIVE_WEEKS, ACTIVE_WEEKS_LONG) or weeks_since_merchant == ACTIVE_WEEKS:
            work.touched[k] = 1
        c.skill[i] = learning.skill_after_week(
            work.skill[k], np.float64(c.innate_skill[i]), False, p.learning_by_doing, p.forgetting
        )
        group = np.int64(c.offer_group[i])
        c.perceived_risk[i] = risk_at_end(
            work.risk[k], c.baseline_risk[i], c.n_incident_peers[i], offers.fraud_control_share[group],
            offers.hotline_share[group], p,
        )  # fmt: skip


@njit
def risk_at_end(risk, baseline, n_incident_peers, fraud_control_share, hotline_share, p):
    """Return perceived risk after reversion and after what peers suffered last week."""
    target = trust.risk_target(np.float64(baseline), fraud_control_share, hotline_share, p.structural_assurance)
    risk = trust.risk_after_week(risk, target, p.risk_reversion)
    if n_incident_peers > 0:
        risk = trust.risk_from_peers(risk, np.float64(n_incident_peers), p.risk_peer_incident)
    return risk
