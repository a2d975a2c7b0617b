"""What is counted of the agents in a week: the same sums the array engine keeps (ODD 7.13)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import FEN_PER_YUAN, N_AGES, N_CELLS, N_SECTORS
from simulation.core.observed import (
    ACCEPTING,
    ACTIVE,
    ACTIVE_13W,
    AT_RISK,
    AWARE,
    FIRST_USES,
    LAPSED,
    LAPSES,
    N_CELL_COLUMNS,
    N_SECTOR_COLUMNS,
    N_STOCKS,
    PAYERS,
    REPEAT_PAYERS,
    RETURNS,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
    USERS,
    WITH_ACCESS,
)
from simulation.core.offers import Usage
from simulation.core.rng import Stream, uniform
from simulation.core.rules import payment
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.help_points import HELPERS
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.shops import ELECTRONIC, Till
from simulation.engine.recorder import WeekTotals

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.model import EpayModel

Array = NDArray[Any]
MILLISECONDS = 1000.0


def stocks_of(citizens: Iterable[Citizen]) -> Array:
    """Count citizens by cell of age x area x income; int64, shape (45, 7)."""
    stocks = np.zeros((N_CELLS, N_STOCKS), np.int64)
    for citizen in citizens:
        row = stocks[citizen.segment]
        row[ACTIVE] += citizen.is_active
        row[ACTIVE_13W] += citizen.is_active_13w
        row[USERS] += citizen.is_user
        row[LAPSED] += citizen.is_lapsed
        row[AWARE] += citizen.aware
        row[WITH_ACCESS] += citizen.has_access
        row[AT_RISK] += citizen.is_at_risk
    return stocks


def cells_of(model: "EpayModel", stocks: Array, at_risk_before: Array) -> Array:
    """Return stocks and flows by cell; int64, shape (45, 12).

    Parameters
    ----------
    stocks : array of int64, shape (45, 7)
        At the week's end.
    at_risk_before : array of int64, shape (45,)
        Who could have had their first use this week.
    """
    cells = np.zeros((N_CELLS, N_CELL_COLUMNS), np.int64)
    cells[:, :N_STOCKS] = stocks
    cells[:, AT_RISK] = at_risk_before if model.this_week.is_moving else 0
    for citizen in model.citizens:
        row, diary = cells[citizen.segment], citizen.diary
        row[FIRST_USES] += diary.first_uses
        row[RETURNS] += diary.returns
        row[LAPSES] += diary.lapses
        if model.this_week.ends_quarter:
            weeks = citizen.epay_weeks_quarter
            row[PAYERS] += weeks >= 1
            row[REPEAT_PAYERS] += weeks >= 2 and citizen.paid_last_quarter
    return cells


def non_users_cash(model: "EpayModel") -> Array:
    """Draw the cash payments of the week's non-users: one Poisson a sector (ODD 7.7); int64, shape (6,)."""
    rate_of_age = [0.0] * N_AGES
    for citizen in model.citizens:
        if citizen.diary.went_without:
            rate_of_age[citizen.age] += citizen.payments_per_week
    n_cash = np.zeros(N_SECTORS, np.int64)
    for sector in range(N_SECTORS):
        rate = 0.0
        for age in range(N_AGES):
            rate += rate_of_age[age] * float(model.tables.sector_share[age, sector])
        n_cash[sector] = payment.poisson_large(rate, uniform(model.keys[Stream.NON_USER_CASH], sector))
    return n_cash


def tills_by_sector(model: "EpayModel") -> tuple[Array, Array]:
    """Return number and value in fen of users' payments, by sector and by what became of them; int64, (6, 3)."""
    count, fen = np.zeros((N_SECTORS, ELECTRONIC + 1), np.int64), np.zeros((N_SECTORS, ELECTRONIC + 1), np.int64)

    def add(sector: int, till: Till) -> None:
        count[sector] += till.count
        fen[sector] += till.fen

    for merchant in model.merchants:
        add(merchant.sector, merchant.till)
    for zone in model.zones:
        for catchment in zone.catchments:
            add(catchment.sector, catchment.till)
    return count, fen


