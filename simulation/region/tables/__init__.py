"""A user's own region: tables in a folder, read, checked and told apart from estimates."""

from simulation.region.tables.errors import RegionTablesError
from simulation.region.tables.load import read_region_tables
from simulation.region.tables.model import RegionTables

__all__ = ["RegionTables", "RegionTablesError", "read_region_tables"]
