"""The manifest of a results folder: every file with its size and sha256, so that one changed bit is found."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from simulation.messages import Message
from simulation.outcomes.sealed import SealBrokenError, sealed, unsealed

if TYPE_CHECKING:
    from simulation.outcomes.result import Result  # loads xarray, which listing folders does not need

MANIFEST_FILE = "manifest.json"
FORMAT = 1
HERE = "."  # the run's folder where the results folder holds one run alone
BLOCK_BYTES = 1 << 20
MADE_BY = ("code", "packages", "python", "platform", "processor", "written_at")  # taken over from the provenance

What = Literal["none", "unreadable", "manifest", "missing", "extra", "size", "content", "link"]
FolderKind = Literal["run", "result", "export"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the manifest says.

    Attributes
    ----------
    what : str
        "none": there is no manifest; "unreadable": it is no manifest any more; "manifest": it was changed itself;
        "missing", "extra": a file or folder; "size", "content": of a file, in bytes; "link": a link or device
        stands where a file should.
    path : str
        Within the folder, with "/".
    found, recorded : str
        Size in bytes or sha256; empty where there is nothing to compare.
    """

    what: What
    path: str
    found: str = ""
    recorded: str = ""

    @property
    def message(self) -> Message:
        """Return the finding as a sentence."""
        params = {"path": self.path, "found": self.found, "recorded": self.recorded}
        return Message(f"manifest.finding.{self.what}", params)


def write_manifest(folder: Path, kind: FolderKind, runs: "Mapping[str, Result]") -> Path:
    """Write the manifest of a folder whose other files are all written.

    Parameters
    ----------
    folder : path
        A results folder.
    kind : {"run", "result", "export"}
        A run with report and tables, a saved result, or files made from one later.
    runs : mapping of str to Result
        The folder of each run, seen from `folder` ("." for itself) -> the run; the run judged first.

    Returns
    -------
    Path
        `manifest.json`, the same bytes for the same files and runs.
    """
    judged = next(iter(runs.values()))
    content = {
        "format": FORMAT,
        "kind": kind,
        "title": judged.scenario.title.model_dump(),
        **{name: judged.provenance[name] for name in MADE_BY if name in judged.provenance},
        "runs": [{"folder": name, **_facts(result)} for name, result in runs.items()],
        "files": [_entry(folder, path) for path in sorted(_files(folder)) if path != MANIFEST_FILE],
    }
    path = folder / MANIFEST_FILE
    path.write_bytes(sealed(content))
    return path


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a folder's manifest says.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ValueError
        If it is no manifest, or was changed after it was written.
    """
    content = unsealed((folder / MANIFEST_FILE).read_bytes())
    if not isinstance(content.get("files"), list):
        raise ValueError("no manifest")
    return content


def check_manifest(folder: Path, contents: bool = True) -> list[Finding]:
    """Return everything in a folder that is not as its manifest says; nothing where all is well.

    Parameters
    ----------
    folder : path
        A results folder.
    contents : bool
        Read every file. False looks at names and sizes only, which is enough for a list of many folders.

    Returns
    -------
    list of Finding
        What concerns the manifest itself first, the rest by path.
    """
    try:
        manifest = read_manifest(folder)
    except FileNotFoundError:
        return [Finding("none", MANIFEST_FILE)]
    except SealBrokenError:
        return [Finding("manifest", MANIFEST_FILE)]
    except (ValueError, OSError, RecursionError):  # changed bytes can be any JSON, or none
        return [Finding("unreadable", MANIFEST_FILE)]
    recorded = {entry["path"]: entry for entry in manifest["files"]}
    findings = []
    for path, entry in recorded.items():
        finding = _compared(folder / path, entry, contents)
        if finding:
            findings.append(finding)
    known = {*recorded, MANIFEST_FILE} | {str(above) for path in recorded for above in PurePosixPath(path).parents}
    findings += [Finding("extra", path) for path in _everything(folder) if path not in known]
    return sorted(findings, key=lambda finding: finding.path)


def _compared(path: Path, entry: Mapping[str, Any], contents: bool) -> Finding | None:
    """Return what is wrong with one file, or None."""
    name = entry["path"]
    if not os.path.lexists(path):
        return Finding("missing", name)
    if path.is_symlink() or not path.is_file():
        return Finding("link", name)
    size = path.stat().st_size
    if size != entry["size"]:
        return Finding("size", name, str(size), str(entry["size"]))
    if contents and (found := file_digest(path)) != entry["sha256"]:
        return Finding("content", name, found, entry["sha256"])
    return None


def file_digest(path: Path) -> str:
    """Return sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _facts(result: "Result") -> dict[str, Any]:
    """Return what a list of results says of a run."""
    scenario, sizes = result.scenario, result.dataset.sizes
    return {
        "title": scenario.title.model_dump(),
        "region": scenario.region,
        "citizens": int(result.dataset.attrs["n_simulated"]),
        "replicates": int(sizes["replicate"]),
        "weeks": int(sizes["week"]),
        "seed": scenario.seed,
        "digest": result.digest,
    }


def _entry(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    return {"path": name, "size": path.stat().st_size, "sha256": file_digest(path)}


def _files(folder: Path) -> Iterator[str]:
    return (path for path in _everything(folder) if not (folder / path).is_dir())


def _everything(folder: Path) -> Iterator[str]:
    """Yield the paths of all files and folders below one; links are not followed, names that are no text escaped."""
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(above, name).relative_to(folder).as_posix()
            yield path.encode("utf-8", "backslashreplace").decode("utf-8")
