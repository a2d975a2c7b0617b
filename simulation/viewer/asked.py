"""What a page is told from: the room, the run, the language, and how it links to other pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from simulation.messages import Message, render
from simulation.report.chapters.given import Given
from simulation.viewer.figures import Figures
from simulation.viewer.room import Room, Runs
from simulation.viewer.what_if.opened import Opened

Params = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """One request for one page.

    Attributes
    ----------
    room : Room
        The folder looked into.
    lang : str
        "en" or "zh".
    page : str
        Code of the page.
    runs : Runs or None
        The runs of the folder asked for; None on pages that need none.
    run : str
        Name of that folder; "" where there is none.
    params : mapping of str to list of str
        Everything else in the address.
    offline : bool
        Whether the page becomes part of a file that no server answers for.
    can_be_sent : bool
        Whether the run can be saved as such a file.
    opened : Opened or None
        What was opened from a file to be looked at in place of the run's plan.
    """

    room: Room
    lang: str
    page: str
    runs: Runs | None = None
    run: str = ""
    params: Params = field(default_factory=dict)
    offline: bool = False
    can_be_sent: bool = False
    opened: Opened | None = None

    def say(self, code: str, **params: object) -> str:
        """Return a sentence in the reader's language."""
        return render(Message(code, params), self.lang)

    def link(self, page: str, lang: str = "", **params: str | Sequence[str]) -> str:
        """Return the address of a page about the same run, in the same language unless another is given."""
        if self.offline:
            return f"#{page}"
        run = {"run": self.run} if self.run and "run" not in params else {}
        return f"/{page}?{urlencode({'lang': lang or self.lang, **run, **params}, doseq=True)}"

    def file(self, name: str) -> str:
        """Return the address a file of the room is downloaded from."""
        return f"/file?{urlencode({'name': name})}"

    def first(self, name: str, default: str = "") -> str:
        """Return a parameter of the address that is given once."""
        values = self.params.get(name) or [default]
        return values[0]

    @cached_property
    def given(self) -> Given:
        """Return what chapters of a report are told from."""
        assert self.runs is not None
        runs = self.runs
        charts = Figures(f"{self.page}-{self.lang}")
        return Given(runs.programme, runs.baseline, runs.reference, runs.findings, self.lang, charts)
