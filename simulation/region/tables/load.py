"""Read a folder of region tables: everything in it, or everything that is wrong with it."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from simulation.messages import Message
from simulation.region.tables import build
from simulation.region.tables.band_checks import check_ages, check_contacts, check_household_sizes, check_incomes
from simulation.region.tables.checks import Tables, check_keys, check_references, check_settlements, parent_ids
from simulation.region.tables.columns import AGE_STRUCTURE, SETTLEMENTS, TABLES
from simulation.region.tables.errors import Findings, RegionTablesError, shortened
from simulation.region.tables.geography_checks import check_distances, check_settlement_points
from simulation.region.tables.model import RegionTables
from simulation.region.tables.reading import Bytes, find_tables, read_table
from simulation.region.tables.region_file import RegionFile, read_region_file
from simulation.region.tables.rows import ReadTable, Row, read_rows
from simulation.region.tables.sectors import SectorMap
from simulation.region.tables.survey_checks import check_acceptance, check_shares_for_percent, check_survey
from simulation.region.tables.templates import EXAMPLE
from simulation.region.tables.totals import ages_to_use, areas_of, check_people, rows_to_use

T = TypeVar("T")

# Of one table by itself. Where a cell could not be read they would only echo it.
_CHECKS: dict[str, Callable[[ReadTable, Findings], None]] = {
    "age_structure": check_ages,
    "household_size": check_household_sizes,
    "income": check_incomes,
    "contact_matrix": check_contacts,
}
_BY_AREA = ("household_size", "income")


def read_region_tables(folder: Path | str) -> RegionTables:
    """Read and check a user's own region.

    Parameters
    ----------
    folder : path
        Holds settlements.csv and age_structure.csv, and any of the other tables of `columns.TABLES`.

    Returns
    -------
    RegionTables
        With a note for whatever was read otherwise than written, every fallback and every warning.

    Raises
    ------
    RegionTablesError
        With all problems, of which 20 are shown: of files, columns, cells, identifiers, totals and geography.
    """
    path = Path(folder)
    findings = Findings()
    found, region_path = _listed(path, findings)
    region, region_bytes = read_region_file(path, region_path, findings)
    tables, read = _tables(found, findings)
    parents = parent_ids(tables)
    _check(tables, parents, findings)
    if not {SETTLEMENTS.name, AGE_STRUCTURE.name} <= tables.keys() or SETTLEMENTS.name in findings.broken:
        raise RegionTablesError(_in_order(findings.problems))

    settlements = tables[SETTLEMENTS.name]
    chosen = _check_across(tables, parents, region, findings)
    sectors = SectorMap({row.values["word"]: row.values["sector"] for row in _rows(tables, "sector_map")})
    accepted = _built(_rows(tables, "acceptance"), lambda row: (row, build.acceptance(row, sectors)))
    check_acceptance(accepted, findings)
    merchants = _built(_rows(tables, "merchants"), lambda row: build.merchant(row, sectors))
    rates = build.merchant_rates(_rows(tables, "merchant_sector_rates"), sectors)
    history = _whole_region(_rows(tables, "adoption_history"), findings)
    if findings.problems:
        raise RegionTablesError(_in_order(findings.problems))
    sectors.tell(findings)
    invented = _still_invented(read)
    if invented:
        findings.note("tables.still_invented", {"tables": list(invented)})
    people = [row for row in settlements.rows if row.values["settlement_id"] not in parents]
    totals = [row for row in settlements.rows if row.values["settlement_id"] in parents]
    return RegionTables(
        folder=str(folder),
        name=region.name,
        title_en=region.title_en,
        title_zh=region.title_zh,
        reference_year=region.reference_year,
        currency=region.currency,
        currency_per_yuan=region.currency_per_yuan,
        detour=region.detour,
        remote_beyond_km=region.remote_beyond_km,
        sources=region.sources,
        settlements=_built(people, build.settlement),
        parents=_built(totals, build.parent),
        age_structure=_built(chosen[AGE_STRUCTURE.name], build.age_group),
        household_size=_built(chosen.get("household_size", []), build.household_size),
        mean_household_size=region.mean_household_size,
        income=_built(chosen.get("income", []), build.income_level),
        merchants=merchants,
        merchant_rates=rates,
        access_points=_built(_rows(tables, "access_points"), build.access_point),
        candidate_sites=_built(_rows(tables, "candidate_sites"), build.candidate_site),
        travel=_built(_rows(tables, "travel"), build.trip),
        contacts=_built(_rows(tables, "contact_matrix"), build.contact_rate),
        survey=_built(_rows(tables, "survey"), build.survey_row),
        acceptance=tuple(row for _, row in accepted),
        network_quality=_built(_rows(tables, "network_quality"), build.network_quality),
        adoption_history=_built(history, build.adoption_point),
        notes=tuple(findings.notes),
        invented=invented,
        digest=_digest([*read, *([region_bytes] if region_bytes else [])]),
    )


def _listed(path: Path, findings: Findings) -> tuple[dict[str, Path], Path | None]:
    """Return the files of a folder by table, and region.json."""
    words = {"folder": shortened(str(path), most=200)}
    try:
        if not path.exists():
            raise RegionTablesError([Message("tables.folder_missing", words)])
        if not path.is_dir():
            raise RegionTablesError([Message("tables.folder_is_file", words)])
        return find_tables(path, findings)
    except (OSError, ValueError) as error:
        if isinstance(error, RegionTablesError):
            raise
        raise RegionTablesError([Message("tables.folder_forbidden", words)]) from None


def _tables(found: dict[str, Path], findings: Findings) -> tuple[Tables, list[Bytes]]:
    """Return the tables whose columns could be read, and the bytes of every file that was."""
    tables: Tables = {}
    read: list[Bytes] = []
    for spec in TABLES:
        if spec.name not in found:
            continue
        raw, file = read_table(spec, found[spec.name], findings)
        read += [file] if file else []
        table = read_rows(raw, findings) if raw else None
        if table:
            tables[spec.name] = table
    return tables, read


def _check(tables: Tables, parents: set[str], findings: Findings) -> None:
    """Check identifiers, each table by itself, references and geography."""
    for name, table in tables.items():
        check_keys(table, findings)
        if name not in findings.broken:
            check_shares_for_percent(table, findings)
        if name in _CHECKS and name not in findings.broken:
            _CHECKS[name](table, findings)
    if SETTLEMENTS.name not in tables:
        return
    all_points_known = SETTLEMENTS.name not in findings.broken
    check_settlements(tables, findings)
    check_references(tables, findings)
    left_out = check_settlement_points(tables, parents, findings)
    if all_points_known:
        check_distances(tables, parents, left_out, findings)


def _check_across(tables: Tables, parents: set[str], region: RegionFile, findings: Findings) -> dict[str, list[Row]]:
    """Check what tables must agree on with the settlements, and return the rows to use of those by area."""
    settlements, ages = tables[SETTLEMENTS.name], tables[AGE_STRUCTURE.name]
    areas = areas_of(settlements, parents)
    places = [row for row in settlements.whole if row.values["settlement_id"] not in parents]
    without = sum(row.values["area"] is None for row in places)
    if without:
        findings.note("tables.areas_by_rule", {"number": without})
    survey = tables.get("survey")
    if survey and "survey" not in findings.broken:
        check_survey(survey, areas, findings)
    chosen = {name: rows_to_use(tables[name], areas, findings) for name in _BY_AREA if _rows(tables, name)}
    if AGE_STRUCTURE.name not in findings.broken:
        chosen[AGE_STRUCTURE.name] = ages_to_use(ages, areas, findings)
    if AGE_STRUCTURE.name not in findings.broken:
        check_people(settlements, ages, chosen[AGE_STRUCTURE.name], parents, region, findings)
    return chosen


def _whole_region(rows: list[Row], findings: Findings) -> list[Row]:
    """Return the rows of adoption_history that hold for the whole region."""
    kept = [row for row in rows if row.values["area"] is None and row.values["age_group"] in (None, "all", "total")]
    if len(kept) < len(rows):
        findings.note("tables.history_parts", {"number": len(rows) - len(kept)})
    return kept


def _rows(tables: Tables, name: str) -> list[Row]:
    return tables[name].whole if name in tables else []


def _built(rows: Iterable[Row], make: Callable[[Row], T]) -> tuple[T, ...]:
    return tuple(make(row) for row in rows)


def _in_order(problems: list[Message]) -> list[Message]:
    """Return problems by file, in the order of the tables, and by line."""
    order = {name: k for k, spec in enumerate(TABLES) for name in (spec.file, f"{spec.name}.geojson")}

    def key(problem: Message) -> tuple[int, int]:
        at = problem.params["at"].params
        return order.get(at["file"].lower(), len(order)), at.get("line", 0)

    return sorted(problems, key=key)


def _still_invented(files: list[Bytes]) -> tuple[str, ...]:
    """Return the files that are byte for byte those of the shipped example, every number of which is invented."""
    return tuple(
        file.name
        for file in files
        if (EXAMPLE / file.name).is_file() and (EXAMPLE / file.name).read_bytes() == file.data
    )


def _digest(files: list[Bytes]) -> str:
    """Return the SHA-256 of files with their names and lengths."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        digest.update(f"{file.name} {len(file.data)}\n".encode())
        digest.update(file.data)
    return digest.hexdigest()
