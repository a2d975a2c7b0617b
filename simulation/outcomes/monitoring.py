"""What the quarterly monitor showed and what rules made of it, and the variables both are recorded as (plan E1-E3).

Nothing here knows a citizen or a merchant: these are the figures an office has in its hands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.core.reasons import N_REASONS, REASON_NAMES
from simulation.messages import Message, render
from simulation.outcomes.variable import Kind, Variable
from simulation.scenario.adjustment import (
    MONITOR_INDICATORS,
    REASON_PREFIX,
    Indicator,
    action_words,
    indicator_label,
    shown_value,
)

Array = NDArray[Any]

PREFIX, ERROR, ANSWERS = "monitor_", "_se", "_answers"
QUARTER, QUARTER_REASON = ("quarter",), ("quarter", "reason")
_UNITS = {"share": "1", "growth": "1", "per_million": "reports per million payments", "score": "points"}
_FLOWS = ("payments", "yuan", "merchants")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the monitor shows at the end of a quarter: everything a rule may know.

    Attributes
    ----------
    quarter, week : int
        Quarter of the run, from 0, and its last week.
    values : mapping of str to float
        One for each of `MONITOR_INDICATORS`; NaN where there is none, as growth in the first quarter.
    errors : mapping of str to float
        Standard errors of the survey's figures; NaN with fewer than two answers.
    answers : mapping of str to int
        How many answers each figure of the survey rests on.
    n_asked, n_answered : int
        Residents drawn for the questionnaire, and those of them who answered.
    """

    quarter: int
    week: int
    values: Mapping[str, float]
    errors: Mapping[str, float]
    answers: Mapping[str, int]
    n_asked: int
    n_answered: int


@dataclass(frozen=True, slots=True)
class Firing:
    """One rule that acted: on what reading, what it does to which lever, and from when.

    Attributes
    ----------
    rule, lever, change : str
        Names of rule and lever; "start", "stop" or "scale".
    factor : float or None
        What the dose is multiplied by, for "scale".
    decided_week, effect_week : int
        Last week of the quarter whose reading decided it; first week it holds.
    indicator : str
        What the rule reads.
    value, threshold : float
        The reading, and what it was held against.
    is_below : bool
        Whether the reading had to be below the threshold, else above.
    quarters : int
        Readings in a row that had to be.
    envelope_yuan : float or None
        Most that the rule may add to spending.
    """

    rule: str
    lever: str
    change: str
    factor: float | None
    decided_week: int
    effect_week: int
    indicator: str
    value: float
    threshold: float
    is_below: bool
    quarters: int
    envelope_yuan: float | None

    def message(self) -> Message:
        """Return the firing in words."""
        return Message(
            "rule.fired",
            {
                "decided": self.decided_week,
                "rule": self.rule,
                "indicator": indicator_label(self.indicator),
                "value": shown_value(self.indicator, self.value),
                "side": Message("rule.below" if self.is_below else "rule.above"),
                "threshold": shown_value(self.indicator, self.threshold),
                "quarters": Message("rule.quarters", {"quarters": self.quarters}) if self.quarters > 1 else "",
                "action": action_words(self.lever, self.change, self.factor),
                "effect": self.effect_week,
            },
        )


def _of_indicator(name: str, indicator: Indicator) -> list[Variable]:
    """Return the variables of one indicator; of the survey's also standard error and number of answers."""
    en, zh = (render(indicator_label(name), lang) for lang in ("en", "zh"))
    en = en[0].upper() + en[1:]
    unit = _UNITS.get(indicator.unit, indicator.unit)
    kind: Kind = "flow" if indicator.unit in _FLOWS else "share"
    own, better = PREFIX + name, indicator.better
    if indicator.source == "register":
        text = "As the payment system and the registers show it at the quarter's end; NaN where there is none."
        return [Variable(own, QUARTER, unit, en, zh, kind, better, text)]
    text = "Estimate from the quarter's sampled questionnaire, weighted by age (post-stratified)."
    error = f"Standard error of {own}: sampling without replacement, non-response at random within an age band."
    return [
        Variable(own, QUARTER, unit, f"{en} (sample)", f"{zh}(抽样)", kind, better, text),
        Variable(
            own + ERROR, QUARTER, unit, f"{en}, standard error", f"{zh}标准误", "share", "neither", error
        ),
        Variable(
            own + ANSWERS, QUARTER, "answers", f"{en}, answers", f"{zh}有效答卷", "flow", "neither",
            f"Answers that {own} rests on.",
        ),
    ]  # fmt: skip


