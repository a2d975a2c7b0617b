"""Tables of coverage, as text, and what all tables are made of; the page, the terminal and CSV files share them."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xarray as xr

from simulation.core.codes import WEEKS_PER_YEAR
from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import estimate, estimate_share, excludes_zero, paired_difference
from simulation.outcomes.result import Result
from simulation.outcomes.targets import segment_target
from simulation.outcomes.wording import label, say

GROUPS = ("age", "area")
AT_MERCHANTS = "merchants"  # the row of everyone that counts payments to merchants only
Triple = tuple[float, float, float]
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
    group: str  # of everyone, "" for any payment and "merchants" for payments to merchants only
    week: int
    target: float | None
    baseline: Triple | None
    programme: Triple
    added: Triple | None
    certain: bool  # the interval of what was added excludes zero


def triple(interval: xr.Dataset) -> Triple:
    """Return mean, low and high of an interval without further dims."""
    return float(interval["mean"]), float(interval.low), float(interval.high)


def coverage_rows(programme: Result, baseline: Result | None) -> list[CoverageRow]:
    """Return coverage of everyone (any payment; at merchants), every age and every area at the end of every year."""
    weeks = indicators.year_end_weeks(programme.dataset)
    targets = programme.scenario.targets
    rows = []
    for dim in ("", AT_MERCHANTS, *GROUPS):
        by = (dim,) if dim in GROUPS else ()
        read = indicators.coverage_at_merchants if dim == AT_MERCHANTS else indicators.coverage
        after = read(programme.dataset, by).isel(week=weeks)
        reached = estimate_share(after)
        before = read(baseline.dataset, by).isel(week=weeks) if baseline else None
        usual = estimate_share(before) if before is not None else None
        added = estimate(paired_difference(before, after)) if before is not None else None
        for group in [str(g) for g in programme.dataset[dim].values] if by else [dim]:
            where = {dim: group} if by else {}
            target = None if dim == AT_MERCHANTS else segment_target(targets, where)
            for k, week in enumerate(weeks):
                gain = added.sel(where).isel(week=k) if added is not None else None
                rows.append(
                    CoverageRow(
                        dim if by else "",
                        group,
                        week,
                        target,
                        triple(usual.sel(where).isel(week=k)) if usual is not None else None,
                        triple(reached.sel(where).isel(week=k)),
                        triple(gain) if gain is not None else None,
                        bool(excludes_zero(gain)) if gain is not None else False,
                    )
                )
    return rows


def group_label(dim: str, group: str, lang: str) -> str:
    """Return how a row's group is written."""
    if dim:
        return label(dim, group, lang)
    return say("report.at_merchants" if group == AT_MERCHANTS else "label.everyone", lang)


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
                cells.append(share_cell(row.baseline, lang))
            cells.append(share_cell(row.programme, lang))
            if row.added:
                cells.append(points_cell(row.added, row.certain, lang))
        body.append(tuple(cells))
    n = programme.dataset.sizes["replicate"]
    note = say("report.coverage.note_one" if n == 1 else "report.coverage.note", lang, {"n": n})
    return Table(say("report.coverage.caption", lang), tuple(columns), tuple(body), note)


def year_label(week: int, lang: str) -> str:
    """Return "year 2" for a year's last week, "week 60" for a run that stops within a year."""
    if (week + 1) % WEEKS_PER_YEAR == 0:
        return say("report.year", lang, {"year": (week + 1) // WEEKS_PER_YEAR})
    return say("report.week", lang, {"week": week + 1})


def _digits(value: Triple) -> int:
    """Return how many decimals a share in percent needs beside its interval."""
    return numbers.told_apart(100 * value[1], 100 * value[2], 1)


def share_cell(value: Triple, lang: str) -> str:
    """Return a share in percent with its interval."""
    between = numbers.interval(value[1], value[2], lang)
    return numbers.percent(value[0], _digits(value)) + (f" ({between})" if between else "")


def points_cell(value: Triple, certain: bool, lang: str) -> str:
    """Return points with interval; an effect that may be zero is marked."""
    between = numbers.interval(value[1], value[2], lang)
    text = numbers.decimal(100 * value[0], _digits(value), True) + (f" ({between})" if between else "")
    return text if certain or not between else text + " " + say("report.maybe_zero", lang)


def cross_table(programme: Result, baseline: Result | None, lang: str) -> Table:
    """Return coverage at the end by age x area x income, means over replicates, with the points added (T2)."""
    dims = ("age", "area", "income")
    after, before = (
        indicators.coverage(r.dataset, dims).isel(week=-1).mean("replicate") if r else None
        for r in (programme, baseline)
    )
    assert after is not None
    rows = []
    for age in (str(a) for a in after.age.values):
        for area in (str(a) for a in after.area.values):
            cells = [say("report.list_comma", lang).join((label("age", age, lang), label("area", area, lang)))]
            for income in after.income.values:
                where = {"age": age, "area": area, "income": income}
                reached = float(after.sel(where))
                gain = "" if before is None else numbers.decimal(100 * (reached - float(before.sel(where))), 1, True)
                cells.append(numbers.percent(reached) + (f" ({gain})" if gain and np.isfinite(reached) else ""))
            rows.append(tuple(cells))
    columns = [say("report.column.group", lang), *(label("income", str(i), lang) for i in after.income.values)]
    caption = say("report.cross.caption" if baseline else "report.cross.caption_single", lang)
    return Table(caption, tuple(columns), tuple(rows), say("report.cross.note", lang))


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


def _written(values: Iterable[float]) -> list[str]:
    """Return numbers as text; empty where there is no interval."""
    return [repr(float(v)) if np.isfinite(v) else "" for v in values]
