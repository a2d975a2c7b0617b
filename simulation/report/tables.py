"""Tables of a run or of a paired comparison, as text; the page, the terminal and CSV files share them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from simulation.core.codes import WEEKS_PER_YEAR
from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import (
    CostPerUser,
    cost_per_additional_user,
    estimate,
    estimate_share,
    excludes_zero,
    paired_difference,
)
from simulation.outcomes.result import Result
from simulation.outcomes.targets import COVERAGE_CODES, Judgement, judge_all, segment_target
from simulation.outcomes.wording import label, lever_labels, say

GROUPS = ("age", "area")
CSV_COLUMNS = ("dim", "group", "week", "date", "target", "run", "mean", "low", "high")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of text with a caption.

    Attributes
    ----------
    caption : str
        What it shows, with window and unit.
    columns : tuple of str
        Headings.
    rows : tuple of tuple of str
        The first cell of a row is its heading.
    note : str
        Below the table.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """Coverage of one group at the end of one year; each value is (mean, low, high) as shares."""

    dim: str  # "" for everyone
    group: str
    week: int
    target: float | None
    baseline: tuple[float, float, float] | None
    programme: tuple[float, float, float]
    added: tuple[float, float, float] | None
    certain: bool  # the interval of what was added excludes zero


def _triple(interval: xr.Dataset) -> tuple[float, float, float]:
    return float(interval["mean"]), float(interval.low), float(interval.high)


def coverage_rows(programme: Result, baseline: Result | None) -> list[CoverageRow]:
    """Return coverage of everyone, every age and every kind of area at the end of every year."""
    rows = []
    weeks = indicators.year_end_weeks(programme.dataset)
    for dim in ("", *GROUPS):
        by = (dim,) if dim else ()
        after = indicators.coverage(programme.dataset, by).isel(week=weeks)
        reached = estimate_share(after)
        before = indicators.coverage(baseline.dataset, by).isel(week=weeks) if baseline else None
        usual = estimate_share(before) if before is not None else None
        added = estimate(paired_difference(before, after)) if before is not None else None
        for group in [str(g) for g in programme.dataset[dim].values] if dim else [""]:
            where = {dim: group} if dim else {}
            target = segment_target(programme.scenario.targets, where)
            for k, week in enumerate(weeks):
                gain = added.sel(where).isel(week=k) if added is not None else None
                rows.append(
                    CoverageRow(
                        dim,
                        group,
                        week,
                        target,
                        _triple(usual.sel(where).isel(week=k)) if usual is not None else None,
                        _triple(reached.sel(where).isel(week=k)),
                        _triple(gain) if gain is not None else None,
                        bool(excludes_zero(gain)) if gain is not None else False,
                    )
                )
    return rows


def group_label(dim: str, group: str, lang: str) -> str:
    """Return how a row's group is written."""
    return label(dim, group, lang) if dim else say("label.everyone", lang)


def coverage_table(programme: Result, baseline: Result | None, lang: str, weeks: Sequence[int] | None = None) -> Table:
    """Return coverage by age and area at the end of each year, against the target, with what was added.

    Parameters
    ----------
    programme, baseline : Result
        Paired runs; without a baseline nothing is said about what was added.
    lang : str
        "en" or "zh".
    weeks : sequence of int, optional
        Those of `indicators.year_end_weeks` to show; default all.
    """
    weeks = indicators.year_end_weeks(programme.dataset) if weeks is None else weeks
    rows = [row for row in coverage_rows(programme, baseline) if row.week in weeks]
    columns = [say("report.column.group", lang), say("table.target", lang)]
    for week in weeks:
        year = year_label(week, lang)
        if baseline:
            columns.append(say("report.column.without", lang, {"year": year}))
        columns.append(say("report.column.with", lang, {"year": year}))
        if baseline:
            columns.append(say("report.column.added", lang, {"year": year}))
    body = []
    for start in range(0, len(rows), len(weeks)):
        group = rows[start : start + len(weeks)]
        first = group[0]
        cells = [group_label(first.dim, first.group, lang)]
        cells.append(numbers.NO_VALUE if first.target is None else numbers.percent(first.target, 0))
        for row in group:
            if row.baseline:
                cells.append(_share_cell(row.baseline, lang))
            cells.append(_share_cell(row.programme, lang))
            if row.added:
                cells.append(_points_cell(row.added, row.certain, lang))
        body.append(tuple(cells))
    n = programme.dataset.sizes["replicate"]
    note = say("report.coverage.note_one" if n == 1 else "report.coverage.note", lang, {"n": n})
    return Table(say("report.coverage.caption", lang), tuple(columns), tuple(body), note)


