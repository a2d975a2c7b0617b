"""Every sentence a person reads: a code and its parameters, worded in English or Chinese."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TAGS = {"en": "en", "zh": "zh-Hans"}  # language and the name of its files: en.json, plots.en.json, ...
LANGUAGES = tuple(TAGS)
FIRST_GROUPED = 10_000  # years and weeks are written without a separator
_SEPARATOR = {"en": ", ", "zh": "、"}


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, not yet in any language.

    Attributes
    ----------
    code : str
        Key of the catalogues.
    params : mapping of str to Any
        Values of the placeholders: text, numbers, lists of these, or messages.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return render(self, "en")


def language(lang: str) -> str:
    """Return "zh" for any kind of Chinese and "en" for everything else."""
    return "zh" if lang.lower().startswith("zh") else "en"


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Return the sentences of a language by code, from all its files.

    Raises
    ------
    ValueError
        If two files give the same code.
    """
    sentences: dict[str, str] = {}
    for path in catalogue_files(lang):
        found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        twice = sorted(set(found) & set(sentences))
        if twice:
            raise ValueError(f"{path.name} repeats the codes {', '.join(twice)}")
        sentences |= found
    return sentences


def catalogue_files(lang: str) -> list[Path]:
    """Return the files that hold the sentences of a language."""
    tag = TAGS[language(lang)]
    folder = Path(__file__).parent
    return sorted(path for path in folder.glob("*.json") if path.stem == tag or path.stem.endswith(f".{tag}"))


def number(value: float) -> str:
    """Write a number for people: 0.05, 2024, 10,000, 1,234,567.5."""
    if not isinstance(value, int) and abs(value) < 1e15 and value == int(value):
        value = int(value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= FIRST_GROUPED else str(value)
    return f"{value:,.6g}" if abs(value) < FIRST_GROUPED else f"{value:,.10g}"


def render(message: Message, lang: str = "en") -> str:
    """Return the sentence of a message.

    Parameters
    ----------
    lang : str
        "en", or "zh" (or any tag that starts with it).

    Raises
    ------
    KeyError
        If the catalogues lack the code or the message lacks a parameter.
    """
    lang = language(lang)
    words = {name: _word(value, lang) for name, value in message.params.items()}
    return catalogue(lang)[message.code].format_map(words)


def _word(value: Any, lang: str) -> str:
    if isinstance(value, Message):
        return render(value, lang)
    if isinstance(value, list | tuple):
        return _SEPARATOR[lang].join(_word(item, lang) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    return "" if value is None else str(value)
