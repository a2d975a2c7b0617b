"""Strategies against each other, in words: whether prices decide their order, that order, and the numbers."""

import math
from collections.abc import Sequence
from typing import Any

from simulation.analysis.prices import Level
from simulation.analysis.strategies import BASELINE, Pair, Position, StrategyComparison
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval
from simulation.outcomes.wording import intervals_of_replicates, say
from simulation.report.tables import Table

DIGITS = 2  # of points of coverage


def name_of(comparison: StrategyComparison, name: str, lang: str) -> str:
    """Return how a strategy is called: its title, or its file's name where it has none."""
    title = comparison.titles[name]
    return (title.zh if numbers.is_chinese(lang) else title.en) or name


def sentences(comparison: StrategyComparison, lang: str) -> list[str]:
    """Return the answer: first whether the order flips within the price ranges, then the order at default prices."""
    is_one = len(comparison.positions[comparison.order[0], "default"].gains) == 1
    last = say("strategies.one_replicate", lang) if is_one else _certainty(comparison, lang)
    found = [_first(comparison, lang), _order(comparison, lang), last]
    for (name, level), position in comparison.positions.items():
        if not position.scaling.is_spent:
            params = {
                "name": name_of(comparison, name, lang),
                "level": say(f"strategies.level.{level}", lang),
                "percent": numbers.percent(position.scaling.spent_share, 0),
            }
            found.append(say("strategies.unspent", lang, params))
    return found


def _first(comparison: StrategyComparison, lang: str) -> str:
    verdict = comparison.verdict
    if verdict == "holds":
        order = [name_of(comparison, name, lang) for name in comparison.order]
        return say("strategies.holds", lang, {"order": say("strategies.then", lang).join(order)})
    items = []
    for pair in comparison.pairs:
        if pair.verdict == verdict:
            code = "strategies.flips_item" if verdict == "flips" else f"strategies.uncertain_{_where_tied(pair)}"
            items.append(say(code, lang, _both(comparison, pair, lang)))
    return say(f"strategies.{verdict}", lang, {"items": _listed(items, lang)})


def _where_tied(pair: Pair) -> str:
    """Return whether a pair cannot be told apart at any prices, or only at some."""
    return "somewhere" if any(difference.sign for difference in pair.differences.values()) else "everywhere"


def _both(comparison: StrategyComparison, pair: Pair, lang: str) -> dict[str, str]:
    return {"first": name_of(comparison, pair.first, lang), "second": name_of(comparison, pair.second, lang)}


def _order(comparison: StrategyComparison, lang: str) -> str:
    items = []
    for name in comparison.order:
        gain = comparison.positions[name, "default"].gain
        between = numbers.interval(gain.low, gain.high, lang, DIGITS)
        params = {
            "name": name_of(comparison, name, lang),
            "points": numbers.points(gain.mean, lang, DIGITS, signed=False),
            "interval": say("strategies.interval", lang, {"interval": between}) if between else "",
        }
        items.append(say("strategies.adds", lang, params))
    budget = numbers.money(comparison.budget_yuan, lang)
    return say("strategies.order", lang, {"budget": budget, "items": _listed(items, lang)})


def _certainty(comparison: StrategyComparison, lang: str) -> str:
    if not comparison.tied:
        return say("strategies.certain", lang)
    pairs = [say("strategies.pair", lang, _both(comparison, pair, lang)) for pair in comparison.tied]
    return say("strategies.tied", lang, {"items": _listed(pairs, lang)})


def _listed(items: Sequence[str], lang: str) -> str:
    return say("report.list_semicolon", lang).join(items)


def strategy_table(comparison: StrategyComparison, lang: str) -> Table:
    """Return every strategy at its own default, low and high prices: gain, money, cost of a user, doses."""
    rows = []
    for name in comparison.order:
        for level in ("default", "low", "high"):
            position = comparison.positions[name, level]
            cells = (
                say("strategies.at", lang, {"name": name_of(comparison, name, lang), "level": _level(level, lang)}),
                _points(position.gain, lang),
                numbers.money(position.total_yuan, lang),
                _cost(position, lang),
                numbers.decimal(position.scaling.factor, DIGITS),
            )
            rows.append(cells)
    columns = tuple(say(f"strategies.column.{c}", lang) for c in ("strategy", "gain", "spending", "cost", "factor"))
    n = len(comparison.positions[comparison.order[0], "default"].gains)
    note = say("strategies.note", lang, {"intervals": intervals_of_replicates(n, lang)})
    return Table(say("strategies.caption", lang), columns, tuple(rows), note)


def pair_table(comparison: StrategyComparison, lang: str) -> Table:
    """Return the differences of all pairs at default prices and where prices favour one of the two most."""
    rows = []
    for pair in comparison.pairs:
        shown: tuple[tuple[Level, Level], ...] = (("default", "default"), ("high", "low"), ("low", "high"))
        cells = [say("strategies.minus", lang, _both(comparison, pair, lang))]
        cells += [_points(pair.differences[levels], lang) for levels in shown]
        rows.append((*cells, say(f"strategies.verdict.{pair.verdict}", lang)))
    codes = ("pair", "default", "first_dear", "second_dear", "verdict")
    columns = tuple(say(f"strategies.column.{c}", lang) for c in codes)
    return Table(say("strategies.pairs_caption", lang), columns, tuple(rows), say("strategies.pairs_note", lang))


def _level(level: str, lang: str) -> str:
    return say(f"strategies.level.{level}", lang)


def _points(value: Interval, lang: str) -> str:
    between = numbers.interval(value.low, value.high, lang, DIGITS)
    return numbers.decimal(100 * value.mean, DIGITS, True) + (f" ({between})" if between else "")


def _cost(position: Position, lang: str) -> str:
    return numbers.decimal(position.cost_per_user.yuan, 0)


def strategies_summary(comparison: StrategyComparison) -> dict[str, Any]:
    """Return the answer as plain data: shares 0-1, yuan, 95% intervals; what is unknown is None."""
    return {
        "verdict": comparison.verdict,
        "answer": sentences(comparison, "en")[0],
        "budget_yuan": comparison.budget_yuan,
        "order": list(comparison.order),
        "replicates": len(comparison.positions[comparison.order[0], "default"].gains),
        "strategies": {
            name: {level: _plain(position) for (n, level), position in comparison.positions.items() if n == name}
            for name in comparison.order
        },
        "pairs": [
            {
                "first": pair.first,
                "second": pair.second,
                "verdict": pair.verdict,
                "differences": [
                    {"first_prices": a, "second_prices": b, **_interval(difference)}
                    for (a, b), difference in pair.differences.items()
                ],
            }
            for pair in comparison.pairs
        ],
        "digests": {name: result.digest for name, result in comparison.results.items()},
        "illustrative_baseline": comparison.results[BASELINE].scenario.survey.illustrative,
    }


def _plain(position: Position) -> dict[str, Any]:
    cost = position.cost_per_user
    return {
        "gain": _interval(position.gain),
        "public_yuan": position.public_yuan,
        "total_yuan": position.total_yuan,
        "dose_factor": position.scaling.factor,
        "is_budget_spent": position.scaling.is_spent,
        "cost_per_additional_user_yuan": {
            "status": cost.status, "mean": _known(cost.yuan), "low": _known(cost.low), "high": _known(cost.high)
        },
    }  # fmt: skip


def _interval(value: Interval) -> dict[str, float | None]:
    return {"mean": value.mean, "low": _known(value.low), "high": _known(value.high)}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
