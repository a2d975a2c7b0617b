"""Which runs of the room can be compared: those on the same worlds, told from their manifests before any is opened."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulation.outcomes.manifest import HERE, read_manifest
from simulation.outcomes.result import Result
from simulation.report.results_comparison import share_worlds
from simulation.viewer.room import DamagedRunError, OutsideError, Room

WORLD = ("region", "citizens", "weeks", "seed", "replicates")
SEPARATOR = "/"
ROLE_OF_SINGLE = "programme"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run of the room.

    Attributes
    ----------
    name : str
        Folder and role, such as `plan/programme`.
    titles : mapping of str to str
        By language.
    digest : str
        Of its numbers.
    world : tuple
        What must be the same of two runs to be compared.
    """

    name: str
    titles: Mapping[str, str]
    digest: str
    world: tuple[object, ...]

    @property
    def folder(self) -> str:
        """Return the results folder it is in."""
        return self.name.rpartition(SEPARATOR)[0]

    @property
    def role(self) -> str:
        """Return what it is there."""
        return self.name.rpartition(SEPARATOR)[2]

    def title(self, lang: str) -> str:
        """Return how it is called, its folder where it has no title."""
        return self.titles.get(lang) or self.titles.get("en") or self.titles.get("zh") or self.name


def candidates(room: Room) -> list[Candidate]:
    """Return the runs of whole folders, each set of numbers once: business as usual stands beside many programmes."""
    found: dict[str, Candidate] = {}
    for folder in room.with_runs():
        name = room.name_of(folder)
        if folder.state not in ("whole", "added"):
            continue
        try:
            runs = read_manifest(folder.path)["runs"]
            for run in runs:
                role = ROLE_OF_SINGLE if run["folder"] == HERE else str(run["folder"])
                world = tuple(run[fact] for fact in WORLD)
                one = Candidate(f"{name}{SEPARATOR}{role}", dict(run["title"]), str(run["digest"]), world)
                found.setdefault(one.digest, one)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # the page of runs says what is wrong with it
    return list(found.values())


def alike(room: Room, run: str) -> list[Candidate]:
    """Return the runs on the worlds of a folder's run, that folder's own first."""
    found = candidates(room)
    own = [one for one in found if one.folder == run]
    if not own:
        digests = _digests(room, run)
        own = [one for one in found if one.digest in digests]
    if not own:
        return []
    return [*own, *(one for one in found if one.world == own[0].world and one not in own)]


def _digests(room: Room, run: str) -> set[str]:
    """Return the digests of a folder whose runs all stand in other folders too."""
    try:
        return {str(entry["digest"]) for entry in read_manifest(room.root / run)["runs"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def opened(room: Room, chosen: list[Candidate]) -> dict[str, Result]:
    """Return the runs that can be read and share their worlds with the first, by name."""
    found: dict[str, Result] = {}
    for one in chosen:
        try:
            result = room.open(one.folder).by_role().get(one.role)
        except (DamagedRunError, OutsideError, OSError):
            continue
        if result is not None and all(share_worlds(first, result) for first in list(found.values())[:1]):
            found[one.name] = result
    return found
