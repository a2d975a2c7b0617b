"""Regions: real places and census margins, and the synthetic people, merchants and ties made from them."""

from simulation.region.sources import Region, builtin, find_region, names
from simulation.region.world import build_world

__all__ = ["Region", "build_world", "builtin", "find_region", "names"]
