"""What stops an experiment, in words."""

from pathlib import Path

from simulation.messages import Message, WordedError


class ExperimentError(WordedError):
    """An experiment that cannot go on. What its folder holds is whole, and the same call takes it up again."""

    more = "error.more"


class DamagedCellError(ExperimentError):
    """A file that is not the cell it should be."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__([Message("experiment.damaged", {"file": path, "why": Message(f"experiment.damaged.{why}")})])


class NotWrittenError(ExperimentError):
    """A file that could not be written, as on a full disk; nothing of it is left."""


class FolderInUseError(ExperimentError):
    """A folder that another driver writes to."""


class CodeChangedError(ExperimentError):
    """A worker that runs other code than the driver."""

    def __init__(self, worker: str) -> None:
        super().__init__([Message("experiment.code_changed", {"worker": worker})])


class MissingCellsError(ExperimentError):
    """A result that cannot be put together, because cells of it failed."""
