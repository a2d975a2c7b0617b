"""From heard of to active: how many residents stand at each stage at a run's end, and where most are lost."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import plotly.graph_objects as go
import xarray as xr

from simulation.outcomes import numbers
from simulation.outcomes.catalogue import CELL
from simulation.outcomes.intervals import estimate_share
from simulation.outcomes.result import Result
from simulation.outcomes.sums import over_cells, ratio
from simulation.outcomes.wording import label, say
from simulation.plots.style import BASE, BASE_TEXT, BLUE, SMALL_SIZE, finish, room_for
from simulation.report.tables import Table

STAGES: Mapping[str, Callable[[xr.Dataset], xr.DataArray]] = {
    "aware": lambda d: d.n_aware,
    "access": lambda d: d.n_with_access,
    "ever": lambda d: d.n_users + d.n_lapsed,
    "active": lambda d: d.n_active,
}
COLOURS = {"baseline": (BASE, BASE_TEXT), "programme": (BLUE, BLUE)}
ROW_HEIGHT = 58
EVERYONE_LAST = 1.18  # of the axis, which labels beside the longest bar need


def shares(result: Result, by: Sequence[str] = ()) -> dict[str, xr.DataArray]:
    """Return the share of residents at each stage at the run's end, dims (replicate, *by).

    Parameters
    ----------
    by : sequence of str
        Of "age", "area" and "income", those to keep.
    """
    last = result.dataset.isel(week=-1)
    return {name: ratio(over_cells(read(last), by), over_cells(last.n_residents, by)) for name, read in STAGES.items()}


def funnel_figure(programme: Result, baseline: Result | None, lang: str) -> go.Figure:
    """Draw the share of residents at each stage, with the programme and without it."""
    runs = [("programme", programme), *([("baseline", baseline)] if baseline else [])]
    names = [say(f"viewer.funnel.{stage}", lang) for stage in STAGES]
    figure, rows = go.Figure(), [[name] for name in names]
    means: list[float] = []
    for role, result in runs:
        found = [estimate_share(values) for values in shares(result).values()]
        own = [float(one["mean"]) for one in found]
        means = means or own
        fill, ink = COLOURS[role]
        texts = [f"{numbers.percent(v)} {say(f'plot.role.{role}', lang)}" for v in own]
        figure.add_bar(
            x=own, y=names, orientation="h", text=texts, textposition="outside", cliponaxis=False, hoverinfo="skip",
            marker=dict(color=fill, pattern=dict(shape="/" if role == "baseline" else "", solidity=0.3)),
            textfont=dict(color=ink, size=SMALL_SIZE),
        )  # fmt: skip
        for row, one in zip(rows, found, strict=True):
            between = numbers.interval(float(one.low), float(one.high), lang)
            row.append(numbers.percent(float(one["mean"])) + (f" ({between})" if between else ""))
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    figure.update_layout(bargap=0.3, bargroupgap=0.08)
    figure.update_xaxes(
        range=[0, EVERYONE_LAST], tickvals=ticks, ticktext=["0", "20", "40", "60", "80", "100%"],
        title=say("viewer.funnel.axis", lang),
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed")
    losses = [a - b for a, b in pairwise(means)]
    worst = max(range(len(losses)), key=losses.__getitem__)
    params = {"before": names[worst], "after": names[worst + 1], "lost": numbers.points(losses[worst], lang, 1, False)}
    columns = [say("viewer.funnel.stage", lang), *(say(f"plot.role.{role}", lang) for role, _ in runs)]
    return finish(
        figure, say("viewer.funnel.finding", lang, params), say("viewer.funnel.note", lang),
        programme.scenario.survey.illustrative, lang, (columns, rows), ROW_HEIGHT * len(names),
        left=room_for(names), right=110,
    )  # fmt: skip


def funnel_table(programme: Result, lang: str) -> Table:
    """Return the share of every age, area and income at each stage; means over replicates."""
    rows = []
    for dim in CELL:
        found = {stage: values.mean("replicate") for stage, values in shares(programme, (dim,)).items()}
        for group in (str(g) for g in programme.dataset[dim].values):
            cells = (numbers.percent(float(values.sel({dim: group}))) for values in found.values())
            rows.append((label(dim, group, lang), *cells))
    columns = (say("report.column.group", lang), *(say(f"viewer.funnel.{stage}", lang) for stage in STAGES))
    return Table(say("viewer.funnel.caption", lang), columns, tuple(rows))
