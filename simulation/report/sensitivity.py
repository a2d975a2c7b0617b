"""The chapter on sensitivity: which assumptions carry the result, and what would flip it."""

import plotly.graph_objects as go

from simulation.analysis.sensitivity.factors import Factor
from simulation.analysis.sensitivity.record import SensitivityRecord
from simulation.analysis.sensitivity.words import flip_sentences, morris_sentences, sobol_sentences, value_text
from simulation.outcomes import numbers
from simulation.outcomes.wording import say
from simulation.plots.sensitivity import sobol_figure, tornado_figure
from simulation.plots.sensitivity_marks import morris_figure, scatter_figure
from simulation.report import html

CARRY = 3  # assumptions named in a sentence
MOST_BARS = 15


def sentences(record: SensitivityRecord, lang: str) -> list[str]:
    """Return what was found, in words."""
    found = []
    if record.tornado is not None:
        items = largest(record, lang)
        value = record.outcome.scale * record.tornado.at_default.mean
        params = {
            "outcome": record.outcome.label_in(lang),
            "value": numbers.decimal(value, record.outcome.digits, True),
            "unit": record.outcome.unit_in(lang),
            "items": say("report.list_semicolon", lang).join(items),
        }
        found.append(say("sensitivity.carries" if items else "sensitivity.carries_none", lang, params))
    if record.morris is not None:
        found += morris_sentences(record.morris, record.outcome, lang)
    if record.sobol is not None:
        found += sobol_sentences(record.sobol, lang)
    if record.flips is not None:
        found += flip_sentences(record.flips, lang)
    return found + over_budget_sentences(record, lang)


def over_budget_sentences(record: SensitivityRecord, lang: str) -> list[str]:
    """Return where the plan cannot pay for what it owes, and what that does to the figures; nothing where it can."""
    ends = [
        say(
            "sensitivity.over_budget",
            lang,
            {
                "name": end.factor.label_in(lang),
                "value": value_text(end.value),
                "unit": end.factor.unit_in(lang),
                "owed": round(end.owed_yuan),
                "field": end.field,
                "cap": round(end.cap_yuan),
            },
        )
        for end in record.over_budget
    ]
    return [*ends, say("sensitivity.over_budget_means", lang)] if ends else []


def largest(record: SensitivityRecord, lang: str) -> list[str]:
    """Return the numbers that move the outcome most, told from chance, with the change at either end of their range."""
    if record.tornado is None:
        return []
    refused = {(end.factor.name, end.value) for end in record.over_budget}

    def end(factor: Factor, value: float, change: float) -> str:
        text = numbers.decimal(record.outcome.scale * change, record.outcome.digits, True)
        return say("sensitivity.carries_refused", lang, {"change": text}) if (factor.name, value) in refused else text

    return [
        say(
            "sensitivity.carries_item",
            lang,
            {
                "name": bar.factor.label_in(lang),
                "low": end(bar.factor, bar.factor.low, bar.low.mean),
                "high": end(bar.factor, bar.factor.high, bar.high.mean),
            },
        )
        for bar in [bar for bar in record.tornado.bars if bar.is_sure][:CARRY]
    ]


def figures(record: SensitivityRecord, lang: str) -> list[go.Figure]:
    """Return the figures of the analyses that were made."""
    drawn, illustrative = [], record.illustrative
    if record.tornado is not None:
        drawn.append(tornado_figure(record.tornado, record.outcome, illustrative, lang, MOST_BARS))
    if record.morris is not None:
        drawn.append(morris_figure(record.morris, record.outcome, illustrative, lang, MOST_BARS))
    if record.sobol is not None and record.sobol.refusal is None:
        drawn.append(sobol_figure(record.sobol, illustrative, lang, MOST_BARS))
    if record.scatter is not None:
        drawn.append(scatter_figure(record.scatter, record.outcome, illustrative, lang))
    return drawn


def section(record: SensitivityRecord, lang: str) -> str:
    """Return the chapter's HTML without its heading."""
    text = "".join(html.paragraph(sentence) for sentence in sentences(record, lang))
    size = html.paragraph(say("sensitivity.size", lang, {k: f"{v:,}" for k, v in record.size.items()}), "note")
    drawn = figures(record, lang)
    charts = "".join(html.chart(figure, f"chart-sensitivity-{k}", lang) for k, figure in enumerate(drawn, start=1))
    return text + size + charts
