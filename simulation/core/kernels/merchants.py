"""One week of the merchants, and what their acceptance means for their catchments (ODD 3, steps 4 and 5)."""

import numpy as np

from simulation.core.catchments import NOT_YET, accepting_share
from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, Terminal
from simulation.core.jit import njit
from simulation.core.kernels.arguments import OUTLET_SHIFT
from simulation.core.kernels.claiming import claim
from simulation.core.kernels.help import family_rates
from simulation.core.kernels.tills import payments_of_merchants
from simulation.core.observed import (
    ACCEPTING,
    INTEGRATED,
    INTEGRATED_ACTIVE,
    N_KINDS,
    PAID_THIS_QUARTER,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
    TRAINED,
    UNIFIED,
    UNIFIED_ACTIVE,
    UNIFIED_PAYMENTS,
    UNIFIED_WEEKS,
)
from simulation.core.offers import DIRECTED, MERCHANT_USES, NO_LEVER, VISITED, Use
from simulation.core.params import unpack
from simulation.core.rng import Stream, uniform
from simulation.core.rules import merchant, payment
from simulation.core.state import CLOCK_END

POS = int(Terminal.POS)
SMALLEST = 1e-300  # keeps a share of nothing at 0
RENT, FEE, SERVICE = (MERCHANT_USES.index(use) for use in (Use.RENT, Use.FEE, Use.SERVICE))
S_ADOPT, S_WITHDRAW, S_TURNOVER = int(Stream.ADOPT), int(Stream.WITHDRAW), int(Stream.STAFF_TURNOVER)
S_CASH, S_FAMILY = int(Stream.NON_USER_CASH), int(Stream.FAMILY_PAYMENTS)
S_PERSON_CASH = int(Stream.NON_USER_PERSON_CASH)
S_JOIN, S_TAKE, S_DROP = int(Stream.JOIN_INTERFACE), int(Stream.TAKE_INTEGRATED), int(Stream.DROP_INTEGRATED)


