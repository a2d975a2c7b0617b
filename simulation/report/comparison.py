"""A comparison in words and tables: which programme is best in the model, how surely, and what it costs."""

import math
from collections.abc import Sequence
from typing import Any

from simulation.analysis.comparison import Outcome, ProgrammeComparison, Row
from simulation.analysis.probabilities import Probability
from simulation.outcomes import numbers
from simulation.outcomes.indicators import spending
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import label, say
from simulation.report.money import unpaid_words
from simulation.report.tables import Table
from simulation.report.target_table import words_of

WIDTHS = (0.01, 0.005, 0.002, 0.001)  # half-widths of added coverage that replicates are counted for, share


def title_of(comparison: ProgrammeComparison, name: str, lang: str) -> str:
    """Return how a run is called: its title, or its file's name where it has none."""
    title = comparison.titles[name]
    return (title.zh if numbers.is_chinese(lang) else title.en) or name


def sentences(comparison: ProgrammeComparison, lang: str) -> list[str]:
    """Return the answer: which is best in the model and how surely, what each adds, which targets hold, the price."""
    found = [*_best(comparison, lang), _added(comparison, lang), *_precision(comparison, lang)]
    found += _targets(comparison, lang)
    if dominated := _dominated(comparison, lang):
        found.append(dominated)
    if ran_out := _ran_out(comparison, lang):
        found.append(ran_out)
    if comparison.n_replicates[comparison.baseline] == 1:
        found.append(say("compare.one_replicate", lang))
    return found


def _best(c: ProgrammeComparison, lang: str) -> list[str]:
    """Return who leads, who cannot be told from it, and the error rate of saying so."""
    leader = c.selection.leader if c.selection else c.order[0]
    params: dict[str, Any] = {
        "leader": title_of(c, leader, lang), "within": numbers.points(c.indifference, lang, signed=False)
    }  # fmt: skip
    if len(c.names) == 1:
        return []
    if c.selection is not None and not c.selection.is_settled:
        names = [title_of(c, name, lang) for name in c.selection.survivors]
        params |= {"names": _listed(names, lang), "n": c.n_replicates[leader], "needed": c.selection.most_needed}
        return [say("compare.unsettled", lang, params)]
    close = [title_of(c, name, lang) for name in c.not_told_apart]
    if c.selection is not None:
        params |= {"probability": numbers.percent(c.selection.probability, 0), "n": c.selection.n_spent}
        found = [say("compare.selected", lang, params)]
    elif close:
        found = [say("compare.tied", lang, {**params, "names": _listed(close, lang)})]
        close = []
    else:
        found = [say("compare.best", lang, params)]
    if close:
        found.append(say("compare.close", lang, {**params, "names": _listed(close, lang)}))
    if c.most_lost == 0.0:
        found.append(say("compare.surely_best", lang, params))
    elif math.isfinite(c.most_lost):
        found.append(say("compare.most_lost", lang, {**params, "lost": numbers.points(c.most_lost, lang, 2, False)}))
    return found


def _added(c: ProgrammeComparison, lang: str) -> str:
    items = []
    for name in c.order:
        added = c.main.added(name)
        assert added is not None  # coverage is always defined
        between = numbers.interval(added.low, added.high, lang)
        params = {
            "name": title_of(c, name, lang),
            "points": numbers.points(added.mean, lang),
            "interval": say("compare.between", lang, {"interval": between}) if between else "",
            "cost": _cost_words(c, name, lang),
        }
        items.append(say("compare.adds", lang, params))
    return say("compare.added", lang, {"items": say("report.list_semicolon", lang).join(items)})


def _cost_words(c: ProgrammeComparison, name: str, lang: str) -> str:
    cost = c.costs[name]
    if cost.status != "estimated":
        return say(f"compare.cost.{cost.status}", lang)
    between = numbers.interval(cost.low, cost.high, lang, 0, 1.0)
    return say("compare.cost.estimated", lang, {"yuan": numbers.decimal(cost.yuan, 0), "interval": between})


