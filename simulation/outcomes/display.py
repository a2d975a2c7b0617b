"""What a notebook shows of a run: a small table, with what varies and whether the baseline is made up."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage, coverage_at_start, spending
from simulation.outcomes.intervals import interval_of
from simulation.outcomes.wording import say

if TYPE_CHECKING:
    from simulation.outcomes.result import Result

DIGEST_SHOWN = 12


def html_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """Return a table as HTML; the first cell of a row is its heading."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    shown = f"<caption style='text-align:left'>{escape(caption)}</caption>"
    head = f"<thead><tr>{head}</tr></thead>" if columns else ""
    foot = f"<p>{escape(note)}</p>" if note else ""
    return f"<table>{shown}{head}<tbody>{body}</tbody></table>{foot}"


def result_html(result: "Result", lang: str = "en") -> str:
    """Return a run as a small table: size, coverage at the start and the end with its interval, money, digest.

    Parameters
    ----------
    result : Result
    lang : str
        "en" or "zh".
    """
    d, scenario = result.dataset, result.scenario
    title = (scenario.title.zh if numbers.is_chinese(lang) else scenario.title.en) or scenario.region
    end = interval_of(coverage(d.isel(week=slice(-1, None))).isel(week=-1).values)
    size = {
        "citizens": numbers.decimal(float(d.attrs["n_simulated"]), 0),
        "replicates": d.sizes["replicate"],
        "weeks": d.sizes["week"],
        "seed": scenario.seed,
    }
    rows = [
        (say("display.size", lang), say("display.size_value", lang, size)),
        (say("display.start", lang), numbers.percent(float(coverage_at_start(d).mean()))),
        (say("display.end", lang), _with_interval(end.mean, end.low, end.high, lang)),
        (
            say("display.spending", lang),
            numbers.money(float(spending(d).mean("replicate")), lang, numbers.currency_of(d)),
        ),
        (say("display.digest", lang), result.digest[:DIGEST_SHOWN]),
    ]
    note = say("plot.illustrative", lang) if scenario.survey.illustrative else ""
    return html_table(title, (), rows, note)


def _with_interval(mean: float, low: float, high: float, lang: str) -> str:
    between = numbers.interval(low, high, lang)
    return numbers.percent(mean) + (f" ({between})" if between else "")
