"""Random programmes: any levers at plausible doses, money that seldom reaches, events, and rules that act."""

import math
import random
from typing import Any, get_args

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES, SECTOR_NAMES
from simulation.levers.base import APPLICABLE, Lever, Rationing
from simulation.levers.ledger import LINES
from simulation.outcomes.monitoring import Firing
from simulation.quantities import Bounds
from simulation.scenario.problems import setting_fields
from simulation.scenario.schema import LEVERS, SCALABLE, Scenario

PLACES = ("county_seats", "all", "Bihu", "Huzhen")
CHOICES = {"ages": AGE_NAMES, "areas": AREA_NAMES, "incomes": INCOME_NAMES, "sectors": SECTOR_NAMES, "places": PLACES}
FEWEST_WEEKS, MOST_WEEKS = 20, 30
MOST_LEVERS, MOST_EVENTS = 10, 4
FACTORS = (0.01, 0.5, 1.5, 100.0)


def programme(seed: int) -> Scenario:
    """Return the scenario a seed stands for."""
    rng = random.Random(seed)
    weeks = rng.randint(FEWEST_WEEKS, MOST_WEEKS)
    kinds = rng.choices(list(LEVERS), k=rng.randint(2, MOST_LEVERS))
    levers = {f"{kind}_{k}": _lever(rng, kind, weeks) for k, kind in enumerate(kinds)}
    data: dict[str, Any] = {"citizens": 300, "weeks": weeks, "levers": levers}
    data["events"] = [_event(rng, weeks) for _ in range(rng.randint(0, MOST_EVENTS))]
    if rng.random() < 0.9:
        data["budget"] = _budget(rng, list(levers))
    if rng.random() < 0.4:
        data["adjustment"] = {f"rule_{k}": _rule(rng, levers) for k in range(rng.randint(1, 3))}
    if rng.random() < 0.3:
        data["coordination"] = {"delay_weeks": rng.randint(0, 6)}
    return Scenario.model_validate(data)


def _dose(rng: random.Random, info: Any) -> float:
    """Return a value of a setting: within its plausible range, at an end of it, its default or nothing."""
    facts, bounds = info.json_schema_extra, next((m for m in info.metadata if isinstance(m, Bounds)), Bounds(""))
    low, high = facts["low"], facts["high"]
    value = rng.choice([low, high, info.default, 0, *(rng.uniform(low, high) for _ in range(4))])
    value = max(value, bounds.low or 0)
    return round(value) if info.annotation is int else float(value)


