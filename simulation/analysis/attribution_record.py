"""An attribution as plain data, to be kept beside the runs it explains."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulation.analysis.attribution import Attribution
from simulation.analysis.comparison import Outcome
from simulation.analysis.shapley import Spread

FORMAT = 1
BOTH = " & "  # between the two players of a pair


def to_plain(found: Attribution) -> dict[str, Any]:
    """Return an attribution as data that JSON can hold; floats keep their bits."""
    return {
        "format": FORMAT,
        "players": {name: list(levers) for name, levers in found.players.items()},
        "outcomes": [_outcome(outcome) for outcome in found.outcomes],
        "shares": _spreads(found.shares),
        "total": _spread(found.total),
        "dropped": _spreads(found.dropped),
        "pairs": None if found.pairs is None else _spreads({BOTH.join(pair): s for pair, s in found.pairs.items()}),
        "spending": _spreads(found.spending),
        "order_error": None
        if found.order_error is None
        else {name: error.tolist() for name, error in found.order_error.items()},
        "n_runs": found.n_runs,
        "n_replicates": found.n_replicates,
    }


def from_plain(data: Mapping[str, Any]) -> Attribution:
    """Return the attribution that `to_plain` wrote.

    Raises
    ------
    ValueError
        If the data are of another format.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"an attribution of format {data.get('format')} cannot be read; known is {FORMAT}")
    pairs = data["pairs"]
    return Attribution(
        players={name: tuple(levers) for name, levers in data["players"].items()},
        outcomes=tuple(_read_outcome(given) for given in data["outcomes"]),
        shares=_read_spreads(data["shares"]),
        total=_read_spread(data["total"]),
        dropped=_read_spreads(data["dropped"]),
        pairs=None if pairs is None else {_pair(name): _read_spread(given) for name, given in pairs.items()},
        spending=_read_spreads(data["spending"]),
        order_error=None
        if data["order_error"] is None
        else {name: np.array(error) for name, error in data["order_error"].items()},
        n_runs=data["n_runs"],
        n_replicates=data["n_replicates"],
    )


def _pair(name: str) -> tuple[str, str]:
    first, second = name.split(BOTH)
    return first, second


def _outcome(outcome: Outcome) -> dict[str, Any]:
    wanted = outcome.wanted if outcome.what == "target" else None
    return {
        "what": outcome.what, "dim": outcome.dim, "group": outcome.group, "target": outcome.target,
        "code": outcome.code, "what_of": outcome.what_of, "wanted": wanted,
        "segment": {dim: list(names) for dim, names in outcome.segment.items()},
    }  # fmt: skip


def _read_outcome(given: Mapping[str, Any]) -> Outcome:
    segment = {dim: tuple(names) for dim, names in given["segment"].items()}
    wanted = float("nan") if given["wanted"] is None else given["wanted"]
    return Outcome(**{**given, "segment": segment, "wanted": wanted})


def _spreads(spreads: Mapping[str, Spread]) -> dict[str, Any]:
    return {name: _spread(spread) for name, spread in spreads.items()}


def _spread(spread: Spread) -> dict[str, Any]:
    return {name: _known(getattr(spread, name)) for name in ("mean", "low", "high")}


def _known(values: np.ndarray) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _read_spreads(given: Mapping[str, Any]) -> dict[str, Spread]:
    return {name: _read_spread(spread) for name, spread in given.items()}


def _read_spread(given: Mapping[str, Any]) -> Spread:
    return Spread(*(np.array(given[name], np.float64) for name in ("mean", "low", "high")))