def _precision(c: ProgrammeComparison, lang: str) -> list[str]:
    """Return whether the precision asked for was reached."""
    found = []
    for name, precise in c.precise.items():
        params = {
            "name": title_of(c, name, lang),
            "wanted": numbers.points(precise.wanted, lang, 2, False),
            "reached": numbers.points(precise.half_width, lang, 2, False),
            "n": len(precise.values),
        }
        found.append(say(f"compare.precision_{'reached' if precise.is_reached else 'missed'}", lang, params))
    return found


def _targets(c: ProgrammeComparison, lang: str) -> list[str]:
    items = []
    for name, found in c.targets.items():
        params = {"name": title_of(c, name, lang), "share": _probability(found.together, lang), "n": len(found.each)}
        items.append(say("compare.together", lang, params))
    return [say("compare.targets", lang, {"items": say("report.list_semicolon", lang).join(items)})] if items else []


def _dominated(c: ProgrammeComparison, lang: str) -> str:
    items = []
    for name, standing in c.standings.items():
        if standing.status in ("dominated", "extendedly_dominated") and name != c.baseline:
            by = _listed([title_of(c, other, lang) for other in standing.by], lang)
            items.append(say(f"compare.{standing.status}", lang, {"name": title_of(c, name, lang), "by": by}))
    return say("compare.standings", lang, {"items": say("report.list_semicolon", lang).join(items)}) if items else ""


def _ran_out(c: ProgrammeComparison, lang: str) -> str:
    """Return which programmes' money did not reach to the end; "" where all claims were paid."""
    items = []
    for name in c.order:
        d = c.results[name].dataset
        if told := unpaid_words(d.n_unpaid_claims.sum("lever"), d, lang):
            items.append(say("compare.ran_out.item", lang, {"name": title_of(c, name, lang), **told}))
    return say("compare.ran_out", lang, {"items": say("report.list_semicolon", lang).join(items)}) if items else ""


def _listed(items: Sequence[str], lang: str) -> str:
    return say("report.list_comma", lang).join(items)


def programme_table(c: ProgrammeComparison, lang: str) -> Table:
    """Return every programme: coverage reached and added, targets held together, money, cost of a user."""
    rows = []
    for name in (*c.order, c.baseline):
        is_usual = name == c.baseline
        dataset = c.results[name].dataset
        cost = "" if is_usual else _cost_cell(c, name, lang)
        held = c.targets.get(name)
        rows.append(
            (
                title_of(c, name, lang),
                _share(c.main.reached(name), lang),
                "" if is_usual else _points(c.main.added(name), lang),
                _probability(held.together, lang) if held else "",
                numbers.money(float(spending(dataset).mean("replicate")), lang),
                cost,
                "" if is_usual else say(f"compare.standing.{c.standings[name].status}", lang),
                numbers.decimal(c.n_replicates[name], 0),
            )
        )
    codes = ("programme", "reached", "added", "together", "spending", "cost", "standing", "replicates")
    columns = tuple(say(f"compare.column.{code}", lang) for code in codes)
    return Table(say("compare.caption.programmes", lang), columns, tuple(rows), say("compare.note.programmes", lang))


def _cost_cell(c: ProgrammeComparison, name: str, lang: str) -> str:
    cost = c.costs[name]
    if cost.status != "estimated":
        return say(f"compare.cost_cell.{cost.status}", lang)
    between = numbers.interval(cost.low, cost.high, lang, 0, 1.0)
    return numbers.decimal(cost.yuan, 0) + (f" ({between})" if between else "")


def segment_table(c: ProgrammeComparison, lang: str) -> Table:
    """Return what every programme adds in every segment, and to the gaps between them."""
    rows = [
        (outcome_words(row.outcome, lang), *(_points(row.added(name), lang) for name in c.order))
        for row in c.rows
        if row.outcome.what != "target"
    ]
    columns = (say("compare.column.segment", lang), *(title_of(c, name, lang) for name in c.order))
    return Table(say("compare.caption.segments", lang), columns, tuple(rows), say("compare.note.segments", lang))


