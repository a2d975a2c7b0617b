"""The outcomes of the plan, T1 to T9, at the end of a run: business as usual, the programme, and the difference."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import xarray as xr

from simulation.outcomes import indicators as ind
from simulation.outcomes import numbers
from simulation.outcomes.intervals import estimate, estimate_share, paired_difference
from simulation.outcomes.outreach import first_use_of_reached
from simulation.outcomes.result import Result
from simulation.outcomes.targets import FRAUD_WEEKS
from simulation.outcomes.wording import intervals_of_replicates, say
from simulation.report.tables import Table, Triple, points_cell, share_cell, triple
from simulation.scenario.behaviour import Behaviour

Style = Literal["percent", "points", "seconds", "yuan", "rate", "ratio"]
DIGITS = {"seconds": 2, "yuan": 3, "rate": 2, "ratio": 3}
OLD, REMOTE = ("60-74", "75+"), ("remote",)


class Given(NamedTuple):
    """What outcomes of either run of a pair are read with."""

    programme: xr.Dataset
    baseline: xr.Dataset | None
    sectors: xr.DataArray  # fixed weights of payments, from the baseline where there is one
    tickets: xr.DataArray
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome; every value is (mean, low, high), NaN where there is none."""

    name: str
    style: Style
    baseline: Triple | None
    programme: Triple
    difference: Triple | None


Read = Callable[[xr.Dataset, Given], xr.DataArray | None]


def _end(values: xr.DataArray) -> xr.DataArray:
    return values.isel(week=-1)


def _last(values: xr.DataArray) -> xr.DataArray:
    return values.isel(quarter=-1)


def _part(part: str) -> Read:
    """Return a reader of one part of merchants' gross cost per payment."""
    return lambda d, g: _last(ind.merchant_cost_parts(d, weights=g.sectors)).sel(part=part, drop=True)


def _lost(d: xr.Dataset, g: Given) -> xr.DataArray:
    """Return the margin merchants lost on sales refused, yuan a payment."""
    b = g.behaviour
    return _last(ind.merchant_lost_margin_per_payment(d, b.lost_sale_share, b.gross_margin_share, weights=g.sectors))


def _seconds_ratio(d: xr.Dataset, g: Given) -> xr.DataArray | None:
    """Return seconds a payment relative to business as usual, where there is a run of it."""
    return None if g.baseline is None else _last(ind.seconds_ratio(d, g.baseline))


def _of_reached(d: xr.Dataset, g: Given) -> xr.DataArray | None:
    """Return first payments of those the programme reached, where it reached anybody early enough."""
    values = first_use_of_reached(d, g.programme)
    return None if bool(values.isnull().any()) else values


def _fraud(read: Callable[..., xr.DataArray]) -> Read:
    return lambda d, g: read(d.isel(week=slice(-FRAUD_WEEKS, None)), "all")


AT_END: dict[str, tuple[Style, Read]] = {
    "coverage": ("percent", lambda d, g: _end(ind.coverage(d))),
    "coverage_at_merchants": ("percent", lambda d, g: _end(ind.coverage_at_merchants(d))),
    "active_13w": ("percent", lambda d, g: _end(ind.coverage(d, window_weeks=13))),
    "ever_used": ("percent", lambda d, g: _end(ind.ever_used(d))),
    "gap_60_plus": ("points", lambda d, g: _end(ind.coverage_gap(d, "age", OLD))),
    "gap_remote": ("points", lambda d, g: _end(ind.coverage_gap(d, "area", REMOTE))),
    "acceptance": ("percent", lambda d, g: _end(ind.acceptance(d))),
}
NEED_A_QUARTER: dict[str, tuple[Style, Read]] = {
    "electronic_share": ("percent", lambda d, g: _last(ind.electronic_share(d))),
    "electronic_share_by_value": ("percent", lambda d, g: _last(ind.electronic_share(d, value=True))),
    "person_electronic_share": ("percent", lambda d, g: _last(ind.person_electronic_share(d))),
    "person_share": ("percent", lambda d, g: _last(ind.person_share_of_electronic(d))),
    "payments_unified": ("percent", lambda d, g: _last(ind.payments_through_share(d))),
    "fraud_per_million": ("rate", _fraud(ind.fraud_per_million)),
    "fraud_loss": ("rate", _fraud(ind.fraud_loss_basis_points)),
    "seconds_per_payment": ("seconds", lambda d, g: _last(ind.seconds_per_payment(d, weights=g.tickets))),
    "seconds_ratio": ("ratio", _seconds_ratio),
    "repeat_use": ("percent", lambda d, g: _last(ind.repeat_use(d))),
    "merchant_cost": ("yuan", lambda d, g: _last(ind.merchant_cost_per_payment(d, weights=g.sectors))),
    "cost_cash_handling": ("yuan", _part("cash_handling")),
    "cost_fee": ("yuan", _part("fee")),
    "cost_terminal": ("yuan", _part("terminal")),
    "merchant_cost_net": ("yuan", lambda d, g: _last(ind.merchant_cost_per_payment(d, net=True, weights=g.sectors))),
    "merchant_lost_margin": ("yuan", _lost),
    "outreach": ("percent", _of_reached),
    "merchants_unified": ("percent", lambda d, g: _last(ind.active_merchants_share(d))),
    "merchants_integrated": ("percent", lambda d, g: _last(ind.active_merchants_share(d, "integrated"))),
    "payments_integrated": ("percent", lambda d, g: _last(ind.payments_through_share(d, "integrated"))),
}


