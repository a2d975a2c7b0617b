"""What stops a scenario from being used: messages, never a traceback."""

from collections.abc import Sequence
from pathlib import Path

from simulation.messages import Message, render

MOST_MESSAGES = 20


class ScenarioError(ValueError):
    """A scenario that cannot be used, with everything that is wrong with it.

    Parameters
    ----------
    messages : sequence of Message
        One a problem; beyond the first 20 only their number is told.
    """

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = list(messages[:MOST_MESSAGES])
        if len(messages) > MOST_MESSAGES:
            self.messages.append(Message("error.more", {"number": len(messages) - MOST_MESSAGES}))
        super().__init__(self.text("en"))

    def text(self, lang: str) -> str:
        """Return all messages, one a line, in "en" or "zh"."""
        return "\n".join(render(message, lang) for message in self.messages)


def shown(path: Path | str) -> str:
    """Return a file's name as people know it: from the working folder where it lies below it."""
    path = Path(path)
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except (ValueError, OSError):
        return str(path)