def target_tables(c: ProgrammeComparison, lang: str) -> list[Table]:
    """Return how likely each target holds under each programme, and what is reached; none without targets."""
    targets = [row for row in c.rows if row.outcome.what == "target"]
    if not targets:
        return []
    names = [name for name in c.order if name in c.targets]
    columns = (say("compare.column.target", lang), say("table.target", lang), *(title_of(c, n, lang) for n in names))
    held = [(*_target_head(row, lang), *(_held(c, name, row, lang) for name in names)) for row in targets]
    together = [_probability(c.targets[name].together, lang) for name in names]
    held.append((say("compare.all_targets", lang), "", *together))
    reached = [(*_target_head(row, lang), *(_share(row.reached(name), lang) for name in names)) for row in targets]
    return [
        Table(say("compare.caption.held", lang), columns, tuple(held), say("compare.note.held", lang)),
        Table(say("compare.caption.reached", lang), columns, tuple(reached), say("compare.note.reached", lang)),
    ]


def _target_head(row: Row, lang: str) -> tuple[str, str]:
    return outcome_words(row.outcome, lang), numbers.percent(row.outcome.wanted, 0)


def _held(c: ProgrammeComparison, name: str, row: Row, lang: str) -> str:
    found = c.targets[name].each.get(row.outcome.target)
    return _probability(found, lang) if found else ""


def rival_table(c: ProgrammeComparison, lang: str) -> Table | None:
    """Return every other programme against the leader; None where there is one programme only."""
    if not c.rivals:
        return None
    rows = [
        (
            title_of(c, name, lang),
            _points(rival.advantage, lang, 2),
            numbers.decimal(rival.n_replicates, 0),
            say(f"compare.verdict.{rival.verdict}", lang),
        )
        for name, rival in c.rivals.items()
    ]
    leader = title_of(c, c.selection.leader if c.selection else c.order[0], lang)
    params = {"leader": leader, "within": numbers.points(c.indifference, lang, signed=False)}
    columns = tuple(say(f"compare.column.{code}", lang) for code in ("programme", "behind", "replicates", "verdict"))
    return Table(say("compare.caption.rivals", lang, params), columns, tuple(rows), say("compare.note.rivals", lang))


def replicates_table(c: ProgrammeComparison, lang: str) -> Table:
    """Return how many replicates would make the interval of what a programme adds so short."""
    rows = []
    for name in c.order:
        needed = [c.main.needed(name, width) for width in WIDTHS]
        rows.append((title_of(c, name, lang), *("" if n is None else numbers.decimal(n, 0) for n in needed)))
    widths = (say("compare.column.width", lang, {"points": numbers.points(w, lang, 1, False)}) for w in WIDTHS)
    columns = (say("compare.column.programme", lang), *widths)
    return Table(say("compare.caption.replicates", lang), columns, tuple(rows), say("compare.note.replicates", lang))


def impact_table(c: ProgrammeComparison, lang: str) -> Table:
    """Return the public and private money of every programme by quarter."""
    n = max(len(impact.weeks) for impact in c.impacts.values())
    rows = []
    for quarter in range(n):
        cells = [_quarter_money(c, name, quarter, lang) for name in c.order]
        rows.append((say("compare.quarter", lang, {"n": quarter + 1}), *cells))
    totals = [numbers.money(float(c.impacts[name].yuan.sum()), lang) for name in c.order]
    rows.append((say("compare.total", lang), *totals))
    columns = (say("compare.column.quarter", lang), *(title_of(c, name, lang) for name in c.order))
    return Table(say("compare.caption.impact", lang), columns, tuple(rows), say("compare.note.impact", lang))


def _quarter_money(c: ProgrammeComparison, name: str, quarter: int, lang: str) -> str:
    impact = c.impacts[name]
    if quarter >= len(impact.weeks):
        return ""
    text = numbers.money(float(impact.yuan[:, quarter].sum()), lang)
    return (
        text if impact.is_complete[quarter] else say("compare.part", lang, {"text": text, "n": impact.weeks[quarter]})
    )


def main_tables(c: ProgrammeComparison, lang: str) -> list[Table]:
    """Return the tables of the answer itself: programmes, who is behind by how much, how likely targets hold."""
    rivals = rival_table(c, lang)
    return [programme_table(c, lang), *([rivals] if rivals else []), *target_tables(c, lang)[:1]]


