"""Measured shares hold exactly where they are given, and in the mean where rows are coarse."""

from itertools import product

import numpy as np
import pytest
from pydantic import ValidationError

from simulation.core.codes import AGE_NAMES, AREA_NAMES, INCOME_NAMES, N_CELLS, SECTOR_NAMES, Stage
from simulation.engine.initialise import cell_of, draw_traits, set_initial_acceptance, set_initial_use
from simulation.messages import render
from simulation.region import build_world
from simulation.region.from_tables import region_of_tables
from simulation.region.survey_of_region import fit, people_by_cell, survey_of_region
from simulation.region.tables.model import AcceptanceRow, SurveyRow
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey
from tests.region.toy import N_ADULTS, toy_tables

CELLS = list(product(AGE_NAMES, AREA_NAMES, INCOME_NAMES))
FULL = tuple(
    SurveyRow(age, area, income, round(0.02 * k, 2), min(1.0, round(0.02 * k + 0.1, 2)), round(0.02 * k + 0.05, 2), 40)
    for k, (age, area, income) in enumerate(CELLS)
)
ACCEPTANCE = tuple(AcceptanceRow(sector, None, 0.1 * k + 0.2) for k, sector in enumerate(SECTOR_NAMES))


def test_a_full_survey_is_taken_cell_by_cell() -> None:
    region = region_of_tables(toy_tables(survey=FULL, acceptance=ACCEPTANCE))
    survey = survey_of_region(region, Survey())
    assert survey.use_share().ravel() == pytest.approx([row.uses for row in FULL])
    assert survey.access_share().ravel() == pytest.approx([row.has_access for row in FULL])
    assert survey.use_share().max() == pytest.approx(0.88)
    assert not survey.illustrative
    assert survey.source.startswith("survey.csv of Toy district (n = 1800, ")
    assert region.notes == ()


def test_the_world_starts_with_the_measured_share_of_users_in_every_cell() -> None:
    region = region_of_tables(toy_tables(survey=FULL, acceptance=ACCEPTANCE))
    survey, p = survey_of_region(region, Survey()), Behaviour().params()
    world = build_world(region, survey, p, None, 2)
    draw_traits(world, survey, p)
    set_initial_use(world, survey, p, np.full((5, 3), 0.1))
    set_initial_acceptance(world, survey)
    cell = cell_of(world.citizens)
    people = np.bincount(cell, minlength=N_CELLS)
    users = np.bincount(cell, weights=world.citizens.stage == Stage.USER, minlength=N_CELLS)
    assert np.abs(users - people * np.array([row.uses for row in FULL])).max() <= 0.5 + 1e-9
    assert (people > 0).sum() > 40  # hardly anybody of 75 and over is well off in remote places


def test_shares_of_ages_hold_in_the_mean_of_the_region_s_people() -> None:
    rows = tuple(
        SurveyRow(age, None, None, share) for age, share in zip(AGE_NAMES, (0.9, 0.8, 0.6, 0.3, 0.1), strict=True)
    )
    region = region_of_tables(toy_tables(survey=rows))
    survey = survey_of_region(region, Survey())
    people = people_by_cell(region)
    assert people.sum() == N_ADULTS
    mean = (survey.use_share() * people).sum(axis=(1, 2)) / people.sum(axis=(1, 2))
    assert mean == pytest.approx([0.9, 0.8, 0.6, 0.3, 0.1], abs=1e-5)
    assert list(survey.use_by_age.values()) == pytest.approx([0.9, 0.8, 0.6, 0.3, 0.1], abs=1e-5)
    # Remote people use less in the placeholders, and still do.
    assert (survey.use_share()[:, 2] < survey.use_share()[:, 0]).all()
    assert survey.illustrative
    assert np.array_equal(survey.access_share(), Survey().access_share())
    notes = [render(note, "en") for note in region.notes]
    assert notes == [
        "The survey is used, but the baseline stays marked as illustrative: survey.has_access, acceptance.percent "
        "not given for everybody."
    ]


