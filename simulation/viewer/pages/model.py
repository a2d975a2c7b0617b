"""Model: every number the answer rests on with its source, what the answer cannot tell, and all its rules in words."""

from collections.abc import Sequence
from html import escape

from simulation.outcomes.provenance import package_version
from simulation.report import html
from simulation.report.chapters.limits import limit_sentences
from simulation.report.chapters.sensitivity import sensitivity
from simulation.report.method import constant_sentences, constant_tables, region_words, short_number
from simulation.scenario.evidence import GROUPS, Evidence, evidence, in_language
from simulation.viewer.asked import Asked
from simulation.viewer.model_text import LANG, SECOND, Heading, model_file, model_text
from simulation.viewer.pages.pieces import section

PREFIX = "model-text"
COLUMNS = ("coefficient", "meaning", "value", "unit", "range", "grade", "source")


def model(asked: Asked) -> str:
    """Return limits, the searchable table of numbers, sensitivity, the region, the constants, and the description."""
    link = f'<a href="#{PREFIX}-{asked.lang}">{escape(asked.say("viewer.model.to_text"))}</a>'
    parts = [html.paragraph(asked.say("viewer.model.intro")), f"<p>{link}</p>"]
    if asked.runs:
        given = asked.given
        parts.append(section(asked.say("viewer.model.limits"), html.items(limit_sentences(given))))
        parts.append(section(given.say("report.chapter.sensitivity"), sensitivity(given)))
    parts.append(section(asked.say("viewer.model.numbers"), _numbers(asked)))
    if asked.runs:
        parts.append(_region(asked) + _constants(asked))
    parts.append(_description(asked))
    return "".join(parts)


def _numbers(asked: Asked) -> str:
    """Return every number, with a box to search them."""
    found = evidence()
    ident = f"find-{asked.lang}"
    label = escape(asked.say("viewer.model.search"))
    box = (
        f'<p class="search"><label for="{ident}">{label}</label> <input type="search" id="{ident}" '
        f'data-search="numbers-{asked.lang}" autocomplete="off"> <span data-found role="status"></span></p>'
    )
    heads = "".join(f'<th scope="col">{escape(asked.say(f"report.column.{c}"))}</th>' for c in COLUMNS)
    groups = "".join(
        f'<tbody><tr class="group"><th colspan="{len(COLUMNS)}" scope="rowgroup">'
        f"{escape(asked.say(f'viewer.model.group.{group}'))}</th></tr>"
        + "".join(_row(asked, one) for one in found if one.group == group)
        + "</tbody>"
        for group in GROUPS
        if any(one.group == group for one in found)
    )
    caption = escape(asked.say("viewer.model.caption", n=len(found)))
    return (
        f'{box}<div class="scroll tall" role="region" tabindex="0" aria-label="{caption}"><table class="text numbers" '
        f'id="numbers-{asked.lang}"><caption><span>{caption}</span></caption><thead><tr>{heads}</tr></thead>'
        f"{groups}</table></div>" + html.paragraph(asked.say("viewer.model.note"), "note")
    )


def _row(asked: Asked, one: Evidence) -> str:
    meaning, unit = in_language(one, asked.lang)
    is_table = not isinstance(one.value, int | float)
    value = asked.say("viewer.model.table") if is_table else short_number(one.value)
    if isinstance(one.value, bool):
        value = str(one.value).lower()  # as a scenario file writes it
    bounds = asked.say("plot.range", low=short_number(one.low), high=short_number(one.high))
    symbol = f" <small><code>{escape(one.symbol)}</code></small>" if one.symbol else ""
    grade = asked.say(f"evidence.grade.{one.grade}")
    cells = (meaning, value, unit, bounds, grade)
    told = "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
    source = f'<td lang="en">{escape(one.source)}</td>'
    return f'<tr><th scope="row"><code>{escape(one.name)}</code>{symbol}</th>{told}{source}</tr>'


def _region(asked: Asked) -> str:
    """Return where the region's data come from, what in them is estimated, and notes."""
    words = region_words(asked.given.programme, asked.lang)
    parts = ""
    for name in ("sources", "estimated", "notes"):
        if words[name]:
            parts += section(asked.say(f"report.heading.{name}"), html.items(words[name]))
    return parts


def _constants(asked: Asked) -> str:
    given = asked.given
    tables = constant_tables(given.programme, given.lang)
    if not tables:
        return ""
    told = "".join(html.paragraph(text) for text in constant_sentences(given.programme, given.baseline, given.lang))
    folded = html.details(given.say("report.constants.show"), "".join(html.table(table) for table in tables))
    return section(given.say("report.heading.constants"), given.p("report.constants.intro") + told + folded)


def _description(asked: Asked) -> str:
    """Return the description of the model with its table of contents, or that it is not there."""
    title, key = asked.say("viewer.model.text"), f"{PREFIX}-{asked.lang}"
    path = model_file()
    if path is None:
        return section(title, html.paragraph(asked.say("viewer.model.text_missing")), key)
    found = model_text(path.read_text(encoding="utf-8"), key)
    note = html.paragraph(asked.say("viewer.model.text_note", version=package_version()), "note")
    contents = escape(asked.say("viewer.model.contents"))
    nav = f'<nav class="contents" aria-label="{contents}"><p>{contents}</p>{_contents(found.headings)}</nav>'
    return section(title, f'{note}{nav}<div class="model-text" lang="{LANG}">{found.body}</div>', key)


def _contents(headings: Sequence[Heading]) -> str:
    """Return links to chapters, and below each to its sections."""
    chapters: list[tuple[str, list[str]]] = []
    for one in headings:
        link = f'<a href="#{one.ident}">{one.words}</a>'
        if one.level <= SECOND or not chapters:
            chapters.append((link, []))
        else:
            chapters[-1][1].append(f"<li>{link}</li>")
    lists = [f"<ul>{''.join(below)}</ul>" if below else "" for _, below in chapters]
    items = "".join(f"<li>{link}{below}</li>" for (link, _), below in zip(chapters, lists, strict=True))
    return f'<ul lang="{LANG}">{items}</ul>'