# fmt: off
_OF_THE_SURVEY = (
    Variable(
        "monitor_reason_share", QUARTER_REASON, "1", "Main reason of non-users (sample)", "未使用的主要原因(抽样)",
        "share", "lower", "Share of responding non-users who name a reason as the main one, weighted by age.",
    ),
    Variable(
        "monitor_reason_share_se", QUARTER_REASON, "1", "Main reason of non-users, standard error",
        "未使用的主要原因标准误", "share", "neither", "Standard error of monitor_reason_share.",
    ),
    Variable(
        "monitor_reason_answers", QUARTER, "answers", "Main reason of non-users, answers", "未使用的主要原因有效答卷",
        "flow", "neither", "Non-users who answered the questionnaire.",
    ),
    Variable(
        "monitor_survey_asked", QUARTER, "residents", "Residents asked", "抽样人数", "flow", "neither",
        "Residents aged 15 and over drawn by lot for the questionnaire.",
    ),
    Variable(
        "monitor_survey_answered", QUARTER, "residents", "Residents who answered", "有效答卷", "flow", "neither",
        "Of those asked, residents who answered.",
    ),
    Variable(
        "rule_fired", ("quarter", "rule"), "firings", "Rules that acted", "触发的规则", "flow", "neither",
        "How often a rule acted on the reading of a quarter.",
    ),
)
# fmt: on
READING_VARIABLES: tuple[Variable, ...] = (
    *(
        variable
        for name, indicator in MONITOR_INDICATORS.items()
        if not name.startswith(REASON_PREFIX)
        for variable in _of_indicator(name, indicator)
    ),
    *_OF_THE_SURVEY,
)
MAY_BE_MISSING = frozenset(v.name for v in READING_VARIABLES if v.kind == "share")  # NaN; growth also below zero


def arrays_of(
    readings: Sequence[Reading], firings: Sequence[Firing], rules: Sequence[str], n_quarters: int
) -> dict[str, Array]:
    """Return one replicate's arrays of `READING_VARIABLES`.

    Parameters
    ----------
    readings : sequence of Reading
        One a whole quarter, in order.
    firings : sequence of Firing
        Every rule that acted.
    rules : sequence of str
        Names of the scenario's rules, in the order of the dimension `rule`.
    n_quarters : int
        Whole quarters of the run.

    Raises
    ------
    ValueError
        If a quarter lacks its reading.
    """
    if [reading.quarter for reading in readings] != list(range(n_quarters)):
        raise ValueError(f"{n_quarters} quarters need one reading each, not those of {[r.quarter for r in readings]}")
    arrays: dict[str, Array] = {}
    reasons = [REASON_PREFIX + name for name in REASON_NAMES]
    for name, indicator in MONITOR_INDICATORS.items():
        if name in reasons:
            continue
        arrays[PREFIX + name] = _over(readings, n_quarters, lambda r, name=name: r.values[name])
        if indicator.source == "survey":
            arrays[PREFIX + name + ERROR] = _over(readings, n_quarters, lambda r, name=name: r.errors[name])
            arrays[PREFIX + name + ANSWERS] = _over(readings, n_quarters, lambda r, name=name: r.answers[name])
    for own, source in (("monitor_reason_share", "values"), ("monitor_reason_share_se", "errors")):
        rows = [[getattr(r, source)[name] for name in reasons] for r in readings]
        arrays[own] = np.array(rows, np.float64).reshape(n_quarters, N_REASONS)
    arrays["monitor_reason_answers"] = _over(readings, n_quarters, lambda r: r.answers[reasons[0]])
    arrays["monitor_survey_asked"] = _over(readings, n_quarters, lambda r: r.n_asked)
    arrays["monitor_survey_answered"] = _over(readings, n_quarters, lambda r: r.n_answered)
    fired = np.zeros((n_quarters, len(rules)))
    for firing in firings:
        fired[firing.decided_week // WEEKS_PER_QUARTER, list(rules).index(firing.rule)] += 1
    arrays["rule_fired"] = fired
    return arrays


def _over(readings: Sequence[Reading], n_quarters: int, value: Any) -> Array:
    """Return one value a quarter, float64, shape (n_quarters,)."""
    return np.array([value(reading) for reading in readings], np.float64).reshape(n_quarters)
