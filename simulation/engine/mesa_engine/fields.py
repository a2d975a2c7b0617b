"""The fields of agents: declared once, in core.state; an agent holds one value of each as a Python number.

An agent's fields stand as of last week's end until it commits. What the week makes of them grows in a draft,
`agent.next`, in double precision; `commit` stores it at the precision the field is declared with.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from simulation.core.offers import Use
from simulation.core.state import Citizens, Merchants, empty_columns

Store = Callable[[Any], int | float]
State = Citizens | Merchants


class Claim(NamedTuple):
    """What a lever owes a citizen or a merchant for a week."""

    use: Use
    lever: int
    fen: int


def single(value: float) -> float:
    """Return a number at the precision of a float32, as a Python float so that no rule counts in float32."""
    return float(np.float32(value))


def changing_fields(state: type[State]) -> tuple[tuple[str, Store], ...]:
    """Return the fields that change during a run, each with the function that rounds it as declared."""
    return tuple(
        (spec.name, single if np.dtype(spec.metadata["dtype"]).kind == "f" else int)
        for spec in fields(state)
        if spec.metadata["changes"]
    )


def rows_of(state: State) -> Iterator[dict[str, Any]]:
    """Yield every agent's fields as Python numbers, in the order of the rows."""
    columns = {spec.name: getattr(state, spec.name).tolist() for spec in fields(state)}
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def take(agent: Any, values: dict[str, Any]) -> None:
    """Give an agent its fields."""
    for name, value in values.items():
        setattr(agent, name, value)


def draft(agent: Any, changing: tuple[tuple[str, Store], ...]) -> SimpleNamespace:
    """Return a copy of the fields that may change, for the week to change."""
    return SimpleNamespace(**{name: getattr(agent, name) for name, _ in changing})


def commit(agent: Any, changing: tuple[tuple[str, Store], ...]) -> None:
    """Make the draft the agent's fields."""
    for name, store in changing:
        setattr(agent, name, store(getattr(agent.next, name)))


def state_of(agents: Sequence[Any], state: type[State]) -> Any:
    """Return the fields of agents as the arrays of core.state, in the order of the agents."""
    arrays = empty_columns(state, len(agents))
    for spec in fields(state):
        column = getattr(arrays, spec.name)
        if len(agents):
            column[:] = [getattr(agent, spec.name) for agent in agents]
    return arrays
