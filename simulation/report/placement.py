"""Places chosen for kiosks and training, in words and tables: how good they are, how sure that is, what they bring."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulation.analysis.best_of_several import compare_with_leader
from simulation.analysis.placement.capacitated import CapacitatedAnswer
from simulation.analysis.placement.geojson import site_rows, stay_rows
from simulation.analysis.placement.in_scenario import Found
from simulation.analysis.placement.layouts import ALTERNATIVE
from simulation.analysis.placement.ranking import Ranking
from simulation.analysis.placement.rivals import RIVALS
from simulation.analysis.placement.siting import Siting
from simulation.core.codes import AGE_NAMES, AREA_NAMES
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import in_brackets, intervals_of_replicates, label, say
from simulation.plots.placement import EXACT, name_of
from simulation.report.tables import Table


def layout_name(key: str, lang: str) -> str:
    """Return how a layout is called; alternatives are numbered."""
    kind, _, number = key.partition(" ")
    return say(f"placement.layout.{kind}", lang, {"number": number})


def sentences(found: Found, ranking: Ranking | None, lang: str) -> list[str]:
    """Return the answer: what was chosen and how good it is shown to be, and what the simulation makes of it."""
    told = _siting(found, lang) if isinstance(found, Siting) else _touring(found, lang)
    return told if ranking is None else [*told, *_ranking(ranking, isinstance(found, Siting), lang)]


def _siting(siting: Siting, lang: str) -> list[str]:
    answer, total = siting.answer, siting.problem.demand.total
    wanted = siting.problem.wanted
    params: dict[str, Any] = {
        "number": len(answer.sites),
        "candidates": len(siting.problem.candidates),
        "people": numbers.count(siting.covered, lang),
        "share": numbers.percent(siting.covered / total),
        "before": numbers.percent(siting.covered_before / total),
        "who": say(f"placement.who.{wanted.count}.{wanted.serve}", lang),
        "limit": numbers.decimal(float(siting.problem.limit_km.max()), 1),
        "cost": _money(siting, siting.problem.covering.cost(answer.sites), lang),
    }
    told = [say("placement.chosen_beside" if siting.covered_before else "placement.chosen", lang, params)]
    certificate = {
        "value": _value(siting, answer.value, lang),
        "bound": "" if answer.bound is None else _value(siting, answer.bound, lang),
        "gap": "" if answer.gap is None else numbers.percent(answer.gap, 2),
        "seconds": numbers.decimal(answer.seconds, 1),
    }
    how = "proved" if answer.is_proved else "unbounded" if answer.bound is None else "bounded"
    told.append(say(f"placement.{how}", lang, certificate))
    return told


def _value(siting: Siting, value: float, lang: str) -> str:
    """Return what a method minimises or maximises, with its unit."""
    method = siting.problem.wanted.method
    if method == "p_median":
        return say("placement.mean_km", lang, {"km": numbers.decimal(value / siting.problem.demand.total, 2)})
    if method == "set_cover":
        return say("placement.of_cost", lang, {"yuan": _money(siting, value, lang)})
    return say("placement.of_people", lang, {"people": numbers.decimal(value, 0)})


def _money(siting: Siting, yuan: float, lang: str) -> str:
    """Return an amount in the currency of the region."""
    region = siting.problem.region
    return numbers.money(yuan, lang, numbers.Currency(region.currency, region.currency_per_yuan))


def _touring(touring: Any, lang: str) -> list[str]:
    tours = touring.tours
    params = {
        "trainers": touring.wanted.trainers,
        "stays": len(tours.stays),
        "places": len({stay.spot for stay in tours.stays}),
        "weeks": touring.wanted.weeks_per_stay,
        "taught": numbers.decimal(tours.value, 0),
        "gap": numbers.percent(tours.gap),
        "bound": numbers.decimal(tours.bound, 0),
        "seconds": numbers.decimal(tours.seconds, 1),
    }
    code = "placement.tour_bound" if tours.gap >= EXACT else "placement.tour_best"
    return [say("placement.toured", lang, params), say(code, lang, params)]


def _ranking(ranking: Ranking, are_sites: bool, lang: str) -> list[str]:
    """Return what layouts bring in the simulation, and how far the proxy is from it."""
    mine = ranking.layouts[ranking.chosen]
    params: dict[str, Any] = {
        "n": ranking.n_replicates,
        "points": _points(mine.gain, lang),
        "users": numbers.count(mine.users.mean, lang),
        "per_100": numbers.decimal(mine.users_per_100, 1),
        "proxy": say("placement.proxy.sites" if are_sites else "placement.proxy.tours", lang),
    }
    told = [say("placement.simulated", lang, params), say("placement.proxy_gap", lang, params)]
    if ranking.beaten_by:
        best = ranking.layouts[ranking.beaten_by]
        against = {
            "name": layout_name(ranking.beaten_by, lang), "more": _points_of(best.gain.mean - mine.gain.mean, lang)
        }  # fmt: skip
        told.append(say("placement.beaten", lang, {**against, **params}))
    told += [_against(ranking, name, lang) for name in ranking.layouts if name in RIVALS]
    near = [name for name in ranking.layouts if name.startswith(ALTERNATIVE)]
    if near:
        told.append(_among_near(ranking, near, lang))
    return told


def _against(ranking: Ranking, rival: str, lang: str) -> str:
    more = ranking.layouts[rival].against_chosen
    assert more is not None
    params = {
        "name": layout_name(rival, lang),
        "more": _points_of(more.mean, lang),
        "interval": in_brackets(numbers.interval(100 * more.low, 100 * more.high, lang, 2, 1.0), lang),
    }
    if not math.isfinite(more.low):
        return say("placement.against.one", lang, params)
    code = "too_small" if more.low <= 0 <= more.high else "more" if more.low > 0 else "fewer"
    return say(f"placement.against.{code}", lang, params)


def _among_near(ranking: Ranking, near: list[str], lang: str) -> str:
    values = {name: ranking.values[name] for name in (ranking.chosen, *near)}
    means = {name: float(own.mean()) for name, own in values.items()}
    best = max(means, key=lambda name: means[name])
    against = compare_with_leader(values, best, ranking.indifference)
    span = _points_of(max(means.values()) - min(means.values()), lang)
    params = {"number": len(near), "span": span, "best": layout_name(best, lang)}
    is_sure = all(comparison.advantage.low > 0 for comparison in against.values())
    return say("placement.near_ranked" if is_sure else "placement.near_open", lang, params)


def _points(gain: Interval, lang: str) -> str:
    between = numbers.interval(100 * gain.low, 100 * gain.high, lang, 2, 1.0)
    return _points_of(gain.mean, lang) + (f" ({between})" if between else "")


def _points_of(share: float, lang: str) -> str:
    return numbers.points(share, lang, 2)


def tables(found: Found, ranking: Ranking | None, lang: str) -> list[Table]:
    """Return the layout or tours, who is within reach by age and area, and layouts in the simulation."""
    shown = []
    if ranking is not None:
        shown.append(ranking_table(ranking, lang))
    if isinstance(found, Siting):
        shown += [reach_table(found, lang), site_table(found, lang)]
    else:
        shown.append(_stay_table(found, lang))
    return shown


def ranking_table(ranking: Ranking, lang: str) -> Table:
    """Return every layout in the simulation: proxy, coverage added, users, cost, against the one chosen."""
    rows = []
    for name, ranked in ranking.layouts.items():
        more = ranked.against_chosen
        rows.append(
            (
                layout_name(name, lang),
                numbers.decimal(ranked.proxy, 0),
                _points(ranked.gain, lang),
                numbers.decimal(ranked.users.mean, 0, True),
                numbers.decimal(ranked.users_per_100, 1),
                numbers.decimal(ranked.users_per_10_000_yuan, 1),
                *(_points(ranked.gains_by[key], lang) for key in ("60+", "remote")),
                "" if more is None else _points(Interval(-more.mean, -more.high, -more.low), lang),
            )
        )
    names = (
        "layout", "proxy", "added", "users", "per_100", "per_10_000", "added_old", "added_remote", "against_chosen"
    )  # fmt: skip
    columns = tuple(say(f"placement.column.{name}", lang) for name in names)
    intervals = intervals_of_replicates(ranking.n_replicates, lang)
    caption = say("placement.table.ranking", lang, {"intervals": intervals})
    return Table(caption, columns, tuple(rows), say("placement.table.ranking_note", lang))


def reach_table(siting: Siting, lang: str) -> Table:
    """Return the share of people within reach by age and by area, before and with the chosen sites."""
    problem, demand = siting.problem, siting.problem.demand
    reached = {}
    for key, sites in (("before", ()), ("after", siting.answer.sites)):
        is_reached = problem.covering.cover.reached_by(
            np.concatenate([problem.covering.existing, np.array(sites, int)])
        )
        within = np.zeros_like(demand.people)
        points = problem.row_point[is_reached]
        np.add.at(within, points, demand.people[points] * problem.row_age_mask[is_reached])
        reached[key] = within
    tables = (demand.people, reached["before"], reached["after"])
    segments = [(label("age", name, lang), [t[:, k].sum() for t in tables]) for k, name in enumerate(AGE_NAMES)]
    segments += [
        (label("area", name, lang), [t[demand.area == code].sum() for t in tables])
        for code, name in enumerate(AREA_NAMES)
    ]
    rows = tuple(
        (name, numbers.decimal(total, 0), *(numbers.percent(value / total) for value in shares))
        for name, (total, *shares) in segments
        if total > 0
    )
    columns = tuple(say(f"placement.column.{name}", lang) for name in ("segment", "people", "before", "after"))
    return Table(say("placement.table.reach", lang), columns, rows)


def site_table(siting: Siting, lang: str) -> Table:
    """Return the chosen sites, those that add most people first."""
    rows = tuple(
        (
            str(row["number"]),
            name_of(siting.problem.candidates.place[site], lang),
            row["place"],
            numbers.decimal(row["people_added_within_reach"], 0),
            numbers.decimal(row["people_nearest"], 0),
            _money(siting, row["yuan_over_the_run"], lang),
            *(numbers.decimal(row[key], 0) for key in ("people_served",) if key in row),
        )
        for row, site in zip(site_rows(siting), siting.order, strict=True)
    )
    names = ["number", "site", "id", "added_people", "nearest", "cost"]
    names += ["served"] if isinstance(siting.answer, CapacitatedAnswer) else []
    return Table(
        say("placement.table.sites", lang), tuple(say(f"placement.column.{name}", lang) for name in names), rows
    )


def _stay_table(touring: Any, lang: str) -> Table:
    rows = tuple(
        (
            str(row["trainer"]), name_of(touring.candidates.place[stay.spot], lang), row["place"],
            str(row["start_week"]), str(row["weeks"]), numbers.decimal(row["people_taught"], 0),
        )
        for row, stay in zip(stay_rows(touring), touring.tours.visits, strict=True)
    )  # fmt: skip
    names = ("trainer", "site", "id", "from_week", "weeks", "taught")
    return Table(
        say("placement.table.stays", lang), tuple(say(f"placement.column.{name}", lang) for name in names), rows
    )


def summary(name: str, found: Found, ranking: Ranking | None) -> dict[str, Any]:
    """Return the answer as plain data."""
    plain: dict[str, Any] = {"lever": name}
    if isinstance(found, Siting):
        answer = found.answer
        plain |= {
            "method": found.problem.wanted.method,
            "found_by": answer.method,
            "value": answer.value,
            "bound": answer.bound,
            "gap": answer.gap,
            "is_proved": answer.is_proved,
            "seconds": answer.seconds,
            "people": found.problem.demand.total,
            "people_within_reach": found.covered,
            "people_within_reach_before": found.covered_before,
            "sites": site_rows(found),
        }
    else:
        tours = found.tours
        plain |= {
            "people_taught": tours.value, "bound": tours.bound, "gap": tours.gap, "seconds": tours.seconds,
            "stays": stay_rows(found),
        }  # fmt: skip
    if ranking is not None:
        plain["simulated"] = {
            key: {
                "proxy": ranked.proxy,
                "coverage_added": _plain(ranked.gain),
                "users_added": _plain(ranked.users),
                "coverage_added_by": {k: _plain(v) for k, v in ranked.gains_by.items()},
                "yuan": ranked.yuan,
                "chosen_adds_more_by": None if ranked.against_chosen is None else _plain(ranked.against_chosen),
            }
            for key, ranked in ranking.layouts.items()
        }
        plain["replicates"] = ranking.n_replicates
        plain["beaten_by"] = ranking.beaten_by
    return plain


def _plain(interval: Interval) -> Mapping[str, float]:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}
