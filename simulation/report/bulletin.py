"""The quarterly bulletin as an office would print it: counts, a sampled questionnaire, rules that acted.

It shows one simulated world, because an office sees one: what the monitor read, and nothing of the state behind it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

import xarray as xr

from simulation.core.codes import WEEKS_PER_QUARTER
from simulation.core.reasons import REASON_NAMES
from simulation.messages import render
from simulation.outcomes import numbers
from simulation.outcomes.monitoring import ANSWERS, ERROR, PREFIX, Firing
from simulation.outcomes.result import Result
from simulation.outcomes.wording import label, say
from simulation.report import html, method
from simulation.report.tables import Table
from simulation.report.titles import OWN_NAME, title_of
from simulation.scenario.adjustment import MONITOR_INDICATORS, REASON_PREFIX, indicator_label, rule_sentence

BULLETINS = {"en": "bulletins.html", "zh": "bulletins.zh.html"}
TOLD_BY_THE_CHANGE = ("electronic_payments_growth", "electronic_value_growth")  # no row of their own
MARGIN = 1.96  # standard errors in a 95% margin
AS_RATIO = ("payments", "yuan", "merchants")  # their change is told in percent
DIGITS = {"per_million": 2, "score": 2}
PERCENT = 100

Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One quarter's bulletin, as text.

    Attributes
    ----------
    title, period : str
        Number, region and weeks; the quarter's last day.
    sentences : tuple of str
        The quarter in a few sentences.
    tables : tuple of Table
        Payment system and registers; questionnaire; reasons of non-users by rank.
    rules : tuple of str
        What rules of the programme acted on this reading, and why.
    """

    title: str
    period: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    rules: tuple[str, ...]


def bulletin(result: Result, quarter: int, lang: str, replicate: int = 0) -> Bulletin:
    """Return the bulletin of one quarter.

    Parameters
    ----------
    result : Result
        A run whose monitor was recorded.
    quarter : int
        Of the run, from 0.
    lang : str
        "en" or "zh".
    replicate : int
        The world an office is taken to see.

    Raises
    ------
    ValueError
        If the run has no such quarter or replicate.
    """
    d = result.dataset
    if not (0 <= quarter < d.sizes["quarter"] and 0 <= replicate < d.sizes["replicate"]):
        raise ValueError(f"quarter {quarter} of replicate {replicate} was not run: {dict(d.sizes)}")
    now = figures_of(d, quarter, replicate)
    before = figures_of(d, quarter - 1, replicate) if quarter else {}
    first = quarter * WEEKS_PER_QUARTER
    place = {"number": quarter + 1, "region": method.region_title(result, lang)}
    weeks = {"first": first, "last": first + WEEKS_PER_QUARTER - 1}
    world = {"replicate": replicate + 1, "n": d.sizes["replicate"]}
    day = numbers.day(d.quarter_date.values[quarter], lang)
    return Bulletin(
        title=say("report.bulletin.title", lang, {**place, **weeks}),
        period=" ".join(
            (say("report.bulletin.period", lang, {"date": day}), say("report.bulletin.world", lang, world))
        ),
        sentences=tuple(_sentences(now, result, lang)),
        tables=(
            _register_table(now, before, result, lang),
            _survey_table(now, before, lang),
            _reason_table(now, before, lang),
        ),
        rules=tuple(rules_that_acted(result, quarter, replicate, lang)),
    )


def write_bulletins(folder: Path, result: Result, replicate: int = 0) -> list[Path]:
    """Write the bulletins of all quarters of one world into two pages, English and Chinese.

    Parameters
    ----------
    folder : path
        Existing folder.
    result : Result
        A run whose monitor was recorded.
    replicate : int
        The world an office is taken to see.

    Returns
    -------
    list of path
        `bulletins.html` and `bulletins.zh.html`, which ask no server for anything.
    """
    paths = []
    for lang, name in BULLETINS.items():
        path = folder / name
        path.write_text(_page(result, replicate, lang), encoding="utf-8")
        paths.append(path)
    return paths


def _page(result: Result, replicate: int, lang: str) -> str:
    title = say("report.bulletin.page", lang, {"title": title_of(result, lang)})
    other = "zh" if lang == "en" else "en"
    tag = html.LANGUAGE_TAGS[other]
    header = f'<p class="switch"><a href="{BULLETINS[other]}" lang="{tag}" hreflang="{tag}">{OWN_NAME[other]}</a></p>'
    if result.scenario.survey.illustrative:
        header = f'<p class="label" role="note">{escape(say("report.illustrative", lang))}</p>{header}'
    header += f"<h1>{escape(title)}</h1>"
    quarters = [bulletin(result, k, lang, replicate) for k in range(result.dataset.sizes["quarter"])]
    main = _rules_declared(result, lang)
    main += "".join(_section(one, lang) for one in quarters) or html.paragraph(say("report.bulletin.no_quarter", lang))
    footer = html.paragraph(say("report.bulletin.footer", lang), "note")
    return html.document(title, lang, header, main, footer, with_charts=False)


