"""Take values out of a YAML file's tree, with everything that is wrong with them told by file and line."""

from collections.abc import Mapping, Sequence
from typing import Any

from simulation.messages import Message
from simulation.scenario.checks import nearest
from simulation.scenario.errors import ScenarioError
from simulation.scenario.tree import Leaf, leaf_at


class Reader:
    """Takes a file's values out of its tree, noting what is wrong with them."""

    def __init__(self, root: Leaf) -> None:
        self.root = root
        self.problems: list[Message] = []

    def stop(self) -> None:
        """Raise what was found."""
        if self.problems:
            raise ScenarioError(self.problems)

    def value(self, *path: str) -> Any:
        """Return the plain value at a path, None where there is none."""
        leaf = self.root
        for step in path:
            if not isinstance(leaf.value, dict) or step not in leaf.value:
                return None
            leaf = leaf.value[step]
        return leaf.plain()

    def where(self, *path: str) -> dict[str, Any]:
        """Return file, line and field of a path."""
        leaf = leaf_at(self.root, path)
        return {"file": leaf.file, "line": leaf.line, "field": ": ".join(path)}

    def add(self, code: str, path: Sequence[str], **params: Any) -> None:
        """Note a problem."""
        self.problems.append(Message(code, {**self.where(*path), **params}))

    def check_keys(self, path: Sequence[str], known: Mapping[str, str]) -> None:
        """Refuse keys nobody knows."""
        for key in leaf_at(self.root, tuple(path)).value:
            if key not in known:
                match = nearest(key, known)
                example = known[match or next(iter(known))]
                found = {"suggestion": suggestion(match), "known": list(known), "example": example}
                self.add("error.unknown_key", (*path, key), **found)


def is_number(value: Any) -> bool:
    """Return whether a value is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def suggestion(name: str | None) -> Message | str:
    """Return the words that suggest a name, nothing where there is none."""
    return Message("error.suggestion", {"name": name}) if name else ""
