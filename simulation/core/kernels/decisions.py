"""Awareness, access, help and stage of a block of citizens (ODD 3, step 3; ODD 7.1-7.6).

Last week's users and the others are listed first and then gone through apart: whether somebody uses is a coin flip to
the processor, and in one loop it would guess wrong at every third citizen.
"""

import numpy as np

from simulation.core.codes import N_SECTORS, HelpKind, Stage
from simulation.core.jit import njit
from simulation.core.kernels.observation import cell_of
from simulation.core.observed import FIRST_USES, LAPSES, RETURNS
from simulation.core.rng import Stream, uniform
from simulation.core.rules import adoption, learning
from simulation.core.state import CLOCK_END

NEVER, USER, STOPPED = int(Stage.NEVER), int(Stage.USER), int(Stage.LAPSED)
NO_HELP, PHONE = int(HelpKind.NONE), int(HelpKind.PHONE)
ONE = np.uint64(1)

S_AWARENESS, S_ACCESS, S_PEER_HELP = int(Stream.AWARENESS), int(Stream.ACCESS), int(Stream.PEER_HELP)
S_HELP_ACCOUNT, S_HELP_FIRST_USE = int(Stream.HELP_ACCOUNT), int(Stream.HELP_FIRST_USE)
S_TRIAL, S_RETURN, S_LAPSE = int(Stream.TRIAL), int(Stream.RETURN), int(Stream.LAPSE)


@njit
def usefulness(i, n_merchants, c, zones, sector_share, acceptance, channel, among_ties, p):
    """Return U, the expected share of a citizen's payments that could be electronic (ODD 7.1; A3, A9).

    Parameters
    ----------
    i : int
        Citizen.
    sector_share : array of float64, shape (5, 6)
        Share of payments by age and sector.
    acceptance : array of float64, shape (M + Z*S,)
        Acceptance of merchants, then of zone-sectors.
    channel : float
        Share of accepting merchants the citizen can pay at.
    among_ties : float
        Share of ties who are users; 0 for whoever has no device to pay them with.
    """
    age, zone = np.int64(c.age[i]), np.int64(c.zone[i])
    total = 0.0
    for s in range(N_SECTORS):
        row = zone * N_SECTORS + s
        regular = zones.huff_merchant[zones.huff_start[row] + c.regular_merchant[i, s]]
        total += sector_share[age, s] * adoption.expected_acceptance(
            p.regular_share, acceptance[regular], acceptance[n_merchants + row]
        )
    return adoption.overall_usefulness(total * channel, among_ties, p.person_payments_ratio)


@njit
def attitude(
    i, skill, risk, channel, among_ties, peers, n_merchants, c, zones, week, offers, sector_share, alpha, acceptance, p
):
    """Return a citizen's attitude towards using the service, V in logits, before money (ODD 7.6, A8).

    Parameters
    ----------
    i : int
        Citizen.
    skill, risk : float
        After this week's help.
    channel, among_ties, peers : float
        As for `usefulness`; share of others who use the service.
    """
    age = np.int64(c.age[i])
    useful = usefulness(
        i, n_merchants, c, zones, sector_share, acceptance, channel, among_ties * np.float64(c.has_device[i]), p
    )
    effort = adoption.effort(skill, age, week.interface_share, offers.voice_share[c.offer_group[i]])
    return adoption.attitude(
        alpha[age, c.area[i]], np.float64(c.taste[i]), useful, peers, effort, risk, np.float64(c.prefers_cash[i]),
        week.cash_shortage, p,
    )  # fmt: skip


@njit
def split_by_use(first, last, stage, users, others):
    """List the positions of last week's users and of the others; returns how many users there are."""
    n_users = 0
    for i in range(first, last):
        # branch-free: who uses is a coin flip to the processor
        k = i - first
        users[n_users] = k
        others[k - np.uint64(n_users)] = k
        n_users += np.int64(stage[i] == USER)
    return n_users


