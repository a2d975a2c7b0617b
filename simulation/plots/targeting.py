"""Ways of choosing whom to visit: the users each adds, for what money, and how visits are spread."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.targeting.find import PER_YUAN, Targeting
from simulation.analysis.targeting.scenarios import Contagion
from simulation.levers.choosing.names import Strategy
from simulation.outcomes import numbers
from simulation.outcomes.intervals import Interval, interval_of
from simulation.outcomes.wording import intervals_of_replicates, label, say
from simulation.plots.style import BASE, BASE_TEXT, BLUE, ORANGE, SMALL_SIZE, TEXT, finish, room_for

ROW_HEIGHT = 40
SHIFT = 0.16  # of a row, between the marks of two contagions
STYLES = (("circle", BLUE), ("diamond", ORANGE))


def users_figure(found: Targeting, lang: str = "en") -> go.Figure:
    """Draw the active users each way of choosing adds, with 95% intervals; under two contagions where both were run.

    Parameters
    ----------
    found : Targeting
        Finished.
    lang : str
        "en" or "zh".
    """
    values = {
        contagion: {name: interval_of(brought.users) for name, brought in standing.brought.items()}
        for contagion, standing in found.standings.items()
    }
    main = found.main
    params = {"first": label("strategy", main.leader, lang), "n": len(main.not_told_apart)}
    if not main.is_ranked:
        finding = say("plot.target.users_unranked", lang)
    else:
        finding = say("plot.target.users_tied" if main.not_told_apart else "plot.target.users_first", lang, params)
    note = say("plot.target.users_note", lang, {"intervals": intervals_of_replicates(found.n_replicates, lang)})
    return _marks(found, values, finding, note, say("plot.target.users", lang), 0, lang)


def money_figure(found: Targeting, lang: str = "en") -> go.Figure:
    """Draw the active users each way of choosing adds per 10,000 yuan, with Fieller's intervals.

    Parameters
    ----------
    found, lang
        As for `users_figure`.
    """
    values = {
        contagion: {name: brought.per_money for name, brought in standing.brought.items()}
        for contagion, standing in found.standings.items()
    }
    cheapest = found.main.cheapest
    params = {
        "name": label("strategy", cheapest, lang),
        "value": numbers.decimal(found.main.brought[cheapest].per_money.mean, 1),
        "yuan": numbers.decimal(PER_YUAN, 0),
    }
    axis = say("plot.target.money", lang, {"yuan": params["yuan"]})
    return _marks(
        found,
        values,
        say("plot.target.money_finding", lang, params),
        say("plot.target.money_note", lang),
        axis,
        1,
        lang,
    )


def spread_figure(found: Targeting, lang: str = "en") -> go.Figure:
    """Draw the settlements where somebody is visited, against those where somebody might be.

    Parameters
    ----------
    found, lang
        As for `users_figure`.
    """
    order = list(found.main.order)
    values = {name: interval_of(found.people[name].places) for name in order}
    names = [label("strategy", name, lang) for name in order]
    mean = np.array([values[name].mean for name in order])
    everywhere = float(found.crowd.places.mean())
    figure = go.Figure(
        go.Bar(
            x=mean, y=names, orientation="h", hoverinfo="skip", marker=dict(color=BLUE),
            error_x=_error([values[name] for name in order]),
        )
    )  # fmt: skip
    for name, value in zip(names, [values[name] for name in order], strict=True):
        end = value.high if np.isfinite(value.high) else value.mean
        figure.add_annotation(
            x=end, y=name, showarrow=False, xanchor="left", xshift=8, text=numbers.decimal(value.mean, 0),
            font=dict(size=SMALL_SIZE, color=TEXT),
        )  # fmt: skip
    figure.add_vline(x=everywhere, line=dict(color=TEXT, width=1.5, dash="dot"))
    figure.update_xaxes(title=say("plot.target.places", lang), range=[0, max(everywhere, float(mean.max())) * 1.18])
    figure.update_yaxes(autorange="reversed")
    widest, narrowest = (names[int(k)] for k in (mean.argmax(), mean.argmin()))
    params = {
        "widest": widest, "most": numbers.decimal(float(mean.max()), 0), "narrowest": narrowest,
        "least": numbers.decimal(float(mean.min()), 0), "all": numbers.decimal(everywhere, 0),
    }  # fmt: skip
    columns = [say(f"target.column.{code}", lang) for code in ("strategy", "places", "old", "remote", "gini")]
    rows = []
    for name, title in zip(order, names, strict=True):
        people = found.people[name]
        rows.append(
            [
                title,
                numbers.decimal(float(people.places.mean()), 0),
                numbers.percent(float(people.old_share.mean()), 0),
                numbers.percent(float(people.remote_share.mean()), 0),
                numbers.decimal(float(people.gini.mean()), 2),
            ]
        )
    return finish(
        figure, say("plot.target.spread", lang, params), say("plot.target.spread_note", lang, params),
        found.scenario.survey.illustrative, lang, (columns, rows), ROW_HEIGHT * len(order) + 40, left=room_for(names),
    )  # fmt: skip


def _marks(
    found: Targeting,
    values: Mapping[Contagion, Mapping[Strategy, Interval]],
    finding: str,
    note: str,
    axis: str,
    digits: int,
    lang: str,
) -> go.Figure:
    """Draw one mark with its interval a way of choosing and contagion, in the order of the first contagion."""
    order = list(found.main.order)
    names = [label("strategy", name, lang) for name in order]
    close = {found.main.leader, *found.main.not_told_apart} if found.main.is_ranked else set(order)
    several = len(values) > 1
    figure, rows = go.Figure(), []
    for k, (contagion, mine) in enumerate(values.items()):
        symbol, colour = STYLES[k]
        shown = [mine[name] for name in order]
        height = np.arange(len(order)) + (SHIFT * (2 * k - 1) if several else 0.0)
        figure.add_scatter(
            x=[value.mean for value in shown], y=height, mode="markers", hoverinfo="skip", error_x=_error(shown),
            marker=dict(
                size=11, color=[colour if several or name in close else BASE for name in order],
                symbol=[symbol if several or name in close else f"{symbol}-open" for name in order],
            ),
        )  # fmt: skip
        for y, value in zip(height, shown, strict=True):
            between = numbers.interval(value.low, value.high, lang, digits, 1.0)
            figure.add_annotation(
                x=float(np.nan_to_num(np.fmax(value.high, value.mean))), y=float(y), showarrow=False, xanchor="left",
                xshift=8, text=numbers.decimal(value.mean, digits, digits == 0) + (f" ({between})" if between else ""),
                font=dict(size=SMALL_SIZE, color=colour if several else TEXT),
            )  # fmt: skip
        kind = [say(f"target.kind.{contagion}", lang)] if several else []
        rows += [
            [name, *kind, numbers.decimal(v.mean, digits, True), numbers.interval(v.low, v.high, lang, digits, 1.0)]
            for name, v in zip(names, shown, strict=True)
        ]
    ends = [0.0, *(float(x) for mine in values.values() for v in mine.values() for x in (v.low, v.mean, v.high))]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    span = max(high - low, 1e-9)
    figure.update_xaxes(
        title=axis, range=[low - 0.05 * span, high + 0.45 * span], zeroline=True, zerolinecolor=BASE_TEXT
    )
    figure.update_yaxes(
        tickvals=list(range(len(order))), ticktext=names, range=[len(order) - 0.5, -0.5], showgrid=False, zeroline=False
    )
    columns = [say("target.column.strategy", lang), *([say("target.column.kind", lang)] if several else [])]
    columns += [axis, say("table.interval", lang)]
    if several:
        note = " ".join([note, say("plot.target.both_note", lang)]) if lang == "en" else note + say(
            "plot.target.both_note", lang
        )  # fmt: skip
    height_px = ROW_HEIGHT * len(order) * (1.35 if several else 1.0) + 40
    return finish(
        figure, finding, note, found.scenario.survey.illustrative, lang, (columns, rows), int(height_px),
        left=room_for(names),
    )  # fmt: skip


def _error(shown: Sequence[Interval]) -> dict[str, object]:
    """Return how intervals are drawn; nothing where there is none."""
    mean, low, high = (np.array([getattr(value, end) for value in shown]) for end in ("mean", "low", "high"))
    return dict(
        type="data", symmetric=False, array=np.nan_to_num(high - mean), arrayminus=np.nan_to_num(mean - low),
        color=TEXT, thickness=1.5, width=6,
    )  # fmt: skip
