"""Every sentence a person reads: a code and its parameters, worded in English or Chinese."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

TAGS = {"en": "en", "zh": "zh-Hans"}  # language and the name of its files: en.json, plots.en.json, ...
LANGUAGES = tuple(TAGS)
FIRST_GROUPED = 10_000  # years and weeks are written without a separator
MOST_MESSAGES = 20
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


class WordedError(ValueError):
    """Input that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    messages : sequence of Message
        One a problem; beyond the first 20 only their number is told.
    """

    more: ClassVar[str]  # code of the sentence that tells how many are left out

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = list(messages[:MOST_MESSAGES])
        if len(messages) > MOST_MESSAGES:
            self.messages.append(Message(self.more, {"number": len(messages) - MOST_MESSAGES}))
        super().__init__(self.text("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again in another process: from what it holds, since its arguments are words already."""
        return _made_again, (type(self), self.args), self.__dict__

    def text(self, lang: str) -> str:
        """Return all messages, one a line, in "en" or "zh"."""
        return "\n".join(render(message, lang) for message in self.messages)


def _made_again(kind: type[WordedError], words: tuple[str, ...]) -> WordedError:
    return kind.__new__(kind, *words)


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
