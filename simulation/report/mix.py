"""A search for a programme in words and tables: the answer first, then finalists, frontier, and what matters."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulation.analysis.comparison import INDIFFERENCE
from simulation.analysis.mix.check import LEAST_FRESH, LEAST_RUNS, RISKS, Finalist
from simulation.analysis.mix.frontier import Effect
from simulation.analysis.mix.optimising import Optimised
from simulation.analysis.mix.settings import LEVERS, NO, Setting
from simulation.analysis.mix.variables import Mix, Value
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval
from simulation.outcomes.targets import segment_of
from simulation.outcomes.wording import labels_of_levers, say
from simulation.report.tables import Table
from simulation.report.target_table import words_of

MOST_ROWS = 12  # of the frontier; all of it is in the CSV file
SAME = 1e-9  # of a dose
VERDICTS = {1: "more", 0: "untold", -1: "less"}  # by the sign of a difference


def names_of(o: Optimised, lang: str) -> dict[str, str]:
    """Return how each variable is called, by its name in the file."""
    levers = labels_of_levers({name: lever.kind for name, lever in o.problem.programme.levers.items()}, lang)
    return {setting.variable.name: _name(setting, levers, lang) for setting in o.problem.settings}


def _name(setting: Setting, levers: dict[str, str], lang: str) -> str:
    if setting.kind in ("dose", "bought"):
        return levers[setting.lever]
    if setting.path[0] == LEVERS:
        field = ".".join(setting.path[2:])
        return say("optimise.of_lever", lang, {"lever": levers[setting.lever], "field": field})
    return ".".join(setting.path)


def value_words(setting: Setting, value: Value, lang: str) -> str:
    """Return a value of a variable in words; a dose as times that of the plan."""
    if setting.kind == "bought":
        return say("optimise.without" if value == NO else "optimise.with", lang)
    if setting.kind == "dose":
        return say("optimise.without", lang) if value == 0 else say("optimise.times", lang, {"dose": f"{value:.2f}"})
    return str(value) if isinstance(value, str | int) else f"{value:g}"


def mix_words(o: Optimised, mix: Mix, lang: str) -> str:
    """Return a mix as one sentence: what is set to what, and what is left out."""
    names = names_of(o, lang)
    kept, dropped = [], []
    for setting, value in zip(o.problem.settings, mix, strict=True):
        name = names[setting.variable.name]
        if (setting.kind == "dose" and value == 0) or (setting.kind == "bought" and value == NO):
            dropped.append(name)
        elif setting.kind != "bought":
            kept.append(say("optimise.set", lang, {"name": name, "value": value_words(setting, value, lang)}))
    comma = say("report.list_semicolon", lang)
    without = say("optimise.left_out", lang, {"names": comma.join(dropped)}) if dropped else ""
    number = say("optimise.number", lang, {"n": o.number(mix)})
    return say("optimise.mix", lang, {"mix": number, "items": comma.join(kept), "without": without})


def sentences(o: Optimised, lang: str) -> list[str]:
    """Return the answer, the mix in words, how it was checked, and what does not matter."""
    found = [_answer(o, lang)]
    if o.found.recommended is not None:
        found.append(_against_plan(o, lang))
    if o.found.finalists:
        found += [mix_words(o, o.about, lang), *_added(o, lang)]
    found += _close(o, lang)
    if o.found.finalists:
        found.append(_checked(o, lang))
    if idle := [effect for effect in o.landscape.effects if not effect.matters]:
        names = names_of(o, lang)
        listed = say("report.list_comma", lang).join(names[effect.name] for effect in idle)
        found.append(say("optimise.idle", lang, {"names": listed}))
    if o.problem.left_out:
        listed = say("report.list_comma", lang).join(o.problem.left_out)
        found.append(say("optimise.targets_left_out", lang, {"names": listed}))
    return found


def _added(o: Optimised, lang: str) -> list[str]:
    """Return what the mix asked about adds to business as usual, world by world; nothing where that was not run."""
    added = o.fresh(o.about, lambda outcome: outcome.coverage - outcome.usual)
    if not np.isfinite(added.mean):
        return []
    between = numbers.interval(added.low, added.high, lang, 2)
    return [say("optimise.added", lang, {"points": numbers.points(added.mean, lang, 2), "interval": between})]


def _answer(o: Optimised, lang: str) -> str:
    chosen, wanted = o.found.recommended, o.problem.wanted
    if o.found.n_runs < LEAST_RUNS or not o.found.finalists:
        return say("optimise.few", lang, {"n": o.found.n_runs, "least": LEAST_RUNS})
    finalist = chosen or o.found.nearest
    assert finalist is not None
    params = _facts(o, finalist, lang)
    if wanted.goal == "cheapest":
        return say("optimise.cheapest" if chosen else "optimise.none", lang, params)
    return say("optimise.best" if chosen else "optimise.none_in_budget", lang, params)


def _facts(o: Optimised, finalist: Finalist, lang: str) -> dict[str, Any]:
    """Return what sentences say of a finalist."""
    e, wanted = finalist.evidence, o.problem.wanted
    cost, reached = o.fresh(finalist.mix, lambda x: x.cost), o.fresh(finalist.mix, lambda x: x.coverage)
    return {
        "cost": numbers.money(cost.mean, lang),
        "coverage": _told(reached, lang),
        "targets": targets_words(o, lang),
        "held": e.n_held,
        "n": e.n,
        "share": numbers.percent(e.share, 0),
        "interval": numbers.interval(e.low, e.high, lang, 0),
        "wanted": numbers.percent(wanted.probability, 0),
        "confidence": numbers.percent(e.confidence, 0),
        "short": margin_words(o, -e.bound, lang),
        "budget": numbers.money(wanted.budget, lang),
    }


def targets_words(o: Optimised, lang: str) -> str:
    """Return the targets that shall hold."""
    targets = o.problem.programme.targets
    items = []
    for name in o.problem.targets:
        target = targets[name]
        about = words_of(target.code, segment_of(target), target.what if target.code == "T9" else "", lang)
        share = numbers.percent(target.share, 0)
        items.append(say("optimise.target", lang, {"code": target.code, "name": about, "share": share}))
    return say("report.list_semicolon", lang).join(items)


def margin_words(o: Optimised, margin: float, lang: str) -> str:
    """Return a margin in the unit of what it is about."""
    if o.problem.wanted.goal == "best_coverage":
        return say("optimise.margin.budget", lang, {"share": numbers.percent(margin, 1)})
    if len(o.problem.targets) > 1:
        return say("optimise.margin.deviations", lang, {"value": numbers.decimal(margin, 2)})
    return numbers.points(margin, lang, 1, False)


def _against_plan(o: Optimised, lang: str) -> str:
    """Return whether the recommended mix beats the plan as it stands, and what that is expected to do."""
    if o.plan is None:
        return say("optimise.plan_not_searched", lang)
    if o.landscape.to_plan is None:
        return say("optimise.plan_is_best", lang)
    point = next(p for p in o.landscape.points if p.mix == o.plan)
    params = {
        "cost": numbers.money(point.cost.mean, lang),
        "coverage": _told(point.coverage, lang),
        "reaches": _reaches(o.landscape.to_plan.coverage, lang),
        "costs": _costs(o.landscape.to_plan.cost, lang),
    }
    return say("optimise.plan", lang, params)


def _reaches(more: Interval, lang: str) -> str:
    """Return whether a mix reaches more than another, by how much, or that it cannot be told."""
    low, high = (more.low, more.high) if more.sign >= 0 else (-more.high, -more.low)
    params = {
        "points": numbers.points(abs(more.mean), lang, 2, False),
        "interval": numbers.interval(low, high, lang, 2),
    }
    return say(f"optimise.reaches.{VERDICTS[more.sign]}", lang, params)


def _costs(more: Interval, lang: str) -> str:
    """Return whether a mix costs more than another, by how much, or that it cannot be told."""
    low, high = (more.low, more.high) if more.sign >= 0 else (-more.high, -more.low)
    ends = say("plot.range", lang, {"low": numbers.money(low, lang), "high": numbers.money(high, lang)})
    params = {"money": numbers.money(abs(more.mean), lang), "interval": ends}
    return say(f"optimise.costs.{VERDICTS[more.sign]}", lang, params)


def _close(o: Optimised, lang: str) -> list[str]:
    """Return the finalists that are not told apart from the best, of a search for the best coverage."""
    close = [mix for mix, rival in o.found.rivals.items() if rival.verdict != "worse"]
    if not close:
        return []
    items = []
    for mix in close:
        cost = numbers.money(o.fresh(mix, lambda x: x.cost).mean, lang)
        items.append(say("optimise.close_item", lang, {"n": o.number(mix), "cost": cost}))
    listed = say("report.list_comma", lang).join(items)
    within = numbers.points(INDIFFERENCE, lang, signed=False)
    return [say("optimise.close", lang, {"names": listed, "within": within})]


def _checked(o: Optimised, lang: str) -> str:
    params = {
        "searched": o.found.n_searched,
        "fresh": len(o.found.known.runs) - o.found.n_searched,
        "finalists": len(o.found.finalists),
        "least": LEAST_FRESH,
        "risk": numbers.percent(sum(RISKS), 0),
    }
    code = "optimise.checked_joint" if len(o.problem.targets) > 1 else "optimise.checked"
    return say(code, lang, params)


def finalist_table(o: Optimised, lang: str) -> Table | None:
    """Return what the check found; None where there was none."""
    if not o.found.finalists:
        return None
    rows = []
    for f in o.found.finalists:
        e = f.evidence
        verdict = (
            "recommended"
            if f.is_accepted
            else "passed"
            if e.passes and o.problem.wanted.goal == "best_coverage"
            else "missed"
        )
        rows.append(
            (
                say("optimise.number", lang, {"n": o.number(f.mix)}),
                _yuan(o.fresh(f.mix, lambda x: x.cost), lang),
                _share(o.fresh(f.mix, lambda x: x.coverage), lang),
                f"{e.n_held} / {e.n}",
                f"{numbers.percent(e.share, 0)} ({numbers.interval(e.low, e.high, lang, 0)})",
                margin_words(o, e.bound, lang),
                say(f"optimise.verdict.{verdict}", lang),
            )
        )
    codes = ("mix", "cost", "coverage", "held", "probability", "bound", "verdict")
    columns = tuple(say(f"optimise.column.{code}", lang) for code in codes)
    confidence = numbers.percent(min(f.evidence.confidence for f in o.found.finalists), 0)
    params = {"wanted": numbers.percent(o.problem.wanted.probability, 0), "confidence": confidence}
    return Table(
        say("optimise.caption.finalists", lang), columns, tuple(rows), say("optimise.note.finalists", lang, params)
    )


def frontier_table(o: Optimised, lang: str) -> Table:
    """Return mixes that no other beats, evenly chosen by cost."""
    points = o.landscape.efficient
    step = max(1, -(-len(points) // MOST_ROWS))
    shown = [p for k, p in enumerate(points) if k % step == 0 or k == len(points) - 1]
    rows = [
        (
            say("optimise.number", lang, {"n": o.number(p.mix)}),
            _yuan(p.cost, lang),
            _share(p.coverage, lang),
            _points(p.gap, lang),
            numbers.decimal(p.n_runs, 0),
        )
        for p in shown
    ]
    columns = tuple(say(f"optimise.column.{code}", lang) for code in ("mix", "cost", "coverage", "gap", "runs"))
    params = {"shown": len(shown), "all": len(points)}
    return Table(
        say("optimise.caption.frontier", lang), columns, tuple(rows), say("optimise.note.frontier", lang, params)
    )


def effect_table(o: Optimised, lang: str) -> Table:
    """Return what each variable does to the mix asked about, the largest effects on coverage first."""
    names = names_of(o, lang)
    settings = {setting.variable.name: setting for setting in o.problem.settings}
    size: Callable[[Effect], float] = lambda effect: -abs(effect.coverage.mean)  # noqa: E731
    rows = []
    for e in sorted(o.landscape.effects, key=size):
        setting = settings[e.name]
        rows.append(
            (
                names[e.name],
                value_words(setting, e.value, lang),
                value_words(setting, e.other, lang),
                _points(e.coverage, lang, True),
                _yuan(e.cost, lang),
                say("optimise.matters" if e.matters else "optimise.matters_not", lang),
            )
        )
    codes = ("variable", "value", "other", "coverage_change", "cost_change", "matters")
    columns = tuple(say(f"optimise.column.{code}", lang) for code in codes)
    params = {"mix": say("optimise.number", lang, {"n": o.number(o.about)})}
    caption = say("optimise.caption.effects", lang, params)
    return Table(caption, columns, tuple(rows), say("optimise.note.effects", lang))


def tables(o: Optimised, lang: str) -> list[Table]:
    """Return all tables, in the order a planner asks for them."""
    finalists = finalist_table(o, lang)
    return [*([finalists] if finalists else []), frontier_table(o, lang), effect_table(o, lang)]


def _told(value: Interval, lang: str) -> str:
    """Return a share with its interval as a sentence has it."""
    between = numbers.interval(value.low, value.high, lang)
    return numbers.percent(value.mean) + (say("compare.between", lang, {"interval": between}) if between else "")


def _share(value: Interval, lang: str) -> str:
    between = numbers.interval(value.low, value.high, lang)
    return numbers.percent(value.mean) + (f" ({between})" if between else "")


def _points(value: Interval, lang: str, signed: bool = False) -> str:
    between = numbers.interval(value.low, value.high, lang)
    return numbers.decimal(100 * value.mean, 1, signed) + (f" ({between})" if between else "")


def _yuan(value: Interval, lang: str) -> str:
    """Return an amount in the unit of the columns of money, with its interval."""
    unit = numbers.money_unit(1e9, lang)
    between = numbers.interval(value.low, value.high, lang, 1, 1 / unit.yuan)
    return numbers.decimal(value.mean / unit.yuan, 1) + (f" ({between})" if between else "")
