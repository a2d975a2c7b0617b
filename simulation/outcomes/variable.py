"""What is said of a recorded variable: its dims, unit, label in two languages, and which way is better."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["stock", "flow", "share", "fixed"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Variable:
    """One recorded variable.

    Attributes
    ----------
    name : str
        Name in the recorder, the Dataset and every export.
    dims : tuple of str
        Named dimensions of one replicate's array.
    unit : str
        Unit of a value.
    en, zh : str
        Short label in English and Chinese.
    kind : {"stock", "flow", "share", "fixed"}
        Stock at the week's end, flow during the week or quarter, share, or fixed for the run.
    better : {"higher", "lower", "neither"}
        Which way a planner wants it to move.
    description : str
        Full definition.
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    en: str
    zh: str
    kind: Kind
    better: Better
    description: str

    def label(self, lang: str) -> str:
        """Return the label in a language, "en" or "zh"."""
        return self.zh if lang.startswith("zh") else self.en
