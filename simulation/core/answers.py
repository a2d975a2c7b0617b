"""The loops of the quarterly questionnaire: what each respondent says, by the rules of `core.rules.survey`."""

import numpy as np

from simulation.core.jit import njit
from simulation.core.rng import draw_bits
from simulation.core.rules import adoption, survey
from simulation.core.rules.trust import normal_quantile


@njit
def usefulness_of(regular, pool, sector_share, regular_share):
    """Return the share of respondents' payments to merchants that could be electronic (ODD 7.1).

    Parameters
    ----------
    regular, pool : array of float64, shape (n, 6)
        Acceptance of each respondent's regular merchants and of the zone's others, by sector.
    sector_share : array of float64, shape (n, 6)
        Share of each respondent's payments by sector.
    regular_share : float
        Share of a sector's payments made at the regular merchant.

    Returns
    -------
    array of float64, shape (n,)
    """
    useful = np.zeros(regular.shape[0])
    for k in range(regular.shape[0]):
        for s in range(regular.shape[1]):
            chance = adoption.expected_acceptance(regular_share, regular[k, s], pool[k, s])
            useful[k] += sector_share[k, s] * chance
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
