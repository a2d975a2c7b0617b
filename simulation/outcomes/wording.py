"""Short sentences and labels in the reader's language, from the message catalogues."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulation.messages import Message, render

if TYPE_CHECKING:
    import xarray as xr  # heavy; the command line words its help with this file


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


def lever_labels(dataset: "xr.Dataset", lang: str) -> dict[str, str]:
    """Return how levers are written: their kind, and their own name where several are of one kind."""
    names, kinds = [str(n) for n in dataset.lever.values], [str(k) for k in dataset.lever_kind.values]
    return labels_of_levers(dict(zip(names, kinds, strict=True)), lang)


def labels_of_levers(kinds: Mapping[str, str], lang: str) -> dict[str, str]:
    """Return how levers are written, from the kind of each by its own name; see `lever_labels`."""
    words = {}
    for name, kind in kinds.items():
        several = list(kinds.values()).count(kind) > 1
        words[name] = (
            say("plot.lever_of_kind", lang, {"kind": label("lever", kind, lang), "name": name})
            if several
            else (label("lever", kind, lang))
        )
    return words
