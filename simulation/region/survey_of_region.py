"""The survey of a region from a user's tables: measured shares hold exactly, the rest follows the placeholders."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from simulation.core.codes import (
    AGE_NAMES,
    AREA_NAMES,
    INCOME_NAMES,
    N_AGES,
    N_AREAS,
    N_INCOMES,
    N_SECTORS,
    SECTOR_NAMES,
)
from simulation.messages import Message
from simulation.region.households import form_households, income_thirds
from simulation.region.mapped_merchants import rates_by_area
from simulation.region.margins import FIRST_ADULT_AGE, count_people
from simulation.region.sources import Region
from simulation.region.synthesise import age_codes
from simulation.region.tables.model import AcceptanceRow, SurveyRow

if TYPE_CHECKING:
    from simulation.scenario.schema import Scenario
    from simulation.scenario.survey import Survey

Array = NDArray[Any]
# A share that must hold, and the cells it holds for in the mean.
Measured = tuple[float, Array]

SAMPLE, SAMPLE_SEED = 50_000, 1  # citizens of the world whose people weigh cells; any seed would do
SWEEPS = 200
CLOSE = 1e-7  # shares
CONTRADICTION = 0.005  # of a share: half a point
SMALLEST = 1e-9  # odds of a share of 0 stay finite
DECIMALS = 6
DIGEST_LETTERS = 8
REACH = 60.0  # logits
FLAT = 0.5  # where no placeholder matters


def survey_of_region(region: Region, base: "Survey") -> "Survey":
    """Return a survey with the measured tables of a region in place of the placeholders; `base` where it has none.

    A row holds for the mean of its cells, weighted by the region's synthetic people. Cells start from `base` and
    are moved in logits, row by row, until every row holds; where rows contradict each other the finer ones win,
    and a row of one cell is exact. Ages, areas and incomes that no row tells apart keep the differences of `base`.

    The result is illustrative unless use, access and acceptance are all measured.

    Parameters
    ----------
    region : Region
    base : Survey
        Gives everything that is not measured. What is measured wins over it; one that holds it already stays.
    """
    if not region.survey and not region.acceptance:
        return base
    if base.source == _source(region):  # a saved scenario that is run again must give the same bits
        return base
    people = people_by_cell(region)
    shops = _shops_by_cell(region, base, people)
    cells: dict[str, Any] = {}
    measured: dict[str, Any] = {}
    for name, table, column in (("use", base.use_share(), "uses"), ("access", base.access_share(), "has_access")):
        rows = _measured(region.survey, column)
        if rows:
            fitted, _ = fit(table, people, rows)
            cells[name] = _nested(fitted, AGE_NAMES, AREA_NAMES, INCOME_NAMES)
            measured[f"{name}_by_age"] = _nested(_mean(fitted, people, (1, 2)), AGE_NAMES)
    rows = _measured(region.survey, "aware")
    if rows:
        start = np.repeat(base.aware_share()[:, :, None], N_INCOMES, axis=2)
        fitted, _ = fit(start, people, rows)
        cells["aware"] = _nested(_mean(fitted, people, (2,)), AGE_NAMES, AREA_NAMES)
    if region.acceptance:
        fitted, _ = fit(base.acceptance_share(), shops, _accepted(region.acceptance))
        cells["acceptance"] = _nested(fitted, SECTOR_NAMES, AREA_NAMES)
        measured["acceptance_by_sector"] = _nested(_mean(fitted, shops, (1,)), SECTOR_NAMES)
    kept = (base.cells.model_dump(exclude_none=True) if base.cells else {}) | cells
    own = {"source": _source(region), "illustrative": bool(_lacking(region)) or _is_invented(region), "cells": kept}
    return type(base).model_validate(base.model_dump() | measured | own)


def with_measured_survey(scenario: "Scenario", region: Region) -> "Scenario":
    """Return a scenario whose survey holds what the region's own tables measured, in place of placeholders."""
    survey = survey_of_region(region, scenario.survey)
    return scenario if survey is scenario.survey else scenario.model_copy(update={"survey": survey})


def survey_notes(region: Region) -> list[Message]:
    """Return why a survey that was given does not make the baseline a measured one, and rows that contradict others."""
    if not region.survey and not region.acceptance:
        return []
    lacking = _lacking(region)
    notes = [Message("region.survey.partial", {"lacking": lacking})] if lacking else []
    people = people_by_cell(region)
    for column in ("uses", "has_access", "aware"):
        rows = _measured(region.survey, column)
        _, off = fit(np.full(people.shape, FLAT), people, rows)
        if off > CONTRADICTION:
            notes.append(Message("region.survey.contradicts", {"column": column, "points": round(100.0 * off, 1)}))
    return notes