@njit
def reconsider(
    n_users, first, n_merchants, c, zones, peer_start, week, keys, offers, sector_share, alpha, acceptance, p, work, out
):
    """Let last week's users learn from help and peers, and decide whether to go on (ODD 7.4-7.6, A7).

    Returns
    -------
    n_staying, n_leaving : int
        Users still listed in `work.users`, and those listed in `work.movers`.
    """
    n_staying, n_leaving = 0, 0
    for u in range(n_users):
        k = work.users[u]
        i = first + k
        skill, risk = np.float64(c.skill[i]), np.float64(c.perceived_risk[i])
        weeks_in_stage = min(np.int64(c.weeks_in_stage[i]) + 1, CLOCK_END)
        group = np.int64(c.offer_group[i])
        work.touched[k] = 0
        cashback = 0
        if weeks_in_stage < p.cashback_weeks:
            cashback = offers.cashback_fen[group]
        if c.helped[i] != NO_HELP:
            skill, risk = learning.after_help(np.int64(c.helped[i]), skill, risk, p)
            if c.helped[i] == PHONE:
                c.has_device[i] = 1
                work.touched[k] = 1
            c.helped[i] = NO_HELP
        face = 0.0
        if week.face_is_offered:
            face = adoption.face_share_felt(offers.face_share[group], c.refuses_face[i] == 1)
        among_ties, peers = 0.0, 0.0
        # most know nobody who has just begun: no draw where nothing can come of it
        if c.n_user_peers[i] > 0 or p.mean_field_share > 0.0:
            among_ties = adoption.share_among_ties(np.int64(c.n_user_peers[i]), peer_start[i + ONE] - peer_start[i])
            peers = adoption.peer_share(among_ties, week.user_share, p.mean_field_share)
            if uniform(keys[S_PEER_HELP], i) < learning.peer_help_probability(peers, p.peer_help_rate):
                skill = learning.toward_one(skill, p.learning_peer)
        work.skill[k], work.risk[k], work.cashback[k], work.face[k] = skill, risk, cashback, face
        work.among_ties[k] = among_ties
        stays = True
        if week.is_moving:
            draw = uniform(keys[S_LAPSE], i)
            ceiling = adoption.lapse_ceiling(np.float64(c.repetition[i]), p.lapse_late, p.lapse_early)
            if draw < ceiling:
                channel = adoption.channel_share(c.has_device[i] == 1, face)
                value = attitude(
                    i, skill, risk, channel, among_ties, peers, n_merchants, c, zones, week, offers, sector_share,
                    alpha, acceptance, p,
                )  # fmt: skip
                value += adoption.incentive(cashback + offers.reward_felt_fen[group], p.weight_incentive)
                stays = not adoption.lapses(draw, ceiling, value)
        if weeks_in_stage > p.word_of_mouth_weeks and c.counted_by_peers[i] == 1:
            work.touched[k] = 1
        if stays:
            work.users[n_staying] = k
            n_staying += 1
        else:
            work.touched[k] = 1
            c.stage[i] = STOPPED
            c.coupon_due[i] = 0
            weeks_in_stage = 0
            out.cells[cell_of(c.age[i], c.area[i], c.income[i]), LAPSES] += 1
            work.movers[n_leaving] = k
            n_leaving += 1
        c.weeks_in_stage[i] = weeks_in_stage
    return n_staying, n_leaving