@njit
def merchants_week(
    m, zones, week, keys, offers, directed, gamma, tables, mean_fen, zone_acceptance, acceptance, tills,
    asks_are_frozen, coefficients, out,
):  # fmt: skip
    """Move all merchants through one week.

    Parameters
    ----------
    m : MerchantArrays
        State, updated in place.
    offers : MerchantOffers
        By offer group.
    directed : array of uint8, shape (M,)
        What the acceptance drive does this week: 0 nothing, 1 directs, 2 visits.
    gamma : array of float64, shape (6,)
        Sector constants of readiness, logits.
    mean_fen : array of float64, shape (2, 6)
        Mean amount by size and sector.
    zone_acceptance : array of float64, shape (Z,)
        Payment-weighted acceptance y_z at last week's end.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance at last week's end, of merchants and pools.
    tills : array of int64, shape (1 or 2, 4 * (M + Z*S))
        The week's payments by size, till and kind (see kernels.arguments).
    asks_are_frozen : bool
        Leaves q as it is (the experiment that cuts the feedback).
    coefficients : structured array, shape (1,)
        From `params.packed`.
    out : MerchantSums
        Filled.
    """
    p = unpack(coefficients)
    out.sectors[:], out.n_claims[:], out.payments[:] = 0, 0, 0.0
    all_asked, all_taken, all_value = payments_of_merchants(m.sector, zones, acceptance, tills, mean_fen)
    for j in range(m.sector.shape[0]):
        sector = np.int64(m.sector[j])
        group = np.int64(m.offer_group[j])
        terminal = np.int64(m.terminal[j])
        expected = np.float64(m.expected_payments[j])
        fee_share = offers.fee_subsidy_share[group]
        is_subsidised = m.accepts[j] == 1 and fee_share > 0.0
        asked, taken, value = all_asked[j], all_taken[j], all_value[j]
        q = np.float64(m.ask_share[j])
        if not asks_are_frozen:
            q = merchant.ask_share_after_week(q, asked, expected, p.ask_smoothing)
        m.ask_share[j] = q
        if is_subsidised:
            fee_fen = np.int64(value * p.merchant_fee_share * fee_share + 0.5)
            if fee_fen > 0:
                claim(FEE, j, offers.fee_lever[group], fee_fen, out)
        if m.accepts[j] == 1:
            # what is counted of merchants by the quarter (A12, T9; E1)
            m.quarter_payments[j] += taken
            if m.unified[j] == 1:
                m.quarter_unified[j] += taken
                m.weeks_unified[j] += np.int64(taken >= 1.0)
                out.payments[0] += taken
            if m.integrated[j] == 1:
                m.quarter_integrated[j] += taken
                m.weeks_integrated[j] += np.int64(taken >= 1.0)
                out.payments[1] += taken

        if m.trained[j] == 1 and merchant.is_drawn(uniform(keys[S_TURNOVER], j), p.staff_turnover):
            m.trained[j] = 0
        weeks = min(np.int64(m.weeks_in_state[j]) + 1, CLOCK_END)
        ticket_yuan = tables.mean_ticket_yuan[sector]
        service_lever = np.int64(offers.service_lever[group])
        service_share = offers.service_subsidy_share[group]
        gain = merchant.service_gain(expected, ticket_yuan, service_share, p)
        if week.is_moving:
            benefit = merchant.gross_benefit(q, expected, ticket_yuan, fee_share, week.cash_shortage, p)
            benefit += merchant.service_benefit(m.integrated[j] == 1, service_lever != NO_LEVER, gain)
            local = zone_acceptance[m.zone[j]]
            taste = np.float64(m.readiness_taste[j])
            trained = np.float64(m.trained[j])
            # readiness is dear to work out, and cannot lead anywhere for a draw above the rate of reviews
            if m.accepts[j] == 0:
                offered = offers.rent_subsidy_share[group, terminal]
                rate = merchant.review_rate(week.cash_shortage, directed[j] == VISITED, p)
                draw, starts = uniform(keys[S_ADOPT], j), directed[j] == DIRECTED
                if draw < rate:
                    cost = merchant.terminal_cost(terminal == POS, week.interface_offered, p)
                    worth = benefit - cost * (1.0 - offered)
                    ready = merchant.readiness(gamma[sector], taste, q, worth, local, trained, p)
                    starts = starts or merchant.starts_accepting(draw, rate, ready)
                if starts:
                    m.accepts[j] = 1
                    weeks = 0
                    m.rent_subsidy_share[j] = offered
                    m.subsidy_lever[j] = offers.rent_lever[group, terminal]
                    m.unified[j] = week.interface_offered > 0.0
                    out.sectors[sector, STARTED] += 1
            elif not merchant.is_mandated(sector) and uniform(keys[S_WITHDRAW], j) < p.merchant_withdrawal_rate:
                cost = merchant.terminal_cost(terminal == POS, week.interface_offered * m.unified[j], p)
                paid = merchant.subsidised_cost(cost, np.float64(m.rent_subsidy_share[j]), weeks, p.rent_subsidy_weeks)
                ready = merchant.readiness(gamma[sector], taste, q, benefit - paid, local, trained, p)
                if merchant.stops_accepting(uniform(keys[S_WITHDRAW], j), ready, p):
                    m.accepts[j] = 0
                    weeks = 0
                    m.rent_subsidy_share[j] = 0.0
                    m.subsidy_lever[j] = NO_LEVER
                    m.unified[j] = 0
                    m.integrated[j] = 0
                    out.sectors[sector, STOPPED] += 1
            if m.accepts[j] == 1:
                if (
                    week.interface_offered > 0.0
                    and m.unified[j] == 0
                    and merchant.is_drawn(uniform(keys[S_JOIN], j), p.interface_join_rate)
                ):
                    m.unified[j] = 1
                if m.integrated[j] == 1:
                    draw = uniform(keys[S_DROP], j)
                    if draw < p.service_review_rate:
                        ready = merchant.service_readiness(gain, p)
                        m.integrated[j] = np.int64(not merchant.drops_service(draw, ready, p))
                elif service_lever != NO_LEVER:
                    draw = uniform(keys[S_TAKE], j)
                    if draw < p.service_review_rate:
                        ready = merchant.service_readiness(gain, p)
                        m.integrated[j] = np.int64(merchant.takes_service(draw, ready, p))
        # a terminal costs from the week it is taken on, so that 52 weeks are paid
        if m.accepts[j] == 1:
            cost = merchant.terminal_cost(terminal == POS, week.interface_offered * m.unified[j], p)
            out.sectors[sector, TERMINAL_FEN] += np.int64(cost * FEN_PER_YUAN + 0.5)
            paid = merchant.subsidised_cost(cost, np.float64(m.rent_subsidy_share[j]), weeks, p.rent_subsidy_weeks)
            if paid < cost and m.subsidy_lever[j] != NO_LEVER:
                claim(RENT, j, m.subsidy_lever[j], np.int64((cost - paid) * FEN_PER_YUAN + 0.5), out)
            if m.integrated[j] == 1 and service_lever != NO_LEVER and service_share > 0.0:
                price = p.service_price_yuan_per_week * service_share
                claim(SERVICE, j, service_lever, np.int64(price * FEN_PER_YUAN + 0.5), out)
        m.weeks_in_state[j] = weeks
        out.sectors[sector, ACCEPTING] += np.int64(m.accepts[j])
        out.sectors[sector, TRAINED] += np.int64(m.trained[j])
        out.sectors[sector, UNIFIED] += np.int64(m.unified[j])
        out.sectors[sector, INTEGRATED] += np.int64(m.integrated[j])
        if week.ends_quarter:
            out.sectors[sector, PAID_THIS_QUARTER] += np.int64(m.quarter_payments[j] >= 1.0)
            out.sectors[sector, UNIFIED_ACTIVE] += np.int64(
                m.quarter_unified[j] >= UNIFIED_PAYMENTS and m.weeks_unified[j] >= UNIFIED_WEEKS
            )
            out.sectors[sector, INTEGRATED_ACTIVE] += np.int64(
                m.quarter_integrated[j] >= UNIFIED_PAYMENTS and m.weeks_integrated[j] >= UNIFIED_WEEKS
            )
            m.quarter_payments[j], m.quarter_unified[j], m.quarter_integrated[j] = 0.0, 0.0, 0.0
            m.weeks_unified[j], m.weeks_integrated[j] = 0, 0


