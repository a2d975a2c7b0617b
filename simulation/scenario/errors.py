"""What stops a scenario from being used: messages, never a traceback."""

from pathlib import Path

from simulation.messages import WordedError


class ScenarioError(WordedError):
    """A scenario that cannot be used, with everything that is wrong with it."""

    more = "error.more"


def shown(path: Path | str) -> str:
    """Return a file's name as people know it: from the working folder where it lies below it."""
    path = Path(path)
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except (ValueError, OSError):
        return str(path)
