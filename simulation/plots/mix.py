"""A search for a programme: what coverage costs, how surely finalists hold, and how fast the best was found."""

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.mix.check import Finalist
from simulation.analysis.mix.evaluate import Outcome
from simulation.analysis.mix.optimising import Optimised
from simulation.outcomes import numbers
from simulation.outcomes.wording import say
from simulation.plots.style import (
    BASE,
    BASE_TEXT,
    BLUE,
    GREEN,
    ORANGE,
    SMALL_SIZE,
    TEXT,
    finish,
    room_for,
    spread_labels,
)

ROW_HEIGHT = 44
LABEL_GAP = 0.07  # of the height of the plot


def cost_figure(o: Optimised, lang: str = "en") -> go.Figure:
    """Draw expected cost against expected coverage of all mixes, the frontier with its uncertainty, and finalists.

    Parameters
    ----------
    o : Optimised
        Finished search.
    lang : str
        "en" or "zh".
    """
    points, efficient = o.landscape.points, o.landscape.efficient
    unit = numbers.money_unit(max(p.cost.mean for p in points), lang, numbers.currency_of(o.result.dataset))
    figure = go.Figure()
    figure.add_scatter(
        x=[p.cost.mean / unit.yuan for p in points], y=[100 * p.coverage.mean for p in points], mode="markers",
        hoverinfo="skip", marker=dict(size=7, color=BASE, symbol="circle-open"),
    )  # fmt: skip
    best = [
        p
        for k, p in enumerate(efficient)
        if p.coverage.mean > max((q.coverage.mean for q in efficient[:k]), default=-1)
    ]
    mean, low, high = (np.array([100 * getattr(p.coverage, end) for p in best]) for end in ("mean", "low", "high"))
    figure.add_scatter(
        x=[p.cost.mean / unit.yuan for p in best], y=mean, mode="lines+markers", hoverinfo="skip",
        line=dict(color=BLUE, width=2), marker=dict(size=8, color=BLUE),
        error_y=dict(type="data", symmetric=False, array=high - mean, arrayminus=mean - low, color=BLUE, thickness=1),
    )  # fmt: skip
    ends = [v for p in points for v in (100 * p.coverage.mean, *((100 * p.coverage.low,) if p in best else ()))]
    heights = [100 * o.fresh(f.mix, _coverage).mean for f in o.found.finalists]
    labels = spread_labels(heights, LABEL_GAP * max(max(ends) - min(ends), 1e-9))
    for finalist, label_at in zip(o.found.finalists, labels, strict=True):
        cost, reached = o.fresh(finalist.mix, _cost), o.fresh(finalist.mix, _coverage)
        figure.add_scatter(
            x=[cost.mean / unit.yuan], y=[100 * reached.mean], mode="markers", hoverinfo="skip",
            marker=dict(size=15, symbol=_symbol(finalist), color=_colour(finalist), line=dict(color=TEXT, width=1.5)),
            error_y=dict(
                type="data", symmetric=False, array=[100 * (reached.high - reached.mean)],
                arrayminus=[100 * (reached.mean - reached.low)], color=TEXT, thickness=1.5,
            ),
        )  # fmt: skip
        figure.add_annotation(
            x=cost.mean / unit.yuan, y=label_at, showarrow=False, xanchor="left", xshift=14,
            text=say("optimise.number", lang, {"n": o.number(finalist.mix)}), font=dict(size=SMALL_SIZE, color=TEXT),
        )  # fmt: skip
    budget = o.problem.wanted.budget
    if np.isfinite(budget):
        figure.add_vline(x=budget / unit.yuan, line=dict(color=TEXT, width=1.5, dash="dot"))
    cost_axis = say("plot.optimise.cost", lang, {"unit": unit.name(lang)})
    figure.update_xaxes(title=cost_axis, rangemode="tozero")
    figure.update_yaxes(title=say("plot.optimise.coverage", lang))
    params = {
        "low": numbers.percent(best[0].coverage.mean), "cheap": numbers.money(best[0].cost.mean, lang),
        "high": numbers.percent(best[-1].coverage.mean), "dear": numbers.money(best[-1].cost.mean, lang),
    }  # fmt: skip
    columns = [
        say("optimise.column.mix", lang),
        cost_axis,
        say("plot.optimise.coverage", lang),
        say("table.interval", lang),
    ]
    rows = [
        [
            str(o.number(p.mix)), unit.cell(p.cost.mean), numbers.decimal(100 * p.coverage.mean, 1),
            numbers.interval(p.coverage.low, p.coverage.high, lang),
        ]
        for p in best
    ]  # fmt: skip
    return finish(
        figure, say("plot.optimise.frontier", lang, params), say("plot.optimise.frontier_note", lang),
        _is_illustrative(o), lang, (columns, rows), 440, left=84,
    )  # fmt: skip


