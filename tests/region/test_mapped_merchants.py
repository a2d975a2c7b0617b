"""Merchants that a user's tables map or count."""

from dataclasses import replace

import numpy as np
import pytest

from simulation.core.codes import N_SECTORS, SECTOR_NAMES, Sector
from simulation.core.state import World
from simulation.region import Region, build_world
from simulation.region.from_tables import region_of_tables
from simulation.region.mapped_merchants import draw_merchants, rates_by_area
from simulation.region.tables.model import MerchantPoint, MerchantRate
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey
from tests.region.toy import LAT, LON, N_ADULTS, toy_tables

SEED = 5
MAPPED = (
    MerchantPoint("m1", "retail", LAT + 0.02, LON + 0.03, "", "E1", True, 9000.0),
    MerchantPoint("m2", "retail", LAT, LON, "", "T1", False, 3000.0),
    MerchantPoint("m3", "retail", LAT + 0.03, LON - 0.12, "", "W2", None, 1000.0),
    MerchantPoint("m4", "public", LAT + 0.0005, LON),  # no settlement named: nearest zone
    MerchantPoint("m5", "transport", LAT, LON - 0.1, "", "W1", None, 0.0),
)
# 3,000 urban, 1,939 town, 361 remote people: 30 + 9.695 + 0.361 = 40.056 retail, 12 market.
RATES = (MerchantRate("retail", 10.0, 5.0, 1.0), MerchantRate("market", 4.0, 0.0, 0.0))


@pytest.fixture(scope="module")
def region() -> Region:
    return region_of_tables(toy_tables(merchants=MAPPED, merchant_rates=RATES))


@pytest.fixture(scope="module")
def everybody(region: Region) -> World:
    return build_world(region, Survey(), Behaviour().params(), None, SEED)


def test_the_number_of_merchants_follows_rates_then_the_map_then_the_survey(region: Region) -> None:
    _, generated = rates_by_area(region, Survey())
    # Catering: a quarter of 3,800 / 30 shops; other services 15%.
    assert generated.tolist() == [0, 0, 40 - 3, 12, 32, 19]


def test_with_everybody_simulated_every_merchant_is_there_once(everybody: World) -> None:
    assert np.bincount(everybody.merchants.sector, minlength=N_SECTORS).tolist() == [1, 1, 40, 12, 32, 19]
    assert everybody.known_acceptance is not None
    assert sorted(everybody.known_acceptance[everybody.known_acceptance >= 0]) == [0, 1]


def test_mapped_merchants_stand_among_the_people_of_their_settlement(everybody: World) -> None:
    merchants, known = everybody.merchants, everybody.known_acceptance
    assert known is not None
    for accepts, settlement in ((1, "E1"), (0, "T1")):
        zone = int(merchants.zone[np.flatnonzero(known == accepts)[0]])
        row = everybody.places.place_id.index(settlement)
        assert row in everybody.citizens.place[everybody.citizens.zone == zone]
    zones = everybody.zones
    public = int(merchants.zone[np.flatnonzero(merchants.sector == Sector.PUBLIC)[0]])
    x, y = everybody.places.x_km[0], everybody.places.y_km[0] + 0.0005 * 110.9
    assert public == int(np.hypot(zones.x_km - x, zones.y_km - y).argmin())


def test_sales_set_the_size_of_a_merchant(everybody: World) -> None:
    merchants, known = everybody.merchants, everybody.known_acceptance
    assert known is not None
    # The median of 9,000, 3,000 and 1,000 is 3,000.
    assert merchants.attractiveness[known == 1] == pytest.approx([3.0])
    assert merchants.attractiveness[known == 0] == pytest.approx([1.0])


def test_a_market_of_towns_stands_in_towns(everybody: World) -> None:
    merchants = everybody.merchants
    market = merchants.zone[merchants.sector == Sector.MARKET]
    assert (everybody.zones.area[market] == 0).all()


@pytest.mark.parametrize("n_citizens", [100, 950, 1900])
def test_a_sample_has_its_share_of_every_sector_and_at_least_one(region: Region, n_citizens: int) -> None:
    world = build_world(region, Survey(), Behaviour().params(), n_citizens, SEED)
    counts = np.bincount(world.merchants.sector, minlength=N_SECTORS)
    there = np.array([1, 1, 40, 12, 32, 19])
    factor = N_ADULTS / n_citizens
    assert counts.sum() == max(round(there.sum() / factor), N_SECTORS)
    assert counts.min() >= 1
    assert np.abs(counts - there / factor).max() <= 1.5
    assert np.add.reduceat(world.zones.huff_weight.astype(float), world.zones.huff_start[:-1]) == pytest.approx(1.0)
    assert world.merchants.expected_payments.min() >= 0.0


def test_mapped_merchants_are_sampled_in_proportion() -> None:
    """Of 300 mapped and 100 generated shops 197 are simulated, the other sectors having one each of 202.

    Hypergeometric; four standard errors of 200 draws.
    """
    generated = np.array([1, 1, 100, 1, 1, 1])
    found = [draw_merchants(generated, np.full(300, Sector.RETAIL), 2.0, seed)[0] for seed in range(200)]
    mapped = np.mean([(ids < 300).sum() for ids in found])
    variance = 197 * 0.75 * 0.25 * (400 - 197) / 399
    assert mapped == pytest.approx(197 * 0.75, abs=4 * np.sqrt(variance / 200))


def test_without_mapped_merchants_nothing_is_known_about_acceptance() -> None:
    region = region_of_tables(toy_tables())
    world = build_world(region, Survey(), Behaviour().params(), 1000, SEED)
    assert world.known_acceptance is None
    assert len(world.merchants.sector) == round(1000 / 30)


def test_a_sector_without_rate_anywhere_still_has_one_merchant() -> None:
    rates = tuple(MerchantRate(sector, 0.0, 0.0, 0.0) for sector in SECTOR_NAMES)
    region = region_of_tables(toy_tables(merchant_rates=rates))
    world = build_world(region, Survey(), Behaviour().params(), None, SEED)
    assert np.bincount(world.merchants.sector).tolist() == [1] * N_SECTORS


def test_a_merchant_that_sold_nothing_keeps_a_size(everybody: World) -> None:
    region = region_of_tables(toy_tables(merchants=tuple(replace(shop, monthly_sales=0.0) for shop in MAPPED)))
    world = build_world(region, Survey(), Behaviour().params(), None, SEED)
    assert world.merchants.attractiveness.min() > 0.0
    assert everybody.merchants.attractiveness.min() > 0.0


def test_a_sector_mapped_in_part_is_told() -> None:
    # Of 3,800 people 15 and over a thirtieth are shops, 30% of them retail: 38.
    few = tuple(replace(MAPPED[0], merchant_id=f"m{k}") for k in range(7))
    notes = [str(note) for note in region_of_tables(toy_tables(merchants=few)).notes]
    assert len(notes) == 1
    assert notes[0].startswith("merchants.csv has 7 merchants of retail, where about 38 would be usual")
    assert region_of_tables(toy_tables(merchants=few + few[:1])).notes == ()
    assert region_of_tables(toy_tables(merchants=few, merchant_rates=RATES)).notes == ()
