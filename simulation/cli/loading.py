"""Scenario files with the regions they name: everything that is wrong with either, in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.cli.parts import Refused
from simulation.messages import Message

if TYPE_CHECKING:
    from simulation.region import Region
    from simulation.scenario.checks import KnownPlaces
    from simulation.scenario.schema import Scenario


class Loader:
    """Loads scenarios, and each region they name once."""

    def __init__(self) -> None:
        self._regions: dict[str, Region] = {}

    def region(self, name: str) -> "Region":
        """Return a built-in region by its name, else the region of a folder of tables.

        Raises
        ------
        RegionTablesError
            If the tables cannot be used.
        """
        from simulation.region import builtin, names
        from simulation.region.from_tables import region_of_tables
        from simulation.region.tables import read_region_tables

        if name not in self._regions:
            found = builtin(name) if name in names() else region_of_tables(read_region_tables(name))
            self._regions[name] = found
        return self._regions[name]

    def places(self, name: str) -> "KnownPlaces":
        """Return which identifiers the names of a region's settlements and sites mean."""
        from simulation.scenario.load import place_names

        region = self.region(name)
        return place_names((*region.places, *region.sites))

    def measured(self, scenario: "Scenario") -> "Scenario":
        """Return a scenario whose survey holds what the region's own tables measured, as a run takes it."""
        from simulation.region.survey_of_region import with_measured_survey

        return with_measured_survey(scenario, self.region(scenario.region))

    def load(self, path: Path, leave_open: bool = False, **options: Any) -> "Scenario":
        """Load a scenario, check its region, its places and its size, and find the places it leaves open.

        Parameters
        ----------
        leave_open : bool
            Leave them as they are.

        Raises
        ------
        ScenarioError
            With everything that is wrong with the file, or where no place can be chosen.
        Refused
            With everything that is wrong with the file and with the tables of its region.
        """
        from simulation.region import names
        from simulation.region.tables.errors import RegionTablesError
        from simulation.scenario.errors import ScenarioError
        from simulation.scenario.load import load_scenario

        of_tables: list[Message] = []

        def places_of(name: str) -> "KnownPlaces | None":
            try:
                return self.places(name)
            except RegionTablesError as error:
                of_tables.extend((Message("cli.region.refused", {"folder": name}), *error.messages))
                return None

        try:
            scenario = load_scenario(path, known_regions=names(), known_places=places_of, **options)
        except ScenarioError as error:
            if not of_tables:
                raise
            raise Refused(*error.messages, *of_tables) from None
        if of_tables:
            raise Refused(*of_tables)
        self.check_size(scenario, path)
        return scenario if leave_open else self._placed(scenario, path)

    def _placed(self, scenario: "Scenario", path: Path) -> "Scenario":
        """Return a scenario whose levers name all their places, and whose budget reaches for them."""
        if not scenario.left_open:
            return scenario
        from simulation.analysis.placement.in_scenario import placed
        from simulation.scenario.errors import ScenarioError
        from simulation.scenario.feasibility import budget_problems
        from simulation.scenario.problems import message_of
        from simulation.scenario.tree import read_with_bases

        with self.naming(path):
            found = placed(scenario, self.region(scenario.region))
        if problems := budget_problems(found, self.places(scenario.region)):
            root = read_with_bases(path)
            raise ScenarioError([message_of(problem, root) for problem in problems])
        return found

    @contextmanager
    def naming(self, path: Path) -> Iterator[None]:
        """Add to what is wrong with a lever's places where in the file it stands."""
        from simulation.scenario.errors import ScenarioError
        from simulation.scenario.tree import read_with_bases

        try:
            yield
        except ScenarioError as error:
            root = read_with_bases(path)
            raise ScenarioError([_in_file(message, root) for message in error.messages]) from None

    def n_citizens(self, scenario: "Scenario") -> int:
        """Return how many citizens a run simulates."""
        asked = scenario.citizens
        return asked if isinstance(asked, int) else self.region(scenario.region).n_eligible

    def check_size(self, scenario: "Scenario", path: Path) -> None:
        """Refuse more citizens than there are residents, and a region of fewer than the smallest world."""
        from simulation.region.synthesise import SMALLEST_WORLD

        residents = self.region(scenario.region).n_eligible
        if residents < SMALLEST_WORLD:
            params = {"region": scenario.region, "residents": residents, "least": SMALLEST_WORLD}
            raise Refused(Message("cli.region.too_small", params))
        if isinstance(scenario.citizens, int) and scenario.citizens > residents:
            params = {"file": str(path), "citizens": scenario.citizens, "residents": residents}
            raise Refused(Message("cli.region.too_many_citizens", params))


def _in_file(message: Message, root: Any) -> Message:
    """Return what is wrong with a lever's placement, with where it stands in the file."""
    from simulation.scenario.tree import leaf_at

    leaf = leaf_at(root, ("levers", message.params.get("lever", ""), "placement"))
    return Message("placement.error.in_file", {"file": leaf.file, "line": leaf.line, "what": message})