def test_shares_of_ages_and_of_areas_hold_together() -> None:
    shares = np.full((2, 2), 0.5)
    people = np.array([[30.0, 10.0], [20.0, 40.0]])
    young = np.array([[True, True], [False, False]])
    urban = np.array([[True, False], [True, False]])
    # 0.6 x 40 + 0.2 x 60 = 36 users = 0.5 x 50 + 0.22 x 50.
    rows = [(0.6, young), (0.2, ~young), (0.5, urban), (0.22, ~urban)]
    fitted, off = fit(shares, people, rows)
    assert off < 1e-6
    for share, mask in rows:
        assert (fitted * people)[mask].sum() / people[mask].sum() == pytest.approx(share, abs=1e-5)


def test_a_finer_row_wins_over_a_coarse_one_and_the_contradiction_is_told() -> None:
    ages = tuple(SurveyRow(age, None, None, 0.5) for age in AGE_NAMES)
    every_area = tuple(SurveyRow("75+", area, None, 0.1) for area in AREA_NAMES)
    region = region_of_tables(toy_tables(survey=ages + every_area))
    use, people = survey_of_region(region, Survey()).use_share(), people_by_cell(region)
    assert (use[4] * people[4]).sum(axis=1) / people[4].sum(axis=1) == pytest.approx([0.1] * 3, abs=1e-4)
    assert any(
        "column uses: coarse rows contradict finer ones by up to 40 points" in str(note) for note in region.notes
    )


def test_shares_of_nobody_and_of_everybody_are_possible() -> None:
    mask = np.array([True, True])
    assert fit(np.array([0.2, 0.9]), np.ones(2), [(0.0, mask)])[0].tolist() == [0.0, 0.0]
    assert fit(np.array([0.2, 0.9]), np.ones(2), [(1.0, mask)])[0].tolist() == [1.0, 1.0]


def test_acceptance_of_a_sector_by_area_is_exact_and_the_rest_stays() -> None:
    rows = tuple(AcceptanceRow("retail", area, share) for area, share in zip(AREA_NAMES, (0.9, 0.5, 0.1), strict=True))
    region = region_of_tables(toy_tables(acceptance=rows))
    acceptance = survey_of_region(region, Survey()).acceptance_share()
    retail = SECTOR_NAMES.index("retail")
    assert acceptance[retail] == pytest.approx([0.9, 0.5, 0.1])
    others = np.arange(len(SECTOR_NAMES)) != retail
    assert acceptance[others] == pytest.approx(Survey().acceptance_share()[others], abs=1e-6)


def test_a_region_without_survey_keeps_the_placeholders() -> None:
    base = Survey()
    assert survey_of_region(region_of_tables(toy_tables()), base) is base


def test_measured_tables_applied_twice_change_nothing() -> None:
    """A saved scenario that is run again must give the same bits, with rows that contradict each other too."""
    rows = [SurveyRow(age, None, None, 0.4, 0.8) for age in AGE_NAMES]
    rows += [
        SurveyRow(None, None, income, 0.3, aware) for income, aware in zip(INCOME_NAMES, (0.5, 0.7, 0.9), strict=True)
    ]
    region = region_of_tables(toy_tables(survey=tuple(rows)))
    once = survey_of_region(region, Survey())
    assert survey_of_region(region, once) == once


def test_tables_that_changed_are_measured_anew() -> None:
    old, new = (
        region_of_tables(toy_tables(survey=tuple(SurveyRow(age, None, None, use, 0.8) for age in AGE_NAMES)))
        for use in (0.4, 0.6)
    )
    again = survey_of_region(new, survey_of_region(old, Survey()))
    assert again.use_by_age[AGE_NAMES[0]] == pytest.approx(0.6, abs=1e-5)


@pytest.mark.parametrize(
    "cells",
    [
        {"aware": {"15-29": dict.fromkeys(AREA_NAMES, 0.5)}},
        {"acceptance": {sector: {"urban": 0.5} for sector in SECTOR_NAMES}},
        {"use": {age: {area: {"low": 0.5} for area in AREA_NAMES} for age in AGE_NAMES}},
        {"acceptance": {sector: dict.fromkeys(AREA_NAMES, 1.5) for sector in SECTOR_NAMES}},
    ],
)
def test_cells_must_be_complete_and_shares(cells) -> None:
    with pytest.raises(ValidationError):
        Survey(cells=cells)