def _rules_declared(result: Result, lang: str) -> str:
    """Return the rules the programme was given, in words."""
    rules = [render(rule_sentence(name, rule), lang) for name, rule in sorted(result.scenario.adjustment.items())]
    return html.paragraph(say("report.bulletin.declared", lang)) + html.items(rules) if rules else ""


def _section(one: Bulletin, lang: str) -> str:
    parts = [f"<h2>{escape(one.title)}</h2>", html.paragraph(one.period, "note")]
    parts += [html.paragraph(sentence) for sentence in one.sentences]
    parts += [html.table(content) for content in one.tables]
    parts += [f"<h3>{escape(say('report.bulletin.rules', lang))}</h3>", html.items(one.rules)]
    return "".join(parts)


def figures_of(d: xr.Dataset, quarter: int, replicate: int) -> Figures:
    """Return every figure of one reading by the name of its variable without the prefix; reasons as indicators."""
    d = d.isel(quarter=quarter, replicate=replicate)
    found = {
        str(name).removeprefix(PREFIX): float(d[name])
        for name in d.data_vars
        if str(name).startswith(PREFIX) and not d[name].dims
    }
    for k, reason in enumerate(REASON_NAMES):
        found[REASON_PREFIX + reason] = float(d[f"{PREFIX}reason_share"][k])
        found[REASON_PREFIX + reason + ERROR] = float(d[f"{PREFIX}reason_share{ERROR}"][k])
    return found


def value_text(name: str, value: float, lang: str, currency: numbers.Currency = numbers.CNY) -> str:
    """Return a figure in its unit."""
    unit = MONITOR_INDICATORS[name].unit
    if unit == "share":
        return numbers.percent(value)
    if unit == "growth":
        return numbers.decimal(PERCENT * value, 1, True) + "%" if math.isfinite(value) else numbers.NO_VALUE
    if unit == "yuan":
        return numbers.money(value, lang, currency)
    return numbers.decimal(value, DIGITS[unit]) if unit in DIGITS else numbers.count(value, lang)


def _change(name: str, now: float, before: float, lang: str) -> str:
    """Return how far a figure moved: in percent, in percentage points, or in its unit."""
    unit = MONITOR_INDICATORS[name].unit
    if not (math.isfinite(now) and math.isfinite(before)):
        return numbers.NO_VALUE
    if unit in AS_RATIO:
        return numbers.decimal(PERCENT * (now / before - 1), 1, True) + "%" if before > 0 else numbers.NO_VALUE
    if unit in DIGITS:
        return numbers.decimal(now - before, DIGITS[unit], True)
    return numbers.points(now - before, lang)


def _error(name: str, error: float, lang: str) -> str:
    """Return a standard error or a margin in the unit of its figure."""
    if MONITOR_INDICATORS[name].unit in DIGITS:
        return numbers.decimal(error, 2)
    return numbers.points(error, lang, signed=False)


def _sampled_change(name: str, now: Figures, before: Figures, lang: str) -> str:
    """Return the change of a sampled figure with its 95% margin; both samples are independent of each other."""
    last = before.get(name, math.nan)
    change, margin = now[name] - last, MARGIN * math.hypot(now[name + ERROR], before.get(name + ERROR, math.nan))
    text = _change(name, now[name], last, lang)
    if not math.isfinite(margin):
        return text
    words = say("report.bulletin.margin", lang, {"change": text, "margin": _error(name, margin, lang)})
    return f"{words} {say('report.maybe_zero', lang)}" if abs(change) <= margin else words


def _register_table(now: Figures, before: Figures, result: Result, lang: str) -> Table:
    currency, rows = numbers.currency_of(result.dataset), []
    for name, indicator in MONITOR_INDICATORS.items():
        if indicator.source == "survey" or name in TOLD_BY_THE_CHANGE:
            continue
        last = before.get(name, math.nan)
        shown = [value_text(name, value, lang, currency) for value in (now[name], last)]
        rows.append((_capital(name, lang), *shown, _change(name, now[name], last, lang)))
    columns = _columns(("figure", "now", "before", "change"), lang)
    return Table(say("report.bulletin.registers", lang), columns, tuple(rows))


