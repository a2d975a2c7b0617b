"""Who comes for help this week, and who gets a seat (ODD 7.4, 11; A4)."""

import numpy as np

from simulation.core.codes import N_AGES, HelpKind, Stage
from simulation.core.jit import njit
from simulation.core.params import unpack
from simulation.core.rng import draw_bits, uniform
from simulation.core.rules import learning

USER = int(Stage.USER)
CHILD = int(HelpKind.CHILD)
DRAWS = 512  # made together


@njit
def candidates(
    c, attending, kind_key, lot_key, nearest_point, distance_km, point_lever, may_attend, attendance, coefficients,
    who, point, lot,
):  # fmt: skip
    """List the citizens who seek help of one kind this week.

    Parameters
    ----------
    c : LearnerArrays
        State.
    attending : array of int32
        Citizens who ever come to help, ascending.
    kind_key, lot_key : uint64
        Keys of the week for seeking help and for the lot.
    nearest_point : array of int64, shape (Q, Z)
        Nearest point open this week by lever of this kind and zone; -1 = none.
    distance_km : array of float64, shape (Q, Z)
        Travel distance to it.
    point_lever : array of int64, shape (Q,)
        Lever of each row of `nearest_point`.
    may_attend : array of uint8, shape (G, L)
        Whether help points of a lever are open to an offer group.
    attendance : float
        Weekly attendance at distance 0, pi.
    coefficients : structured array, shape (1,)
        From `params.packed`.
    who, point, lot : array of int32, int64, uint64
        Filled: citizen, point sought, lot (the smallest win).

    Returns
    -------
    int
        Number of candidates.
    """
    p = unpack(coefficients)
    found = 0
    # nobody's chance passes this, so one comparison spares most citizens the distance
    ceiling = learning.attendance_probability(attendance, p.attends_help_share, 0.0, p.help_distance_km)
    draws, low = np.empty(DRAWS), np.empty(DRAWS + 1, np.int64)  # the list is written one past its end
    for first in range(0, attending.shape[0], DRAWS):
        n_drawn = min(DRAWS, attending.shape[0] - first)
        for k in range(n_drawn):  # apart from the rest, so that several are drawn at once
            draws[k] = uniform(kind_key, attending[first + k])
        n_low = 0
        for k in range(n_drawn):  # listed without a branch, so that the processor looks several up at once
            low[n_low] = k
            n_low += np.int64(draws[k] < ceiling)
        for row in range(n_low):
            draw = draws[low[row]]
            i = np.uint64(attending[first + low[row]])
            if c.helped[i] != 0 or not learning.wants_help(
                True, c.stage[i] == USER, np.float64(c.skill[i]), p.help_skill_ceiling
            ):
                continue
            z = np.uint64(c.zone[i])
            best, best_km = -1, 0.0
            for q in range(point_lever.shape[0]):
                is_open = nearest_point[q, z] >= 0 and may_attend[c.offer_group[i], point_lever[q]] == 1
                if is_open and (best < 0 or distance_km[q, z] < best_km):
                    best, best_km = nearest_point[q, z], distance_km[q, z]
            if best < 0:
                continue
            if draw < learning.attendance_probability(attendance, p.attends_help_share, best_km, p.help_distance_km):
                who[found] = i
                point[found] = best
                lot[found] = draw_bits(lot_key, i)
                found += 1
    return found


@njit
def attendance(kind, coefficients):
    """Return the weekly attendance at distance 0 of one kind of help (learning.attendance_rate)."""
    return learning.attendance_rate(kind, unpack(coefficients))


@njit
def receive_help(helped, ever_helped, turned_away, kind, seekers, who, most_turned_away):
    """Mark who of those who sought help this week got it, and who was turned away.

    Parameters
    ----------
    helped, ever_helped, turned_away : array, shape (N,)
        Of state.Citizens; changed.
    kind : int
        codes.HelpKind.
    seekers, who : array of int32
        Who sought it, and who of them got it; ascending both.
    most_turned_away : int
        Where the count ends.
    """
    row = 0
    for i in seekers:
        if row < who.shape[0] and who[row] == i:
            helped[i] = kind
            ever_helped[i] = np.int64(ever_helped[i]) | 1 << kind - 1
            turned_away[i] = 0
            row += 1
        elif turned_away[i] < most_turned_away:
            turned_away[i] += 1


@njit
def taught_at_home(c, who, draw, let_in_share, skill_ceiling):
    """Return which of the people visited at home are taught (learning.is_taught_at_home); bool, shape (n,).

    Parameters
    ----------
    c : CitizenArrays
        State.
    who : array of int32, shape (n,)
        People visited.
    draw, let_in_share : array of float64, shape (n,)
        Draw of each, and the share who let in a visitor of the lever.
    """
    taught = np.zeros(who.shape[0], np.bool_)
    for row in range(who.shape[0]):
        i = who[row]
        taught[row] = learning.is_taught_at_home(
            draw[row], let_in_share[row], c.stage[i] == USER, np.float64(c.skill[i]), skill_ceiling
        )
    return taught


@njit
def shown_by_children(c, parent, child, key, coefficients):
    """Mark the parents whom a grown-up child shows how it is done this week; return how many (A11).

    Parameters
    ----------
    c : LearnerArrays
        State; `helped` and `ever_helped` of those shown are written.
    parent, child : array of int32, shape (F,)
        Who has a grown-up child in the region, and who that is (state.Family).
    key : uint64
        Key of the week for these draws.
    coefficients : structured array, shape (1,)
        From `params.packed`.
    """
    p = unpack(coefficients)
    n_shown = 0
    for row in range(parent.shape[0]):
        i = parent[row]
        draw = uniform(key, i)
        if draw >= p.child_help_rate:  # nobody's chance passes this, so most are spared the looking up
            continue
        if c.helped[i] == 0 and learning.is_shown_by_child(
            draw, c.stage[child[row]] == USER, c.stage[i] == USER, np.float64(c.skill[i]), p
        ):
            c.helped[i] = CHILD
            c.ever_helped[i] = np.int64(c.ever_helped[i]) | 1 << CHILD - 1
            n_shown += 1
    return n_shown


@njit
def takers_of_phones(c, key, probability, who):
    """List who takes a subsidised smartphone this week (A3); returns how many.

    Parameters
    ----------
    probability : array of float64, shape (G,)
        Weekly probability by offer group.
    who : array of int32, shape (N,)
        Filled.
    """
    found = 0
    for i in range(c.zone.shape[0]):
        offered = probability[c.offer_group[i]]
        if offered > 0.0 and c.helped[i] == 0 and learning.takes_phone(uniform(key, i), c.has_device[i] == 1, offered):
            who[found] = i
            found += 1
    return found


@njit
def family_rates(c, parent, child, n_zones):
    """Return the payments a week of non-users whose child pays for some of them (A10).

    Parameters
    ----------
    c : LearnerArrays
        State.
    parent, child : array of int32
        Those whose child would pay, and who that is.

    Returns
    -------
    array of float64, shape (Z, 5)
        By zone and age of the parents; sums of eighths, exact in any order.
    """
    rates = np.zeros((n_zones, N_AGES))
    for row in range(parent.shape[0]):
        i = np.uint64(parent[row])
        is_without = c.stage[i] != USER and c.weeks_in_stage[i] > 0  # in the week they stop they pay themselves
        if is_without and c.stage[np.uint64(child[row])] == USER:
            rates[c.zone[i], c.age[i]] += np.float64(c.payments_per_week[i])
    return rates
