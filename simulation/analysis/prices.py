"""Prices of a programme, moved to the ends of the ranges within which their sources leave them (amendment A13)."""

from typing import Any, Literal, get_args

from pydantic.fields import FieldInfo

from simulation.levers.base import Lever
from simulation.quantities import Bounds
from simulation.scenario.problems import setting_fields
from simulation.scenario.schema import Scenario

Level = Literal["low", "default", "high"]
LEVELS: tuple[Level, ...] = get_args(Level)

YUAN = "yuan"  # unit of the bounds of an amount
# Amounts that say how much is given or allowed, not what something costs: they are doses, and stay.
DOSES = {
    "coupon": ("first_use_yuan", "cashback_yuan"),
    "points": ("points_yuan",),
    "discount_days": ("discount_yuan",),
    "verification_limit": ("limit_yuan",),
}
# What merchants pay to others and a lever pays a share of: prices of that lever, which everybody meets.
MARKET_PRICES = {
    "terminal_subsidy": ("pos_rent_yuan_per_week", "qr_cost_yuan_per_week"),
    "fee_subsidy": ("merchant_fee_share",),
    "integrated_services": ("service_price_yuan_per_week",),
}


def lever_prices(lever: type[Lever]) -> tuple[str, ...]:
    """Return the settings of a kind of lever that are prices."""
    kind = lever.model_fields["kind"].annotation.__args__[0]  # type: ignore[union-attr]
    return tuple(name for name, info in setting_fields(lever) if _is_yuan(info) and name not in DOSES.get(kind, ()))


def _is_yuan(info: FieldInfo) -> bool:
    return any(isinstance(item, Bounds) and item.unit == YUAN for item in info.metadata)


def market_prices(scenario: Scenario) -> tuple[str, ...]:
    """Return the coefficients of `behaviour` that are prices of a scenario's levers."""
    names = {name for lever in scenario.levers.values() for name in MARKET_PRICES.get(lever.kind, ())}
    return tuple(sorted(names))


def at_bound(value: float, default: float, bound: float) -> float:
    """Return a price at a bound of its range: the bound itself for the default price, else as far away in proportion.

    A kiosk of twice the usual size, at twice the usual price, stays one of twice the size.
    """
    return bound if value == default or default == 0 else value * bound / default


def with_prices(scenario: Scenario, level: Level) -> Scenario:
    """Return a scenario with every price of its levers at the low or the high end of its sourced range.

    Doses stay as they are, also those that are money given to people. Rents and fees of which a lever pays a
    share move in `behaviour`, because merchants meet them too: such a scenario is to be held against a
    baseline of the same `behaviour`.

    Parameters
    ----------
    level : {"low", "default", "high"}
        "default" leaves the prices as the scenario says.
    """
    if level == "default":
        return scenario
    levers = {name: _moved(lever, lever_prices(type(lever)), level) for name, lever in scenario.levers.items()}
    behaviour = _moved(scenario.behaviour, market_prices(scenario), level)
    return scenario.model_copy(update={"levers": levers, "behaviour": behaviour})


def _moved(holder: Any, names: tuple[str, ...], level: Level) -> Any:
    """Return a model with some of its sourced numbers at a bound of their ranges."""
    changed = {}
    for name in names:
        info = type(holder).model_fields[name]
        changed[name] = at_bound(getattr(holder, name), info.default, _range_of(info)[level])
    return holder.model_copy(update=changed) if changed else holder


def _range_of(info: FieldInfo) -> dict[str, float]:
    extra = info.json_schema_extra
    assert isinstance(extra, dict)  # as `quantities.sourced` makes it
    return extra  # type: ignore[return-value]
