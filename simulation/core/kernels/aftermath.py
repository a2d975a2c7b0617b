"""What a week leaves behind: habit, money, skill, fraud and perceived risk (ODD 7.5, 7.7, 7.11; A7)."""

import numpy as np

from simulation.core.codes import FEN_PER_YUAN, Stage
from simulation.core.jit import njit
from simulation.core.kernels.observation import cell_of
from simulation.core.observed import ACTIVE_WEEKS, ACTIVE_WEEKS_LONG, LAPSES
from simulation.core.rng import Stream, uniform
from simulation.core.rules import learning, trust
from simulation.core.state import USE_CLOCK_END

STOPPED = int(Stage.LAPSED)

S_INCIDENT, S_SETTLEMENT = int(Stream.INCIDENT), int(Stream.SETTLEMENT)
S_LAPSE_AFTER, S_LOSS = int(Stream.LAPSE_AFTER_INCIDENT), int(Stream.INCIDENT_LOSS)


@njit
def learn_from_use(n_users, first, c, week, keys, offers, p, work, out):
    """Close the week of a block's users: habit, clocks, money, skill, fraud, perceived risk."""
    incident_bound = trust.incident_bound_per_payment(p)
    settlement = trust.settlement_probability(p.settlement_share, week.hotline_share)
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        n_electronic = work.n_electronic[u]
        skill, risk = work.skill[k], work.risk[k]

        # habit, clocks, money
        has_paid = n_electronic > 0
        if work.n_payments[u] > 0:
            c.habit[i] = learning.habit_after_week(
                np.float64(c.habit[i]), n_electronic, work.n_possible[u], p.habit_rate
            )
        c.repetition[i] = learning.repetition_after_week(np.float64(c.repetition[i]), has_paid, p.habit_rate)
        weeks_since_use = 0
        if has_paid:
            c.epay_weeks_quarter[i] += 1
            if c.weeks_since_use[i] >= ACTIVE_WEEKS:
                work.touched[k] = 1
            if c.coupon_due[i] > 0:
                lever = np.int64(c.coupon_lever[i])
                out.coupon_fen[lever] += c.coupon_due[i]
                out.n_coupons[lever] += 1
                c.coupon_due[i] = 0
            if work.cashback[k] > 0:
                lever = np.int64(offers.cashback_lever[c.offer_group[i]])
                out.cashback_fen[lever] += n_electronic * work.cashback[k]
                out.n_cashbacks[lever] += n_electronic
        else:
            weeks_since_use = min(np.int64(c.weeks_since_use[i]) + 1, USE_CLOCK_END)
            if weeks_since_use in (ACTIVE_WEEKS, ACTIVE_WEEKS_LONG):
                work.touched[k] = 1
        c.weeks_since_use[i] = weeks_since_use
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
                    week.fraud_control_share,
                    p,
                )
                if trust.incident_happens(draw, per_payment, n_electronic):
                    out.n_incidents[0] += 1
                    loss = trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, uniform(keys[S_LOSS], i))
                    out.loss_fen[0] += np.int64(loss * FEN_PER_YUAN + 0.5)
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
            risk = trust.risk_jump(risk, p.risk_outage)
        c.perceived_risk[i] = risk_at_end(
            risk, c.baseline_risk[i], c.n_incident_peers[i], week.fraud_control_share, week.hotline_share, p
        )


@njit
def go_without(n_others, first, c, week, p, work, out):
    """Close the week of a block's non-users: habits fade, clocks go on, skill and risk revert."""
    for u in range(n_others):
        k = work.others[u]
        i = first + k
        c.habit[i] = learning.fades(np.float64(c.habit[i]), p.habit_rate)
        c.repetition[i] = learning.fades(np.float64(c.repetition[i]), p.habit_rate)
        weeks_since_use = min(np.int64(c.weeks_since_use[i]) + 1, USE_CLOCK_END)
        c.weeks_since_use[i] = weeks_since_use
        if weeks_since_use in (ACTIVE_WEEKS, ACTIVE_WEEKS_LONG):
            work.touched[k] = 1
        c.skill[i] = learning.skill_after_week(
            work.skill[k], np.float64(c.innate_skill[i]), False, p.learning_by_doing, p.forgetting
        )
        c.perceived_risk[i] = risk_at_end(
            work.risk[k], c.baseline_risk[i], c.n_incident_peers[i], week.fraud_control_share, week.hotline_share, p
        )


@njit
def risk_at_end(risk, baseline, n_incident_peers, fraud_control_share, hotline_share, p):
    """Return perceived risk after reversion and after what peers suffered last week."""
    target = trust.risk_target(np.float64(baseline), fraud_control_share, hotline_share, p.structural_assurance)
    risk = trust.risk_after_week(risk, target, p.risk_reversion)
    if n_incident_peers > 0:
        risk = trust.risk_from_peers(risk, np.float64(n_incident_peers), p.risk_peer_incident)
    return risk
