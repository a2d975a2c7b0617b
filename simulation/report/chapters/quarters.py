"""Chapter 8: the quarterly bulletins in short: what the monitor showed, and what the rules did on it."""

from html import escape

from simulation.outcomes import numbers
from simulation.outcomes.wording import label
from simulation.report import html
from simulation.report.bulletin import BULLETINS, bulletin, figures_of, ranked_reasons, rules_that_acted, value_text
from simulation.report.chapters.given import Given
from simulation.report.tables import Table

REPLICATE = 0  # the world an office is taken to see
SHOWN = (
    "electronic_payments", "electronic_payments_growth", "active_accounts_share", "active_accounts_share_60_plus",
    "active_accounts_share_remote", "merchants_accepting_share", "survey_satisfaction",
)  # fmt: skip


def quarters(given: Given) -> str:
    """Return one row a quarter, and the bulletins' sentences folded below it."""
    d = given.programme.dataset
    n = d.sizes["quarter"]
    if not n:
        return given.p("report.bulletin.no_quarter")
    intro = given.p("report.monitor.intro", world=REPLICATE + 1, n=d.sizes["replicate"])
    parts = [intro, html.table(quarter_table(given))]
    if not given.programme.scenario.adjustment:
        parts.append(given.p("report.bulletin.no_rules"))
    else:
        parts += [given.h3("acted"), html.items(_acted(given))]
    parts += [_folded(given, quarter) for quarter in range(n)]
    link = f'<a href="{BULLETINS[given.lang]}">{escape(given.say("report.monitor.link"))}</a>'
    return "".join([*parts, f'<p class="switch">{link}</p>'])


def quarter_table(given: Given) -> Table:
    """Return the monitor's main figures by quarter, and how many rules acted on each."""
    d, has_rules = given.programme.dataset, bool(given.programme.scenario.adjustment)
    rows = []
    for quarter in range(d.sizes["quarter"]):
        now = figures_of(d, quarter, REPLICATE)
        reason, share, _ = ranked_reasons(now)[0]
        main = numbers.NO_VALUE
        if share == share:  # NaN where nobody was asked
            named = label("reason", reason, given.lang)
            main = given.say("report.monitor.reason", reason=named, share=numbers.percent(share, 0))
        rows.append(
            (
                given.say("report.quarter", n=quarter + 1),
                *(value_text(name, now[name], given.lang, given.currency) for name in SHOWN),
                main,
                *((str(len(_firings(given, quarter))),) if has_rules else ()),
            )
        )
    names = (*SHOWN, "main_reason", *(("rules_acted",) if has_rules else ()))
    columns = (given.say("report.column.quarter"), *(given.say(f"report.monitor.column.{name}") for name in names))
    return Table(given.say("report.monitor.caption"), columns, tuple(rows), given.say("report.monitor.note"))


def _firings(given: Given, quarter: int) -> list[str]:
    """Return what rules did on the reading of a quarter, and why."""
    acted = rules_that_acted(given.programme, quarter, REPLICATE, given.lang)
    return [] if acted == [given.say("report.bulletin.no_firing")] else acted


def _acted(given: Given) -> list[str]:
    """Return what rules did and why over the whole run, or that none did anything."""
    n = given.programme.dataset.sizes["quarter"]
    told = [
        given.say("report.monitor.acted", quarter=given.say("report.quarter", n=quarter + 1), text=text)
        for quarter in range(n)
        for text in _firings(given, quarter)
    ]
    return told or [given.say("report.monitor.none_acted")]


def _folded(given: Given, quarter: int) -> str:
    """Return a bulletin's sentences; on paper they would be many, and stand in the bulletins in full."""
    one = bulletin(given.programme, quarter, given.lang, REPLICATE)
    text = "".join(html.paragraph(sentence) for sentence in one.sentences)
    return html.details(one.title, text, "numbers")