def fit(start: Array, weight: Array, rows: Sequence[Measured]) -> tuple[Array, float]:
    """Move shares of cells until the weighted mean of the cells of every row is the row's share.

    Parameters
    ----------
    start : array of float64
        Shares, 0 to 1.
    weight : array of float64, the same shape
        People or shops of each cell.
    rows : sequence of (share, mask)
        The coarsest first.

    Returns
    -------
    shares : array of float64
        To six decimals.
    off : float
        Largest deviation from a row that is left.
    """
    shares = np.clip(start, SMALLEST, 1.0 - SMALLEST)
    weight = weight + SMALLEST  # a cell without people in the sample may have some in a larger world
    off = 0.0
    for _ in range(SWEEPS):
        off = max((abs(_weighted(shares[mask], weight[mask]) - share) for share, mask in rows), default=0.0)
        if off < CLOSE:
            break
        for share, mask in rows:
            shares[mask] = _shifted(shares[mask], weight[mask], share)
    return np.round(shares, DECIMALS), off


def _weighted(shares: Array, weight: Array) -> float:
    return float(shares @ weight / weight.sum())


def _shifted(shares: Array, weight: Array, wanted: float) -> Array:
    """Return shares moved by one number of logits so that their weighted mean is the one wanted."""
    if wanted in (0.0, 1.0) or len(shares) == 1:
        return np.full(len(shares), np.clip(wanted, SMALLEST, 1.0 - SMALLEST))
    odds = logit(shares)
    shift = brentq(lambda by: _weighted(expit(odds + by), weight) - wanted, -REACH, REACH)
    return expit(odds + shift)


def _measured(rows: Sequence[SurveyRow], column: str) -> list[Measured]:
    """Return the shares a column of the survey gives, the coarsest rows first."""
    found = []
    for row in rows:
        share = getattr(row, column)
        if share is None:
            continue
        mask = np.ones((N_AGES, N_AREAS, N_INCOMES), dtype=bool)
        for axis, (value, names) in enumerate(
            ((row.age, AGE_NAMES), (row.area, AREA_NAMES), (row.income, INCOME_NAMES))
        ):
            shape = [1, 1, 1]
            shape[axis] = len(names)
            mask &= np.array([value in (None, name) for name in names]).reshape(shape)
        found.append((share, mask))
    return sorted(found, key=lambda pair: -int(pair[1].sum()))


def _accepted(rows: Sequence[AcceptanceRow]) -> list[Measured]:
    """Return the shares of merchants that accept, those of whole sectors first."""
    found = []
    for row in rows:
        mask = np.zeros((N_SECTORS, N_AREAS), dtype=bool)
        areas = range(N_AREAS) if row.area is None else AREA_NAMES.index(row.area)
        mask[SECTOR_NAMES.index(row.sector), areas] = True
        found.append((row.share, mask))
    return sorted(found, key=lambda pair: -int(pair[1].sum()))


def people_by_cell(region: Region) -> Array:
    """Return synthetic people aged 15 and over by age, area and income, float64 (5, 3, 3)."""
    n_citizens = min(SAMPLE, region.n_eligible)
    households = form_households(region, count_people(region, n_citizens), SAMPLE_SEED)
    income = income_thirds(region, households, SAMPLE_SEED)
    household = np.repeat(np.arange(households.count), np.diff(households.first))
    adult = households.five_year_age >= FIRST_ADULT_AGE
    household = household[adult]
    cells = np.zeros((N_AGES, N_AREAS, N_INCOMES))
    age = age_codes()[households.five_year_age[adult]]
    np.add.at(cells, (age, households.part[household], income[household]), 1.0)
    return cells


def _shops_by_cell(region: Region, base: "Survey", people: Array) -> Array:
    """Return about how many merchants there are by sector and area, for means over areas; float64 (6, 3)."""
    density, _ = rates_by_area(region, base)
    return density * people.sum(axis=(0, 2))


def _lacking(region: Region) -> list[str]:
    """Return the columns a measured baseline needs and the tables do not have."""
    lacking = [] if region.survey else ["survey.uses"]
    if any(row.has_access is None for row in region.survey) or not region.survey:
        lacking.append("survey.has_access")
    if {row.sector for row in region.acceptance} != set(SECTOR_NAMES):
        lacking.append("acceptance.percent")
    return lacking


def _is_invented(region: Region) -> bool:
    """Return whether what was measured is the shipped example's, which nobody measured."""
    return not {"survey.csv", "acceptance.csv"}.isdisjoint(region.invented)


def _source(region: Region) -> str:
    """Return who was asked, as far as the tables tell, with a digest of what was measured and among whom."""
    asked = sum(row.sample_size or 0 for row in region.survey)
    content = repr((region.content_key(), region.survey, region.acceptance))
    digest = hashlib.sha256(content.encode()).hexdigest()[:DIGEST_LETTERS]
    return f"survey.csv of {region.title_en} ({f'n = {asked}, ' if asked else ''}{digest})"


def _mean(shares: Array, weight: Array, axes: tuple[int, ...]) -> Array:
    """Return weighted means over some axes; plain ones where nobody is."""
    total = weight.sum(axis=axes)
    weighted = (shares * weight).sum(axis=axes)
    return np.round(np.where(total > 0.0, weighted / np.maximum(total, SMALLEST), shares.mean(axis=axes)), DECIMALS)


def _nested(values: Array, *names: tuple[str, ...]) -> Any:
    """Return an array as a table by names of its axes."""
    if not names:
        return float(values)
    return {name: _nested(value, *names[1:]) for name, value in zip(names[0], values, strict=True)}
