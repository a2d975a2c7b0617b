"""Who is left behind: who does not pay electronically, where they are lost on the way, and what holds them."""

from simulation import plots
from simulation.outcomes import indicators, numbers
from simulation.report import html
from simulation.report.barriers import barrier_parts
from simulation.report.chapters.left_behind import gap_table, group_table, totals
from simulation.viewer.asked import Asked
from simulation.viewer.funnel import funnel_figure, funnel_table
from simulation.viewer.heat import heat_table, percent_or_dash
from simulation.viewer.pages.pieces import section

DIMS = ("age", "area", "income")


def left_behind(asked: Asked) -> str:
    """Return heat maps of age by area by income, gaps, the way to use, and barriers where they were found."""
    given, lang = asked.given, asked.lang
    programme, baseline = given.programme, given.baseline
    d = programme.dataset
    residents = d.n_residents.mean("replicate")
    without = (residents - d.n_active.isel(week=-1).mean("replicate")).where(residents > 0)
    share = indicators.coverage(d, DIMS).isel(week=-1).mean("replicate")
    most = float(without.max())
    heats = heat_table(share, asked.say("viewer.heat.coverage"), percent_or_dash, lang) + heat_table(
        without, asked.say("viewer.heat.without"), lambda value: numbers.count(value, lang), lang, most
    )
    groups = "".join(given.draw(plots.coverage_by_group(programme, baseline, dim, lang)) for dim in ("age", "area"))
    funnel = given.draw(funnel_figure(programme, baseline, lang)) + html.details(
        asked.say("viewer.funnel.caption"), html.table(funnel_table(programme, lang))
    )
    barriers = given.findings.barriers
    held = barrier_parts(given, barriers) if barriers else given.how_to("report.missing.barriers")
    return "".join(
        [
            html.paragraph(given.say("report.left.intro", **totals(given)), "answer"),
            section(asked.say("viewer.left.where"), heats),
            section(asked.say("viewer.left.groups"), html.table(group_table(given)) + html.table(gap_table(given))),
            section(asked.say("viewer.left.over_time"), groups),
            section(asked.say("viewer.left.funnel"), funnel),
            section(given.say("report.heading.barriers"), held),
        ]
    )
