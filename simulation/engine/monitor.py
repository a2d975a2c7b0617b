"""The quarterly monitor: what an office really sees, from the payment system, registers and a questionnaire.

Nothing of the state that no office could know leaves this file: a `Reading` is made of counted payments, registered
accounts and merchants, and of what sampled residents answered (plan E1, E2).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import (
    AREA_NAMES,
    FEN_PER_YUAN,
    N_AGES,
    N_AREAS,
    N_INCOMES,
    WEEKS_PER_QUARTER,
    Age,
    Area,
)
from simulation.core.observed import ACCEPTING, ACTIVE, INTEGRATED, PERSON_ELECTRONIC, STARTED, UNIFIED
from simulation.core.params import Params
from simulation.core.reasons import REASON_NAMES
from simulation.core.rules.survey import Questionnaire
from simulation.core.state import Citizens, World
from simulation.engine.recorder import WeekTotals
from simulation.engine.survey import Answers, Estimate, Felt, Strata, answering, ask, drawn, estimate
from simulation.outcomes.monitoring import Reading
from simulation.scenario.adjustment import BUDGET_SPENT, REASON_PREFIX
from simulation.scenario.adjustment import Monitor as MonitorSettings

Array = NDArray[Any]

PER_MILLION = 1e6
OLD = int(Age.A60_74)
NOBODY_ASKED = Felt()


@dataclass(frozen=True, slots=True)
class QuarterSums:
    """What the payment system counted in a quarter, in simulated units."""

    n_electronic: int  # payments to merchants
    electronic_fen: int
    n_failed: int  # attempts
    n_between_people: int  # electronic payments
    n_incidents: int
    n_started: int  # merchants that began to accept

    @classmethod
    def of(cls, weeks: Sequence[WeekTotals]) -> "QuarterSums":
        """Add weeks up."""
        return cls(
            n_electronic=int(np.sum([week.n_electronic for week in weeks])),
            electronic_fen=int(np.sum([week.electronic_fen for week in weeks])),
            n_failed=int(np.sum([week.n_failed for week in weeks])),
            n_between_people=sum(int(week.n_person[PERSON_ELECTRONIC]) for week in weeks),
            n_incidents=sum(int(week.n_incidents) for week in weeks),
            n_started=int(np.sum([week.sectors[:, STARTED] for week in weeks])),
        )


class QuarterlyMonitor:
    """Read a region's quarter, week by week and at its end.

    Parameters
    ----------
    settings : scenario.adjustment.Monitor
        Size and response of the questionnaire.
    p : Params
        Weights of the attitude, which the answers follow.
    sector_share : array of float64, shape (5, 6)
        Share of payments by age and sector (`core.tables.PaymentTables`).
    seed : int
        Seed of the run's draws.
    """

    def __init__(self, settings: MonitorSettings, p: Params, sector_share: Array, seed: int) -> None:
        self._settings, self._p, self._sector_share, self._seed = settings, p, sector_share, seed
        self._questionnaire = Questionnaire(*(float(getattr(settings, name)) for name in Questionnaire._fields))
        self._weeks: list[WeekTotals] = []  # of this quarter
        self._registered: Registered | None = None  # looked up when the first quarter ends
        self._before: dict[str, float] = {}  # of the quarter before, in residents and yuan

    def take_over(self, other: "QuarterlyMonitor") -> None:
        """Go on with what another monitor has counted this quarter, and with its figures of the quarter before."""
        self._weeks, self._before = list(other._weeks), dict(other._before)
        self._registered = other._registered

    def observe_week(self, totals: WeekTotals) -> None:
        """Take in one week's totals."""
        self._weeks.append(totals)

    def close_quarter(
        self,
        week: int,
        world: World,
        felt: Felt = NOBODY_ASKED,
        n_merchants_paid: float | None = None,
        spent_share: float | None = None,
    ) -> Reading:
        """Return the reading of the quarter that ends with this week, and begin the next.

        Parameters
        ----------
        week : int
            Last week of a quarter; all its weeks were observed.
        world : World
            Registers, and the residents asked, as the week ends.
        felt : Felt
            Interface and voice payment as offered in this week.
        n_merchants_paid : float, optional
            Simulated merchants with an electronic payment in the quarter.
        spent_share : float, optional
            Public money spent so far as a share of the budget; none without a budget.

        Raises
        ------
        ValueError
            If the week does not end a quarter or weeks of it were not observed.
        """
        if (week + 1) % WEEKS_PER_QUARTER or len(self._weeks) != WEEKS_PER_QUARTER:
            raise ValueError(f"week {week} cannot close a quarter of {len(self._weeks)} observed weeks")
        last = self._weeks[-1]
        if self._registered is None:
            self._registered = Registered.of(world.citizens)
        values = self._of_payments(QuarterSums.of(self._weeks), world.expansion_factor)
        values |= _of_accounts(last, world, self._registered.by_segment)
        values["active_accounts_growth"] = self._growth("active_accounts", values.pop("active_accounts"))
        values |= _of_merchants(last, world, n_merchants_paid)
        values[BUDGET_SPENT] = math.nan if spent_share is None else spent_share
        self._weeks = []
        asked = drawn(len(world.citizens.age), self._settings.survey_size, self._seed, week)
        people = answering(asked, world.citizens.age[asked], self._settings.response_share_by_age, self._seed, week)
        answers = ask(world, people, self._sector_share, self._p, self._questionnaire, felt, self._seed, week)
        figures = figures_of(answers, self._registered.by_age * world.expansion_factor)
        return Reading(
            quarter=week // WEEKS_PER_QUARTER,
            week=week,
            values=values | {name: figure.value for name, figure in figures.items()},
            errors={name: figure.error for name, figure in figures.items()},
            answers={name: figure.n_answers for name, figure in figures.items()},
            n_asked=len(asked),
            n_answered=len(people),
        )

    def _of_payments(self, s: QuarterSums, f: float) -> dict[str, float]:
        """Return what the payment system counted over the quarter, for all residents."""
        payments, yuan = s.n_electronic * f, s.electronic_fen * f / FEN_PER_YUAN
        return {
            "electronic_payments": payments,
            "electronic_value_yuan": yuan,
            "electronic_payments_growth": self._growth("payments", payments),
            "electronic_value_growth": self._growth("value", yuan),
            "new_merchants": s.n_started * f,
            "failed_payments_share": _ratio(s.n_failed, s.n_electronic + s.n_failed),
            "fraud_reports_per_million": _ratio(s.n_incidents * PER_MILLION, s.n_electronic + s.n_between_people),
        }

    def _growth(self, name: str, now: float) -> float:
        """Return the relative change against the quarter before, and keep this quarter's for the next."""
        before = self._before.get(name, 0.0)
        self._before[name] = now
        return _ratio(now - before, before)


