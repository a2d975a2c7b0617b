"""What could not be read or written is told without the words of libraries."""

import errno

import pytest

from simulation.messages import Message, render
from simulation.outcomes.damage import of_system, why_unreadable
from simulation.scenario.errors import ScenarioError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "a/outcomes.nc"), "a/outcomes.nc：不存在"),
        (PermissionError(errno.EACCES, "Permission denied", "a"), "a：没有读写权限"),
        (OSError("Unable to synchronously open file (truncated file)"), "其中有文件与写出时不同"),
        (KeyError("Unable to synchronously open object"), "其中有文件与写出时不同"),
        (ScenarioError([Message("damage.file", {"file": "x.yaml"})]), "x.yaml 与写出时不同"),
    ],
)
def test_reasons_are_worded(error, words):
    assert render(why_unreadable(error), "zh") == words


def test_only_what_the_system_says_in_a_known_way_is_taken_for_that():
    assert (
        render(of_system(OSError(errno.ENOSPC, "No space left on device")), "en") == "there is no room left on the disk"
    )
    assert of_system(OSError("Unable to open")) is None and of_system(OSError(errno.EINTR, "Interrupted")) is None
