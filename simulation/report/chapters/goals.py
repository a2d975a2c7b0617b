"""Chapter 2: the plan's targets, for whom they are, and how each is read."""

from simulation.outcomes import numbers
from simulation.outcomes.targets import COVERAGE_CODES, segment_of
from simulation.outcomes.wording import label
from simulation.report import html
from simulation.report.chapters.given import Given
from simulation.report.tables import Table


def goals(given: Given) -> str:
    """Return the targets of the scenario."""
    targets = given.programme.scenario.targets
    if not targets:
        return given.p("report.goals.none")
    return given.p("report.goals.intro_one" if given.is_single else "report.goals.intro") + html.table(
        goal_table(given), "text"
    )


def goal_table(given: Given) -> Table:
    """Return every target: its row of the plan, what is wanted, for whom, and how it is read."""
    rows = []
    comma = given.say("report.list_comma")
    for target in sorted(given.programme.scenario.targets.values(), key=lambda target: target.code):
        segment = segment_of(target)
        whom = comma.join(label(dim, name, given.lang) for dim, names in segment.items() for name in names)
        if not whom:
            whom = given.say("label.everyone" if target.code in (*COVERAGE_CODES, "T6") else "report.goals.region")
        what = f"T9_{target.what}" if target.code == "T9" else target.code
        rows.append(
            (
                given.say(f"report.goals.plan.{target.code}"),
                target.code,
                whom,
                numbers.percent(target.share, 0),
                given.say(f"report.goals.read.{what}"),
            )
        )
    columns = tuple(given.say(f"report.column.{name}") for name in ("of_plan", "code", "whom", "wanted", "how_read"))
    return Table(given.say("report.goals.caption"), columns, tuple(rows))
