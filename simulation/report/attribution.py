"""What each lever did, in words and tables."""

from collections.abc import Mapping

import numpy as np

from simulation.analysis.attribution import PLACE, Attribution
from simulation.analysis.comparison import Outcome
from simulation.analysis.lever_groups import GROUPS, OTHER
from simulation.analysis.shapley import Spread
from simulation.outcomes import numbers
from simulation.outcomes.wording import in_brackets, intervals_of_replicates, say
from simulation.report.comparison import outcome_words
from simulation.report.tables import Table

Words = Mapping[str, str]
MOST_PAIRS = 10
EVERYONE = 0  # the first outcome


def player_words(found: Attribution, levers: Words, lang: str) -> dict[str, str]:
    """Return how each player is called: its lever, or what its group does.

    Parameters
    ----------
    levers : mapping of str to str
        How levers are written; see `outcomes.wording.lever_labels`.
    """
    return names_of_players(found.players, levers, lang)


def names_of_players(players: Mapping[str, tuple[str, ...]], levers: Words, lang: str) -> dict[str, str]:
    """Return how players are called, from the levers of each; as `player_words`."""
    words = {}
    for name, members in players.items():
        if name in (*GROUPS, OTHER):
            words[name] = say(f"attribution.group.{name}", lang)
        else:
            words[name] = levers.get(name, name) if members == (name,) else name
    return words


def ranked(found: Attribution, outcome: int = EVERYONE) -> list[str]:
    """Return the players by their share of an outcome, the largest first."""
    return sorted(found.players, key=lambda name: (-float(found.shares[name].mean[outcome]), name))


def sentences(found: Attribution, words: Words, lang: str) -> list[str]:
    """Return what the programme adds to coverage and who deserves most of it."""
    total = found.total
    order = ranked(found)
    params = {
        "total": numbers.points(float(total.mean[EVERYONE]), lang),
        "interval": in_brackets(_between(total, EVERYONE, lang), lang),
        "items": say("report.list_semicolon", lang).join(
            say(
                "attribution.item",
                lang,
                {
                    "name": words[name],
                    "points": numbers.points(float(found.shares[name].mean[EVERYONE]), lang, 2),
                    "interval": in_brackets(_between(found.shares[name], EVERYONE, lang), lang),
                },
            )
            for name in order
        ),
    }
    result = [say("attribution.answer", lang, params)]
    if found.order_error is not None:
        worst = max(float(error[EVERYONE]) for error in found.order_error.values())
        result.append(say("attribution.sampled", lang, {"error": numbers.points(worst, lang, 2, False)}))
    dropped = sum(float(spread.mean[EVERYONE]) for spread in found.dropped.values())
    sums = {name: numbers.points(value, lang) for name, value in (("sum", dropped), ("total", total.mean[EVERYONE]))}
    if sums["sum"] != sums["total"]:
        result.append(say("attribution.drop_one", lang, sums))
    return result


def group_table(found: Attribution, words: Words, levers: Words, lang: str) -> Table | None:
    """Return which levers stand in which group; None where every lever is by itself.

    Parameters
    ----------
    levers : mapping of str to str
        How levers are written.
    """
    if all(members == (name,) for name, members in found.players.items()):
        return None
    comma = say("report.list_comma", lang)
    rows = [
        (words[name], comma.join(levers.get(lever, lever) for lever in found.players[name])) for name in ranked(found)
    ]
    columns = (say("report.column.lever_group", lang), say("report.column.levers", lang))
    return Table(say("report.levers.groups", lang), columns, tuple(rows))


def share_table(found: Attribution, words: Words, lang: str) -> Table:
    """Return each player's share of added coverage, what dropping it alone loses, and its share of the money."""
    rows = []
    for name in ranked(found):
        rows.append(
            (
                words[name],
                _cell(found.shares[name], EVERYONE, lang),
                _cell(found.dropped[name], EVERYONE, lang),
                numbers.money(float(found.spending[name].mean[0]), lang),
            )
        )
    spent = sum(float(found.spending[name].mean[0]) for name in found.players)
    rows.append((say("attribution.total", lang), _cell(found.total, EVERYONE, lang), "", numbers.money(spent, lang)))
    columns = tuple(say(f"attribution.column.{code}", lang) for code in ("lever", "share", "dropped", "money"))
    params = {"intervals": intervals_of_replicates(found.n_replicates, lang), "runs": found.n_runs}
    note = say("attribution.note", lang, params)
    return Table(say("attribution.caption", lang), columns, tuple(rows), note)


def outcome_table(
    found: Attribution, words: Words, lang: str, dim: str | None, places: Words | None = None
) -> Table | None:
    """Return shares of several outcomes, a row each: of segments of coverage (`dim`), or of targets (None).

    Parameters
    ----------
    places : mapping of str to str, optional
        How places are called; those that are not in it are left out.

    Returns
    -------
    Table or None
        None where there is no such outcome.
    """
    wanted = [k for k, o in enumerate(found.outcomes) if (o.what == "target" if dim is None else o.dim == dim)]
    if dim == PLACE and places is not None:
        wanted = [k for k in wanted if found.outcomes[k].group in places]
    if not wanted:
        return None
    order = ranked(found)
    rows = []
    for k in wanted:
        cells = [numbers.decimal(100 * float(found.shares[name].mean[k]), 2, True) for name in order]
        rows.append((_name_of(found.outcomes[k], places, lang), *cells, _cell(found.total, k, lang)))
    head = say("attribution.column.target" if dim is None else f"table.{dim}", lang)
    columns = (head, *(words[name] for name in order), say("attribution.total", lang))
    code = "targets" if dim is None else dim
    return Table(say(f"attribution.caption_{code}", lang), columns, tuple(rows), say("attribution.note_rows", lang))


def pair_table(found: Attribution, words: Words, lang: str) -> Table | None:
    """Return the pairs that help or hinder each other most; None where they are not known."""
    if not found.pairs:
        return None
    order = sorted(found.pairs, key=lambda pair: -abs(float(found.pairs[pair].mean[EVERYONE])))  # type: ignore[index]
    rows = [
        (
            say("attribution.pair", lang, {"first": words[a], "second": words[b]}),
            _cell(found.pairs[a, b], EVERYONE, lang),
        )
        for a, b in order[:MOST_PAIRS]
    ]
    columns = (say("attribution.column.pair", lang), say("attribution.column.interaction", lang))
    return Table(say("attribution.caption_pairs", lang), columns, tuple(rows), say("attribution.note_pairs", lang))


def tables(found: Attribution, words: Words, lang: str, places: Words | None = None) -> list[Table]:
    """Return all tables, places last; `places` as for `outcome_table`."""
    made = [
        share_table(found, words, lang),
        *(outcome_table(found, words, lang, dim) for dim in (None, "age", "area", "income")),
        pair_table(found, words, lang),
        outcome_table(found, words, lang, PLACE, places),
    ]
    return [table for table in made if table is not None]


def _name_of(outcome: Outcome, places: Words | None, lang: str) -> str:
    if outcome.dim != PLACE:
        return outcome_words(outcome, lang)
    return outcome.group if places is None else places[outcome.group]


def _cell(spread: Spread, k: int, lang: str) -> str:
    between = _between(spread, k, lang)
    return numbers.decimal(100 * float(spread.mean[k]), 2, True) + (f" ({between})" if between else "")


def _between(spread: Spread, k: int, lang: str) -> str:
    low, high = float(spread.low[k]), float(spread.high[k])
    return numbers.interval(low, high, lang, 2) if np.isfinite(low) else ""
