"""Which lever clears a barrier most cheaply: users won among those it holds, for the money.

Whoever is held at the end of business as usual is the same row in every run of the same world. With a lever alone
they are **won** if they have had a payment of their own during its run and had none in business as usual. That is
what runs record of everybody (`first_payment_week`), so two kinds of people are told wrongly: those who had paid in
business as usual before they lapsed are not seen, and those who were won and lapsed again count. Since who is held
was chosen by not paying in business as usual, losses cannot show among them: a lever that only shuffles people comes
out slightly above nothing, and only what is well above that means something.

Money is all the lever spends over the run beyond business as usual, on whomever it is spent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from simulation.analysis.barriers.find import Barriers
from simulation.analysis.barriers.naming import CLASS_NAMES
from simulation.outcomes.indicators_money import spending
from simulation.outcomes.intervals import (
    Interval,
    estimate,
    excludes_zero,
    interval_of,
    paired_difference,
    ratio_of_means,
)

PER_YUAN = 10_000.0  # users are stated for so much money
LEAST = 2  # replicates an interval needs
Status = Literal["estimated", "not_measurable", "no_money", "one_replicate"]


@dataclass(frozen=True, slots=True)
class Clearing:
    """What one lever does for those whom one barrier holds.

    Attributes
    ----------
    lever, barrier : str
        Names.
    status : str
        "estimated"; "not_measurable" where the interval of the users won holds zero; "no_money" where the lever's extra
        spending cannot be told from nothing, so that there is no rate; "one_replicate" where no interval exists.
    users : Interval
        Residents won among those held.
    yuan : Interval
        Extra spending over the run.
    users_for_money : Interval
        Residents won for 10,000 yuan, with Fieller's interval; NaN unless estimated.
    """

    lever: str
    barrier: str
    status: Status
    users: Interval
    yuan: Interval
    users_for_money: Interval


@dataclass(frozen=True, slots=True)
class Cheapest:
    """The levers against one barrier.

    Attributes
    ----------
    barrier : str
        One of `CLASS_NAMES`.
    levers : tuple of Clearing
        Those measured first, most users for the money first; then the others by name.
    """

    barrier: str
    levers: tuple[Clearing, ...]

    @property
    def best(self) -> Clearing | None:
        """Return the lever that wins most users for the money; None where none clears the barrier measurably."""
        return self.levers[0] if self.levers and self.levers[0].status == "estimated" else None


def cheapest_levers(barriers: Barriers, baseline: xr.Dataset, levers: Mapping[str, xr.Dataset]) -> dict[str, Cheapest]:
    """Return, for every barrier, which lever wins most users for the money among those it holds.

    Parameters
    ----------
    barriers : Barriers
        Of business as usual.
    baseline : xarray.Dataset
        Its run, of the same replicates.
    levers : mapping of str to xarray.Dataset
        Runs of single levers, or of anything else, in the same worlds.

    Returns
    -------
    dict of str to Cheapest
        By barrier, those who are on the way and those whom several hold included.

    Raises
    ------
    ValueError
        If runs are not of the same worlds.
    """
    code = barriers.dataset.code
    for name, run in (("baseline", baseline), *levers.items()):
        is_same = run.sizes["replicate"] == code.sizes["replicate"] and np.array_equal(run.seed, code.seed)
        if not is_same or run.sizes["citizen"] != code.sizes["citizen"]:
            raise ValueError(f"{name} is not of the worlds whose barriers are known")
    won = {name: _won(baseline, run) for name, run in levers.items()}
    money = {name: paired_difference(spending(baseline), spending(run)).values for name, run in levers.items()}
    factor = float(barriers.dataset.attrs["expansion_factor"])
    found = {}
    for row, barrier in enumerate(CLASS_NAMES):
        held = code.values == row
        clearings = [
            _clearing(name, barrier, (won[name] & held).sum(axis=1) * factor, money[name]) for name in sorted(levers)
        ]
        ranked = sorted(clearings, key=lambda one: (one.status != "estimated", -_rate(one), one.lever))
        found[barrier] = Cheapest(barrier, tuple(ranked))
    return found


def _won(baseline: xr.Dataset, run: xr.Dataset) -> np.ndarray:
    """Return who had a payment of their own in a run and none in business as usual; bool (replicates, N)."""
    return np.asarray((run.first_payment_week.values >= 0) & (baseline.first_payment_week.values < 0))


def _rate(clearing: Clearing) -> float:
    return clearing.users_for_money.mean if clearing.status == "estimated" else 0.0


def _clearing(lever: str, barrier: str, users: np.ndarray, yuan: np.ndarray) -> Clearing:
    """Set users won against money, replicate by replicate."""
    none = Interval(float("nan"), float("nan"), float("nan"))
    told = interval_of(users), interval_of(yuan)
    if len(users) < LEAST:
        return Clearing(lever, barrier, "one_replicate", *told, none)
    top, bottom = (xr.DataArray(values, dims="replicate") for values in (users, yuan / PER_YUAN))
    if not bool(excludes_zero(estimate(top))):
        return Clearing(lever, barrier, "not_measurable", *told, none)
    ratio = ratio_of_means(top, bottom)
    if ratio is None:
        return Clearing(lever, barrier, "no_money", *told, none)
    return Clearing(
        lever, barrier, "estimated", *told, Interval(*(float(ratio[end]) for end in ("mean", "low", "high")))
    )
