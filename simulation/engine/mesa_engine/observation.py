"""What is counted of the agents in a week: the same sums the array engine keeps (ODD 7.13)."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import N_AGES, N_CELLS, N_HELPS, N_SECTORS
from simulation.core.observed import (
    ACCEPTING,
    ACTIVE,
    ACTIVE_13W,
    ACTIVE_MERCHANT,
    AT_RISK,
    AWARE,
    FIRST_USES,
    INTEGRATED,
    INTEGRATED_ACTIVE,
    LAPSED,
    LAPSES,
    N_CELL_COLUMNS,
    N_KINDS,
    N_SECTOR_COLUMNS,
    N_SIZES,
    N_STOCKS,
    PAID_THIS_QUARTER,
    PAYERS,
    PERSON_CASH,
    PERSON_ELECTRONIC,
    REPEAT_PAYERS,
    RETURNS,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
    TRAINED,
    UNIFIED,
    UNIFIED_ACTIVE,
    USERS,
    WITH_ACCESS,
)
from simulation.core.rng import Stream, uniform
from simulation.core.rules import payment
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.resident import CitizenDiary
from simulation.engine.mesa_engine.shops import Till
from simulation.engine.totals import Tallied, WithoutUsers

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.model import EpayModel

Array = NDArray[Any]


def shares_at_accepting(merchants: Iterable[Merchant]) -> tuple[float, float]:
    """Return the shares of expected payments at accepting merchants with trained staff, and on the interface."""
    total, trained, unified = 0.0, 0.0, 0.0
    for merchant in merchants:
        if merchant.accepts:
            total += merchant.expected_payments
            trained += merchant.expected_payments * merchant.trained
            unified += merchant.expected_payments * merchant.unified
    if total == 0.0:
        return 0.0, 0.0
    return trained / total, unified / total


def stocks_of(citizens: Iterable[Citizen]) -> Array:
    """Count citizens by cell of age x area x income; int64, shape (45, 8)."""
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
        row[ACTIVE_MERCHANT] += citizen.is_active_merchant
    return stocks


def cells_of(model: "EpayModel", stocks: Array, at_risk_before: Array) -> Array:
    """Return stocks and flows by cell; int64, shape (45, 13).

    Parameters
    ----------
    stocks : array of int64, shape (45, 8)
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


def draw_without_users(model: "EpayModel") -> WithoutUsers:
    """Draw the payments of the week's non-users, and those a child makes for them (ODD 7.7; A9, A10).

    One Poisson a sector each, and one for payments to people. People judge by last week's acceptance.
    """
    drawn = WithoutUsers(np.zeros(N_SECTORS, np.int64), np.zeros(N_SECTORS, np.int64), 0)
    rate_of_age = [0.0] * N_AGES
    of_families = [[0.0] * N_AGES for _ in model.zones]
    for citizen in model.citizens:
        if citizen.diary.went_without:
            rate_of_age[citizen.age] += citizen.payments_per_week
        if citizen.is_paid_for:
            of_families[citizen.zone][citizen.age] += citizen.payments_per_week
    for sector in range(N_SECTORS):
        share_of_age = model.tables.sector_share[:, sector].tolist()
        rate, by_children = 0.0, 0.0
        for age in range(N_AGES):
            rate += rate_of_age[age] * share_of_age[age]
        for zone in model.zones:
            accepted = zone.catchments[sector].seen_acceptance * model.p.child_payment_share
            for age in range(N_AGES):
                by_children += of_families[zone.row][age] * share_of_age[age] * accepted
        cash, family = (uniform(model.keys[s], sector) for s in (Stream.NON_USER_CASH, Stream.FAMILY_PAYMENTS))
        drawn.n_cash[sector] = payment.poisson_large(rate - by_children, cash)
        drawn.n_family[sector] = payment.poisson_large(by_children, family)
    rate = 0.0
    for age in range(N_AGES):
        rate += rate_of_age[age]
    to_people = uniform(model.keys[Stream.NON_USER_PERSON_CASH], 0)
    return drawn._replace(n_person=int(payment.poisson_large(rate * model.p.person_payments_ratio, to_people)))


