"""One self-contained page that answers the planner's question, in the order of the plan's chapters."""

from collections.abc import Callable
from html import escape
from pathlib import Path

from simulation.outcomes.result import Result
from simulation.outcomes.wording import say
from simulation.report import html
from simulation.report.bulletin import write_bulletins
from simulation.report.chapters.answer import answer
from simulation.report.chapters.given import Given
from simulation.report.chapters.goals import goals
from simulation.report.chapters.left_behind import left_behind
from simulation.report.chapters.levers_did import levers_did
from simulation.report.chapters.limits import limits, provenance
from simulation.report.chapters.programme import programme as what_is_bought
from simulation.report.chapters.quarters import quarters
from simulation.report.chapters.region import region
from simulation.report.chapters.results import results
from simulation.report.chapters.sensitivity import sensitivity
from simulation.report.findings import Findings
from simulation.report.titles import OWN_NAME, PAGES, title_of

__all__ = ["CHAPTERS", "OWN_NAME", "PAGES", "page", "title_of", "write_pages"]

CHAPTERS: dict[str, Callable[[Given], str]] = {
    "answer": answer,
    "goals": goals,
    "region": region,
    "programme": what_is_bought,
    "results": results,
    "left_behind": left_behind,
    "levers": levers_did,
    "quarters": quarters,
    "sensitivity": sensitivity,
    "limits": limits,
    "provenance": provenance,
}


def write_pages(
    folder: Path,
    programme: Result,
    baseline: Result | None = None,
    reference: Result | None = None,
    findings: Findings | None = None,
) -> list[Path]:
    """Write the page in English and in Chinese, and the bulletins it links to.

    Parameters
    ----------
    folder : path
        Existing folder.
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired run without the programme; without it nothing is said about what a programme added.
    reference : Result, optional
        Paired run of the reference outreach that conversion is held against (T8).
    findings : Findings, optional
        What analyses found; chapters whose analysis is missing say how to get it.

    Returns
    -------
    list of path
        `report.html` and `report.zh.html`, then `bulletins.html` and `bulletins.zh.html`.
    """
    paths = []
    for lang, name in PAGES.items():
        path = folder / name
        path.write_text(page(programme, baseline, lang, reference, findings), encoding="utf-8")
        paths.append(path)
    return [*paths, *write_bulletins(folder, programme)]


def page(
    programme: Result,
    baseline: Result | None,
    lang: str,
    reference: Result | None = None,
    findings: Findings | None = None,
) -> str:
    """Return the whole page: it asks no server for anything and works from a USB stick."""
    given = Given(programme, baseline, reference, findings or Findings(), lang)
    title = title_of(programme, lang)
    other = "zh" if lang == "en" else "en"
    tag = html.LANGUAGE_TAGS[other]
    switch = f'<p class="switch"><a href="{PAGES[other]}" lang="{tag}" hreflang="{tag}">{OWN_NAME[other]}</a></p>'
    header = f"{_label(given)}{switch}<h1>{escape(title)}</h1>"
    main = "".join(_chapter(given, code) for code in CHAPTERS)
    return html.document(title, lang, header, main, html.paragraph(say("report.footer", lang), "note"))


def _chapter(given: Given, code: str) -> str:
    """Return a chapter with its heading; the contents stand below the first."""
    contents = _contents(given) if code == next(iter(CHAPTERS)) else ""
    heading = f"<h2>{escape(_title(given, code))}</h2>"
    return f'<section id="{code}">{heading}{CHAPTERS[code](given)}{contents}</section>'


def _contents(given: Given) -> str:
    links = "".join(f'<li><a href="#{code}">{escape(_title(given, code))}</a></li>' for code in CHAPTERS)
    return f'<nav aria-label="{escape(given.say("report.contents"))}"><ul>{links}</ul></nav>'


def _title(given: Given, code: str) -> str:
    number = list(CHAPTERS).index(code) + 1
    return given.say("report.chapter", number=number, title=given.say(f"report.chapter.{code}"))


def _label(given: Given) -> str:
    if not given.is_illustrative:
        return ""
    return f'<p class="label" role="note">{escape(given.say("report.illustrative"))}</p>'
