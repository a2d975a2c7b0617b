"""The description of the model (MODEL.md) as HTML: headings to link to, tables that scroll, markup shown as text."""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from simulation.messages import Message, render

FILE, PROJECT_FILE = "MODEL.md", "pyproject.toml"
PACKAGE = Path(__file__).resolve().parents[1]
LOWERED = 1  # levels: the page has a heading above those of the text
SECOND = 3  # level of chapters on the page; sections of a chapter are one below
LANG = "en"  # that it is written in

Env = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the text.

    Attributes
    ----------
    level : int
        On the page.
    ident : str
        To link to.
    words : str
        HTML.
    """

    level: int
    ident: str
    words: str


@dataclass(frozen=True, slots=True)
class ModelText:
    """The description as HTML, and its headings in their order."""

    body: str
    headings: tuple[Heading, ...]


def model_file(package: Path = PACKAGE) -> Path | None:
    """Return the description: part of an installed package, else beside it in a checkout; None where it is neither."""
    if (package / FILE).is_file():
        return package / FILE
    checkout = package.parent  # of an installed package this is everybody's folder
    return checkout / FILE if (checkout / PROJECT_FILE).is_file() and (checkout / FILE).is_file() else None


@cache
def model_text(source: str, prefix: str) -> ModelText:
    """Return a text in Markdown as HTML, without its title, which the page has.

    Parameters
    ----------
    prefix : str
        Of identifiers, which no other text of one file has.
    """
    # Markup in the text is shown, not obeyed; pictures would be asked for from somewhere.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    for name, rule in (("table_open", _table_open), ("table_close", _table_close), ("fence", _fence)):
        reader.add_render_rule(name, rule)
    env: Env = {}
    tokens = _without_title(reader.parse(source, env))
    headings = tuple(_headings(reader, tokens, prefix, env))
    _mark_tables(tokens)
    _keep_links_inside(tokens, {heading.ident for heading in headings}, prefix)
    return ModelText(str(reader.renderer.render(tokens, reader.options, env)), headings)


def _without_title(tokens: list[Token]) -> list[Token]:
    """Return the text below its heading of the first level."""
    return tokens[3:] if tokens and tokens[0].tag == "h1" else tokens


def _headings(reader: MarkdownIt, tokens: Sequence[Token], prefix: str, env: Env) -> Iterator[Heading]:
    """Give headings identifiers and lower them, and return them."""
    taken: dict[str, int] = {}
    for k, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = int(token.tag[1:]) + LOWERED
        token.tag = f"h{level}"
        if token.type == "heading_open":
            inline = tokens[k + 1]
            slug = slug_of(inline.content)
            taken[slug] = taken.get(slug, 0) + 1
            ident = f"{prefix}-{slug}" + (f"-{taken[slug]}" if taken[slug] > 1 else "")
            token.attrSet("id", ident)
            words = reader.renderer.render([inline], reader.options, env)
            yield Heading(level, ident, str(words))


def slug_of(words: str) -> str:
    """Return a heading as an identifier: letters and digits in small, hyphens between."""
    return re.sub(r"\W+", "-", words.lower()).strip("-")


def _mark_tables(tokens: Sequence[Token]) -> None:
    """Name tables by number and heading; say of headings what they head, and that empty ones are none."""
    heading, n_tables = "", 0
    for k, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[k + 1].content
        elif token.type == "table_open":
            n_tables += 1
            token.meta["label"] = render(Message("viewer.model.text_table", {"n": n_tables, "part": heading}), LANG)
        elif token.type == "th_open" and tokens[k + 1].content:
            token.attrSet("scope", "col")
        elif token.type == "th_open":
            token.tag = tokens[k + 2].tag = "td"


def _keep_links_inside(tokens: Sequence[Token], idents: set[str], prefix: str) -> None:
    """Let links lead to headings of the text; of others keep the words: the page asks for nothing outside."""
    for token in tokens:
        if token.children:
            token.children = list(_links(token.children, idents, prefix))


def _links(children: Sequence[Token], idents: set[str], prefix: str) -> Iterator[Token]:
    is_kept = False
    for child in children:
        if child.type == "link_open":
            address = str(child.attrGet("href") or "")
            ident = f"{prefix}-{address.removeprefix('#')}"
            is_kept = address.startswith("#") and ident in idents
            child.attrs = {"href": f"#{ident}"}
        if child.type not in ("link_open", "link_close") or is_kept:
            yield child


def _table_open(renderer: RendererHTML, tokens: Sequence[Token], k: int, options: OptionsDict, env: Env) -> str:
    label = escape(tokens[k].meta["label"])
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}"><table class="text">\n'


def _table_close(renderer: RendererHTML, tokens: Sequence[Token], k: int, options: OptionsDict, env: Env) -> str:
    return "</table></div>\n"


def _fence(renderer: RendererHTML, tokens: Sequence[Token], k: int, options: OptionsDict, env: Env) -> str:
    """Return preformatted text that the keyboard can scroll."""
    return f'<pre tabindex="0"><code>{escape(tokens[k].content)}</code></pre>\n'