def _survey_table(now: Figures, before: Figures, lang: str) -> Table:
    rows = []
    for name, indicator in MONITOR_INDICATORS.items():
        if indicator.source != "survey" or name.startswith(REASON_PREFIX):
            continue
        rows.append(
            (
                say("report.bulletin.sample", lang, {"figure": _capital(name, lang)}),
                value_text(name, now[name], lang),
                _error(name, now[name + ERROR], lang),
                numbers.count(now[name + ANSWERS], lang),
                value_text(name, before.get(name, math.nan), lang),
                _sampled_change(name, now, before, lang),
            )
        )
    columns = _columns(("figure", "now", "error", "answers", "before", "change"), lang)
    note = say("report.bulletin.questionnaire_note", lang)
    return Table(say("report.bulletin.questionnaire", lang, _sample(now, lang)), columns, tuple(rows), note)


def _reason_table(now: Figures, before: Figures, lang: str) -> Table:
    """Return the reasons, the one named most first."""
    rows = []
    for rank, (reason, share, error) in enumerate(ranked_reasons(now), start=1):
        name = REASON_PREFIX + reason
        rows.append(
            (
                label("reason", reason, lang),
                str(rank) if math.isfinite(share) else numbers.NO_VALUE,
                numbers.percent(share),
                _error(name, error, lang),
                numbers.percent(before.get(name, math.nan)),
                _sampled_change(name, now, before, lang),
            )
        )
    params = {**_sample(now, lang), "answers": numbers.count(now[f"reason{ANSWERS}"], lang)}
    columns = _columns(("reason", "rank", "now", "error", "before", "change"), lang)
    return Table(say("report.bulletin.reasons", lang, params), columns, tuple(rows))


def ranked_reasons(now: Figures) -> list[tuple[str, float, float]]:
    """Return reason, share and standard error, the largest share first, in the questionnaire's order among equals."""
    found = [(reason, now[REASON_PREFIX + reason], now[REASON_PREFIX + reason + ERROR]) for reason in REASON_NAMES]
    return found if math.isnan(found[0][1]) else sorted(found, key=lambda entry: -entry[1])


def _sample(now: Figures, lang: str) -> dict[str, str]:
    """Return how many were asked and how many answered, in words."""
    asked, answered = now["survey_asked"], now["survey_answered"]
    return {
        "asked": numbers.count(asked, lang),
        "answered": numbers.count(answered, lang),
        "response": numbers.percent(answered / asked if asked else math.nan),
    }


def _sentences(now: Figures, result: Result, lang: str) -> list[str]:
    """Return the quarter in a few sentences."""
    currency = numbers.currency_of(result.dataset)
    growth = now["electronic_payments_growth"]
    params = {
        "payments": numbers.count(now["electronic_payments"], lang),
        "value": numbers.money(now["electronic_value_yuan"], lang, currency),
        "change": value_text("electronic_payments_growth", growth, lang),
    }
    code = "report.bulletin.payments" if math.isfinite(growth) else "report.bulletin.payments_first"
    shares = {
        "share": "active_accounts_share",
        "old": "active_accounts_share_60_plus",
        "remote": "active_accounts_share_remote",
        "merchants": "merchants_accepting_share",
    }
    sentences = [
        say(code, lang, params),
        say("report.bulletin.accounts", lang, {key: numbers.percent(now[name]) for key, name in shares.items()}),
    ]
    score = "survey_satisfaction"
    if math.isfinite(now[score]):
        answer = {"score": value_text(score, now[score], lang), "error": _error(score, now[score + ERROR], lang)}
        sentences.append(say("report.bulletin.survey", lang, {**_sample(now, lang), **answer}))
    reason, share, error = ranked_reasons(now)[0]
    if math.isfinite(share):
        named = {"reason": label("reason", reason, lang), "share": numbers.percent(share)}
        named["error"] = _error(REASON_PREFIX + reason, error, lang)
        sentences.append(say("report.bulletin.main_reason", lang, named))
    return sentences


def rules_that_acted(result: Result, quarter: int, replicate: int, lang: str) -> list[str]:
    """Return what rules acted on the reading of a quarter, or that none did."""
    if not result.scenario.adjustment:
        return [say("report.bulletin.no_rules", lang)]
    firings = [Firing(**plain) for plain in result.provenance["firings"][replicate]]
    acted = [render(f.message(), lang) for f in firings if f.decided_week // WEEKS_PER_QUARTER == quarter]
    return acted or [say("report.bulletin.no_firing", lang)]


def _capital(name: str, lang: str) -> str:
    text = render(indicator_label(name), lang)
    return text[0].upper() + text[1:]


def _columns(names: tuple[str, ...], lang: str) -> tuple[str, ...]:
    return tuple(say(f"report.bulletin.column.{name}", lang) for name in names)
