"""The whole room for one run as a single file: both languages, every page, opened without a server or a network."""

import re
from html import escape
from pathlib import Path

from plotly.offline import get_plotlyjs

from simulation.messages import TAGS
from simulation.report.html import POLICY
from simulation.report.titles import OWN_NAME, title_of
from simulation.viewer.asked import Asked
from simulation.viewer.figures import in_script
from simulation.viewer.layout import footer, menu_of, script_words
from simulation.viewer.menu import MENU, PAGES
from simulation.viewer.room import Room, Runs
from simulation.viewer.standing import one_run

STATIC = Path(__file__).parent / "static"
STYLE, ENTRY = "viewer.css", "main.js"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
EXPORTED = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
EXPORT_LIST = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)


def offline_page(room: Room, runs: Runs, lang: str) -> str:
    """Return the file.

    Parameters
    ----------
    room : Room
        Where runs to compare with are found.
    runs : Runs
        What it is about.
    lang : str
        "en" or "zh": the language it opens in; the other one is in it too.
    """
    title = title_of(runs.programme, lang)
    editions = "".join(_edition(room, runs, one, one == lang) for one in TAGS)
    words = in_script({TAGS[one]: dict(script_words(one)) for one in TAGS})
    return (
        f'<!DOCTYPE html>\n<html lang="{TAGS[lang]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{(STATIC / STYLE).read_text(encoding='utf-8')}</style>\n</head>\n"
        f'<body data-state="running" data-shown="{escape(runs.name)}" data-page="{MENU[0].code}" data-offline>\n'
        f'{editions}\n<script type="application/json" id="words">{words}</script>\n'
        f"<script>{get_plotlyjs()}</script>\n<script>{bundle()}</script>\n</body>\n</html>\n"
    )


def _edition(room: Room, runs: Runs, lang: str, is_first: bool) -> str:
    """Return all pages in one language."""
    tag = TAGS[lang]
    pages = "".join(_page(Asked(room, lang, entry.code, runs, runs.name, offline=True)) for entry in MENU)
    asked = Asked(room, lang, MENU[0].code, runs, runs.name, offline=True)
    other = "zh" if lang == "en" else "en"
    switch = (
        f'<button type="button" class="link" lang="{TAGS[other]}" data-language="{TAGS[other]}">'
        f"{OWN_NAME[other]}</button>"
    )
    label = ""
    if runs.programme.scenario.survey.illustrative:
        label = f'<p class="label" role="note">{escape(asked.say("report.illustrative"))}</p>'
    label += one_run(asked)
    hidden = "" if is_first else " hidden"
    return (
        f'<div class="edition" lang="{tag}" data-edition="{tag}"{hidden}>'
        f'<a class="skip" href="#main-{lang}">{escape(asked.say("viewer.skip"))}</a>'
        f'<header class="top"><div class="bar"><span class="brand">{escape(asked.say("viewer.brand"))}</span>'
        f'<div class="actions">{switch}</div></div>{menu_of(asked, MENU)}</header>'
        f'<main id="main-{lang}" tabindex="-1">{label}{pages}'
        '<p class="visually-hidden" role="status" aria-live="polite" data-live></p></main>'
        f"{footer(asked)}</div>"
    )


def _page(asked: Asked) -> str:
    assert asked.runs is not None
    name = asked.say(f"viewer.page.{asked.page}")
    title = title_of(asked.runs.programme, asked.lang) if asked.page == MENU[0].code else name
    body = PAGES[asked.page].body(asked)
    return f'<div class="page" data-of="{asked.page}"><h1>{escape(title)}</h1>{body}</div>'


def bundle() -> str:
    """Return the scripts as one: browsers load no modules from a file. Each keeps its names to itself."""
    texts: dict[str, str] = {}
    _collect(ENTRY, texts)
    return "\n".join(_wrapped(name, text) for name, text in texts.items()).replace("</script", "<\\/script")


def _collect(name: str, texts: dict[str, str]) -> None:
    """Add a module after those it imports from."""
    if name in texts:
        return
    text = (STATIC / name).read_text(encoding="utf-8")
    for _, other in IMPORT.findall(text):
        _collect(other, texts)
    texts[name] = text


def _wrapped(name: str, text: str) -> str:
    """Return a module as a function that gives what it exports."""
    names = EXPORTED.findall(text)
    names += [one.strip() for group in EXPORT_LIST.findall(text) for one in group.split(",")]
    inner = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {_variable(found[2])};\n", text)
    inner = EXPORT_LIST.sub("", EXPORTED.sub("", inner))
    return f"const {_variable(name)} = (() => {{\n{inner}\nreturn {{ {', '.join(names)} }};\n}})();"


def _variable(name: str) -> str:
    return f"module_{name.removesuffix('.js')}"


def file_name(runs: Runs) -> str:
    """Return what the file is called: letters and digits of the run's name alone."""
    plain = re.sub(r"[^\w.-]+", "-", runs.name).strip("-.") or "results"
    return f"epay-{plain}.html"