def finalists_figure(o: Optimised, lang: str = "en") -> go.Figure | None:
    """Draw the probability with which each finalist held in fresh runs, with its exact 95% interval.

    Parameters
    ----------
    o, lang
        As for `cost_figure`.

    Returns
    -------
    plotly.graph_objects.Figure or None
        None where there was no check.
    """
    if not o.found.finalists:
        return None
    names = [say("optimise.number", lang, {"n": o.number(f.mix)}) for f in o.found.finalists]
    figure, rows = go.Figure(), []
    for name, f in zip(names, o.found.finalists, strict=True):
        e = f.evidence
        figure.add_scatter(
            x=[100 * e.share], y=[name], mode="markers", hoverinfo="skip",
            marker=dict(size=12, symbol=_symbol(f), color=_colour(f)),
            error_x=dict(
                type="data", symmetric=False, array=[100 * (e.high - e.share)], arrayminus=[100 * (e.share - e.low)],
                color=TEXT, thickness=1.5, width=6,
            ),
        )  # fmt: skip
        between = numbers.interval(e.low, e.high, lang, 0)
        figure.add_annotation(
            x=102, y=name, showarrow=False, xanchor="left", font=dict(size=SMALL_SIZE, color=TEXT),
            text=f"{e.n_held} / {e.n} ({between})",
        )  # fmt: skip
        rows.append([name, f"{e.n_held} / {e.n}", numbers.percent(e.share, 0), between])
    wanted = o.problem.wanted.probability
    figure.add_vline(x=100 * wanted, line=dict(color=TEXT, width=1.5, dash="dot"))
    figure.update_xaxes(title=say("plot.optimise.probability", lang), range=[0, 125], tickvals=[0, 20, 40, 60, 80, 100])
    figure.update_yaxes(autorange="reversed")
    chosen = o.found.recommended
    params = {"wanted": numbers.percent(wanted, 0), "n": len(names), "name": ""}
    if chosen is not None:
        params["name"] = say("optimise.number", lang, {"n": o.number(chosen.mix)})
    code = "plot.optimise.passed" if chosen else "plot.optimise.none_passed"
    columns = [say(f"optimise.column.{name}", lang) for name in ("mix", "held", "probability")]
    columns.append(say("table.interval", lang))
    return finish(
        figure, say(code, lang, params), say("plot.optimise.finalists_note", lang), _is_illustrative(o), lang,
        (columns, rows), ROW_HEIGHT * len(names) + 50, left=room_for(names),
    )  # fmt: skip


def progress_figure(o: Optimised, lang: str = "en") -> go.Figure:
    """Draw the best expected outcome found so far against the number of runs.

    Parameters
    ----------
    o, lang
        As for `cost_figure`.
    """
    is_cost = o.problem.wanted.goal == "cheapest"
    best = o.landscape.best_so_far
    unit = numbers.money_unit(float(np.nanmax(best, initial=1.0)), lang, numbers.currency_of(o.result.dataset))
    shown = best / unit.yuan if is_cost else 100 * best
    runs = np.arange(1, len(best) + 1)
    figure = go.Figure(go.Scatter(x=runs, y=shown, mode="lines", hoverinfo="skip", line=dict(color=BLUE, shape="hv")))
    figure.add_vline(x=o.found.n_searched + 0.5, line=dict(color=BASE_TEXT, width=1.5, dash="dot"))
    axis = (
        say("plot.optimise.cost", lang, {"unit": unit.name(lang)}) if is_cost else say("plot.optimise.coverage", lang)
    )
    figure.update_xaxes(title=say("plot.optimise.runs", lang), range=[0, len(best) + 1])
    figure.update_yaxes(title=axis)
    changes = [k for k in range(len(best)) if np.isfinite(best[k]) and (k == 0 or best[k] != best[k - 1])]
    rows = [[str(k + 1), numbers.decimal(float(shown[k]), 1)] for k in changes]
    finding = say("plot.optimise.never", lang)
    if changes:
        last = float(best[-1])
        value = numbers.money(last, lang) if is_cost else numbers.percent(last)
        finding = say("plot.optimise.found", lang, {"value": value, "run": changes[-1] + 1})
    note = say("plot.optimise.progress_note", lang)
    return finish(
        figure, finding, note, _is_illustrative(o), lang, ([say("plot.optimise.runs", lang), axis], rows), 340, left=84
    )


def _cost(outcome: Outcome) -> float:
    return outcome.cost


def _coverage(outcome: Outcome) -> float:
    return outcome.coverage


def _symbol(finalist: Finalist) -> str:
    return "star" if finalist.is_accepted else "diamond"


def _colour(finalist: Finalist) -> str:
    return GREEN if finalist.is_accepted else ORANGE


def _is_illustrative(o: Optimised) -> bool:
    return bool(o.problem.baseline.survey.illustrative)
