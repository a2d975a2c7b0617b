"""Which pages there are, in the order of the menu. A page that is not here is not shown anywhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulation.viewer.asked import Asked
from simulation.viewer.layout import Entry
from simulation.viewer.pages.bulletin import bulletin_page
from simulation.viewer.pages.compare import compare_page
from simulation.viewer.pages.left_behind import left_behind
from simulation.viewer.pages.map import map_page
from simulation.viewer.pages.model import model
from simulation.viewer.pages.money import money_page
from simulation.viewer.pages.overview import overview
from simulation.viewer.pages.runs import runs
from simulation.viewer.pages.what_if import what_if


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes
    ----------
    body : callable
        Takes what was asked and returns the HTML below the heading.
    needs_run : bool
        Whether it is about a run; the others show what they can without one.
    is_in_menu : bool
        Whether the menu names it.
    """

    body: Callable[[Asked], str]
    needs_run: bool = True
    is_in_menu: bool = True


PAGES: Mapping[str, Page] = {
    "overview": Page(overview),
    "left_behind": Page(left_behind),
    "map": Page(map_page),
    "what-if": Page(what_if),
    "compare": Page(compare_page),
    "money": Page(money_page),
    "bulletin": Page(bulletin_page),
    "runs": Page(runs, needs_run=False),
    "model": Page(model, needs_run=False),
}
MENU = tuple(Entry(code) for code, page in PAGES.items() if page.is_in_menu)