def year_label(week: int, lang: str) -> str:
    """Return "year 2" for a year's last week, "week 60" for a run that stops within a year."""
    if (week + 1) % WEEKS_PER_YEAR == 0:
        return say("report.year", lang, {"year": (week + 1) // WEEKS_PER_YEAR})
    return say("report.week", lang, {"week": week + 1})


def _share_cell(value: tuple[float, float, float], lang: str) -> str:
    between = numbers.interval(value[1], value[2], lang)
    return numbers.percent(value[0]) + (f" ({between})" if between else "")


def _points_cell(value: tuple[float, float, float], certain: bool, lang: str) -> str:
    """Return points with interval; an effect that may be zero is marked."""
    between = numbers.interval(value[1], value[2], lang)
    text = numbers.decimal(100 * value[0], 1, True) + (f" ({between})" if between else "")
    return text if certain or not between else text + " " + say("report.maybe_zero", lang)


def target_table(programme: Result, baseline: Result | None, lang: str) -> Table:
    """Return every target of the scenario and whether it holds at the end."""
    rows, note = [], ""
    for j in judge_all(programme.scenario.targets, programme.dataset, baseline.dataset if baseline else None):
        gap = numbers.points(-j.shortfall, lang)
        status = say(f"report.status.{j.status}", lang)
        reached = _share_cell((j.reached, j.low, j.high), lang)
        rows.append((target_label(j, lang), j.code, numbers.percent(j.target, 0), reached, gap, status))
        if j.code == "T5" and j.status != "unknown":
            ratio = 1 / (1 + j.reached)
            params = {
                "wanted": numbers.percent(j.target, 0),
                "most": numbers.decimal(1 / (1 + j.target), 3),
                "strict": numbers.decimal(1 - j.target, 2),
                "ratio": numbers.decimal(ratio, 3),
            }
            note = say("report.targets.efficiency", lang, params)
    columns = tuple(
        say(f"report.column.{c}", lang) for c in ("name", "code", "wanted", "reached", "distance", "status")
    )
    return Table(say("report.targets.caption", lang), columns, tuple(rows), note)


def target_label(judgement: Judgement, lang: str) -> str:
    """Return what a target is about, in words: a segment for coverage, else the outcome and its segment."""
    comma = say("report.list_comma", lang)
    whom = comma.join(label(dim, name, lang) for dim, names in judgement.segment.items() for name in names)
    if judgement.code in COVERAGE_CODES:
        return whom or say("label.everyone", lang)
    what = say(f"report.target.{judgement.code}", lang)
    return comma.join((what, whom)) if whom else what


def spending_table(programme: Result, lang: str) -> Table:
    """Return spending by lever and year, with totals, mean over replicates."""
    d = programme.dataset
    by = indicators.spending(d, ("lever", "year")).mean("replicate")
    years = [int(y) for y in by.year.values]
    columns = [
        say("table.lever", lang),
        *(say("report.year", lang, {"year": y + 1}) for y in years),
        say("report.total", lang),
    ]
    words = lever_labels(d, lang)
    unit = numbers.money_unit(float(by.sum()), lang, numbers.currency_of(d))
    rows = []
    for name in (str(n) for n in by.lever.values):
        values = by.sel(lever=name).values
        rows.append((words[name], *(unit.cell(v) for v in values), unit.cell(float(values.sum()))))
    all_years = by.sum("lever").values
    rows.append((say("report.total", lang), *(unit.cell(v) for v in all_years), unit.cell(float(all_years.sum()))))
    params = {"year": programme.scenario.price_year, "unit": unit.name(lang)}
    return Table(say("report.spending.caption", lang, params), tuple(columns), tuple(rows))


def line_table(programme: Result, lang: str) -> Table:
    """Return spending by lever and budget line, with totals, mean over replicates."""
    by = indicators.spending(programme.dataset, ("lever", "line")).mean("replicate")
    lines = [str(x) for x in by.line.values]
    columns = (say("table.lever", lang), *(label("line", x, lang) for x in lines))
    words = lever_labels(programme.dataset, lang)
    unit = numbers.money_unit(float(by.sum()), lang, numbers.currency_of(programme.dataset))
    rows = [(words[str(n)], *(unit.cell(float(v)) for v in by.sel(lever=n).values)) for n in by.lever.values]
    rows.append((say("report.total", lang), *(unit.cell(float(v)) for v in by.sum("lever").values)))
    return Table(say("report.lines.caption", lang, {"unit": unit.name(lang)}), columns, tuple(rows))


def currency_sentence(result: Result, lang: str) -> str:
    """Return at which rate amounts were converted; "" where they are yuan."""
    currency = numbers.currency_of(result.dataset)
    if currency.is_yuan:
        return ""
    recalled = result.provenance.get("region", {}).get("rate_is_recalled", False)
    params = {"currency": currency.code, "rate": f"{currency.per_yuan:g}"}
    return say("report.currency.recalled" if recalled else "report.currency.given", lang, params)


def cost_sentence(cost: CostPerUser, lang: str, currency: numbers.Currency = numbers.CNY) -> str:
    """Return cost per additional user in words, or why none is stated."""
    params = {}
    if cost.status == "estimated":
        params = {
            "cost": numbers.money(cost.yuan, lang, currency),
            "low": numbers.money(cost.low, lang, currency),
            "high": numbers.money(cost.high, lang, currency),
        }
    return say(f"report.cost.{cost.status}", lang, params)


def coupon_sentence(programme: Result, baseline: Result, lang: str) -> str:
    """Return how many coupons were paid, how many changed nothing (deadweight) and what leaked; "" without coupons.

    Amendment A8: deadweight = takers - paired extra newcomers; leakage is the assumed share of the spending
    that goes to people who are not new.
    """
    takers = float(indicators.coupon_takers(programme.dataset).mean())
    if takers == 0.0:
        return ""
    lost = float(indicators.coupon_deadweight(programme.dataset, baseline.dataset).mean())
    by_lever = indicators.spending(programme.dataset, ("lever",)).mean("replicate")
    leaked = sum(
        float(by_lever.sel(lever=name)) * lever.leakage_share
        for name, lever in programme.scenario.levers.items()
        if lever.kind == "coupon"
    )
    params = {
        "takers": numbers.count(takers, lang),
        "deadweight": numbers.count(max(0.0, lost), lang),
        "share": numbers.percent(max(0.0, lost) / takers, 0),
        "leaked": numbers.money(leaked, lang, numbers.currency_of(programme.dataset)),
    }
    return say("report.coupons", lang, params)


def cost_of(programme: Result, baseline: Result) -> CostPerUser:
    """Return the cost of one more active user at the end."""
    return cost_per_additional_user(baseline.dataset, programme.dataset)


# indicator, how it is written, label code
_PERCENT, _SECONDS, _YUAN, _RATE = "percent", "seconds", "yuan", "rate"


def indicator_table(programme: Result, baseline: Result | None, lang: str) -> Table:
    """Return the other outcomes of the plan over the last whole quarter, with the paired difference."""
    currency = numbers.currency_of(programme.dataset)
    weights = indicators.payment_weights(baseline.dataset if baseline else programme.dataset)
    results = [r for r in (baseline, programme) if r]
    rows = []
    for name, style in (
        ("active_13w", _PERCENT),
        ("ever_used", _PERCENT),
        ("electronic_share", _PERCENT),
        ("electronic_share_by_value", _PERCENT),
        ("repeat_use", _PERCENT),
        ("seconds_per_payment", _SECONDS),
        ("merchant_cost", _YUAN),
        ("merchant_cost_net", _YUAN),
        ("acceptance", _PERCENT),
        ("fraud_per_million", _RATE),
        ("fraud_loss", _RATE),
    ):
        values = [v for v in (_last(name, r.dataset, weights) for r in results) if v is not None]
        if not values:
            continue
        cells = [say(f"report.indicator.{name}", lang, {"currency": currency.name(lang)})]
        if style == _YUAN:
            values = [value * currency.per_yuan for value in values]
        cells += [
            _styled(_triple(estimate_share(v) if style == _PERCENT else estimate(v)), style, lang, False)
            for v in values
        ]
        if baseline:
            cells.append(_styled(_triple(estimate(paired_difference(*values))), style, lang, True))
        rows.append(tuple(cells))
    columns = [say("report.column.indicator", lang)]
    columns += [say(f"plot.role.{role}", lang) for role in (("baseline", "programme") if baseline else ("programme",))]
    columns += [say("report.column.difference", lang)] if baseline else []
    return Table(
        say("report.indicators.caption", lang), tuple(columns), tuple(rows), say("report.indicators.note", lang)
    )


def _last(name: str, d: xr.Dataset, weights: xr.DataArray) -> xr.DataArray | None:
    """Return an indicator at the end or over the last whole quarter, dims (replicate,); None in a shorter run."""
    at_end = {
        "active_13w": lambda: indicators.coverage(d, window_weeks=13),
        "ever_used": lambda: indicators.ever_used(d),
        "acceptance": lambda: indicators.acceptance(d),
    }
    if name in at_end:
        return at_end[name]().isel(week=-1)
    if d.sizes["quarter"] == 0:
        return None
    over_quarter = {
        "electronic_share": lambda: indicators.electronic_share(d),
        "electronic_share_by_value": lambda: indicators.electronic_share(d, value=True),
        "repeat_use": lambda: indicators.repeat_use(d),
        "seconds_per_payment": lambda: indicators.seconds_per_payment(d),
        "merchant_cost": lambda: indicators.merchant_cost_per_payment(d, weights=weights),
        "merchant_cost_net": lambda: indicators.merchant_cost_per_payment(d, net=True, weights=weights),
        "fraud_per_million": lambda: indicators.fraud_per_million(d),
        "fraud_loss": lambda: indicators.fraud_loss_basis_points(d),
    }
    return over_quarter[name]().isel(quarter=-1)


def _styled(value: tuple[float, float, float], style: str, lang: str, signed: bool) -> str:
    """Return mean and interval in the indicator's unit."""
    if style == _PERCENT:
        return _points_cell(value, True, lang) if signed else _share_cell(value, lang)
    digits = {_SECONDS: 2, _YUAN: 3, _RATE: 2}[style]
    between = numbers.interval(value[1], value[2], lang, digits, scale=1.0)
    return numbers.decimal(value[0], digits, signed) + (f" ({between})" if between else "")


def write_coverage_csv(path: Path, programme: Result, baseline: Result | None) -> None:
    """Write coverage by group and year as one tidy file: one row a group, year and run."""
    dates = programme.dataset.date.values
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(CSV_COLUMNS)
        for row in coverage_rows(programme, baseline):
            for run, value in (("baseline", row.baseline), ("programme", row.programme), ("added", row.added)):
                if value:
                    out.writerow(
                        [
                            row.dim or "all",
                            row.group or "all",
                            row.week,
                            str(dates[row.week])[:10],
                            "" if row.target is None else row.target,
                            run,
                            *_written(value),
                        ]
                    )


def write_spending_csv(path: Path, programme: Result) -> None:
    """Write spending by lever, budget line and year as one tidy file, yuan, mean over replicates."""
    frame = indicators.spending(programme.dataset, ("lever", "line", "year")).mean("replicate").to_dataframe("yuan")
    frame.reset_index().assign(year=lambda f: f.year + 1).to_csv(path, index=False)


def _written(values: Iterable[float]) -> list[str]:
    """Return numbers as text; empty where there is no interval."""
    return [repr(float(v)) if np.isfinite(v) else "" for v in values]