@njit
def shares_at_accepting(m):
    """Return the shares of expected payments at accepting merchants with trained staff, and on the interface."""
    total, trained, unified = 0.0, 0.0, 0.0
    for j in range(m.sector.shape[0]):
        if m.accepts[j] == 1:
            expected = np.float64(m.expected_payments[j])
            total += expected
            trained += expected * np.float64(m.trained[j])
            unified += expected * np.float64(m.unified[j])
    if total == 0.0:
        return 0.0, 0.0
    return trained / total, unified / total


@njit
def acceptance_by_payments(m, share):
    """Work out the share of expected payments that are at accepting merchants, by sector.

    Parameters
    ----------
    share : array of float64, shape (6,)
        Filled; 0 on entry.
    """
    total = np.zeros(N_SECTORS)
    for j in range(m.sector.shape[0]):
        expected = np.float64(m.expected_payments[j])
        total[m.sector[j]] += expected
        share[m.sector[j]] += expected * np.float64(m.accepts[j])
    for s in range(N_SECTORS):
        share[s] /= max(total[s], SMALLEST)


@njit
def candidates_of_merchants(m, key, probability, is_for_training, who):
    """List the merchants drawn this week with a probability by offer group; returns how many.

    Parameters
    ----------
    probability : array of float64, shape (K,)
        By offer group.
    is_for_training : int
        0: of those who do not accept (the acceptance drive); 1: of those whose staff is not trained (workshops).
    who : array of int32, shape (M,)
        Filled.
    """
    found = 0
    for j in range(m.sector.shape[0]):
        offered = probability[m.offer_group[j]]
        if offered <= 0.0 or (m.trained[j] if is_for_training else m.accepts[j]) == 1:
            continue
        if merchant.is_drawn(uniform(key, j), offered):
            who[found] = j
            found += 1
    return found