def tables(c: ProgrammeComparison, lang: str) -> list[Table]:
    """Return all tables, in the order a planner asks for them."""
    return [
        *main_tables(c, lang),
        *target_tables(c, lang)[1:],
        segment_table(c, lang),
        impact_table(c, lang),
        replicates_table(c, lang),
    ]


def outcome_words(outcome: Outcome, lang: str) -> str:
    """Return how an outcome is called."""
    if outcome.what == "target":
        about = words_of(outcome.code, outcome.segment, outcome.what_of, lang)
        return say("compare.target", lang, {"code": outcome.code, "name": about})
    if not outcome.dim:
        return say("label.everyone", lang)
    group = say("compare.old", lang) if outcome.group == "60+" else label(outcome.dim, outcome.group, lang)
    return say("compare.gap", lang, {"group": group}) if outcome.what == "gap" else group


def _points(value: Interval | None, lang: str, digits: int = 1) -> str:
    if value is None:
        return numbers.NO_VALUE
    between = numbers.interval(value.low, value.high, lang, digits)
    return numbers.decimal(100 * value.mean, digits, True) + (f" ({between})" if between else "")


def _share(value: Interval | None, lang: str) -> str:
    if value is None:
        return numbers.NO_VALUE
    between = numbers.interval(value.low, value.high, lang)
    return numbers.percent(value.mean) + (f" ({between})" if between else "")


def _probability(found: Probability, lang: str) -> str:
    if not found.n_defined:
        return say("compare.undefined", lang)
    between = numbers.interval(found.low, found.high, lang, 0)
    params = {"held": found.n_held, "n": found.n_defined, "interval": between}
    return say("compare.probability", lang, params)


def comparison_summary(c: ProgrammeComparison) -> dict[str, Any]:
    """Return the answer as plain data: shares 0-1, yuan, 95% intervals; what is unknown is None."""
    return {
        "answer": sentences(c, "en")[0],
        "leader": c.selection.leader if c.selection else c.order[0],
        "not_told_apart": list(c.not_told_apart),
        "indifference": c.indifference,
        "most_lost": _known(c.most_lost),
        "selection": None
        if c.selection is None
        else {
            "is_settled": c.selection.is_settled,
            "probability": _known(c.selection.probability),
            "replicates_spent": c.selection.n_spent,
            "replicates_needed_at_most": c.selection.most_needed,
        },
        "baseline": {"name": c.baseline, "coverage": _plain(c.main.reached(c.baseline))},
        "programmes": {name: _programme(c, name) for name in c.order},
        "digests": {name: result.digest for name, result in c.results.items()},
        "illustrative_baseline": c.results[c.baseline].scenario.survey.illustrative,
    }


def _programme(c: ProgrammeComparison, name: str) -> dict[str, Any]:
    cost, held = c.costs[name], c.targets.get(name)
    precise = c.precise.get(name)
    return {
        "replicates": c.n_replicates[name],
        "coverage": _plain(c.main.reached(name)),
        "coverage_added": _plain(c.main.added(name)),
        "segments": {
            " ".join(x for x in (row.outcome.what, row.outcome.dim, row.outcome.group) if x): _plain(row.added(name))
            for row in c.rows[1:]
            if row.outcome.what != "target"
        },
        "targets": {}
        if held is None
        else {target: _chance(found) for target, found in held.each.items()} | {"all together": _chance(held.together)},
        "cost_per_additional_user_yuan": {
            "status": cost.status, "mean": _known(cost.yuan), "low": _known(cost.low), "high": _known(cost.high)
        },
        "standing": c.standings[name].status,
        "spending_by_quarter_yuan": [float(yuan) for yuan in c.impacts[name].yuan.sum(axis=0)],
        "precision": None
        if precise is None
        else {"wanted": precise.wanted, "half_width": precise.half_width, "is_reached": precise.is_reached},
    }  # fmt: skip


def _plain(value: Interval | None) -> dict[str, float | None] | None:
    return None if value is None else {"mean": value.mean, "low": _known(value.low), "high": _known(value.high)}


def _chance(found: Probability) -> dict[str, float | int | None]:
    return {
        "held": found.n_held, "of": found.n_defined, "undefined": found.n_undefined, "share": _known(found.share),
        "low": _known(found.low), "high": _known(found.high),
    }  # fmt: skip


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
