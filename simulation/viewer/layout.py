"""The frame of every page: header, menu, the run looked at, footer; and the words scripts say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from simulation.messages import TAGS, Message, render
from simulation.report.titles import OWN_NAME
from simulation.viewer import plotly_file
from simulation.viewer.asked import Asked
from simulation.viewer.figures import in_script

SCRIPT_WORDS = "viewer.js."  # sentences that scripts show, which find them in the page


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu.

    Attributes
    ----------
    code : str
        Of the page: its address, and the end of the code of its name.
    """

    code: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A run that can be looked at.

    Attributes
    ----------
    name : str
        Of its folder.
    words : str
        How the folder is written.
    title : str
        As people call it.
    """

    name: str
    words: str
    title: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A page ready to be framed.

    Attributes
    ----------
    title : str
        Its one heading of the first level.
    main : str
        HTML below it.
    state : str
        What is known: "done", or "empty", "going" (an experiment), "damaged", "large", "missing".
    shown : str
        What the page is about: the name of the run, or empty.
    label : str
        A warning above everything, or empty.
    lead : str
        HTML between menu and heading, such as what kind of page it is; or empty.
    """

    title: str
    main: str
    state: str = "done"
    shown: str = ""
    label: str = ""
    lead: str = ""


def frame(asked: Asked, shown: Shown, menu: Sequence[Entry], choices: Sequence[Choice]) -> str:
    """Return a whole page."""
    tag = TAGS[asked.lang]
    name = asked.say(f"viewer.page.{asked.page}")
    title = shown.title if shown.title == name else asked.say("viewer.window", page=name, title=shown.title)
    state = "running" if shown.state == "done" else shown.state  # scripts say when the figures are drawn
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        '<link rel="icon" href="data:,">\n<link rel="stylesheet" href="/static/viewer.css">\n'
        '<script type="module" src="/static/main.js"></script>\n'
        f'</head>\n<body data-state="{state}" data-shown="{escape(shown.shown)}" data-page="{asked.page}"'
        f' data-plotly="{plotly_file.version()}">\n'
        f"{_header(asked, menu, choices)}\n{_main(asked, shown)}\n{footer(asked)}\n"
        f'<script type="application/json" id="words">{in_script({tag: dict(script_words(asked.lang))})}</script>\n'
        "</body>\n</html>\n"
    )


def script_words(lang: str) -> Mapping[str, str]:
    """Return what scripts say, by the end of its code; placeholders stay as they are."""
    from simulation.messages import catalogue

    return {code[len(SCRIPT_WORDS) :]: text for code, text in catalogue(lang).items() if code.startswith(SCRIPT_WORDS)}


def _header(asked: Asked, menu: Sequence[Entry], choices: Sequence[Choice]) -> str:
    return (
        f'<a class="skip" href="#main">{escape(asked.say("viewer.skip"))}</a>\n'
        f'<header class="top"><div class="bar"><a class="brand" href="{escape(asked.link("overview"))}">'
        f"{escape(asked.say('viewer.brand'))}</a>{_picker(asked, choices)}{_tools(asked)}</div>"
        f"{menu_of(asked, menu)}</header>"
    )


def menu_of(asked: Asked, menu: Sequence[Entry]) -> str:
    """Return the menu with the page looked at marked."""
    links = []
    for entry in menu:
        here = ' aria-current="page"' if entry.code == asked.page else ""
        words = escape(asked.say(f"viewer.page.{entry.code}"))
        links.append(f'<li><a href="{escape(asked.link(entry.code))}"{here}>{words}</a></li>')
    return f'<nav class="menu" aria-label="{escape(asked.say("viewer.menu"))}"><ul>{"".join(links)}</ul></nav>'


def _picker(asked: Asked, choices: Sequence[Choice]) -> str:
    """Return what picks another run; it works without scripts, by its button."""
    if len(choices) < 2:
        return ""
    options = "".join(
        f'<option value="{escape(one.name)}"{" selected" if one.name == asked.run else ""}>'
        f"{escape(f'{one.title} · {one.words}')}</option>"
        for one in choices
    )
    return (
        f'<form class="picker" action="/{asked.page}"><input type="hidden" name="lang" value="{asked.lang}">'
        f'<label for="run">{escape(asked.say("viewer.run"))}</label><select id="run" name="run" data-submit>'
        f'{options}</select><button class="plain">{escape(asked.say("viewer.show"))}</button></form>'
    )


def _tools(asked: Asked) -> str:
    other = "zh" if asked.lang == "en" else "en"
    tag = TAGS[other]
    params = {name: values for name, values in asked.params.items() if name not in ("lang", "run")}
    switch = (
        f'<a class="language" href="{escape(asked.link(asked.page, other, **params))}" lang="{tag}" '
        f'hreflang="{tag}">{OWN_NAME[other]}</a>'
    )
    if not asked.runs or not asked.can_be_sent:
        return f'<div class="actions">{switch}</div>'
    send = f'<a class="send" href="{escape(asked.link("offline"))}" download>{escape(asked.say("viewer.offline"))}</a>'
    return f'<div class="actions">{send}{switch}</div>'


def _main(asked: Asked, shown: Shown) -> str:
    label = f'<p class="label" role="note">{escape(shown.label)}</p>' if shown.label else ""
    return (
        f'<main id="main" tabindex="-1">{label}{shown.lead}<h1>{escape(shown.title)}</h1>{shown.main}'
        '<p class="visually-hidden" role="status" aria-live="polite" data-live></p></main>'
    )


def footer(asked: Asked) -> str:
    """Return what holds of every page."""
    return f"<footer><p>{escape(asked.say('report.footer'))}</p><p>{escape(asked.say('viewer.footer'))}</p></footer>"


def sentence(code: str, lang: str, **params: object) -> str:
    """Return a sentence outside a page."""
    return render(Message(code, params), lang)
