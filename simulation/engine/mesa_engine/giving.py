"""Who is given something in person before the week is lived: help, telephones, workshops, visits (ODD 7.4; P4, R3).

Agents say what they seek; who gets it where seats or money do not reach, `engine.allotment` settles for both engines.
"""

from typing import TYPE_CHECKING

import numpy as np

from simulation.core.codes import HelpKind
from simulation.core.offers import NOT_DIRECTED, WeekOffers
from simulation.engine.help_allotment import KINDS, Doors
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.help_points import Helper
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.totals import Helps

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.model import EpayModel


def give_help(model: "EpayModel", offers: WeekOffers) -> Helps:
    """Let citizens be visited, be helped at trainings, classes and kiosks, get telephones, be shown by children."""
    helps = Helps()
    for helper in model.helpers:
        helper.open_doors(0)
    if model.week < 0:
        return helps
    _visit(model, helps)
    for kind in KINDS:
        doors = model.allotment.doors.open_doors(kind, model.week)
        if doors is not None:
            _seat(model, kind, doors, offers, helps)
    takers = [citizen for citizen in model.citizens if citizen.takes_phone()]
    levers = np.array([citizen.offer.phone_lever for citizen in takers], np.int64)
    phones = model.allotment.phones(model.week, _rows(takers), levers)
    for row in phones.tolist():
        model.citizens[row].receive(HelpKind.PHONE)
    helps.n_helps[HelpKind.PHONE - 1] = len(phones)
    shown = [citizen for citizen in model.citizens if citizen.is_shown_by_child()]
    for citizen in shown:
        citizen.receive(HelpKind.CHILD)
    helps.n_helps[HelpKind.CHILD - 1] = len(shown)
    return helps


def _visit(model: "EpayModel", helps: Helps) -> None:
    """Teach those at home whom the week's visitors find and who let them in."""
    visits = model.allotment.visits.due(model.week)
    if visits is None:
        return
    rows = zip(visits.who.tolist(), visits.draw.tolist(), visits.let_in_share.tolist(), strict=True)
    taught = np.array([model.citizens[row].is_taught_at_home(draw, share) for row, draw, share in rows], bool)
    who, n_made = model.allotment.home_visits(model.week, visits, taught)
    for row in who.tolist():
        model.citizens[row].find_help(HelpKind.TRAINING)
    helps.n_helps[HelpKind.TRAINING - 1] += len(who)
    helps.note_visits(who, n_made)


def _seat(model: "EpayModel", kind: HelpKind, doors: Doors, offers: WeekOffers, helps: Helps) -> None:
    """Give the week's seats of one kind of help to those who seek them."""
    for row in doors.open.rows:
        model.helpers[row].open_doors(int(doors.seats[row]))
    sought = {citizen: citizen.seek_help(kind, doors) for citizen in model.citizens}
    seekers = [citizen for citizen, door in sought.items() if door is not None]
    who, levers = model.allotment.help(
        model.week,
        doors,
        _rows(seekers),
        np.array([sought[citizen] for citizen in seekers], np.int64),
        np.array([citizen.lot(kind) for citizen in seekers], np.uint64),
        np.array([citizen.turned_away for citizen in seekers], np.int64),
        np.array([citizen.offer_group for citizen in seekers], np.int64),
        offers,
    )
    for row, lever in zip(who.tolist(), levers.tolist(), strict=True):
        citizen = model.citizens[row]
        _helper_with_a_seat(model, doors, sought[citizen], lever).help(citizen)
    turned_away = [citizen for citizen in seekers if not citizen.helped]
    for citizen in turned_away:
        citizen.seek_in_vain()
    helps.n_helps[kind - 1] += len(who)
    helps.n_seats[kind - 1] += doors.n_new
    helps.n_turned_away[kind - 1] = len(turned_away)
    helps.who = np.concatenate([helps.who, who])


def _helper_with_a_seat(model: "EpayModel", doors: Doors, door: int | None, lever: int) -> Helper:
    """Return the first helper of a lever behind a door who has a seat left."""
    behind = (model.helpers[row] for row in doors.open.rows if model.allotment.doors.door[row] == door)
    return next(helper for helper in behind if helper.point.lever == lever and helper.n_helped < helper.seats)


def reach_out(model: "EpayModel", offers: WeekOffers, helps: Helps) -> np.ndarray:
    """Return who is reached by media or help for the first time, before they ever used the service (A12, T8)."""

    def are_new(who: np.ndarray) -> np.ndarray:
        return np.array([model.citizens[row].is_never for row in who.tolist()], bool)

    return model.outreach.reach(offers.media, helps.who, are_new)


def give_to_merchants(model: "EpayModel", offers: WeekOffers) -> None:
    """Train staff at workshops, and let the acceptance drive direct and visit merchants (P4, R3)."""
    for merchant in model.merchants:
        merchant.driven = NOT_DIRECTED
    if model.week < 0:
        return
    seekers = [merchant for merchant in model.merchants if merchant.seeks_workshop()]
    groups = np.array([merchant.offer_group for merchant in seekers], np.int64)
    for row in model.allotment.workshops(model.week, _rows(seekers), groups, offers).tolist():
        model.merchants[row].trained = 1
    gone_to = [merchant for merchant in model.merchants if merchant.is_gone_to()]
    levers = np.array([merchant.offer.drive_lever for merchant in gone_to], np.int64)
    done = model.allotment.drive(model.week, _rows(gone_to), levers)
    for merchant in gone_to:
        merchant.driven = int(done[merchant.row])


def _rows(agents: list[Citizen] | list[Merchant]) -> np.ndarray:
    return np.array([agent.row for agent in agents], np.int32)
