"""Figures of runs: each takes Results and a language, titles itself with its finding, and needs no network."""

from simulation.plots.bars import acceptance_by_sector, added_by_group, spending_by_lever
from simulation.plots.curves import coverage_by_group, coverage_over_time
from simulation.plots.maps import added_map, blind_spot_map, coverage_map

__all__ = [
    "acceptance_by_sector",
    "added_by_group",
    "added_map",
    "blind_spot_map",
    "coverage_by_group",
    "coverage_map",
    "coverage_over_time",
    "spending_by_lever",
]
