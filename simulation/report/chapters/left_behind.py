"""Chapter 6: who does not pay electronically at the end, where they live, and what holds them."""

from itertools import product

import numpy as np

from simulation import plots
from simulation.outcomes import indicators, numbers
from simulation.outcomes.intervals import estimate, paired_difference
from simulation.outcomes.wording import label
from simulation.report import html, tables
from simulation.report.barriers import barrier_parts
from simulation.report.chapters.given import Given
from simulation.report.tables import Table, points_cell, triple

MOST_GROUPS = 12
GAPS = (("age", ("60-74", "75+"), "60"), ("area", ("remote",), "remote"), ("income", ("low",), "low"))


def left_behind(given: Given) -> str:
    """Return groups by how many of them do not pay, gaps, maps, and barriers where they were found."""
    programme, baseline, lang = given.programme, given.baseline, given.lang
    cross = tables.cross_table(programme, baseline, lang)
    parts = [
        given.p("report.left.intro", **totals(given)),
        html.table(group_table(given)),
        html.table(gap_table(given)),
        html.details(cross.caption, html.table(cross)),
        given.draw(plots.coverage_by_group(programme, baseline, "age", lang)),
        given.draw(plots.coverage_by_group(programme, baseline, "area", lang)),
        given.draw(plots.coverage_map(programme, lang)),
    ]
    if baseline:
        parts.append(given.draw(plots.added_map(programme, baseline, lang)))
    if programme.dataset.sizes["quarter"]:
        parts.append(given.draw(plots.blind_spot_map(programme, lang)))
    parts.append(given.h3("barriers"))
    if given.findings.barriers is None:
        parts.append(given.how_to("report.missing.barriers"))
    else:
        parts.append(barrier_parts(given, given.findings.barriers))
    return "".join(parts)


def totals(given: Given) -> dict[str, str]:
    """Return how many do not pay at the end, in words."""
    d = given.programme.dataset
    cells = ("age", "area", "income")
    residents = float(d.n_residents.sum(cells).mean())
    active = float(d.n_active.isel(week=-1).sum(cells).mean())
    return {
        "date": numbers.day(d.date.values[-1], given.lang),
        "n": numbers.count(residents - active, given.lang),
        "share": numbers.percent(1 - active / residents),
        "residents": numbers.count(residents, given.lang),
    }


def group_table(given: Given) -> Table:
    """Return the groups by age, area and income with most residents who do not pay; means over replicates."""
    d = given.programme.dataset
    residents = d.n_residents.mean("replicate")
    without = residents - d.n_active.isel(week=-1).mean("replicate")
    total = float(without.sum())
    found = []
    for age, area, income in product(*(map(str, d[dim].values) for dim in ("age", "area", "income"))):
        where = {"age": age, "area": area, "income": income}
        found.append((float(without.sel(where)), float(residents.sel(where)), age, area, income))
    rows, summed = [], 0.0
    comma = given.say("report.list_comma")
    for n, people, age, area, income in sorted(found, reverse=True)[:MOST_GROUPS]:
        summed += n
        words = (label("age", age, given.lang), label("area", area, given.lang), label("income", income, given.lang))
        share = numbers.percent(1 - n / people) if people else numbers.NO_VALUE
        rows.append(
            (
                comma.join(words), numbers.decimal(n, 0), numbers.decimal(people, 0), share,
                numbers.percent(n / total), numbers.percent(summed / total),
            )
        )  # fmt: skip
    names = ("group", "not_paying", "residents", "coverage", "of_all", "so_far")
    columns = tuple(given.say(f"report.column.{name}") for name in names)
    return Table(
        given.say("report.left.groups", n=len(rows)), columns, tuple(rows), given.say("report.cross.note")
    )  # fmt: skip


def gap_table(given: Given) -> Table:
    """Return by how much the old, the remote and the poor lag behind everybody else, and how that changed."""
    rows = []
    for dim, members, name in GAPS:
        after = indicators.coverage_gap(given.programme.dataset, dim, members).isel(week=-1)
        cells = [points_cell(triple(estimate(after)), True, given.lang)]
        if given.baseline:
            before = indicators.coverage_gap(given.baseline.dataset, dim, members).isel(week=-1)
            change = estimate(paired_difference(before, after))
            is_sure = bool(np.sign(float(change.low)) == np.sign(float(change.high)))
            cells = [
                points_cell(triple(estimate(before)), True, given.lang),
                *cells,
                points_cell(triple(change), is_sure, given.lang),
            ]
        rows.append((given.say(f"report.left.gap.{name}"), *cells))
    roles = ("baseline", "programme") if given.baseline else ("programme",)
    columns = [given.say("report.column.gap"), *(given.say(f"plot.role.{role}") for role in roles)]
    columns += [given.say("report.column.change")] if given.baseline else []
    zero = given.intervals if given.is_single else given.say("report.left.gaps_zero")
    note = given.say("report.left.gaps_note", intervals=zero)
    return Table(given.say("report.left.gaps"), tuple(columns), tuple(rows), note)
