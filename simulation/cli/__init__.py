"""The command `epay`: every sentence comes from the message catalogues, and no planner sees a traceback."""

from simulation.cli.app import main

__all__ = ["main"]
