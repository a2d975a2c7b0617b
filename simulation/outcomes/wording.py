"""Short sentences and labels in the reader's language, from the message catalogues."""

from collections.abc import Mapping
from typing import Any

from simulation.messages import Message, render


def say(code: str, lang: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of a code.

    Parameters
    ----------
    code : str
        Key of the message catalogues.
    lang : str
        "en" or "zh".
    params : mapping, optional
        Values of the sentence's placeholders, already formatted.
    """
    return render(Message(code, dict(params or {})), lang)


def label(kind: str, name: str, lang: str) -> str:
    """Return how a code's name is written: kind is "age", "area", "income", "sector", "help", "line", ..."""
    return say(f"label.{kind}.{name}", lang)
