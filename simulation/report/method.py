"""What an answer rests on: assumptions, sources, solved constants, provenance."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from simulation.core.codes import AGE_NAMES, AREA_NAMES, SECTOR_NAMES, WEEKS_PER_YEAR
from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage, coverage_at_start
from simulation.outcomes.result import Result
from simulation.outcomes.wording import label, say
from simulation.report.tables import Table
from simulation.scenario.evidence import evidence, in_language

NOT_SEEN = ("assumption", "tuned", "recalled")  # grades of numbers for which no source was read
DIGEST_SHOWN = 16
FIRST_SEPARATED = 10_000


def assumption_table(result: Result, lang: str) -> Table:
    """Return every number that was assumed, tuned or recalled: coefficients, and settings of the levers bought."""
    parts: list[tuple[str, str, BaseModel]] = [("", "behaviour", result.scenario.behaviour)]
    parts += [(f"{name}.", lever.kind, lever) for name, lever in sorted(result.scenario.levers.items())]
    known = {entry.name: entry for entry in evidence()}
    rows = []
    for prefix, kind, part in parts:
        for name in type(part).model_fields:
            facts = known.get(f"{kind}.{name}")
            if facts is None or facts.grade not in NOT_SEEN:
                continue
            bounds = say("plot.range", lang, {"low": short_number(facts.low), "high": short_number(facts.high)})
            grade = say(f"report.grade.{facts.grade}", lang)
            value = short_number(getattr(part, name))
            meaning, unit = in_language(facts, lang)
            rows.append((prefix + name, meaning, value, bounds, unit, grade, facts.source))
    names = ("coefficient", "meaning", "value", "range", "unit", "grade", "source")
    columns = tuple(say(f"report.column.{c}", lang) for c in names)
    return Table(say("report.assumptions.caption", lang, {"n": len(rows)}), columns, tuple(rows))


def short_number(value: Any) -> str:
    """Return a number without needless zeros, large ones with separators instead of powers of ten."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= FIRST_SEPARATED else f"{value:.4g}"


def constant_sentences(result: Result, usual: Result | None, lang: str) -> list[str]:
    """Return whether the constants were solved, and how business as usual drifts on this run's own worlds.

    The worlds of a run are not the reference worlds the constants were solved on; the drift shows how far
    the imposed growth carries over.
    """
    constants = result.provenance.get("constants")
    if not isinstance(constants, Mapping) or "alpha" not in constants:
        return []
    sentences = []
    if not constants.get("converged", True):
        sentences.append(say("report.constants.unconverged", lang))
    if usual is not None:
        d = usual.dataset
        years = d.sizes["week"] / WEEKS_PER_YEAR
        drift = float((coverage(d).isel(week=-1) - coverage_at_start(d)).mean()) / years
        start = float(coverage_at_start(d).mean())
        wanted = usual.scenario.survey.growth_per_year * start * (1.0 - start)
        params = {"drift": numbers.points(drift, lang, 2), "wanted": numbers.points(wanted, lang, 2)}
        sentences.append(say("report.constants.drift", lang, params))
    return sentences


def constant_tables(result: Result, lang: str) -> list[Table]:
    """Return the solved constants with what is left of their equations; none where the run recorded none."""
    constants = result.provenance.get("constants")
    if not isinstance(constants, Mapping) or "alpha" not in constants:
        return []
    rows = []
    for a, age in enumerate(AGE_NAMES):
        for b, area in enumerate(AREA_NAMES):
            reached, wanted = constants["growth"][a][b], constants["growth_target"][a][b]
            rows.append(
                (
                    f"{label('age', age, lang)}, {label('area', area, lang)}",
                    numbers.decimal(constants["alpha"][a][b], 2),
                    *_residual(reached, wanted),
                )
            )
    names = ("segment", "constant", "growth", "growth_wanted", "residual")
    columns = tuple(say(f"report.column.{c}", lang) for c in names)
    tables = [Table(say("report.constants.citizens", lang), columns, tuple(rows), say("report.constants.note", lang))]
    rows = []
    for s, sector in enumerate(SECTOR_NAMES):
        reached, wanted = constants["acceptance_growth"][s], constants["acceptance_target"][s]
        rows.append(
            (label("sector", sector, lang), numbers.decimal(constants["gamma"][s], 2), *_residual(reached, wanted))
        )
    columns = (say("table.sector", lang), *columns[1:])
    return [*tables, Table(say("report.constants.merchants", lang), columns, tuple(rows))]


def _residual(reached: float, wanted: float) -> tuple[str, str, str]:
    """Return yearly growth reached and wanted, and their difference, in points a year."""
    return tuple(numbers.decimal(100 * v, 2, True) for v in (reached, wanted, reached - wanted))  # type: ignore[return-value]


def region_title(result: Result, lang: str) -> str:
    """Return what the region is called."""
    region = result.provenance.get("region", {})
    return region.get("title_zh" if numbers.is_chinese(lang) else "title_en") or result.scenario.region


def knows_settlements(result: Result) -> bool:
    """Return whether the region came from a user's tables, which give or spread the people of every settlement."""
    return "tables_digest" in result.provenance.get("region", {})


def region_words(result: Result, lang: str) -> dict[str, Sequence[str]]:
    """Return the region's `sources`, `estimated` numbers and `notes` of its tables; English if nothing else."""
    region = result.provenance.get("region", {})
    ending = "_zh" if numbers.is_chinese(lang) else ""
    return {name: region.get(name + ending) or region.get(name, ()) for name in ("sources", "estimated", "notes")}


def provenance_table(results: Mapping[str, Result], lang: str) -> Table:
    """Return code, seeds, size, packages, machine and digests of the runs."""
    first = next(iter(results.values()))
    p, d, s = first.provenance, first.dataset, first.scenario
    code, region = p.get("code", {}), p.get("region", {})
    commit = str(code.get("commit", ""))[:DIGEST_SHOWN] + ("+" if code.get("uncommitted_changes") else "")
    seeds = ", ".join(str(x) for x in d.seed.values[:3]) + (" ..." if d.sizes["replicate"] > 3 else "")
    facts = [
        ("version", f"{code.get('version', '')} {commit}".strip()),
        ("source_digest", str(code.get("source_digest", ""))[:DIGEST_SHOWN]),
        ("region", s.region),
        *([("tables_digest", str(region["tables_digest"])[:DIGEST_SHOWN])] if "tables_digest" in region else []),
        ("citizens", f"{d.attrs['n_simulated']:,}"),
        ("expansion", numbers.decimal(d.attrs["expansion_factor"], 3)),
        ("replicates", str(d.sizes["replicate"])),
        ("seed", f"{s.seed} ({seeds})"),
        ("weeks", f"{d.sizes['week']}"),
        ("start", numbers.day(s.start_date, lang)),
        ("prices", f"{numbers.currency_of(d).code} {s.price_year}"),
        ("packages", ", ".join(f"{k} {v}" for k, v in p.get("packages", {}).items())),
        ("platform", f"Python {p.get('python', '')}, {p.get('platform', '')}"),
        ("seconds", numbers.decimal(float(p.get("elapsed_seconds", float("nan"))), 1)),
        ("written", str(p.get("written_at", ""))),
    ]
    rows = [(say(f"report.provenance.{name}", lang), value) for name, value in facts]
    rows += [(say("report.provenance.digest", lang, {"run": name}), result.digest) for name, result in results.items()]
    columns = (say("report.column.what", lang), say("report.column.value", lang))
    return Table(say("report.provenance.caption", lang), columns, tuple(rows))
