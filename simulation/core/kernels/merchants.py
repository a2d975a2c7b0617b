"""One week of the merchants, and what their acceptance means for their catchments (ODD 3, steps 4 and 5)."""

import numpy as np

from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, Terminal
from simulation.core.jit import njit
from simulation.core.kernels.arguments import ASKED_IN_VAIN, ELECTRONIC, N_KINDS, OUTLET_SHIFT, VALUE_BITS, VALUE_MASK
from simulation.core.observed import ACCEPTING, STARTED, STOPPED, TERMINAL_FEN
from simulation.core.offers import NO_LEVER
from simulation.core.rng import Stream, uniform
from simulation.core.rules import merchant, payment
from simulation.core.state import CLOCK_END

POS = int(Terminal.POS)
S_ADOPT, S_DIRECTIVE, S_WITHDRAW = int(Stream.ADOPT), int(Stream.ADOPT_DIRECTIVE), int(Stream.WITHDRAW)


@njit
def asks_at(tills, till):
    """Return how many payments at a till were asked for electronically, met or not."""
    row = N_KINDS * till
    return np.float64((tills[row + ASKED_IN_VAIN] >> VALUE_BITS) + (tills[row + ELECTRONIC] >> VALUE_BITS))


@njit
def payments_by_sector(tills, merchant_sector, n_payments, fen):
    """Sum the week's payments at tills.

    Parameters
    ----------
    merchant_sector : array of uint8, shape (M,)
    n_payments, fen : array of int64, shape (6, 3)
        Filled: number and value by sector and kind.
    """
    n_merchants = merchant_sector.shape[0]
    for till in range(tills.shape[0] // N_KINDS):
        sector = merchant_sector[till] if till < n_merchants else (till - n_merchants) % N_SECTORS
        for kind in range(N_KINDS):
            word = tills[N_KINDS * till + kind]
            n_payments[sector, kind] += word >> VALUE_BITS
            fen[sector, kind] += word & VALUE_MASK


@njit
def merchants_week(
    m, zones, week, keys, rent_subsidy_share, rent_lever, fee_subsidy_share, fee_lever, gamma, tables, zone_acceptance,
    acceptance, tills, asks_are_frozen, p, sector_sums, rent_fen, n_rents, fee_fen,
):  # fmt: skip
    """Move all merchants through one week.

    Parameters
    ----------
    m : MerchantArrays
        State, updated in place.
    gamma : array of float64, shape (6,)
        Sector constants of readiness, logits.
    zone_acceptance : array of float64, shape (Z,)
        Payment-weighted acceptance y_z at last week's end.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance at last week's end, of merchants and pools.
    tills : array of int64, shape (3 * (M + Z*S),)
        The week's payments by till and kind (see kernels.arguments).
    asks_are_frozen : bool
        Leaves q as it is (the experiment that cuts the feedback).
    sector_sums : array of int64, shape (6, 4)
        Filled: accepting, started, stopped, terminals' gross cost in fen.
    rent_fen, n_rents, fee_fen : array of int64, shape (L,)
        Filled: subsidies paid by lever.
    """
    n_merchants = m.sector.shape[0]
    # a pool's asks are wanted by some dozens of merchants
    pool_asks = np.empty(tills.shape[0] // N_KINDS - n_merchants)
    for pool in range(pool_asks.shape[0]):
        pool_asks[pool] = asks_at(tills, n_merchants + pool)
    rate = merchant.review_rate(week.cash_shortage, p)
    for j in range(n_merchants):
        sector = np.int64(m.sector[j])
        group = np.int64(m.offer_group[j])
        terminal = np.int64(m.terminal[j])
        expected = np.float64(m.expected_payments[j])
        is_subsidised = m.accepts[j] == 1 and fee_subsidy_share[group] > 0.0
        asked = asks_at(tills, j)
        value = np.float64(tills[N_KINDS * j + ELECTRONIC] & VALUE_MASK)
        for k in range(zones.customer_start[j], zones.customer_start[j + 1]):
            pool = np.int64(zones.customer_zone[k]) * N_SECTORS + sector
            weight = np.float64(zones.customer_weight[k])
            asked += pool_asks[pool] * weight
            till = n_merchants + pool
            # the pool's electronic payments were made at those of its merchants who accept
            if is_subsidised and acceptance[till] > 0.0:
                value += (tills[N_KINDS * till + ELECTRONIC] & VALUE_MASK) * weight / acceptance[till]
        q = np.float64(m.ask_share[j])
        if not asks_are_frozen:
            q = merchant.ask_share_after_week(q, asked, expected, p.ask_smoothing)
        m.ask_share[j] = q

        weeks = min(np.int64(m.weeks_in_state[j]) + 1, CLOCK_END)
        cost = merchant.terminal_cost(terminal == POS, week.interface_share, p)
        if is_subsidised:
            fee_subsidy = value * p.merchant_fee_share * fee_subsidy_share[group]
            if fee_subsidy > 0.0:
                fee_fen[fee_lever[group]] += np.int64(fee_subsidy + 0.5)

        if week.is_moving:
            benefit = merchant.gross_benefit(
                q, expected, tables.mean_ticket_yuan[sector], fee_subsidy_share[group], week.cash_shortage, p
            )
            local = zone_acceptance[m.zone[j]]
            taste = np.float64(m.readiness_taste[j])
            if m.accepts[j] == 0:
                offered = rent_subsidy_share[group, terminal]
                ready = merchant.readiness(
                    gamma[sector], taste, q, benefit - cost * (1.0 - offered), local, week.staff_share, p
                )
                starts = merchant.starts_accepting(uniform(keys[S_ADOPT], j), rate, ready)
                if sector < merchant.FIRST_WITHDRAWING_SECTOR:
                    starts = starts or uniform(keys[S_DIRECTIVE], j) < week.directive_probability
                if starts:
                    m.accepts[j] = 1
                    weeks = 0
                    m.rent_subsidy_share[j] = offered
                    m.subsidy_lever[j] = rent_lever[group, terminal]
                    sector_sums[sector, STARTED] += 1
            elif sector >= merchant.FIRST_WITHDRAWING_SECTOR:
                paid = merchant.subsidised_cost(cost, np.float64(m.rent_subsidy_share[j]), weeks, p.rent_subsidy_weeks)
                ready = merchant.readiness(gamma[sector], taste, q, benefit - paid, local, week.staff_share, p)
                if merchant.stops_accepting(uniform(keys[S_WITHDRAW], j), ready, p):
                    m.accepts[j] = 0
                    weeks = 0
                    m.rent_subsidy_share[j] = 0.0
                    m.subsidy_lever[j] = NO_LEVER
                    sector_sums[sector, STOPPED] += 1
        # a terminal costs from the week it is taken on, so that 52 weeks are paid
        if m.accepts[j] == 1:
            sector_sums[sector, TERMINAL_FEN] += np.int64(cost * FEN_PER_YUAN + 0.5)
            paid = merchant.subsidised_cost(cost, np.float64(m.rent_subsidy_share[j]), weeks, p.rent_subsidy_weeks)
            if paid < cost and m.subsidy_lever[j] != NO_LEVER:
                rent_fen[m.subsidy_lever[j]] += np.int64((cost - paid) * FEN_PER_YUAN + 0.5)
                n_rents[m.subsidy_lever[j]] += 1
        m.weeks_in_state[j] = weeks
        sector_sums[sector, ACCEPTING] += np.int64(m.accepts[j])


@njit
def acceptance_of_zones(m, zones, acceptance, outlets, zone_acceptance):
    """Work out acceptance of merchants, of catchments A[z, s] (Huff-weighted) and of zones y_z.

    Parameters
    ----------
    acceptance : array of float64, shape (M + Z*S,)
        Filled: 0 or 1 for merchants, A[z, s] for zone-sectors.
    outlets : array of int64, shape (M + Z*S,)
        Filled: the same in units of the payment word's field, and where payments there are added up.
    zone_acceptance : array of float64, shape (Z,)
        Filled: share of expected payments at accepting merchants of the zone; 0 where it has none.
    """
    n_merchants = m.sector.shape[0]
    n_zones = zone_acceptance.shape[0]
    weighted = np.zeros(n_zones)
    total = np.zeros(n_zones)
    for j in range(n_merchants):
        accepts = np.float64(m.accepts[j])
        acceptance[j] = accepts
        outlets[j] = payment.threshold(accepts, payment.POOL_SCALE) << OUTLET_SHIFT | N_KINDS * j
        weighted[m.zone[j]] += accepts * np.float64(m.expected_payments[j])
        total[m.zone[j]] += np.float64(m.expected_payments[j])
    for z in range(n_zones):
        zone_acceptance[z] = weighted[z] / total[z] if total[z] > 0.0 else 0.0
    for row in range(n_zones * N_SECTORS):
        share = 0.0
        for k in range(zones.huff_start[row], zones.huff_start[row + 1]):
            share += np.float64(zones.huff_weight[k]) * np.float64(m.accepts[zones.huff_merchant[k]])
        share = min(1.0, share)
        acceptance[n_merchants + row] = share
        outlets[n_merchants + row] = payment.threshold(share, payment.POOL_SCALE) << OUTLET_SHIFT | N_KINDS * (
            n_merchants + row
        )


@njit
def draw_non_user_cash(non_user_rate, sector_share, key, n_cash):
    """Draw the cash payments of non-users: one Poisson a sector (superposition, exact; ODD 7.7).

    Parameters
    ----------
    non_user_rate : array of float64, shape (5,)
        Payments a week of non-users by age.
    sector_share : array of float64, shape (5, 6)
        Shares of payments by age and sector.
    key : uint64
        Key of the week.
    n_cash : array of int64, shape (6,)
        Filled: payments by sector.
    """
    for s in range(N_SECTORS):
        rate = 0.0
        for age in range(non_user_rate.shape[0]):
            rate += non_user_rate[age] * sector_share[age, s]
        n_cash[s] = payment.poisson_large(rate, uniform(key, s))
