"""Chapters 10 and 11: what the answer cannot tell and rests on, and how it was made."""

from simulation.report import html, method
from simulation.report.carrying import carrier_table
from simulation.report.chapters.given import Given

LIMITS = (
    "baseline",
    "imposed",
    "chance_only",
    "tuned",
    "places",
    "small_places",
    "prices",
    "not_modelled",
    "not_a_forecast",
)


def limits(given: Given) -> str:
    """Return what the answer cannot tell, the numbers levers rest on, all assumptions, and the solved constants."""
    parts = [html.items(limit_sentences(given))]
    if given.programme.scenario.levers:
        parts += [given.h3("carriers"), html.table(carrier_table(given), "text")]
    content = method.assumption_table(given.programme, given.lang)
    parts += [
        given.h3("assumptions"),
        given.p("report.assumptions.intro", n=len(content.rows)),
        html.details(content.caption, html.table(content, "text assumptions")),
    ]
    return "".join(parts) + _constants(given)


def limit_sentences(given: Given) -> list[str]:
    """Return what the answer cannot tell."""
    is_left_out = {
        "baseline": not given.is_illustrative,
        "places": method.knows_settlements(given.programme),
        "small_places": not method.knows_settlements(given.programme),
    }
    one = {"chance_only": "one_replicate"} if given.is_single else {}
    return [given.say(f"report.limit.{one.get(code, code)}") for code in LIMITS if not is_left_out.get(code, False)]


def _constants(given: Given) -> str:
    found = method.constant_tables(given.programme, given.lang)
    if not found:
        return ""
    scenario = given.programme.scenario
    usual = given.baseline or (given.programme if not scenario.levers and not scenario.events else None)
    sentences = method.constant_sentences(given.programme, usual, given.lang)
    text = given.p("report.constants.intro") + "".join(html.paragraph(sentence) for sentence in sentences)
    inside = "".join(html.table(table) for table in found)
    return given.h3("constants") + text + html.details(given.say("report.constants.show"), inside)


def provenance(given: Given) -> str:
    """Return code, settings, seeds and digests."""
    runs = {"baseline": given.baseline, "programme": given.programme, "reference": given.reference}
    results = {given.say(f"plot.role.{role}"): result for role, result in runs.items() if result}
    return html.table(method.provenance_table(results, given.lang), "text")
