"""Moves a scenario's world through its weeks and returns its outcomes."""

from simulation.engine.runner import run, run_many

__all__ = ["run", "run_many"]
