"""The tables of an export: numbers as numbers, tidy, with a name for programs and a heading for people.

Shares are 0-1, money is yuan of the scenario's price year; a column's name says so in its ending. What is averaged over
replicates comes with the ends of its 95% interval.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from pydantic import BaseModel

from simulation.messages import render
from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import estimate, estimate_share, paired_difference
from simulation.outcomes.monitoring import ANSWERS, ERROR, PREFIX
from simulation.outcomes.result import Result
from simulation.outcomes.wording import label, lever_labels, say
from simulation.report.export_table import Column, ExportTable, made
from simulation.report.method import provenance_table
from simulation.report.outcome_table import outcome_rows
from simulation.report.target_table import judgements, status_words, target_label
from simulation.scenario.adjustment import MONITOR_INDICATORS, REASON_PREFIX, indicator_label
from simulation.scenario.evidence import Evidence, evidence, in_language
from simulation.scenario.problems import setting_fields

ALL = "all"  # stands for every age or every area
WORLD = 0  # the replicate an office is taken to see, as in the bulletins
YEAR_END_DIMS = ("age", "area")


def export_tables(
    programme: Result, baseline: Result | None, lang: str, reference: Result | None = None
) -> list[ExportTable]:
    """Return all tables of an export.

    Parameters
    ----------
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme.
    lang : str
        "en" or "zh", of what is written in words.
    reference : Result, optional
        Paired run of the reference outreach, for T8.
    """
    return [
        _targets(programme, baseline, lang, reference),
        _outcomes(programme, baseline, lang),
        _coverage(programme, baseline, lang),
        _spending(programme, lang),
        _monitor(programme, lang),
        _parameters(programme, lang),
        _origin(programme, baseline, lang, reference),
    ]


def _targets(programme: Result, baseline: Result | None, lang: str, reference: Result | None) -> ExportTable:
    columns = [Column("target"), Column("code"), Column("about")]
    columns += [Column(name, "share") for name in ("wanted_share", "reached_share", "low_share", "high_share")]
    columns += [Column("distance_share", "points"), Column("status")]
    rows, status = [], {}
    for j in judgements(programme, baseline, reference):
        status[j.status + (f":{j.reason}" if j.reason else "")] = status_words(j, lang)
        rows.append(
            {
                "target": j.name, "code": j.code, "about": target_label(j, lang), "wanted_share": j.target,
                "reached_share": j.reached, "low_share": j.low, "high_share": j.high,
                "distance_share": -j.shortfall, "status": j.status + (f":{j.reason}" if j.reason else ""),
            }
        )  # fmt: skip
    return made("targets", columns, rows, {"status": status})


def _outcomes(programme: Result, baseline: Result | None, lang: str) -> ExportTable:
    ends = ("", "_low", "_high")
    runs = ("baseline", "programme", "difference") if baseline else ("programme",)
    columns = [Column("outcome"), Column("unit"), *(Column(run + end, "by_unit") for run in runs for end in ends)]
    rows, names = [], {}
    yuan = say("unit.money.one", lang)
    for found in outcome_rows(programme, baseline):
        unit = {"percent": "share", "points": "share"}.get(found.style, found.style)
        row: dict[str, Any] = {"outcome": found.name, "unit": unit}
        for run in runs:
            value = getattr(found, run)
            row |= {run + end: v for end, v in zip(ends, value, strict=True)} if value else {}
        rows.append(row)
        names[found.name] = say(f"report.indicator.{found.name}", lang, {"currency": yuan})
    return made("outcomes", columns, rows, {"outcome": names, "unit": _units([r["unit"] for r in rows], lang)})


def _units(names: Sequence[str], lang: str) -> dict[str, str]:
    return {name: say(f"export.unit.{name}", lang) for name in sorted(set(names))}


def _coverage(programme: Result, baseline: Result | None, lang: str) -> ExportTable:
    columns = [Column("age"), Column("area"), Column("week", "whole"), Column("date", "date")]
    columns += [Column("residents", "count")]
    columns += [Column("baseline_share", "share")] if baseline else []
    columns += [Column(f"programme_{end}", "share") for end in ("share", "low_share", "high_share")]
    columns += [Column(f"added_{end}", "points") for end in ("share", "low_share", "high_share")] if baseline else []
    d = programme.dataset
    weeks = indicators.year_end_weeks(d)
    rows = []
    for by in ((), ("age",), ("area",), YEAR_END_DIMS):
        after = indicators.coverage(d, by).isel(week=weeks)
        reached = estimate_share(after)
        people = d.n_residents.sum([dim for dim in ("age", "area", "income") if dim not in by]).mean("replicate")
        before = indicators.coverage(baseline.dataset, by).isel(week=weeks) if baseline else None
        added = estimate(paired_difference(before, after)) if before is not None else None
        for where in _groups(d, by):
            for k, week in enumerate(weeks):
                one = {"week": week + 1, "date": _day(d.date.values[week])}
                one |= {dim: where.get(dim, ALL) for dim in YEAR_END_DIMS}
                one["residents"] = float(people.sel(where))
                one |= _three("programme", reached.sel(where).isel(week=k))
                if before is not None and added is not None:
                    one["baseline_share"] = float(before.sel(where).isel(week=k).mean())
                    one |= _three("added", added.sel(where).isel(week=k))
                rows.append(one)
    words = {dim: {ALL: say("export.all", lang)} | _labels(d, dim, lang) for dim in YEAR_END_DIMS}
    return made("coverage", columns, rows, words)


def _groups(d: xr.Dataset, by: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the categories of every combination of some dims."""
    if not by:
        yield {}
        return
    first, *rest = by
    for name in d[first].values:
        for others in _groups(d, rest):
            yield {first: str(name), **others}