def tills_of(model: "EpayModel") -> list[tuple[int, Till]]:
    """Return the tills at which users paid, each with its sector."""
    of_merchants = [(merchant.sector, merchant.till) for merchant in model.merchants]
    return of_merchants + [(at.sector, at.till) for zone in model.zones for at in zone.catchments]


def sectors_of(merchants: Iterable[Merchant]) -> Array:
    """Count merchants and their terminals' cost by sector; int64, shape (6, 10)."""
    sectors = np.zeros((N_SECTORS, N_SECTOR_COLUMNS), np.int64)
    for merchant in merchants:
        row, diary = sectors[merchant.sector], merchant.diary
        row[ACCEPTING] += merchant.accepts
        row[STARTED] += diary.started
        row[STOPPED] += diary.stopped
        row[TERMINAL_FEN] += diary.terminal_fen
        row[TRAINED] += merchant.trained
        row[UNIFIED] += merchant.unified
        row[INTEGRATED] += merchant.integrated
        row[UNIFIED_ACTIVE] += diary.is_unified_active
        row[INTEGRATED_ACTIVE] += diary.is_integrated_active
        row[PAID_THIS_QUARTER] += diary.was_paid
    return sectors


def payments_counted(merchants: Iterable[Merchant]) -> Array:
    """Return electronic payments at merchants on the unified interface, and with integrated services; float64, (2,)."""
    unified, integrated = 0.0, 0.0
    for merchant in merchants:
        unified += merchant.diary.unified_payments
        integrated += merchant.diary.integrated_payments
    return np.array([unified, integrated])


def acceptance_by_payments(merchants: Sequence[Merchant]) -> Array:
    """Return the share of expected payments at accepting merchants, by sector; float64, shape (6,)."""
    accepting, total = [0.0] * N_SECTORS, [0.0] * N_SECTORS
    for merchant in merchants:
        accepting[merchant.sector] += merchant.expected_payments * merchant.accepts
        total[merchant.sector] += merchant.expected_payments
    return np.array([part / whole if whole > 0.0 else 0.0 for part, whole in zip(accepting, total, strict=True)])


def assisted_by(diaries: Iterable[CitizenDiary]) -> Array:
    """Count first uses that help led to there and then, by kind of help; int64, shape (5,)."""
    assisted = np.zeros(N_HELPS, np.int64)
    for diary in diaries:
        if diary.assisted_by:
            assisted[diary.assisted_by - 1] += 1
    return assisted


def tallied(model: "EpayModel", stocks: Array, at_risk_before: Array, without_users: WithoutUsers) -> Tallied:
    """Return what was counted in the week that has just been committed."""
    place_active = np.zeros(len(model.world.places.place_id), np.int64)
    for citizen in model.citizens:
        place_active[citizen.place] += citizen.is_active
    n_payments = np.zeros((N_SIZES, N_SECTORS, N_KINDS), np.int64)
    milliseconds = np.zeros((N_SIZES, N_SECTORS), np.int64)
    for sector, till in tills_of(model):
        n_payments[:, sector] += till.count
        milliseconds[:, sector] += till.milliseconds
    diaries = [citizen.diary for citizen in model.citizens]
    n_person = np.zeros(2, np.int64)
    n_person[PERSON_ELECTRONIC] = sum(diary.n_person_electronic for diary in diaries)
    n_person[PERSON_CASH] = sum(diary.n_person - diary.n_person_electronic for diary in diaries)
    return Tallied(
        cells=cells_of(model, stocks, at_risk_before),
        place_active=place_active,
        n_payments=n_payments,
        milliseconds=milliseconds,
        n_person=n_person,
        without_users=without_users,
        sectors=sectors_of(model.merchants),
        acceptance_by_payments=acceptance_by_payments(model.merchants),
        merchant_payments=payments_counted(model.merchants),
        n_incidents=sum(diary.incidents for diary in diaries),
        loss_fen=sum(diary.loss_fen for diary in diaries),
        n_assisted=assisted_by(diaries),
        catchments=np.array([[catchment.acceptance for catchment in zone.catchments] for zone in model.zones]),
        first_payers=np.array([citizen.row for citizen in model.citizens if citizen.diary.is_first_payment], np.int32),
    )
