"""The version of everything that can change what a cell holds: source, libraries and kind of machine."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version

from simulation.outcomes.provenance import DISTRIBUTION, PACKAGE_FOLDER

ROOMS = ("core", "engine", "levers", "outcomes", "region", "scenario")
LIBRARIES = ("numba", "numpy", "scipy")
SIMULATE = "analysis/experiment/simulate.py"  # how cells share a past is written outside the rooms
NOT_SOURCE = "__pycache__"
PROCESSOR = "processor"


@cache
def code_version() -> str:
    """Return sha256 hex of the source that can change results, the libraries' versions and the kind of processor.

    Computed once a process, so that it names the code that was loaded, and not what was saved since.
    The kind of processor is part of it because compiled mathematics may differ between kinds in its last bit.
    """
    digest = hashlib.sha256()
    paths = [path for room in ROOMS for path in (PACKAGE_FOLDER / room).rglob("*") if path.is_file()]
    paths += [PACKAGE_FOLDER / "quantities.py", PACKAGE_FOLDER / SIMULATE]
    names = {path.relative_to(PACKAGE_FOLDER).as_posix(): path for path in paths if NOT_SOURCE not in path.parts}
    for name in sorted(names):
        content = names[name].read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    digest.update(platform.machine().encode())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Return in words what the version is of, as far as there are words: program, libraries and kind of processor."""
    return {
        DISTRIBUTION: version(DISTRIBUTION),
        **{library: version(library) for library in LIBRARIES},
        PROCESSOR: platform.machine(),
    }


def loaded_code() -> str:
    """Return the version of the code of this process, which loads the engines to say so."""
    import simulation.analysis.experiment.simulate  # noqa: F401  (a back end names its workers' version without it)

    return code_version()