def _three(run: str, interval: xr.Dataset) -> dict[str, float]:
    names = (f"{run}_share", f"{run}_low_share", f"{run}_high_share")
    return dict(zip(names, (float(interval[end]) for end in ("mean", "low", "high")), strict=True))


def _labels(d: xr.Dataset, dim: str, lang: str) -> dict[str, str]:
    return {str(name): label(dim, str(name), lang) for name in d[dim].values}


def _day(value: np.datetime64) -> Any:
    """Return a calendar day."""
    return value.astype("datetime64[D]").astype(object)


def _spending(programme: Result, lang: str) -> ExportTable:
    d = programme.dataset
    by = indicators.spending(d, ("lever", "line", "payer", "quarter")).mean("replicate")
    columns = [Column(name) for name in ("lever", "line", "payer")]
    columns += [Column("quarter", "whole"), Column("date", "date"), Column("spending_yuan", "yuan")]
    rows = []
    for lever in by.lever.values:
        for line in by.line.values:
            for payer in by.payer.values:
                for quarter in by.quarter.values:
                    yuan = float(by.sel(lever=lever, line=line, payer=payer, quarter=quarter))
                    if yuan:
                        row = {"lever": str(lever), "line": str(line), "payer": str(payer), "quarter": quarter + 1}
                        rows.append({**row, "date": _quarter_end(d, int(quarter)), "spending_yuan": yuan})
    words = {"lever": lever_labels(d, lang), "line": _labels(d, "line", lang), "payer": _labels(d, "payer", lang)}
    return made("spending", columns, rows, words)


def _quarter_end(d: xr.Dataset, quarter: int) -> Any:
    """Return the last day of a quarter, of the last one that is not whole the last day of the run."""
    whole = quarter < d.sizes["quarter"]
    return _day(d.quarter_date.values[quarter] if whole else d.date.values[-1])


