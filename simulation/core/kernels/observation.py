"""What is counted of citizens, kept up to date by changes alone, and what their ties are told."""

import numpy as np

from simulation.core.codes import N_AREAS, N_INCOMES, Stage
from simulation.core.jit import njit
from simulation.core.observed import (
    ACTIVE,
    ACTIVE_13W,
    ACTIVE_MERCHANT,
    ACTIVE_WEEKS,
    ACTIVE_WEEKS_LONG,
    AT_RISK,
    AWARE,
    LAPSED,
    N_STOCKS,
    PAYERS,
    REPEAT_PAYERS,
    USERS,
    WITH_ACCESS,
)
from simulation.core.rules import adoption

NEVER, USER, STOPPED = int(Stage.NEVER), int(Stage.USER), int(Stage.LAPSED)


@njit
def cell_of(age, area, income):
    """Return the row of a cell of age x area x income."""
    return (np.int64(age) * N_AREAS + np.int64(area)) * N_INCOMES + np.int64(income)


@njit
def status_of(stage, weeks_since_use, weeks_since_merchant, is_aware, has_access):
    """Return what is counted of a citizen, as bits in the order of the columns of core.observed."""
    return (
        np.int64(weeks_since_use < ACTIVE_WEEKS) << ACTIVE
        | np.int64(weeks_since_use < ACTIVE_WEEKS_LONG) << ACTIVE_13W
        | np.int64(stage == USER) << USERS
        | np.int64(stage == STOPPED) << LAPSED
        | np.int64(is_aware) << AWARE
        | np.int64(has_access) << WITH_ACCESS
        | np.int64(stage == NEVER and is_aware and has_access) << AT_RISK
        | np.int64(weeks_since_merchant < ACTIVE_WEEKS) << ACTIVE_MERCHANT
    )


@njit
def status_of_everybody(c):
    """Return the status of all citizens, array of uint8, shape (N,)."""
    status = np.zeros(c.stage.shape[0], np.uint8)
    for i in range(c.stage.shape[0]):
        status[i] = status_of(
            np.int64(c.stage[i]),
            np.int64(c.weeks_since_use[i]),
            np.int64(c.weeks_since_merchant[i]),
            c.aware[i] == 1,
            (c.has_device[i] & c.has_account[i]) == 1,
        )
    return status


@njit
def observe(first, last, c, word_of_mouth_weeks, standing, work, out):
    """Count what changed of citizens first to last - 1 since last week, and list those whose ties must be told.

    Few change their status in a week, so the sums are kept up to date by the changes alone.

    Parameters
    ----------
    standing : Standing
        As of last week; overwritten by this week's.
    work : BlockWork
        `touched` marks those whose status may have changed; nobody else is looked at.
    """
    for i in range(first, last):
        if work.touched[i - first] == 0:
            continue
        stage = np.int64(c.stage[i])
        counted = np.int64(
            adoption.is_counted_by_peers(stage == USER, np.int64(c.weeks_in_stage[i]), word_of_mouth_weeks)
        )
        if counted != c.counted_by_peers[i]:
            c.counted_by_peers[i] = counted
            out.changed[out.n_changed[0]] = i
            out.n_changed[0] += 1
        now = status_of(
            stage, np.int64(c.weeks_since_use[i]), np.int64(c.weeks_since_merchant[i]), c.aware[i] == 1,
            (c.has_device[i] & c.has_account[i]) == 1,
        )  # fmt: skip
        before = np.int64(standing.status[i])
        standing.status[i] = now
        cell = cell_of(c.age[i], c.area[i], c.income[i])
        for bit in range(N_STOCKS):
            out.cells[cell, bit] += (now >> bit & 1) - (before >> bit & 1)
        out.place_active[c.place[i]] += (now >> ACTIVE & 1) - (before >> ACTIVE & 1)
        standing.non_user_rate[c.zone[i], c.age[i]] -= ((now >> USERS & 1) - (before >> USERS & 1)) * np.float64(
            c.payments_per_week[i]
        )


@njit
def close_quarter(first, last, c, cells):
    """Count who paid electronically this quarter, and who did so in two quarters running."""
    for i in range(first, last):
        cell = cell_of(c.age[i], c.area[i], c.income[i])
        weeks_paid = np.int64(c.epay_weeks_quarter[i])
        cells[cell, PAYERS] += np.int64(weeks_paid >= 1)
        cells[cell, REPEAT_PAYERS] += np.int64(c.paid_last_quarter[i] == 1 and weeks_paid >= 2)
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


@njit
def tell_changes(changed, counted_by_peers, n_user_peers, peer_start, peer):
    """Tell the ties of those who began or ceased to be counted as users; returns by how many more are counted.

    Parameters
    ----------
    changed : array of int32
        Citizens whose `counted_by_peers`, uint8, shape (N,), is another than a week ago.
    n_user_peers : array of uint16, shape (N,)
        Changed in place.
    """
    more = 0
    for k in range(changed.shape[0]):
        sign = 1 if counted_by_peers[changed[k]] == 1 else -1
        tell_peers(changed[k : k + 1], sign, n_user_peers, peer_start, peer)
        more += sign
    return more
