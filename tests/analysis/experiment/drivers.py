"""Drivers in processes of their own, which tests interrupt and kill."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}


def driver_of(folder, *words):
    """Start a run in a process group of its own, as a terminal does; words are those of `drive.main`."""
    call = [sys.executable, "-m", "tests.analysis.experiment.drive", str(folder), *words]
    pipes = {"stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    return subprocess.Popen(call, cwd=ROOT, env=ENVIRONMENT, **pipes)


def members(group):
    """Return the processes of a group that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, own = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(own) == group and state != "Z":
            found.append(int(path.parent.name))
    return found