@njit
def acceptance_of_zones(m, zones, acceptance, outlets, zone_acceptance):
    """Work out acceptance of merchants, of catchments A[z, s] (Huff-weighted) and of zones y_z.

    Parameters
    ----------
    acceptance : array of float64, shape (M + Z*S,)
        As it was a week ago, or NOT_YET; brought up to date: 0 or 1 for merchants, A[z, s] for
        zone-sectors. Catchments in which no merchant started or stopped accepting stay as they are.
    outlets : array of int64, shape (M + Z*S,)
        The same in units of the payment word's field, and where payments there are added up.
    zone_acceptance : array of float64, shape (Z,)
        Filled: share of expected payments at accepting merchants of the zone; 0 where it has none.
    """
    n_merchants = m.sector.shape[0]
    n_zones = zone_acceptance.shape[0]
    weighted = np.zeros(n_zones)
    total = np.zeros(n_zones)
    has_changed = np.zeros(n_zones * N_SECTORS, np.bool_)
    for j in range(n_merchants):
        accepts = np.float64(m.accepts[j])
        weighted[m.zone[j]] += accepts * np.float64(m.expected_payments[j])
        total[m.zone[j]] += np.float64(m.expected_payments[j])
        if accepts != acceptance[j]:
            acceptance[j] = accepts
            outlets[j] = payment.threshold(accepts, payment.POOL_SCALE) << OUTLET_SHIFT | N_KINDS * j
            for k in range(zones.customer_start[j], zones.customer_start[j + 1]):
                has_changed[np.int64(zones.customer_zone[k]) * N_SECTORS + np.int64(m.sector[j])] = True
    for z in range(n_zones):
        zone_acceptance[z] = weighted[z] / total[z] if total[z] > 0.0 else 0.0
    for row in range(n_zones * N_SECTORS):
        if has_changed[row] or acceptance[n_merchants + row] == NOT_YET:
            first, last = zones.huff_start[row], zones.huff_start[row + 1]
            share = min(1.0, accepting_share(first, last, zones.huff_merchant, zones.huff_weight, m.accepts))
            acceptance[n_merchants + row] = share
            outlets[n_merchants + row] = payment.threshold(share, payment.POOL_SCALE) << OUTLET_SHIFT | N_KINDS * (
                n_merchants + row
            )


@njit
def draw_without_users(
    c, parent, child, standing_rate, rate_stopped, sector_share, acceptance, n_merchants, keys, coefficients,
    n_cash, n_family,
):  # fmt: skip
    """Draw the payments of non-users, and those a child makes for them (superposition; ODD 7.7, A9, A10).

    Parameters
    ----------
    c : LearnerArrays
        State.
    parent, child : array of int32
        Those whose child pays for them, and who that is (`help.family_rates`).
    standing_rate : array of float64, shape (Z, 5)
        Payments a week of non-users by zone and age; multiples of 1/8, exact in any order.
    rate_stopped : array of float64, shape (5,)
        Of these, by age, payments of those who stopped after paying as users this week: they make no others besides.
    sector_share : array of float64, shape (5, 6)
        Shares of payments by age and sector.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance; a child pays electronically where merchants of the zone's catchment accept.
    keys : array of uint64
        Keys of the week by stream.
    n_cash, n_family : array of int64, shape (6,)
        Filled: cash payments to merchants, and electronic ones of children for their parents, by sector.

    Returns
    -------
    int
        Payments to people, in cash.
    """
    p = unpack(coefficients)
    non_user_rate = standing_rate.sum(axis=0) - rate_stopped
    family_rate = family_rates(c, parent, child, standing_rate.shape[0])
    of_zone, of_age = np.nonzero(family_rate)
    for s in range(N_SECTORS):
        rate, by_children = 0.0, 0.0
        for age in range(non_user_rate.shape[0]):
            rate += non_user_rate[age] * sector_share[age, s]
        for k in range(of_zone.shape[0]):
            z, age = of_zone[k], of_age[k]
            accepted = acceptance[n_merchants + z * N_SECTORS + s] * p.child_payment_share
            by_children += family_rate[z, age] * sector_share[age, s] * accepted
        n_cash[s] = payment.poisson_large(rate - by_children, uniform(keys[S_CASH], s))
        n_family[s] = payment.poisson_large(by_children, uniform(keys[S_FAMILY], s))
    rate = 0.0
    for age in range(non_user_rate.shape[0]):
        rate += non_user_rate[age]
    return payment.poisson_large(rate * p.person_payments_ratio, uniform(keys[S_PERSON_CASH], 0))
