"""The loops of the quarterly questionnaire: what each respondent says, by the rules of `core.rules.survey`."""

import numpy as np

from simulation.core.catchments import NOT_YET, accepting_share
from simulation.core.jit import njit
from simulation.core.rng import draw_bits
from simulation.core.rules import adoption, survey
from simulation.core.rules.trust import normal_quantile


@njit
def usefulness_of(
    people, zone, age, regular_merchant, accepts, huff_start, huff_merchant, huff_weight, sector_share, regular_share
):  # fmt: skip
    """Return the share of some citizens' payments to merchants that could be electronic (ODD 7.1).

    Parameters
    ----------
    people : array of int64, shape (n,)
        Rows of citizens.
    zone, age : array of int, shape (N,)
        Of every citizen.
    regular_merchant : array of int, shape (N, 6)
        Position of the regular merchants in the catchments.
    accepts : array of uint8, shape (M,)
        Whether merchants accept.
    huff_start, huff_merchant, huff_weight : array
        Catchments (state.Zones).
    sector_share : array of float64, shape (5, 6)
        Share of payments by age and sector.
    regular_share : float
        Share of a sector's payments made at the regular merchant.

    Returns
    -------
    array of float64, shape (n,)
    """
    n_sectors = sector_share.shape[1]
    catchment = np.full(huff_start.shape[0] - 1, NOT_YET)  # acceptance of the catchments that are asked for
    useful = np.zeros(people.shape[0])
    for k in range(people.shape[0]):
        i = people[k]
        for s in range(n_sectors):
            row = np.int64(zone[i]) * n_sectors + s
            first = huff_start[row]
            if catchment[row] == NOT_YET:
                catchment[row] = accepting_share(first, huff_start[row + 1], huff_merchant, huff_weight, accepts)
            regular = np.float64(accepts[huff_merchant[first + np.int64(regular_merchant[i, s])]])
            chance = adoption.expected_acceptance(regular_share, regular, catchment[row])
            useful[k] += sector_share[np.int64(age[i]), s] * chance
    return useful


@njit
def answer(
    people, uses, age, skill, risk, voice, aware, has_access, prefers_cash, taste, useful, noise, interface_share, key,
    p, q, score, reason,
):  # fmt: skip
    """Write what respondents say: users a score, the others a reason.

    Parameters
    ----------
    people, age : array of int64, shape (n,)
        Rows and age bands of respondents.
    uses : array of bool, shape (n,)
        Who paid electronically of late.
    skill, risk, voice, aware, has_access, prefers_cash, taste, useful : array of float64, shape (n,)
        As `core.rules.survey` takes them; voice payment as offered to each.
    noise : array of float64, shape (n,)
        Uniform draws of satisfaction.
    interface_share : float
        L_fric.
    key : uint64
        Key of the draws of reasons.
    p, q : Params, Questionnaire
        Weights.
    score, reason : array of int64, shape (n,)
        Written where the question was put.
    """
    for k in range(len(people)):
        effort = adoption.effort(skill[k], age[k], interface_share, voice[k])
        if uses[k]:
            z = normal_quantile(max(noise[k], survey.SMALLEST_DRAW))
            score[k] = survey.satisfaction(useful[k], effort, risk[k], z, p, q)
        else:
            bits = draw_bits(key, people[k])
            reason[k] = survey.main_reason(
                bits, aware[k], has_access[k], effort, risk[k], useful[k], prefers_cash[k], taste[k], p, q
            )


@njit
def mean_and_variance(values, domain, age, n_answers, n_residents):  # type: ignore[no-untyped-def]
    """Return a mean over part of the residents, post-stratified by age, and its variance (`engine.survey.estimate`).

    Parameters
    ----------
    values : array of float64, shape (n,)
        What each respondent said.
    domain : array of bool, shape (n,)
        Whose mean it is; at least one.
    age : array of int64, shape (n,)
        Age band of each respondent.
    n_answers, n_residents : array, shape (5,)
        Respondents and residents by age band.
    """
    weight = n_residents / np.maximum(n_answers, 1)
    total, weighted = 0.0, 0.0
    for k in range(values.shape[0]):
        if domain[k]:
            total += weight[age[k]]
            weighted += weight[age[k]] * values[k]
    mean = weighted / total
    influence, of_band = np.zeros(values.shape[0]), np.zeros(n_answers.shape[0])
    for k in range(values.shape[0]):
        if domain[k]:
            influence[k] = weight[age[k]] * (values[k] - mean) / total
            of_band[age[k]] += influence[k]
    variance = 0.0
    for k in range(values.shape[0]):
        n, residents = n_answers[age[k]], n_residents[age[k]]
        # in a band with one answer deviations are taken from the mean of all
        apart = influence[k] if n == 1 else influence[k] - of_band[age[k]] / n
        variance += apart * apart * n / max(1, n - 1) * max(0.0, 1.0 - n / residents)
    return mean, variance
