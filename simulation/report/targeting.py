"""Ways of choosing whom to visit, in words and tables: which leads, for what money, and who is reached."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from simulation.analysis.targeting.find import PER_YUAN, Standing, Targeting
from simulation.analysis.targeting.people import COMPLEX_PROBABILITY, N_CASCADES
from simulation.analysis.targeting.scenarios import REINFORCING, Contagion, lever_of
from simulation.levers.choosing.names import INTERVIEWS, Strategy
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval, interval_of
from simulation.outcomes.wording import intervals_of_replicates, label, say
from simulation.report.tables import Table


def name_of(strategy: str, lang: str) -> str:
    """Return how a way of choosing is called."""
    return label("strategy", strategy, lang)


def sentences(found: Targeting, lang: str) -> list[str]:
    """Return the answer: who leads and from whom it cannot be told apart, then money, contagion, spread and limits."""
    said = [first_sentence(found.main, lang, next(iter(found.standings)))]
    said += [*_money(found.main, lang), *_contagion(found, lang), _cascades(found, lang), _spread(found, lang)]
    if found.n_replicates == 1:
        said.append(say("target.one_replicate", lang))
    if found.is_thin:
        n = int(min(people.simulated.min() for people in found.people.values()))
        said.append(say("target.thin", lang, {"n": n}))
    return said


def first_sentence(standing: Standing, lang: str, contagion: Contagion) -> str:
    """Return who leads under a contagion and from whom it cannot be told apart, or that there is no order to tell."""
    users = interval_of(standing.brought[standing.leader].users)
    params = {
        "leader": name_of(standing.leader, lang),
        "users": _people(users.mean, lang),
        "interval": _between(users, lang),
        "tied": _listed(standing.not_told_apart, lang),
    }
    if not standing.is_ranked:
        said = say("target.not_ranked", lang, params)
    else:
        said = say("target.leads" if standing.not_told_apart else "target.leads_alone", lang, params)
    return said if contagion == "simple" else say("target.reinforced", lang, {"sentence": said})


def _money(standing: Standing, lang: str) -> list[str]:
    cheapest = standing.brought[standing.cheapest].per_money
    if not np.isfinite(cheapest.mean):
        return []
    most_asked = [name for name in standing.order if INTERVIEWS[name] == "everybody"]
    params: dict[str, Any] = {
        "name": name_of(standing.cheapest, lang),
        "value": numbers.decimal(cheapest.mean, 2),
        "interval": numbers.interval(cheapest.low, cheapest.high, lang, 2, 1.0),
        "yuan": numbers.decimal(PER_YUAN, 0),
    }
    tied = standing.not_told_from_cheapest
    params["tied"] = say("target.cheapest_tied", lang, {"tied": _listed(tied, lang)}) if tied else ""
    said = [say("target.cheapest", lang, params)]
    if most_asked and standing.cheapest not in most_asked:
        best = max(standing.brought[name].per_money.mean for name in most_asked)
        if np.isfinite(best):
            said.append(say("target.map_costs", lang, {"value": numbers.decimal(best, 2), "yuan": params["yuan"]}))
    return said


def _contagion(found: Targeting, lang: str) -> list[str]:
    """Return whether the order depends on how much people follow others."""
    if len(found.standings) == 1:
        return []
    simple, strong = found.standings["simple"], found.standings["complex"]
    said = [first_sentence(strong, lang, "complex")]
    certain = simple.is_ranked and strong.is_ranked
    stays = simple.leader == strong.leader or simple.leader in strong.not_told_apart
    said.append(say(f"target.order_{'open' if not certain else 'stays' if stays else 'changes'}", lang))
    return said


def _cascades(found: Targeting, lang: str) -> str:
    """Return which way carries furthest in cascades apart from the simulation."""
    best = {kind: max(found.people, key=lambda name: float(getattr(found.people[name], kind).mean())) for kind in KINDS}
    params = {kind: name_of(best[kind], lang) for kind in KINDS}
    return say("target.cascades_same" if best["simple"] == best["complex"] else "target.cascades", lang, params)


KINDS = ("simple", "complex")


def _spread(found: Targeting, lang: str) -> str:
    people = found.people
    widest = max(people, key=lambda name: float(people[name].places.mean()))
    narrowest = min(people, key=lambda name: float(people[name].places.mean()))
    params = {
        "all": numbers.decimal(float(found.crowd.places.mean()), 0),
        "widest": name_of(widest, lang),
        "most": numbers.decimal(float(people[widest].places.mean()), 0),
        "narrowest": name_of(narrowest, lang),
        "least": numbers.decimal(float(people[narrowest].places.mean()), 0),
    }
    return say("target.spread", lang, params)


def tables(found: Targeting, lang: str) -> list[Table]:
    """Return the tables: what each way brings under each contagion, whom it reaches, and how far cascades go."""
    made = [brought_table(found, contagion, lang) for contagion in found.standings]
    return [*made, people_table(found, lang), spread_table(found, lang)]


def brought_table(found: Targeting, contagion: Contagion, lang: str) -> Table:
    """Return what each way of choosing brings: users, coverage, money, users per money, against choosing by lot."""
    standing = found.standings[contagion]
    rows = []
    for name in standing.order:
        brought = standing.brought[name]
        to_random = standing.against_random(name)
        contacts = found.people[name].let_in.mean()
        paid = float(brought.lever_yuan.mean())
        cells = (
            name_of(name, lang),
            _value(interval_of(brought.users), lang, 0),
            numbers.decimal(_error(brought.users), 0),
            _value(interval_of(brought.coverage), lang, 3, 100.0),
            numbers.money(paid, lang),
            numbers.decimal(paid / contacts if contacts else np.nan, 0),
            _value(brought.per_money, lang, 2, signed=False),
            "" if to_random is None else _value(to_random, lang, 0),
            _verdict(standing, name, lang),
        )
        rows.append(cells)
    codes = (
        "strategy", "users", "error", "coverage", "spent", "per_contact", "per_money", "to_random", "to_leader"
    )  # fmt: skip
    columns = tuple(say(f"target.column.{code}", lang) for code in codes)
    params = {"intervals": intervals_of_replicates(found.n_replicates, lang), "coefficient": REINFORCING}
    note = say("target.note.brought", lang, params)
    return Table(say(f"target.caption.{contagion}", lang), columns, tuple(rows), note)


def _verdict(standing: Standing, name: Strategy, lang: str) -> str:
    if name == standing.leader:
        return say("target.leader", lang)
    comparison = standing.against_leader[name]
    return say(f"target.verdict.{'worse' if comparison.verdict == 'worse' else 'open'}", lang)


def people_table(found: Targeting, lang: str) -> Table:
    """Return whom each way of choosing reaches: visits, doors opened, interviews, people in touch, cascades."""
    rows = []
    for name, people in found.people.items():
        made = float(found.main.brought[name].visits.mean())
        measures = (people.let_in, people.interviews, people.in_touch, people.simple, people.complex)
        cells = [numbers.count(float(values.mean()), lang) for values in measures]
        rows.append((name_of(name, lang), numbers.count(made, lang), *cells))
    codes = ("strategy", "visits", "let_in", "interviews", "in_touch", "simple", "complex")
    columns = tuple(say(f"target.column.{code}", lang) for code in codes)
    lever = lever_of(found.scenario)[1]
    params = {
        "eligible": numbers.count(float(found.crowd.eligible.mean()), lang),
        "reachable": numbers.count(float(found.crowd.reachable.mean()), lang),
        "n": N_CASCADES,
        "p": numbers.decimal(lever.cascade_probability, 2),
        "p2": numbers.decimal(COMPLEX_PROBABILITY, 2),
    }
    return Table(say("target.caption.people", lang), columns, tuple(rows), say("target.note.people", lang, params))


def spread_table(found: Targeting, lang: str) -> Table:
    """Return how visits are spread over ages, areas and settlements, beside those who might be visited."""
    rows = []
    for name, people in found.people.items():
        cells = (
            numbers.decimal(float(people.places.mean()), 0),
            numbers.percent(float(people.old_share.mean()), 0),
            numbers.percent(float(people.remote_share.mean()), 0),
            numbers.decimal(float(people.gini.mean()), 2),
        )
        rows.append((name_of(name, lang), *cells))
    crowd = found.crowd
    everybody = (
        say("target.everybody", lang),
        numbers.decimal(float(crowd.places.mean()), 0),
        numbers.percent(float(crowd.old_share.mean()), 0),
        numbers.percent(float(crowd.remote_share.mean()), 0),
        "",
    )
    columns = tuple(say(f"target.column.{code}", lang) for code in ("strategy", "places", "old", "remote", "gini"))
    note = say("target.note.spread", lang)
    return Table(say("target.caption.spread", lang), columns, (*rows, everybody), note)


def _value(value: Interval, lang: str, digits: int, scale: float = 1.0, signed: bool = True) -> str:
    between = numbers.interval(value.low, value.high, lang, digits, scale)
    return numbers.decimal(scale * value.mean, digits, signed) + (f" ({between})" if between else "")


def _error(values: Any) -> float:
    """Return the standard error of a mean over replicates; NaN of one."""
    return float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")


def _people(value: float, lang: str) -> str:
    return numbers.count(value, lang)


def _between(value: Interval, lang: str) -> str:
    between = numbers.interval(value.low, value.high, lang, 0, 1.0)
    return say("target.interval", lang, {"interval": between}) if between else ""


def _listed(names: Sequence[str], lang: str) -> str:
    return say("report.list_comma", lang).join(name_of(name, lang) for name in names)