@njit
def consider(
    n_others, n_leaving, first, n_merchants, c, zones, peer_start, week, keys, offers, sector_share, alpha, acceptance,
    p, work, out,
):  # fmt: skip
    """Move those who were not users through awareness, access, help and, where they take up, first use or return.

    Returns
    -------
    n_remaining, n_starting : int
        Non-users still listed in `work.others`; those listed in `work.movers`, behind the `n_leaving` there.
    """
    n_remaining, n_starting = 0, 0
    for u in range(n_others):
        k = work.others[u]
        i = first + k
        group = np.int64(c.offer_group[i])
        stage = np.int64(c.stage[i])
        skill, risk = np.float64(c.skill[i]), np.float64(c.perceived_risk[i])
        weeks_in_stage = min(np.int64(c.weeks_in_stage[i]) + 1, CLOCK_END)
        touched = 0
        face = 0.0
        if week.face_is_offered:
            face = adoption.face_share_felt(offers.face_share[group], c.refuses_face[i] == 1)
        among_ties, peers = 0.0, 0.0
        if c.n_user_peers[i] > 0 or p.mean_field_share > 0.0:
            among_ties = adoption.share_among_ties(np.int64(c.n_user_peers[i]), peer_start[i + ONE] - peer_start[i])
            peers = adoption.peer_share(among_ties, week.user_share, p.mean_field_share)

        # awareness, access
        if week.is_moving:
            if c.aware[i] == 0:
                hazard = adoption.awareness_hazard(
                    offers.media[group], peers, p.awareness_external, p.awareness_media, p.awareness_word_of_mouth
                )
                if adoption.happens(uniform(keys[S_AWARENESS], i), hazard):
                    c.aware[i] = 1
                    touched = 1
            if c.has_device[i] & c.has_account[i] == 0:
                hazard = adoption.access_hazard(peers, p.access_hazard, p.access_peer_hazard)
                if adoption.happens(uniform(keys[S_ACCESS], i), hazard):
                    c.has_device[i] = 1
                    c.has_account[i] = 1
                    touched = 1

        # help received this week, help from peers
        help_kind = np.int64(c.helped[i])
        if help_kind != NO_HELP:
            c.helped[i] = NO_HELP
            c.aware[i] = 1
            touched = 1
            skill, risk = learning.after_help(help_kind, skill, risk, p)
            if help_kind == PHONE:
                c.has_device[i] = 1
            if c.has_account[i] == 0 and uniform(keys[S_HELP_ACCOUNT], i) < adoption.help_access_probability(
                help_kind, face, p
            ):
                c.has_account[i] = 1
        if peers > 0.0 and uniform(keys[S_PEER_HELP], i) < learning.peer_help_probability(peers, p.peer_help_rate):
            skill = learning.toward_one(skill, p.learning_peer)
        work.skill[k], work.risk[k] = skill, risk

        # attitude, stage
        starts = False
        channel = adoption.channel_share(c.has_device[i] == 1, face)
        if week.is_moving and c.has_account[i] & c.aware[i] == 1 and channel > 0.0:
            rate = p.trial_rate if stage == NEVER else p.return_rate
            ceiling = adoption.evaluation_ceiling(rate, offers.media[group], p.media_trial)
            draw = uniform(keys[S_TRIAL if stage == NEVER else S_RETURN], i)
            is_assisted = False
            if help_kind != NO_HELP:
                is_assisted = uniform(keys[S_HELP_FIRST_USE], i) < adoption.assisted_use_probability(help_kind, p)
            if is_assisted or draw < ceiling:
                has_coupon = offers.coupon_fen[group] > 0
                if stage == STOPPED:
                    has_coupon = adoption.has_return_coupon(
                        weeks_in_stage, offers.coupon_fen[group], p.coupon_return_weeks
                    )
                starts = is_assisted
                if not starts:
                    value = attitude(
                        i, skill, risk, channel, among_ties, peers, n_merchants, c, zones, week, offers, sector_share,
                        alpha, acceptance, p,
                    )  # fmt: skip
                    promised = offers.reward_felt_fen[group]
                    if has_coupon:
                        promised += offers.coupon_fen[group]
                    value += adoption.incentive(promised, p.weight_incentive)
                    starts = adoption.takes_up(draw, ceiling, value)
                if starts:
                    out.cells[cell_of(c.age[i], c.area[i], c.income[i]), FIRST_USES if stage == NEVER else RETURNS] += 1
                    if stage == NEVER and is_assisted:
                        out.assisted[help_kind - 1] += 1
                    work.face[k], work.among_ties[k] = face, among_ties
                    # a return on one's own and without a coupon starts past the cashback weeks
                    weeks_in_stage = np.int64(p.cashback_weeks) + 1
                    work.cashback[k] = 0
                    if stage == NEVER or has_coupon or is_assisted:
                        weeks_in_stage = 0
                        work.cashback[k] = offers.cashback_fen[group]
                    if has_coupon:
                        c.coupon_due[i] = offers.coupon_fen[group]
                        c.coupon_lever[i] = offers.coupon_lever[group]
                    c.stage[i] = USER
        c.weeks_in_stage[i] = weeks_in_stage
        work.touched[k] = touched or starts
        if starts:
            work.movers[n_leaving + n_starting] = k
            n_starting += 1
        else:
            work.others[n_remaining] = k
            n_remaining += 1
    return n_remaining, n_starting


@njit
def decide(
    first, last, n_merchants, c, zones, peer_start, week, keys, offers, sector_share, alpha, acceptance, p, work, out
):  # fmt: skip
    """Move citizens first to last - 1 through awareness, access, help and stage; list users and others in `work`.

    Returns
    -------
    n_users, n_others : int
    """
    n_users = split_by_use(first, last, c.stage, work.users, work.others)
    n_others = np.int64(last - first) - n_users
    n_users, n_leaving = reconsider(
        n_users, first, n_merchants, c, zones, peer_start, week, keys, offers, sector_share, alpha, acceptance, p, work,
        out,
    )  # fmt: skip
    n_others, n_starting = consider(
        n_others, n_leaving, first, n_merchants, c, zones, peer_start, week, keys, offers, sector_share, alpha,
        acceptance, p, work, out,
    )  # fmt: skip
    for u in range(n_starting):
        work.users[n_users + u] = work.movers[n_leaving + u]
    for u in range(n_leaving):
        work.others[n_others + u] = work.movers[u]
    return n_users + n_starting, n_others + n_leaving