def _ratio(top: float, bottom: float) -> float:
    """Divide, NaN where there is nothing to divide by."""
    return top / bottom if bottom > 0 else math.nan


class Registered(NamedTuple):
    """Simulated residents as the register counts them; nobody is born, moves or grows older in a run."""

    by_age: Array  # i8 (5,)
    by_segment: Array  # i8 (5, 3) by age and area

    @classmethod
    def of(cls, citizens: Citizens) -> "Registered":
        """Count residents."""
        segment = citizens.age.astype(np.int64) * N_AREAS + citizens.area
        by_segment = np.bincount(segment, minlength=N_AGES * N_AREAS).reshape(N_AGES, N_AREAS)
        return cls(by_segment.sum(axis=1), by_segment)


def _of_accounts(totals: WeekTotals, world: World, residents: Array) -> dict[str, float]:
    """Return active accounts (paid within 4 weeks) and registered ones, as shares of residents."""
    active = totals.cells[:, ACTIVE].reshape(N_AGES, N_AREAS, N_INCOMES).sum(axis=2)
    values = {
        "active_accounts": float(active.sum()) * world.expansion_factor,
        "active_accounts_share": _ratio(active.sum(), residents.sum()),
        "active_accounts_share_60_plus": _ratio(active[OLD:].sum(), residents[OLD:].sum()),
        "registered_accounts_share": _ratio(world.citizens.has_account.sum(), residents.sum()),
    }
    for area, name in enumerate(AREA_NAMES):
        values[f"active_accounts_share_{name}"] = _ratio(active[:, area].sum(), residents[:, area].sum())
    return {name: float(value) for name, value in values.items()}


def _of_merchants(totals: WeekTotals, world: World, n_paid: float | None) -> dict[str, float]:
    """Return how many of the registered merchants take part, as shares."""
    n = len(world.merchants.sector)
    accepting, unified, integrated = (totals.sectors[:, column].sum() for column in (ACCEPTING, UNIFIED, INTEGRATED))
    return {
        "merchants_accepting_share": float(_ratio(accepting, n)),
        "merchants_active_share": math.nan if n_paid is None else float(_ratio(n_paid, n)),
        "unified_interface_share": float(_ratio(unified, n)),
        "integrated_services_share": float(_ratio(integrated, n)),
    }


def figures_of(answers: Answers, n_residents: Array) -> dict[str, Estimate]:
    """Return every figure an office takes from the questionnaire.

    Parameters
    ----------
    answers : Answers
        What respondents said.
    n_residents : array of float64, shape (5,)
        Residents by age band, as they are.
    """
    age, uses = answers.age, answers.uses.astype(np.float64)
    everybody, strata = np.ones(len(age), bool), Strata.of(age, n_residents)
    figures = {
        "survey_use_share": estimate(uses, everybody, strata),
        "survey_use_share_60_plus": estimate(uses, age >= OLD, strata),
        "survey_use_share_remote": estimate(uses, answers.area == Area.REMOTE, strata),
        "survey_satisfaction": estimate(answers.score.astype(np.float64), answers.uses, strata),
    }
    for k, name in enumerate(REASON_NAMES):
        said = (answers.reason == k).astype(np.float64)
        figures[REASON_PREFIX + name] = estimate(said, ~answers.uses, strata)
    return figures