def outcome_rows(programme: Result, baseline: Result | None) -> list[OutcomeRow]:
    """Return every outcome that the run is long enough for, money in yuan.

    Parameters
    ----------
    programme : Result
        The run judged.
    baseline : Result, optional
        Paired business as usual; its first quarter gives the fixed weights, else the run's own.
    """
    d, usual = programme.dataset, baseline.dataset if baseline else None
    fixed = d if usual is None else usual
    given = Given(d, usual, ind.payment_weights(fixed), ind.ticket_weights(fixed), programme.scenario.behaviour)
    rows = []
    for name, (style, read) in (AT_END if d.sizes["quarter"] == 0 else AT_END | NEED_A_QUARTER).items():
        after = read(d, given)
        if after is None:
            continue
        before = read(usual, given) if usual is not None else None
        interval = estimate_share if style == "percent" else estimate
        rows.append(
            OutcomeRow(
                name,
                style,
                None if before is None else triple(interval(before)),
                triple(interval(after)),
                None if before is None else triple(estimate(paired_difference(before, after))),
            )
        )
    return rows


def outcome_table(programme: Result, baseline: Result | None, lang: str) -> Table:
    """Return the outcomes of the plan at the end or over the last whole quarter, with the paired difference."""
    currency = numbers.currency_of(programme.dataset)
    rows = []
    for row in outcome_rows(programme, baseline):
        cells = [say(f"report.indicator.{row.name}", lang, {"currency": currency.name(lang)})]
        cells += [outcome_cell(v, row.style, lang, currency) for v in (row.baseline, row.programme) if v]
        if row.difference:
            cells.append(outcome_cell(row.difference, row.style, lang, currency, is_difference=True))
        rows.append(tuple(cells))
    columns = [say("report.column.indicator", lang)]
    columns += [say(f"plot.role.{role}", lang) for role in (("baseline", "programme") if baseline else ("programme",))]
    columns += [say("report.column.difference", lang)] if baseline else []
    intervals = intervals_of_replicates(programme.dataset.sizes["replicate"], lang)
    note = say("report.indicators.note", lang, {"intervals": intervals})
    return Table(say("report.indicators.caption", lang), tuple(columns), tuple(rows), note)


def outcome_cell(
    value: Triple, style: Style, lang: str, currency: numbers.Currency, is_difference: bool = False
) -> str:
    """Return mean and interval in the outcome's unit."""
    if style == "points" or (style == "percent" and is_difference):
        return points_cell(value, True, lang)
    if style == "percent":
        return share_cell(value, lang)
    mean, low, high = (v * currency.per_yuan for v in value) if style == "yuan" else value
    digits = numbers.told_apart(low, high, DIGITS[style])
    between = numbers.interval(low, high, lang, digits, scale=1.0)
    return numbers.decimal(mean, digits, is_difference) + (f" ({between})" if between else "")
