"""Show the patterns the model must reproduce, and single levers' effects, on Lishui. Prints a table.

Effects are paired differences over replicates in points of coverage of residents 15+ at the last week,
with 95% t-intervals. The column "specification" holds what section 12 of the specification reports for its own
prototype (one synthetic world, prices and doses of its section 7.12); a factor of two is the bar.
Run: python -m tests.benchmarks.patterns [--citizens 50000] [--replicates 8]
"""

import argparse
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import stats

from simulation.core.codes import Age, Area, HelpKind, Income, Stage
from simulation.engine.constants import solved
from simulation.engine.model import Model
from simulation.engine.plan import plan_of
from simulation.engine.runner import run_many, world_of
from simulation.levers.base import Schedule
from simulation.levers.kiosk import Kiosk, Site
from simulation.levers.teaching import Event
from simulation.levers.training_event import TrainingEvent
from simulation.outcomes.indicators import coverage_at_merchants, person_electronic_share
from simulation.region import build_world, builtin
from simulation.scenario.events import CashShortage
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
SPECIFICATION = {
    "coupon": 3.9,
    "training_event": 1.7,
    "kiosk": 3.2,
    "campaign": 1.3,
    "merchant_subsidies": 2.5,
    "verification_limit": 0.61,
}
OTHER_LEVERS = (
    "points", "discount_days", "terminal_subsidy", "fee_subsidy", "workshop", "senior_university", "acceptance_drive",
    "acceptance_drive_in_phases", "face_pilot", "outage_response", "unified_interface", "voice_payment",
    "network_upgrade", "hotline", "biometric_verification", "integrated_services", "phone_subsidy",
)  # fmt: skip
SHOCK_PAIRS = 30
TRAINING_SEATS = 0.003  # a week, of residents aged 60+ (ODD 7.12)
KIOSK_CAPACITY = 0.0025  # helps a week, of residents aged 15+ (ODD 7.12)
SEATS_PER_TRAINER = 40.0
SHORTAGE = {"start_week": 13, "end_week": 23, "intensity": 2.5}  # ten weeks, as in the specification's experiment
CELLS = ("age", "area", "income")


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return mean and half-width of the 95% t-interval over replicates."""
    n = len(values)
    return float(values.mean()), float(stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan


def show(label: str, values: np.ndarray, note: str = "", unit: str = "pp") -> None:
    """Print one row."""
    mean, half = interval(np.asarray(values, float))
    clear = "" if np.isnan(half) or abs(mean) > half else "  (contains 0)"
    print(f"  {label:<58} {mean:+7.2f} +- {half:4.2f} {unit}{clear}  {note}", flush=True)


def coverage(result, week: int = -1, **where) -> np.ndarray:
    """Return coverage by replicate in percent, of all or of a segment."""
    d = result.dataset.sel(where) if where else result.dataset
    dims = [dim for dim in CELLS if dim in d.n_active.dims]
    return (100.0 * d.n_active.isel(week=week).sum(dims) / d.n_residents.sum(dims)).values


def acceptance(result, week: int = -1) -> np.ndarray:
    """Return the share of merchants who accept, by replicate, percent."""
    d = result.dataset.isel(week=week)
    return (100.0 * d.n_merchants_accepting.sum("sector") / d.n_merchants.sum("sector")).values


def payments_per_active(result) -> np.ndarray:
    """Return electronic payments an active user makes a week over the last 52 weeks, by replicate."""
    d = result.dataset.isel(week=slice(-52, None))
    return (d.n_payments_electronic.sum(("week", "sector")) / d.n_active.sum(("week", *CELLS))).values


def ending_at(scenario: Scenario, week: int) -> Scenario:
    """Return a scenario whose levers all stop at a week."""
    levers = {
        name: lever.model_copy(update={"schedule": Schedule(start_week=lever.schedule.start_week, end_week=week)})
        for name, lever in scenario.levers.items()
    }
    return scenario.model_copy(update={"levers": levers})


def reference_help(base: Scenario) -> dict[str, Scenario]:
    """Return training and kiosks at the specification's doses, seats shared out by residents of each place.

    The specification's map has centres of equal population; equal seats at Lishui's very unequal places
    would leave two thirds of the seats empty in the hills and queues in the towns.
    """
    region = builtin(base.region)
    world = build_world(region, base.survey, base.behaviour.params(), 50_000, 1)
    f, ids = world.expansion_factor, world.places.place_id
    old = world.citizens.age >= Age.A60_74
    residents = np.bincount(world.citizens.place, minlength=len(ids)) * f
    residents_60 = np.bincount(world.citizens.place[old], minlength=len(ids)) * f
    events = tuple(
        Event(
            place=k,
            weeks=base.weeks,
            seats_per_week=TRAINING_SEATS * n,
            trainers=TRAINING_SEATS * n / SEATS_PER_TRAINER,
        )
        for k, n in zip(ids, residents_60, strict=True)
    )
    sites = tuple(Site(place=k, capacity_per_week=KIOSK_CAPACITY * n) for k, n in zip(ids, residents, strict=True))
    training = TrainingEvent(kind="training_event", events=events)
    kiosk = Kiosk(kind="kiosk", sites=sites)
    return {
        "training_event": base.model_copy(update={"levers": {"training": training}}),
        "kiosk": base.model_copy(update={"levers": {"kiosk": kiosk}}),
    }


def frozen(scenario: Scenario) -> Scenario:
    """Return a scenario in which neither side sees the other respond."""
    behaviour = scenario.behaviour.model_copy(update={"freeze_peers": True, "freeze_acceptance": True})
    return scenario.model_copy(update={"behaviour": behaviour})


def paired(
    scenario: Scenario, levers_of: Scenario, weeks: int, measure: Callable, shock: Callable | None = None
) -> np.ndarray:
    """Return measure(with) - measure(without) by replicate, both forked from one warmed-up world."""
    region = builtin(scenario.region)
    constants = solved(region, scenario.survey, scenario.behaviour.params())
    rows = []
    for r in range(scenario.replicates):
        base = world_of(scenario, region, constants, r)
        base.warm_up()
        model: Model = base.model
        pair = [
            base.fork(plan_of(scenario), model),
            base.fork(plan_of(levers_of), model),
        ]
        if shock:
            shock(pair[1])
        for engine in pair:
            for _ in range(weeks):
                engine.step()
        rows.append(np.asarray(measure(pair[1])) - np.asarray(measure(pair[0])))
    return np.array(rows)


def main() -> None:
    """Run every check and print its figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--citizens", type=int, default=50_000)
    parser.add_argument("--replicates", type=int, default=8)
    options = parser.parse_args()
    started = time.process_time()

    def load(name: str) -> Scenario:
        return load_scenario(
            SCENARIOS / f"{name}.yaml", citizens=options.citizens, replicates=options.replicates,
        )  # fmt: skip

    base, plans = load("baseline"), {name: load(name) for name in ("programme", "full_plan")}
    singles = {name: load(name) for name in SPECIFICATION if name not in ("training_event", "kiosk")}
    singles |= reference_help(base)
    others = {name: load(name) for name in OTHER_LEVERS}
    shortage = base.model_copy(update={"events": (CashShortage(kind="cash_shortage", **SHORTAGE),)})
    all_runs = {
        "base": base, **plans, **singles, **others,
        "base, frozen": frozen(base), **{f"{name}, frozen": frozen(plan) for name, plan in plans.items()},
        "shortage": shortage, "coupon to 52": ending_at(singles["coupon"], 52),
    }  # fmt: skip
    results = run_many(all_runs)
    usual, plan = results["base"], results["programme"]
    n_weeks = base.weeks

    print("Business as usual")
    for year in range(1, n_weeks // 52 + 1):
        show(
            f"coverage, change in year {year}",
            coverage(usual, 52 * year - 1) - coverage(usual, max(0, 52 * (year - 1) - 1)),
        )
    means = [f"{name} {interval(coverage(results[name]))[0]:.1f}%" for name in ("base", *plans)]
    print(f"  coverage at the end: {', '.join(means)}")

    print("Single levers at the specification's doses: added coverage at the last week")
    for name, wanted in SPECIFICATION.items():
        gain = coverage(results[name]) - coverage(usual)
        show(name, gain, f"specification {wanted}, ratio {gain.mean() / wanted:.2f}")
        show(f"{name}, ages 60-74", coverage(results[name], age="60-74") - coverage(usual, age="60-74"))
    print("The other levers, at the doses of their scenarios")
    for name in OTHER_LEVERS:
        cost = results[name].dataset.spending_yuan.sum(("week", "lever", "line", "payer")).mean().item() / 1e6
        show(name, coverage(results[name]) - coverage(usual), f"{cost:.1f} million yuan")

    print("PAT2 complementarity (bar: frozen feedback removes 30 to 60% of the full plan's gain)")
    for name in plans:
        total = coverage(results[name]) - coverage(usual)
        alone = coverage(results[f"{name}, frozen"]) - coverage(results["base, frozen"])
        show(name, total)
        show(f"{name}, feedback frozen", alone)
        show(
            "share of the gain lost without feedback",
            100.0 * (1.0 - alone / total),
            "Crouzet et al. 45%, specification 38% of all levers",
            "%",
        )

    print("PAT3 temporary cash shortage (weeks 13-22; bar: a gain two years on)")
    show("coverage at its end", coverage(results["shortage"], 22) - coverage(usual, 22), "specification +4.2")
    two_years_on = min(n_weeks - 1, 22 + 104)
    show(
        "coverage two years on",
        coverage(results["shortage"], two_years_on) - coverage(usual, two_years_on),
        "specification +4.0",
    )
    show("acceptance at its end", acceptance(results["shortage"], 22) - acceptance(usual, 22), "specification +8.2")
    show(
        "acceptance two years on",
        acceptance(results["shortage"], two_years_on) - acceptance(usual, two_years_on),
        "specification +5.7",
    )

    print("PAT4 demand raises acceptance, acceptance raises use")
    subsidies = results["merchant_subsidies"]
    show("terminal subsidies: acceptance", acceptance(subsidies) - acceptance(usual), "specification +8.1")
    show("terminal subsidies: coverage", coverage(subsidies) - coverage(usual), "specification +2.5")
    pairs = base.model_copy(update={"replicates": SHOCK_PAIRS})
    for share, note in ((1 / 3, "Higgins +18% relative (other doses)"), (0.01, "bar: above 0, one-sided p < .05")):
        demand_shock(pairs, share, note)

    print("PAT6 distance: gain of ages 60+ by km to the nearest training place, training alone (bar: it falls)")
    by_distance(base.model_copy(update={"replicates": min(8, options.replicates)}), singles["training_event"])

    print("PAT7 coupons stopped at week 52 (bar: 30 to 80% kept a year on)")
    stopped = results["coupon to 52"]
    gains = {
        week: coverage(stopped, week) - coverage(usual, week) for week in (51, 64, 103, n_weeks - 1) if week < n_weeks
    }
    for week, gain in gains.items():
        show(f"coverage at week {week}", gain, "specification +2.4, a year on +1.6" if week in (51, 103) else "")
    if 103 in gains:
        show("share of the gain kept a year on", 100.0 * gains[103] / gains[51], "", "%")

    print("PAT8 active / ever-registered")
    for name, result in (("business as usual", usual), ("programme", plan)):
        d = result.dataset
        registered = (d.n_users + d.n_lapsed).sum(CELLS)
        for week in (0, n_weeks - 1):
            show(f"{name}, week {week}", (100.0 * d.n_active.sum(CELLS) / registered).isel(week=week).values, "", "% ")

    limit = results["verification_limit"]
    verification(limit, usual)
    print("A9 payments between people, A10 and A11 children")
    at_the_end = person_electronic_share(usual.dataset).isel(quarter=-1)
    show(
        "payments between people made electronically",
        100.0 * at_the_end.values,
        "business as usual, last quarter",
        "% ",
    )
    merchants = 100.0 * (coverage_at_merchants(usual.dataset).isel(week=-1)).values
    show("coverage counting payments to merchants only", merchants, f"any use {coverage(usual).mean():.1f}%", "% ")
    old = usual.dataset.sel(age=["60-74", "75+"])
    learnt = usual.dataset.new_assisted_uses.sel(help="child").sum("week") / old.new_first_uses.sum(("week", *CELLS))
    show("first uses of ages 60+ led to by a child", 100.0 * learnt.values, "bar: under 20%", "% ")
    variants(base, singles["verification_limit"], plans["programme"])
    print(f"CPU {time.process_time() - started:.0f} s in this process")


def verification(limit, usual) -> None:
    """Print what dropping verification of small amounts does (PAT9)."""
    print("PAT9 no verification up to 500 yuan (bar: payments +5 to 9%, coverage at most +0.7)")
    more = 100.0 * (payments_per_active(limit) / payments_per_active(usual) - 1.0)
    show("electronic payments per active user", more, "Brown et al. +7%, specification +6.6", "% ")
    show("coverage", coverage(limit) - coverage(usual), "specification +0.61")


def variants(base: Scenario, limit: Scenario, programme: Scenario) -> None:
    """Print what is left of the patterns without payments between people, and without children (A9-A11)."""
    without = {
        "no payments between people, weight of peers 2": {"person_payments_ratio": 0.0, "weight_peers": 2.0},
        "no children": {"child_help_rate": 0.0, "child_payment_share": 0.0},
    }
    for name, changes in without.items():
        behaviour = base.behaviour.model_copy(update=changes)
        runs = {"base": base, "limit": limit, "programme": programme}
        runs |= {"base, frozen": frozen(base), "programme, frozen": frozen(programme)}
        runs = {
            key: run.model_copy(
                update={
                    "behaviour": behaviour.model_copy(
                        update={
                            switch: getattr(run.behaviour, switch) for switch in ("freeze_peers", "freeze_acceptance")
                        }
                    )
                }
            )
            for key, run in runs.items()
        }
        results = run_many(runs)
        print(f"  -- {name}")
        total = coverage(results["programme"]) - coverage(results["base"])
        alone = coverage(results["programme, frozen"]) - coverage(results["base, frozen"])
        show("programme", total)
        show("share of the gain lost without feedback", 100.0 * (1.0 - alone / total), "", "%")
        verification(results["limit"], results["base"])


def demand_shock(scenario: Scenario, share: float, note: str) -> None:
    """A share of the poor in half of the outlying places become users at week 0: does acceptance there follow?"""

    def treated_zones(engine) -> np.ndarray:
        zones = engine.world.zones
        place = engine.world.citizens.place[zones.first_citizen[:-1]]
        return np.flatnonzero((zones.area != Area.URBAN) & (place % 2 == 0))

    def shock(engine) -> None:
        c = engine.world.citizens
        poor = np.flatnonzero((c.income == Income.LOW) & np.isin(c.zone, treated_zones(engine)))
        non_users = poor[c.stage[poor] != Stage.USER]
        chosen = non_users[:: max(1, int(len(non_users) / (share * len(poor))))]
        c.aware[chosen] = c.has_device[chosen] = c.has_account[chosen] = 1
        c.stage[chosen], c.weeks_in_stage[chosen], c.weeks_since_use[chosen] = Stage.USER, 0, 0
        c.weeks_since_merchant[chosen] = 0
        c.habit[chosen] = c.repetition[chosen] = 0.75
        engine.take_stock()

    def accepting(engine) -> float:
        m = engine.world.merchants
        return 100.0 * m.accepts[np.isin(m.zone, treated_zones(engine))].mean()

    def others(engine) -> float:
        c = engine.world.citizens
        there = np.isin(c.zone, treated_zones(engine)) & (c.income != Income.LOW)
        return 100.0 * (c.weeks_since_use[there] < 4).mean()

    change = paired(scenario, scenario, 104, lambda e: (accepting(e), others(e)), shock)
    p_value = float(stats.ttest_1samp(change[:, 0], 0.0, alternative="greater").pvalue)
    name = f"{100 * share:.0f}% of the poor made users"
    show(f"{name}: acceptance there after 2 years", change[:, 0], f"{note}; {len(change)} pairs, p {p_value:.2g}")
    show(f"{name}: coverage of the others there", change[:, 1])


def by_distance(scenario: Scenario, training: Scenario) -> None:
    """Print the gain of residents aged 60+ by distance of their zone to the nearest training place."""
    edges = (0.0, 3.0, 6.0, 12.0, 1e9)

    def by_bin(engine) -> np.ndarray:
        world = engine.world
        points = training.levers[next(iter(training.levers))].help_points(world, "training", 0)
        points = [q for q in points if q.kind == HelpKind.TRAINING]
        away = (
            np.min([np.hypot(world.zones.x_km - q.x_km, world.zones.y_km - q.y_km) for q in points], axis=0)
            * world.detour
            + world.zones.intra_km
        )
        c = world.citizens
        km, old = away[c.zone], c.age >= Age.A60_74
        active = c.weeks_since_use < 4
        return np.array(
            [100.0 * active[old & (km >= low) & (km < high)].mean() for low, high in itertools.pairwise(edges)]
        )

    gain = paired(scenario, training, scenario.weeks, by_bin)
    for k, (low, high) in enumerate(itertools.pairwise(edges)):
        show(f"{low:.0f} to {high:.0f} km" if high < 1e9 else f"over {low:.0f} km", gain[:, k])


if __name__ == "__main__":
    main()
