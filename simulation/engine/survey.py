"""The quarter's questionnaire: who is drawn, who answers, what they say, and what an office makes of the answers (E2).

Residents are drawn without replacement by keyed lot, so that two scenarios of one world ask the same people. Answers
are weighted by age (post-stratification), because the old and the young answer differently often.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.answers import answer, mean_and_variance, usefulness_of
from simulation.core.codes import AGE_NAMES, N_AGES
from simulation.core.observed import ACTIVE_WEEKS  # the question: did you pay electronically in the last 4 weeks?
from simulation.core.params import Params
from simulation.core.rng import Stream, key_of, lots, uniforms
from simulation.core.rules.survey import Questionnaire
from simulation.core.state import World

Array = NDArray[Any]
Mask = NDArray[np.bool_]

NO_ANSWER = -1  # question that was not put to this respondent
WEEKS_REMEMBERED = 64  # of who is asked: the quarters of a few worlds
FEWEST_ANSWERS = 2  # from which a standard error can be told


class Felt(NamedTuple):
    """What levers let people feel at the quarter's end and the state does not hold."""

    interface_share: float = 0.0  # L_fric
    voice_share: Array | None = None  # L_voice, by offer group of citizens; None: nobody


@dataclass(frozen=True, slots=True)
class Answers:
    """What those who answered said, one row a respondent."""

    age: Array  # i8 (n,) codes.Age
    area: Array  # i8 (n,) codes.Area
    uses: Mask  # (n,) paid electronically in the last 4 weeks
    score: Array  # i8 (n,) satisfaction 1 to 5 of users; NO_ANSWER of others
    reason: Array  # i8 (n,) reasons.Reason of others; NO_ANSWER of users


class Estimate(NamedTuple):
    """A figure of the questionnaire."""

    value: float
    error: float  # standard error
    n_answers: int


@lru_cache(maxsize=WEEKS_REMEMBERED)
def drawn(n_residents: int, size: int, seed: int, week: int) -> Array:
    """Return who is asked: the `size` residents with the smallest draws, all where there are fewer; ascending rows.

    The same whatever is simulated, so it is remembered for the scenarios of a world; read only.
    """
    asked = np.arange(n_residents)
    if size < n_residents:
        drawn_lots = lots(key_of(seed, Stream.SURVEY_SAMPLE, week), asked)
        asked = np.sort(np.argpartition(drawn_lots, size - 1)[:size])
    asked.flags.writeable = False
    return asked


def answering(people: Array, age: Array, response_share: Mapping[str, float], seed: int, week: int) -> Array:
    """Return who of those asked answers, each with the share of the own age band.

    Parameters
    ----------
    people, age : array of int, shape (n,)
        Rows and age bands of those asked.
    response_share : mapping of str to float
        By name of the age band.
    """
    share = np.array([response_share[name] for name in AGE_NAMES])[age]
    return people[uniforms(seed, Stream.SURVEY_RESPONSE, week, people) < share]


def usefulness_at_tills(world: World, people: Array, sector_share: Array, regular_share: float) -> Array:
    """Return U of some citizens: the share of their payments to merchants that could be electronic (ODD 7.1).

    Parameters
    ----------
    people : array of int, shape (n,)
        Rows of citizens.
    sector_share : array of float64, shape (5, 6)
        Share of payments by age and sector.
    regular_share : float
        Share of a sector's payments made at the regular merchant.

    Returns
    -------
    array of float64, shape (n,)
    """
    zones, c = world.zones, world.citizens
    return usefulness_of(
        np.asarray(people, np.int64), c.zone, c.age, c.regular_merchant, world.merchants.accepts, zones.huff_start,
        zones.huff_merchant, zones.huff_weight, sector_share, regular_share,
    )  # fmt: skip


def ask(
    world: World,
    people: Array,
    sector_share: Array,
    p: Params,
    q: Questionnaire,
    felt: Felt,
    seed: int,
    week: int,
) -> Answers:
    """Put the questionnaire to those who answer.

    Parameters
    ----------
    people : array of int, shape (n,)
        Rows of respondents.
    sector_share : array of float64, shape (5, 6)
        Share of payments by age and sector.
    felt : Felt
        What levers let people feel of the interface and of voice payment.
    seed, week : int
        Seed of the run's draws; the quarter's last week.
    """
    c = world.citizens
    useful = usefulness_at_tills(world, people, sector_share, p.regular_share)
    uses = c.weeks_since_use[people] < ACTIVE_WEEKS
    noise = uniforms(seed, Stream.SURVEY_SATISFACTION, week, people)
    key = key_of(seed, Stream.SURVEY_REASON, week)
    score, reason = np.full((2, len(people)), NO_ANSWER, np.int64)
    age, group = c.age[people].astype(np.int64), c.offer_group[people]
    voice = np.zeros(len(people)) if felt.voice_share is None else felt.voice_share[group].astype(np.float64)
    has_access = c.has_device[people] & c.has_account[people]
    skill, risk, aware, access, cash, taste = (
        values.astype(np.float64)
        for values in (
            c.skill[people], c.perceived_risk[people], c.aware[people], has_access, c.prefers_cash[people],
            c.taste[people],
        )
    )  # fmt: skip
    answer(
        np.asarray(people, np.int64), uses, age, skill, risk, voice, aware, access, cash, taste, useful, noise,
        float(felt.interface_share), key, p, q, score, reason,
    )  # fmt: skip
    return Answers(age, c.area[people].astype(np.int64), uses, score, reason)


@dataclass(frozen=True, slots=True)
class Strata:
    """Respondents by age band, and the residents each stands for."""

    age: Array  # i8 (n,) band of each respondent
    n_answers: Array  # i8 (5,) by band
    n_residents: Array  # f8 (5,) as they are

    @classmethod
    def of(cls, age: Array, n_residents: Array) -> "Strata":
        """Return the strata of respondents.

        Parameters
        ----------
        age : array of int, shape (n,)
            Age band of each respondent.
        n_residents : array of float64, shape (5,)
            Residents by age band, as they are.
        """
        return cls(np.asarray(age, np.int64), np.bincount(age, minlength=N_AGES), np.asarray(n_residents, np.float64))


def estimate(values: Array, domain: Mask, strata: Strata) -> Estimate:
    """Return a mean over part of the residents, post-stratified by age, with its standard error.

    An answer counts for the residents of its age band divided by the band's answers; bands nobody answered in are
    left out. The mean over a domain is a ratio of weighted sums, and its variance that of the linearised ratio in
    stratified sampling without replacement (Saerndal, Swensson & Wretman 1992, ch. 7). In a band with one answer
    deviations are taken from the mean of all.

    Parameters
    ----------
    values : array of float64, shape (n,)
        What each respondent said.
    domain : array of bool, shape (n,)
        Whose mean it is.
    strata : Strata
        Respondents by age band.

    Returns
    -------
    Estimate
        NaN without an answer; the error is NaN with fewer than two.
    """
    n_answers = int(domain.sum())
    if n_answers == 0:
        return Estimate(math.nan, math.nan, 0)
    mean, variance = mean_and_variance(values, domain, strata.age, strata.n_answers, strata.n_residents)
    return Estimate(float(mean), math.sqrt(variance) if n_answers >= FEWEST_ANSWERS else math.nan, n_answers)
