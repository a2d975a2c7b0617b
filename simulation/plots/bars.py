"""What the programme added, what it cost, and where shops accept."""

import numpy as np
import plotly.graph_objects as go
import xarray as xr

from simulation.outcomes import numbers
from simulation.outcomes.indicators import acceptance, acceptance_at_start, coverage, spending
from simulation.outcomes.intervals import estimate, estimate_share, excludes_zero, paired_difference
from simulation.outcomes.result import Result
from simulation.outcomes.wording import label, lever_labels, say
from simulation.plots.curves import interval_note
from simulation.plots.style import (
    BASE,
    BASE_TEXT,
    BLUE,
    FONT_SIZE,
    PERCENT_TICKS,
    SMALL_SIZE,
    TEXT,
    finish,
    room_for,
    sentences,
)

ROW_HEIGHT = 38


def added_by_group(programme: Result, baseline: Result, dim: str, lang: str = "en") -> go.Figure:
    """Draw what the programme added to coverage at the end, group by group, in percentage points.

    Parameters
    ----------
    programme, baseline : Result
        Paired runs.
    dim : str
        "age", "area" or "income".
    lang : str
        "en" or "zh".
    """
    groups = [str(g) for g in programme.dataset[dim].values]
    both = [coverage(r.dataset, (dim,)).isel(week=-1) for r in (baseline, programme)]
    interval = estimate(paired_difference(*both))
    mean, low, high = (100 * interval[k].values for k in ("mean", "low", "high"))
    sure = excludes_zero(interval).values
    names = [label(dim, g, lang) for g in groups]
    texts = [_points_and_range(m, a, b, lang) for m, a, b in zip(mean, low, high, strict=True)]
    figure = go.Figure(
        go.Bar(
            x=mean,
            y=names,
            orientation="h",
            hoverinfo="skip",
            marker=dict(
                color=[BLUE if s else BASE for s in sure],
                pattern=dict(shape=["" if s else "/" for s in sure], fgcolor="white", fillmode="overlay"),
            ),
            error_x=dict(
                type="data",
                symmetric=False,
                array=np.nan_to_num(high - mean),
                arrayminus=np.nan_to_num(mean - low),
                color=TEXT,
                thickness=1.5,
                width=5,
            ),
        )
    )
    top = np.nan_to_num(np.fmax(high, mean))
    for k, name in enumerate(names):
        figure.add_annotation(
            x=max(0.0, float(top[k])),
            y=name,
            text=texts[k],
            showarrow=False,
            xanchor="left",
            xshift=8,
            font=dict(size=SMALL_SIZE, color=BLUE if sure[k] else BASE_TEXT),
        )
    most, least = int(np.argmax(mean)), int(np.argmin(mean))
    finding = say(
        f"plot.added.{dim}",
        lang,
        {
            "most": names[most],
            "most_value": numbers.points(mean[most] / 100, lang),
            "least": names[least],
            "least_value": numbers.points(mean[least] / 100, lang),
        },
    )
    end = max(1.0, float(top.max()))
    start = min(0.0, float(np.nan_to_num(np.fmin(low, mean)).min()))
    figure.update_xaxes(
        title=say("plot.axis.added", lang), range=[start * 1.1, end * 1.35], zeroline=True, zerolinecolor=TEXT
    )
    figure.update_yaxes(autorange="reversed")
    note = sentences(lang, say("plot.added.note", lang), interval_note(programme, lang))
    columns = [say(f"table.{dim}", lang), say("table.added", lang), say("table.interval", lang)]
    rows = [
        [n, numbers.decimal(m, 1, True), numbers.interval(a / 100, b / 100, lang)]
        for n, m, a, b in zip(names, mean, low, high, strict=True)
    ]
    return finish(
        figure,
        finding,
        note,
        programme.scenario.survey.illustrative,
        lang,
        (columns, rows),
        ROW_HEIGHT * len(groups) + 30,
        left=room_for(names),
    )


def _points_and_range(mean: float, low: float, high: float, lang: str) -> str:
    """Return "+5.2 (4.1 to 6.3)" or the mean alone."""
    between = numbers.interval(low, high, lang, scale=1.0)
    return numbers.decimal(mean, 1, True) + (f" ({between})" if between else "")


def spending_by_lever(programme: Result, lang: str = "en") -> go.Figure:
    """Draw what each lever cost over the whole run, public money solid and private hatched, mean over replicates.

    Parameters
    ----------
    programme : Result
        A run with at least one lever.
    lang : str
        "en" or "zh".
    """
    interval = estimate(spending(programme.dataset, ("lever",))).sortby("mean", ascending=False)
    by_payer = spending(programme.dataset, ("lever", "payer")).mean("replicate").sel(lever=interval.lever)
    words = lever_labels(programme.dataset, lang)
    names = [words[str(n)] for n in interval.lever.values]
    mean = interval["mean"].values
    total, largest = float(mean.sum()), float(mean.max(initial=0.0))
    private = float(by_payer.sel(payer="private").sum())
    currency = numbers.currency_of(programme.dataset)
    unit = numbers.money_unit(largest, lang, currency)
    figure = go.Figure()
    for payer, pattern in (("public", ""), ("private", "/")) if private else (("public", ""),):
        figure.add_bar(
            x=by_payer.sel(payer=payer).values / unit.yuan,
            y=names,
            name=label("payer", payer, lang),
            orientation="h",
            marker=dict(color=BLUE, pattern=dict(shape=pattern, fgcolor="white", fillmode="overlay")),
            hoverinfo="skip",
        )
    for name, yuan in zip(names, mean, strict=True):
        figure.add_annotation(
            x=yuan / unit.yuan,
            y=name,
            text=numbers.money(yuan, lang, currency),
            showarrow=False,
            xanchor="left",
            xshift=6,
            font=dict(size=SMALL_SIZE, color=TEXT),
        )
    share = numbers.percent(float(mean[0]) / total if total else float("nan"), 0)
    finding = say(
        "plot.spending", lang, {"total": numbers.money(total, lang, currency), "lever": names[0], "share": share}
    )
    if private:
        finding += say("plot.spending.private", lang, {"share": numbers.percent(private / total, 0)})
    title = say("plot.axis.spending", lang, {"unit": unit.name(lang)})
    figure.update_xaxes(title=title, range=[0, 1.25 * largest / unit.yuan or 1.0])
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="stack")
    n = programme.dataset.sizes["replicate"]
    code = "plot.spending.note" if n > 1 else "plot.spending.note_one"
    note = say(code, lang, {"year": programme.scenario.price_year, "n": n})
    return finish(
        figure,
        finding,
        note,
        programme.scenario.survey.illustrative,
        lang,
        _spending_numbers(names, interval, by_payer if private else None, currency, lang),
        ROW_HEIGHT * len(names) + 30,
        left=room_for(names),
    )


