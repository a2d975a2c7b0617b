"""Quarterly bulletin: what the monitor showed the office, what the rules did on it, and why."""

from html import escape

from simulation.messages import render
from simulation.report import html
from simulation.report.bulletin import Bulletin, bulletin, rules_that_acted
from simulation.report.chapters.given import Given
from simulation.report.chapters.quarters import REPLICATE, quarter_table
from simulation.scenario.adjustment import rule_sentence
from simulation.viewer.asked import Asked
from simulation.viewer.pages.pieces import message, section


def bulletin_page(asked: Asked) -> str:
    """Return the quarters at a glance, what rules did, and the bulletin of one quarter in full."""
    given = asked.given
    d = given.programme.dataset
    n = d.sizes["quarter"]
    if not n:
        return message(given.say("report.bulletin.no_quarter"), [asked.say("viewer.bulletin.none")])
    parts = [given.p("report.monitor.intro", world=REPLICATE + 1, n=d.sizes["replicate"])]
    parts.append(section(asked.say("viewer.bulletin.glance"), html.table(quarter_table(given))))
    parts.append(section(asked.say("viewer.bulletin.rules"), _rules(given, n)))
    if asked.offline:
        told = "".join(_folded(given, quarter) for quarter in range(n))
        return "".join([*parts, section(asked.say("viewer.bulletin.all"), told)])
    quarter = _quarter(asked.first("quarter"), n)
    one = bulletin(given.programme, quarter, given.lang, REPLICATE)
    return "".join([*parts, section(one.title, _steps(asked, quarter, n) + _told(given, one), "quarter")])


def _quarter(text: str, n: int) -> int:
    """Return the quarter asked for, from 0; the last where none or a wrong one is."""
    return int(text) - 1 if text.isdecimal() and 1 <= int(text) <= n else n - 1


def _rules(given: Given, n: int) -> str:
    """Return the rules the programme was given, and what they did over the run."""
    adjustment = given.programme.scenario.adjustment
    if not adjustment:
        return given.p("report.bulletin.no_rules")
    declared = [render(rule_sentence(name, rule), given.lang) for name, rule in sorted(adjustment.items())]
    nothing = [given.say("report.bulletin.no_firing")]
    acted = []
    for quarter in range(n):
        found = rules_that_acted(given.programme, quarter, REPLICATE, given.lang)
        name = given.say("report.quarter", n=quarter + 1)
        acted += [given.say("report.monitor.acted", quarter=name, text=text) for text in found if found != nothing]
    return (
        given.p("report.bulletin.declared")
        + html.items(declared)
        + given.h3("acted")
        + html.items(acted or [given.say("report.monitor.none_acted")])
    )


def _steps(asked: Asked, quarter: int, n: int) -> str:
    """Return links to every quarter's bulletin, with the one shown marked."""
    links = ""
    for k in range(n):
        here = ' aria-current="true"' if k == quarter else ""
        address = escape(asked.link("bulletin", quarter=str(k + 1)) + "#quarter")
        links += f'<li><a href="{address}"{here}>{escape(asked.say("viewer.money.quarter", n=k + 1))}</a></li>'
    return f'<nav class="steps" aria-label="{escape(asked.say("viewer.bulletin.quarters"))}"><ol>{links}</ol></nav>'


def _told(given: Given, one: Bulletin) -> str:
    sentences = "".join(html.paragraph(sentence) for sentence in one.sentences)
    tables = "".join(html.table(table) for table in one.tables)
    acted = f"<h3>{escape(given.say('report.bulletin.rules'))}</h3>{html.items(one.rules)}"
    return html.paragraph(one.period, "note") + sentences + acted + tables


def _folded(given: Given, quarter: int) -> str:
    one = bulletin(given.programme, quarter, given.lang, REPLICATE)
    return html.details(one.title, _told(given, one))
