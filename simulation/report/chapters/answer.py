"""Chapter 1: the answer in a few sentences, and the assumptions that carry it."""

from simulation.report import html
from simulation.report.carrying import carrying
from simulation.report.chapters import sensitivity
from simulation.report.chapters.given import Given
from simulation.report.headline import headline


def answer(given: Given) -> str:
    """Return what is reached and missed in the model, and on which assumptions that rests."""
    first, *rest = headline(given.programme, given.baseline, given.lang, given.reference)
    parts = [html.paragraph(first, "answer"), *(html.paragraph(sentence) for sentence in rest)]
    largest = sensitivity.largest(given)
    if largest:
        parts.append(given.p("report.carried.sensitivity", items=given.joined(largest)))
    elif items := carrying(given):
        parts.append(given.p("report.carried.assumed", items=given.joined(items)))
    return "".join(parts)
