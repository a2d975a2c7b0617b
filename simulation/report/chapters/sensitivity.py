"""Chapter 9: which uncertain numbers move the answer most; the one place where a sensitivity record is told."""

from importlib import import_module
from typing import Any

from simulation.report.chapters.given import Given

RENDERER = "simulation.report.sensitivity"  # loaded only where there is a record to tell


def sensitivity(given: Given) -> str:
    """Return what the record says, or how to get one."""
    found = given.findings.sensitivity
    if found is None:
        return given.how_to("report.missing.sensitivity")
    return str(_renderer().section(found.result, given.lang))


def largest(given: Given) -> list[str]:
    """Return the numbers with the largest swing in words, the largest first; none without a record."""
    found = given.findings.sensitivity
    return [] if found is None else [str(text) for text in _renderer().largest(found.result, given.lang)]


def _renderer() -> Any:
    return import_module(RENDERER)
