"""How tables of the survey are declared, checked and turned into arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic_core import PydanticCustomError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES

Array = NDArray[np.float64]

PLACEHOLDER = "placeholder, ODD baseline tables"
NO_ESTIMATE = "no estimate found"


def table(names: tuple[str, ...], values: tuple[float, ...], low: float, high: float, unit: str) -> Any:
    """Declare a placeholder table with one value for each name."""
    return assumed(names, values, low, high, unit, PLACEHOLDER)


def assumed(names: tuple[str, ...], values: tuple[float, ...], low: float, high: float, unit: str, source: str) -> Any:
    """Declare a table that no baseline table gives.

    Parameters
    ----------
    names, values : tuple
        Categories and the value of each.
    low, high : float
        What a survey might find of any category.
    unit : str
        Unit and meaning in words.
    source : str
        Study or the reason for an assumption.
    """
    return Field(
        default_factory=lambda: dict(zip(names, values, strict=True)),
        validate_default=True,
        json_schema_extra=facts(low, high, unit, source),
    )


def number(value: float, low: float, high: float, unit: str, source: str) -> Any:
    """Declare a placeholder number; see `assumed`."""
    return Field(default=value, validate_default=True, json_schema_extra=facts(low, high, unit, source))


def facts(low: float, high: float, unit: str, source: str) -> dict[str, Any]:
    """Return what is known of a placeholder, as `quantities.sourced` writes it."""
    return {"low": low, "high": high, "unit": unit, "source": source, "grade": "assumption"}


def check_keys(given: dict[str, Any], keys: tuple[str, ...]) -> None:
    """Refuse a table that lacks a category or has one the model does not know."""
    wrong = sorted(set(given) - set(keys)) or [key for key in keys if key not in given]
    if wrong:
        raise PydanticCustomError(
            "table_keys", "needs exactly {expected}; wrong: {wrong}", {"expected": ", ".join(keys), "wrong": wrong[0]}
        )


def check_levels(given: Any, levels: tuple[tuple[str, ...], ...]) -> None:
    """Refuse a table of tables that lacks a category on any level."""
    if given is None or not levels:
        return
    check_keys(given, levels[0])
    for inner in given.values():
        check_levels(inner, levels[1:])


def values_of(given: Any, *levels: tuple[str, ...]) -> Any:
    """Return the values of a table of tables as lists in the order of the codes."""
    return [values_of(given[name], *levels[1:]) for name in levels[0]] if levels else given


def row_of(given: dict[str, float], names: tuple[str, ...]) -> Array:
    """Return a table's values in the order of the codes."""
    return np.array([given[name] for name in names])


def cells_of(by_age: dict[str, float], by_area: dict[str, float], by_income: dict[str, float]) -> Array:
    """Return the product age x area x income, shape (5, 3, 3)."""
    areas, incomes = row_of(by_area, AREA_NAMES), row_of(by_income, INCOME_NAMES)
    return np.asarray(np.einsum("a,r,i->ari", row_of(by_age, AGE_NAMES), areas, incomes))