def sectors_of(merchants: Iterable[Merchant]) -> Array:
    """Count merchants and their terminals' cost by sector; int64, shape (6, 4)."""
    sectors = np.zeros((N_SECTORS, N_SECTOR_COLUMNS), np.int64)
    for merchant in merchants:
        row, diary = sectors[merchant.sector], merchant.diary
        row[ACCEPTING] += merchant.accepts
        row[STARTED] += diary.started
        row[STOPPED] += diary.stopped
        row[TERMINAL_FEN] += diary.terminal_fen
    return sectors


def acceptance_by_payments(merchants: Sequence[Merchant]) -> Array:
    """Return the share of expected payments at accepting merchants, by sector; float64, shape (6,)."""
    accepting, total = [0.0] * N_SECTORS, [0.0] * N_SECTORS
    for merchant in merchants:
        accepting[merchant.sector] += merchant.expected_payments * merchant.accepts
        total[merchant.sector] += merchant.expected_payments
    return np.array([part / whole if whole > 0.0 else 0.0 for part, whole in zip(accepting, total, strict=True)])


def totals_of(model: "EpayModel", stocks: Array, at_risk_before: Array) -> WeekTotals:
    """Return the sums of the week that has just been committed."""
    place_active = np.zeros(len(model.world.places.place_id), np.int64)
    for citizen in model.citizens:
        place_active[citizen.place] += citizen.is_active
    diaries = [citizen.diary for citizen in model.citizens]
    n_failed = np.zeros(N_SECTORS, np.int64)
    for diary in diaries:
        n_failed += diary.n_failed
    count, fen = tills_by_sector(model)
    from_non_users = non_users_cash(model)
    fen_from_non_users = np.rint(from_non_users * model.tables.mean_ticket_yuan * FEN_PER_YUAN).astype(np.int64)
    n_cash = count[:, :ELECTRONIC].sum(axis=1) + from_non_users
    electronic_seconds = sum(diary.milliseconds for diary in diaries) / MILLISECONDS
    helpers = [[h for h in model.helpers if isinstance(h, kind)] for kind in HELPERS.values()]
    return WeekTotals(
        cells=cells_of(model, stocks, at_risk_before),
        place_active=place_active,
        n_electronic=count[:, ELECTRONIC],
        n_cash=n_cash,
        n_failed=n_failed,
        electronic_fen=fen[:, ELECTRONIC],
        cash_fen=fen[:, :ELECTRONIC].sum(axis=1) + fen_from_non_users,
        sectors=sectors_of(model.merchants),
        acceptance_by_payments=acceptance_by_payments(model.merchants),
        till_seconds=electronic_seconds + float(n_cash.sum()) * model.p.seconds_cash,
        n_incidents=sum(diary.incidents for diary in diaries),
        loss_fen=sum(diary.loss_fen for diary in diaries),
        outage_share=model.this_week.outage_share,
        n_helps=np.array([sum(h.n_helped for h in of_kind) for of_kind in helpers], np.int64),
        n_seats=np.array([sum(h.seats for h in of_kind) for of_kind in helpers], np.int64),
    )


def usage_of(model: "EpayModel") -> list[Usage]:
    """Return what each lever's offers were used for in the week that has just been committed, by lever row."""
    usage = [Usage(n_reached=reached) for reached in model.programme.n_reached]
    for citizen in model.citizens:
        offer, diary = citizen.offer, citizen.diary
        if diary.coupon_fen > 0:
            of_coupon = usage[citizen.coupon_lever]
            of_coupon.coupon_fen += diary.coupon_fen
            of_coupon.n_coupons += 1
        if diary.cashback_fen > 0:
            of_cashback = usage[offer.cashback_lever]
            of_cashback.cashback_fen += diary.cashback_fen
            of_cashback.n_cashbacks += diary.n_electronic
    for merchant in model.merchants:
        if merchant.diary.rent_fen > 0:
            of_rent = usage[merchant.subsidy_lever]
            of_rent.rent_subsidy_fen += merchant.diary.rent_fen
            of_rent.n_rent_subsidies += 1
        if merchant.diary.fee_fen > 0:
            usage[merchant.offer.fee_lever].fee_subsidy_fen += merchant.diary.fee_fen
    for helper in model.helpers:
        of_help = usage[helper.point.lever]
        of_help.n_helps += helper.n_helped
        of_help.n_points_open += helper.is_open
        of_help.n_points_opened += helper.opens
    return usage
