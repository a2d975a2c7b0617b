"""What each lever adds to coverage: its share, and what is lost without it alone."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from simulation.analysis.attribution import Attribution
from simulation.outcomes import numbers
from simulation.outcomes.wording import intervals_of_replicates, say
from simulation.plots.style import BASE, BASE_TEXT, BLUE, SMALL_SIZE, TEXT, finish, room_for

ROW_HEIGHT = 44


def attribution_figure(
    found: Attribution, words: Mapping[str, str], illustrative: bool, lang: str = "en", outcome: int = 0
) -> go.Figure:
    """Draw the shares of an outcome as bars with 95% intervals, and drop-one losses as open marks.

    Parameters
    ----------
    found : Attribution
        Shares and losses.
    words : mapping of str to str
        How players are called.
    illustrative : bool
        Whether the baseline is made up.
    lang : str
        "en" or "zh".
    outcome : int
        Which of `found.outcomes`.
    """
    order = sorted(found.players, key=lambda name: -float(found.shares[name].mean[outcome]))
    share, low, high = (
        np.array([100 * float(getattr(found.shares[name], end)[outcome]) for name in order])
        for end in ("mean", "low", "high")
    )
    lost = np.array([100 * float(found.dropped[name].mean[outcome]) for name in order])
    names = [words[name] for name in order]
    figure = go.Figure(
        go.Bar(
            x=share, y=names, orientation="h", hoverinfo="skip", marker=dict(color=BLUE), width=0.6,
            error_x=dict(
                type="data", symmetric=False, array=np.nan_to_num(high - share),
                arrayminus=np.nan_to_num(share - low), color=TEXT, thickness=1.5, width=5,
            ),
        )
    )  # fmt: skip
    figure.add_scatter(
        x=lost, y=names, mode="markers", hoverinfo="skip",
        marker=dict(symbol="diamond-open", size=11, color=BASE_TEXT, line=dict(width=2)),
    )  # fmt: skip
    ends = np.concatenate([np.nan_to_num(high), lost, share, [0.0]])
    starts = np.concatenate([np.nan_to_num(low), lost, share, [0.0]])
    span = max(float(ends.max() - starts.min()), 0.1)
    for k, name in enumerate(names):
        figure.add_annotation(
            x=max(float(np.nan_to_num(high)[k]), float(lost[k]), 0.0), y=name, text=numbers.decimal(share[k], 2, True),
            showarrow=False, xanchor="left", xshift=10, font=dict(size=SMALL_SIZE, color=TEXT),
        )  # fmt: skip
    figure.update_xaxes(
        title=say("plot.axis.added", lang), zeroline=True, zerolinecolor=BASE,
        range=[float(starts.min()) - 0.05 * span, float(ends.max()) + 0.18 * span],
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    total = numbers.points(float(found.total.mean[outcome]), lang)
    params = {"first": names[0], "value": numbers.points(share[0] / 100, lang, 2), "total": total}
    columns = [say(f"attribution.column.{code}", lang) for code in ("lever", "share", "dropped")]
    rows = [
        [name, numbers.decimal(a, 2, True), numbers.decimal(b, 2, True)]
        for name, a, b in zip(names, share, lost, strict=True)
    ]
    note = say("plot.attribution.note", lang, {"intervals": intervals_of_replicates(found.n_replicates, lang)})
    return finish(
        figure, say("plot.attribution.finding", lang, params), note, illustrative, lang, (columns, rows),
        ROW_HEIGHT * len(order) + 40, left=room_for(names),
    )  # fmt: skip