def _monitor(programme: Result, lang: str) -> ExportTable:
    d = programme.dataset.isel(replicate=WORLD)
    columns = [Column("quarter", "whole"), Column("date", "date"), Column("figure"), Column("source"), Column("unit")]
    columns += [Column("value", "by_unit"), Column("standard_error", "by_unit"), Column("answers", "count")]
    rows, names = [], {}
    for quarter in range(d.sizes["quarter"]):
        for name, figure in MONITOR_INDICATORS.items():
            row = {"quarter": quarter + 1, "date": _quarter_end(d, quarter), "figure": name}
            row |= {"source": figure.source, "unit": figure.unit, "value": _read(d, name, "", quarter)}
            row |= {"standard_error": _read(d, name, ERROR, quarter), "answers": _read(d, name, ANSWERS, quarter)}
            rows.append(row)
            names[name] = render(indicator_label(name), lang)
    words = {"figure": names, "unit": _units([row["unit"] for row in rows], lang)}
    words["source"] = {source: say(f"export.source.{source}", lang) for source in ("register", "survey")}
    return made("monitor", columns, rows, words)


def _read(d: xr.Dataset, name: str, ending: str, quarter: int) -> float:
    """Return a figure of the monitor, its error or its number of answers; NaN where it has none."""
    if name.startswith(REASON_PREFIX):
        variable = f"{PREFIX}reason_share{ending}" if ending != ANSWERS else f"{PREFIX}reason{ANSWERS}"
        if variable not in d:
            return float("nan")
        values = d[variable].isel(quarter=quarter)
        return float(values.sel(reason=name.removeprefix(REASON_PREFIX)) if "reason" in values.dims else values)
    variable = f"{PREFIX}{name}{ending}"
    return float(d[variable].isel(quarter=quarter)) if variable in d else float("nan")


def _parameters(programme: Result, lang: str) -> ExportTable:
    scenario = programme.scenario
    parts: list[tuple[str, str, BaseModel]] = [("behaviour", "behaviour", scenario.behaviour)]
    parts += [(f"levers.{name}", lever.kind, lever) for name, lever in sorted(scenario.levers.items())]
    parts += [("survey", "survey", scenario.survey), ("monitor", "monitor", scenario.monitor)]
    known = {entry.name: entry for entry in evidence()}
    columns = [Column("parameter"), Column("meaning"), Column("value", "decimal"), Column("unit")]
    columns += [Column("low", "decimal"), Column("high", "decimal"), Column("grade"), Column("source")]
    rows = []
    for path, kind, part in parts:
        for name, info in setting_fields(type(part)):
            facts = info.json_schema_extra
            if not isinstance(facts, dict) or "low" not in facts:
                continue
            meaning, unit = _meaning(known.get(f"{kind}.{name}"), info.description or "", str(facts["unit"]), lang)
            about = {"meaning": meaning, "unit": unit, "low": facts["low"], "high": facts["high"]}
            about |= {"grade": str(facts["grade"]), "source": str(facts["source"])}
            for where, value in _leaves(getattr(part, name), f"{path}.{name}"):
                rows.append({"parameter": where, "value": value, **about})
    grades = {str(row["grade"]): say(f"evidence.grade.{row['grade']}", lang) for row in rows}
    return made("parameters", columns, rows, {"grade": grades})


def _meaning(entry: Evidence | None, meaning: str, unit: str, lang: str) -> tuple[str, str]:
    return in_language(entry, lang) if entry else (meaning, unit)


def _leaves(value: Any, where: str) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a value by their places; what is no number has no row."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from _leaves(inner, f"{where}[{position}]")
    elif isinstance(value, int | float):
        yield where, float(value)


def _origin(programme: Result, baseline: Result | None, lang: str, reference: Result | None) -> ExportTable:
    runs = {"programme": programme, "baseline": baseline, "reference": reference}
    results = {say(f"plot.role.{role}", lang): result for role, result in runs.items() if result}
    found = provenance_table(results, lang).rows
    columns = [Column("fact"), Column("said")]
    currency = numbers.currency_of(programme.dataset)
    rows = [{"fact": name, "said": text} for name, text in found]
    if not currency.is_yuan:
        rate = say("export.rate", lang, {"currency": currency.code, "rate": f"{currency.per_yuan:g}"})
        rows.append({"fact": say("export.rate_of", lang), "said": rate})
    return made("origin", columns, rows)