def _spending_numbers(
    names: list[str], interval: xr.Dataset, by_payer: xr.DataArray | None, currency: numbers.Currency, lang: str
) -> tuple[list[str], list[list[str]]]:
    """Return spending by lever as a table, with whose money it was where not all of it is public."""
    ends = zip(names, interval["mean"].values, interval.low.values, interval.high.values, strict=True)
    rows = [[n, numbers.money(m, lang, currency), _money_range(a, b, lang, currency)] for n, m, a, b in ends]
    columns = [say("table.lever", lang), say("table.spending", lang), say("table.interval", lang)]
    if by_payer is not None:
        columns += [label("payer", str(p), lang) for p in by_payer.payer.values]
        for k, row in enumerate(rows):
            row += [numbers.money(float(yuan), lang, currency) for yuan in by_payer.isel(lever=k).values]
    return columns, rows


def _money_range(low: float, high: float, lang: str, currency: numbers.Currency) -> str:
    """Return an interval of amounts; empty where there is none."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return ""
    low_text, high_text = (numbers.money(yuan, lang, currency) for yuan in (low, high))
    return say("plot.range", lang, {"low": low_text, "high": high_text})


def acceptance_by_sector(programme: Result, baseline: Result | None = None, lang: str = "en") -> go.Figure:
    """Draw the share of shops that accept electronic payment, by sector, at the start and at the end.

    Parameters
    ----------
    programme, baseline : Result
        As in `curves.coverage_over_time`.
    lang : str
        "en" or "zh".
    """
    sectors = [str(s) for s in programme.dataset.sector.values]
    names = [label("sector", s, lang) for s in sectors]
    marks = [("start", estimate_share(acceptance_at_start(programme.dataset, ("sector",))), TEXT, "line-ns-open")]
    if baseline:
        marks.append(
            (
                "baseline",
                estimate_share(acceptance(baseline.dataset, ("sector",)).isel(week=-1)),
                BASE_TEXT,
                "circle-open",
            )
        )
    marks.append(
        ("programme", estimate_share(acceptance(programme.dataset, ("sector",)).isel(week=-1)), BLUE, "diamond")
    )
    figure = go.Figure()
    columns, rows = [say("table.sector", lang)], [[n] for n in names]
    for role, interval, colour, symbol in marks:
        mean, low, high = (interval[k].values for k in ("mean", "low", "high"))
        role_name = say(f"plot.role.{role}", lang)
        figure.add_trace(
            go.Scatter(
                x=mean,
                y=names,
                mode="markers",
                name=role_name,
                marker=dict(color=colour, symbol=symbol, size=12, line=dict(width=2)),
                error_x=dict(
                    type="data",
                    symmetric=False,
                    array=np.nan_to_num(high - mean),
                    arrayminus=np.nan_to_num(mean - low),
                    color=colour,
                    thickness=1.5,
                    width=4,
                ),
                hovertemplate="%{y}: %{x:.1%}<extra>" + role_name + "</extra>",
            )
        )
        columns += [role_name, say("table.interval", lang)]
        for row, m, a, b in zip(rows, mean, low, high, strict=True):
            row += [numbers.percent(m), numbers.interval(a, b, lang)]
    change = {n: float(marks[-1][1]["mean"][k] - marks[0][1]["mean"][k]) for k, n in enumerate(names)}
    most = max(change, key=lambda n: change[n])
    ends = [
        estimate_share(acceptance_at_start(programme.dataset)),
        estimate_share(acceptance(programme.dataset).isel(week=-1)),
    ]
    finding = say(
        "plot.acceptance",
        lang,
        {
            "start": numbers.percent(float(ends[0]["mean"])),
            "end": numbers.percent(float(ends[1]["mean"])),
            "sector": most,
            "change": numbers.points(change[most], lang),
        },
    )
    percent = dict(PERCENT_TICKS, range=[0, 1.02], title=say("plot.axis.acceptance", lang))
    figure.update_xaxes(**percent)
    figure.update_yaxes(autorange="reversed")
    figure = finish(
        figure,
        finding,
        sentences(lang, say("plot.acceptance.note", lang), interval_note(programme, lang)),
        programme.scenario.survey.illustrative,
        lang,
        (columns, rows),
        ROW_HEIGHT * len(sectors) + 50,
        left=room_for(names),
    )
    return figure.update_layout(
        showlegend=True,
        legend=dict(orientation="h", x=0, y=1.0, yanchor="bottom", font=dict(size=FONT_SIZE)),
        margin_t=figure.layout.margin.t + 24,
        height=figure.layout.height + 24,
    )
