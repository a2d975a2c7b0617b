"""What analyses found about a run, beside the run itself: computed once, kept as data, told by the report.

An analysis is kept with the digest of the run it is about. One of another run is not read.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from simulation.analysis import attribution_record
from simulation.analysis.attribution import Attribution
from simulation.analysis.barriers import record as barriers_record
from simulation.analysis.barriers.cheapest import Cheapest
from simulation.analysis.barriers.find import Barriers
from simulation.analysis.sensitivity import record as sensitivity_record
from simulation.analysis.sensitivity.record import SensitivityRecord
from simulation.messages import Message, WordedError

FOLDER = "analysis"  # of a results folder or a report folder
FORMAT = 1


class FindingsError(WordedError):
    """What an analysis found cannot be read any more."""

    more = "error.more"


@dataclass(frozen=True, slots=True)
class Size:
    """How large the extra runs of an analysis were.

    Attributes
    ----------
    citizens : int or str
        Simulated citizens, or "all".
    replicates : int
    """

    citizens: int | str
    replicates: int


@dataclass(frozen=True, slots=True)
class AttributionFound:
    """What each lever, or group of levers, adds."""

    result: Attribution
    size: Size


@dataclass(frozen=True, slots=True)
class BarriersFound:
    """What holds those who do not pay.

    Attributes
    ----------
    programme, baseline : Barriers
        At the end of the programme, and of business as usual where there is a run of it.
    cheapest : mapping of str to Cheapest
        By barrier of business as usual: which lever or group of levers wins most users for the money; empty
        where none was run.
    players : mapping of str to tuple of str
        Levers by what they are called in `cheapest`.
    size : Size
    """

    programme: Barriers
    baseline: Barriers | None
    cheapest: Mapping[str, Cheapest]
    players: Mapping[str, tuple[str, ...]]
    size: Size


@dataclass(frozen=True, slots=True)
class SensitivityFound:
    """Which uncertain numbers move what the programme adds."""

    result: SensitivityRecord
    size: Size


@dataclass
class Findings:
    """Everything that analyses found about a run; None where an analysis was not computed.

    Attributes
    ----------
    attribution : AttributionFound, optional
    barriers : BarriersFound, optional
    sensitivity : SensitivityFound, optional
    """

    attribution: AttributionFound | None = None
    barriers: BarriersFound | None = None
    sensitivity: SensitivityFound | None = None

    def save(self, folder: Path, digest: str) -> None:
        """Write what was found into the subfolder `analysis` of a folder.

        Parameters
        ----------
        digest : str
            Of the run it is about.
        """
        for name, (to_plain, _) in KEPT.items():
            found = getattr(self, name)
            if found is None:
                continue
            (folder / FOLDER).mkdir(exist_ok=True)
            data = {"format": FORMAT, "of": digest, **to_plain(found)}
            text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            file_of(folder, name).write_text(text + "\n", encoding="utf-8")

    def filled_from(self, other: "Findings") -> "Findings":
        """Return these findings, with those of another where there is none."""
        return Findings(**{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)})


def load_findings(folder: Path, digest: str) -> Findings:
    """Return what stands in a folder's subfolder `analysis` about a run; what is not there is None.

    Parameters
    ----------
    digest : str
        Of the run. What was found about another run is left out.

    Raises
    ------
    FindingsError
        If a file cannot be read as what it should be.
    """
    found = {}
    for name, (_, from_plain) in KEPT.items():
        path = file_of(folder, name)
        if not path.is_file():
            continue
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] == FORMAT and data["of"] == digest:
                found[name] = from_plain(data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FindingsError([Message("damage.file", {"file": str(path)})]) from error
    return Findings(**found)


def file_of(folder: Path, name: str) -> Path:
    """Return where an analysis is kept in a folder."""
    return folder / FOLDER / f"{name}.json"


def _size_to_plain(size: Size) -> dict[str, Any]:
    return {"citizens": size.citizens, "replicates": size.replicates}


def _attribution_to_plain(found: AttributionFound) -> dict[str, Any]:
    return {"size": _size_to_plain(found.size), "attribution": attribution_record.to_plain(found.result)}


def _attribution_from_plain(data: Mapping[str, Any]) -> AttributionFound:
    return AttributionFound(attribution_record.from_plain(data["attribution"]), Size(**data["size"]))


def _barriers_to_plain(found: BarriersFound) -> dict[str, Any]:
    baseline = None if found.baseline is None else barriers_record.barriers_to_plain(found.baseline)
    return {
        "size": _size_to_plain(found.size),
        "programme": barriers_record.barriers_to_plain(found.programme),
        "baseline": baseline,
        "cheapest": barriers_record.cheapest_to_plain(found.cheapest),
        "players": {name: list(levers) for name, levers in found.players.items()},
    }


def _barriers_from_plain(data: Mapping[str, Any]) -> BarriersFound:
    read = barriers_record.barriers_from_plain
    return BarriersFound(
        read(data["programme"]),
        None if data["baseline"] is None else read(data["baseline"]),
        barriers_record.cheapest_from_plain(data["cheapest"]),
        {name: tuple(levers) for name, levers in data["players"].items()},
        Size(**data["size"]),
    )


def _sensitivity_to_plain(found: SensitivityFound) -> dict[str, Any]:
    return {"size": _size_to_plain(found.size), "record": sensitivity_record.to_plain(found.result)}


def _sensitivity_from_plain(data: Mapping[str, Any]) -> SensitivityFound:
    return SensitivityFound(sensitivity_record.from_plain(data["record"]), Size(**data["size"]))


# How each analysis is written and read, by its name in `Findings`. One that is not here is not kept.
KEPT: Mapping[str, tuple[Callable[[Any], dict[str, Any]], Callable[[Mapping[str, Any]], Any]]] = {
    "attribution": (_attribution_to_plain, _attribution_from_plain),
    "barriers": (_barriers_to_plain, _barriers_from_plain),
    "sensitivity": (_sensitivity_to_plain, _sensitivity_from_plain),
}