def _lever(rng: random.Random, kind: str, weeks: int) -> dict[str, Any]:
    lever = LEVERS[kind]
    data: dict[str, Any] = {"kind": kind, "rationing": rng.choice(get_args(Rationing)), "standby": rng.random() < 0.1}
    data |= {name: _dose(rng, info) for name, info in setting_fields(lever) if rng.random() < 0.7}
    data["schedule"] = {"start_week": rng.randint(0, weeks // 2), "delay_weeks": rng.choice([0, 0, 3])}
    if rng.random() < 0.5:
        data["schedule"]["end_week"] = rng.randint(0, weeks)
    if lever.ramps and rng.random() < 0.3:
        data["schedule"]["ramp_weeks"] = rng.randint(1, 20)
    if lever.target != "region" and rng.random() < 0.5:
        data["eligibility"] = _eligibility(rng, lever)
    return data | _where(rng, lever, weeks)


def _eligibility(rng: random.Random, lever: type[Lever]) -> dict[str, Any]:
    named = rng.sample(APPLICABLE[lever.target], k=rng.randint(0, 2))
    chosen = {name: rng.sample(CHOICES[name], k=rng.randint(1, 3)) for name in named}
    return chosen | ({"share": rng.random()} if rng.random() < 0.3 else {})


def _where(rng: random.Random, lever: type[Lever], weeks: int) -> dict[str, Any]:
    """Return places for a lever that helps people in person."""
    if "places" not in lever.model_fields:
        return {}
    if rng.random() < 0.6:
        return {"places": rng.sample(PLACES, k=rng.randint(1, 2))}
    entries = []
    for place in rng.sample(PLACES[2:], k=rng.randint(1, 2)):
        first = rng.randint(0, weeks)
        if "sites" in lever.model_fields:
            entries.append({"place": place, "opening_week": first, "capacity_per_week": rng.choice([0, 30, 5000])})
        else:
            size = {"seats_per_week": rng.choice([0, 40, 5000]), "trainers": rng.choice([0, 0.4, 3])}
            entries.append({"place": place, "start_week": first, "weeks": rng.randint(0, weeks - first), **size})
    return {"sites" if "sites" in lever.model_fields else "events": entries}


def _event(rng: random.Random, weeks: int) -> dict[str, Any]:
    first = rng.randint(0, weeks)
    spell = {"start_week": first, "end_week": rng.randint(0, weeks)}
    return rng.choice(
        [
            {"kind": "cash_shortage", "intensity": rng.uniform(0, 5), **spell},
            {"kind": "outage", "share": rng.choice([0.0, 0.3, 1.0]), **spell},
            {"kind": "fraud_wave", "factor": rng.choice([0, 5, 1000]), **spell},
            {"kind": "budget_cut", "share": rng.choice([0.0, 0.5, 1.0, rng.random()]), "start_week": first},
        ]
    )


def _budget(rng: random.Random, names: list[str]) -> dict[str, Any]:
    """Return a budget from nothing to more than enough, with caps of some lines, and co-funders."""
    data: dict[str, Any] = {"total_yuan": _yuan(rng) if rng.random() < 0.95 else 0}
    data["lines"] = {line: _yuan(rng) if rng.random() < 0.9 else 0 for line in LINES if rng.random() < 0.3}
    data["co_funding"] = {}
    for name in rng.sample(["bank", "operators", "platform"], k=rng.randint(0, 3)):
        funder: dict[str, Any] = {"match_rate": rng.choice([0, 0.1, 1 / 3, 0.5, 2, 10]), "cap_yuan": _yuan(rng)}
        if rng.random() < 0.5:
            funder["levers"] = rng.sample(names, k=rng.randint(1, len(names)))
        if rng.random() < 0.3:
            funder["condition"] = {"indicator": "merchants_accepting_share", "at_least": rng.random()}
        data["co_funding"][name] = funder
    return data


def _yuan(rng: random.Random) -> float:
    """Return an amount of 100,000 to a billion yuan, every order of magnitude alike."""
    return round(math.exp(rng.uniform(math.log(1e5), math.log(1e9))), 2)


def _rule(rng: random.Random, levers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return a rule of which the monitor's first readings make something, as likely as not."""
    name = rng.choice(list(levers))
    change = _change(rng, levers[name]["kind"], levers[name]["standby"])
    indicator = rng.choice(["merchants_accepting_share", "survey_use_share", "active_accounts_share_60_plus"])
    when = {"indicator": indicator, rng.choice(["below", "above"]): rng.random()}
    action: dict[str, Any] = {"lever": name, "change": change}
    rule = {"when": when, "action": action, "lag_weeks": rng.randint(0, 4), "hysteresis": rng.choice([0, 0.05])}
    if change == "scale":
        action["factor"] = rng.choice(FACTORS)
    if change != "stop" and rng.random() < 0.5:
        rule["envelope_yuan"] = _yuan(rng)
    return rule


def _change(rng: random.Random, kind: str, is_on_standby: bool) -> str:
    """Return what may be done to a lever."""
    return rng.choice(["stop", *(["scale"] if kind in SCALABLE else []), *(["start"] if is_on_standby else [])])


def firing(rng: random.Random, scenario: Scenario, week: int) -> Firing:
    """Return what a rule might decide to do from any week on, also within a quarter."""
    name = rng.choice(list(scenario.levers))
    change = _change(rng, scenario.levers[name].kind, scenario.levers[name].standby)
    envelope = None if change == "stop" or rng.random() < 0.5 else _yuan(rng)
    factor = rng.choice(FACTORS) if change == "scale" else None
    reading = {
        "indicator": "merchants_accepting_share",
        "value": 0.3,
        "threshold": 0.4,
        "is_below": True,
        "quarters": 1,
    }
    return Firing("rule", name, change, factor, week - 1, week, envelope_yuan=envelope, **reading)
