"""What every chapter is told from, and the small pieces they share."""

from dataclasses import dataclass, field
from html import escape

import plotly.graph_objects as go

from simulation.outcomes import numbers
from simulation.outcomes.result import Result
from simulation.outcomes.wording import intervals_of_replicates, lever_labels, say
from simulation.report import html
from simulation.report.findings import Findings, Size

COMMAND = "`"  # before and after what is typed


def with_interval(value: str, between: str) -> str:
    """Return a cell with its interval, where it has one."""
    return f"{value} ({between})" if between else value


class Charts:
    """Draws figures, each under a number of its own."""

    def __init__(self) -> None:
        self._n = 0

    def draw(self, figure: go.Figure, lang: str) -> str:
        """Return a figure as HTML."""
        self._n += 1
        return html.chart(figure, f"chart-{self._n}", lang)


@dataclass(frozen=True, slots=True)
class Given:
    """What a report is about.

    Attributes
    ----------
    programme : Result
        The run judged.
    baseline, reference : Result, optional
        Paired business as usual, and paired reference outreach (T8).
    findings : Findings
        What analyses found.
    lang : str
        "en" or "zh".
    """

    programme: Result
    baseline: Result | None
    reference: Result | None
    findings: Findings
    lang: str
    charts: Charts = field(default_factory=Charts)

    @property
    def currency(self) -> numbers.Currency:
        """Return the money amounts are shown in."""
        return numbers.currency_of(self.programme.dataset)

    @property
    def is_illustrative(self) -> bool:
        """Return whether adoption at the start is made up."""
        return self.programme.scenario.survey.illustrative

    @property
    def is_single(self) -> bool:
        """Return whether there is one replicate, and therefore no interval."""
        return self.programme.dataset.sizes["replicate"] == 1

    @property
    def intervals(self) -> str:
        """Return what intervals are."""
        return intervals_of_replicates(self.programme.dataset.sizes["replicate"], self.lang)

    @property
    def levers(self) -> dict[str, str]:
        """Return how levers are written, by name."""
        return lever_labels(self.programme.dataset, self.lang)

    def say(self, code: str, **params: object) -> str:
        """Return a sentence in the report's language."""
        return say(code, self.lang, params)

    def p(self, code: str, **params: object) -> str:
        """Return a sentence as a paragraph."""
        return html.paragraph(self.say(code, **params))

    def how_to(self, code: str) -> str:
        """Return a sentence that names a command between backticks, which is set apart."""
        before, command, after = self.say(code).split(COMMAND)
        return f"<p>{escape(before)}<code>{escape(command)}</code>{escape(after)}</p>"

    def h3(self, code: str) -> str:
        """Return a heading within a chapter."""
        return f"<h3>{escape(self.say(f'report.heading.{code}'))}</h3>"

    def draw(self, figure: go.Figure) -> str:
        """Return a figure as HTML, under a number of its own."""
        return self.charts.draw(figure, self.lang)

    def joined(self, texts: list[str]) -> str:
        """Return a list within a sentence."""
        return self.say("report.list_semicolon").join(texts)

    def size_note(self, size: Size) -> str:
        """Return how large the extra runs of an analysis were, and that this run is of another size where it is."""
        own = Size(self.programme.scenario.citizens, self.programme.dataset.sizes["replicate"])
        params = {"citizens": self._citizens(size), "n": size.replicates}
        if size == own:
            return self.p("report.size.same", **params)
        return self.p("report.size.other", **params, own_citizens=self._citizens(own), own_n=own.replicates)

    def _citizens(self, size: Size) -> str:
        if isinstance(size.citizens, int):
            return numbers.decimal(size.citizens, 0)
        return self.say("report.size.everybody")
