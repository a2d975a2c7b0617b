"""Merchants, Huff catchments and expected payments."""

import numpy as np
import pytest

from simulation.core.codes import N_SECTORS, Sector, Terminal
from simulation.core.state import World, regular_merchants
from simulation.region import build_world, builtin
from simulation.scenario.behaviour import Behaviour
from simulation.scenario.survey import Survey


def test_there_is_one_merchant_for_thirty_citizens_in_the_surveyed_sectors(world: World, survey: Survey) -> None:
    counts = np.bincount(world.merchants.sector, minlength=N_SECTORS)
    assert counts.sum() == round(20_000 / 30)
    assert np.abs(counts - survey.merchant_sector_share() * counts.sum()).max() < 2.0


def test_a_tiny_world_has_every_sector(tiny_world: World) -> None:
    assert np.bincount(tiny_world.merchants.sector, minlength=N_SECTORS).min() == 1
    assert len(tiny_world.merchants.sector) == 10


def test_huff_rows_sum_to_one(world: World, tiny_world: World) -> None:
    for each in (world, tiny_world):
        zones = each.zones
        assert len(zones.huff_start) == len(zones.area) * N_SECTORS + 1
        assert np.diff(zones.huff_start).min() >= 1
        sums = np.add.reduceat(zones.huff_weight.astype(float), zones.huff_start[:-1])
        assert sums == pytest.approx(np.ones(len(sums)), abs=1e-6)


def test_huff_entries_belong_to_their_sector(world: World) -> None:
    zones = world.zones
    sector = np.repeat(np.arange(len(zones.huff_start) - 1) % N_SECTORS, np.diff(zones.huff_start))
    assert np.array_equal(world.merchants.sector[zones.huff_merchant], sector)


def test_the_merchant_s_view_holds_the_same_weights(world: World) -> None:
    zones = world.zones
    zone = np.repeat(np.arange(len(zones.huff_start) - 1) // N_SECTORS, np.diff(zones.huff_start))
    merchant = np.repeat(np.arange(len(zones.customer_start) - 1), np.diff(zones.customer_start))
    seen_from_zones = sorted(zip(zones.huff_merchant.tolist(), zone.tolist(), zones.huff_weight.tolist(), strict=True))
    seen_from_merchants = list(
        zip(merchant.tolist(), zones.customer_zone.tolist(), zones.customer_weight.tolist(), strict=True)
    )
    assert seen_from_merchants == seen_from_zones


@pytest.mark.parametrize("sector", [Sector.PUBLIC, Sector.RETAIL, Sector.MARKET])
def test_a_catchment_is_that_of_a_search_through_all_merchants(world: World, sector: Sector) -> None:
    zones, merchants = world.zones, world.merchants
    rows = np.flatnonzero(merchants.sector == sector)
    for zone in range(len(zones.area)):
        at = merchants.zone[rows]
        straight = np.hypot(zones.x_km[at] - zones.x_km[zone], zones.y_km[at] - zones.y_km[zone])
        travel = world.detour * straight + zones.intra_km[zone]
        low, high = zones.huff_start[zone * N_SECTORS + sector : zone * N_SECTORS + sector + 2]
        listed = zones.huff_merchant[low:high]
        km = travel[np.searchsorted(rows, listed)]
        assert np.sort(km) == pytest.approx(np.sort(travel)[: len(listed)])
        weight = merchants.attractiveness[listed] / (km + 0.5) ** 2
        assert zones.huff_weight[low:high] == pytest.approx(weight / weight.sum(), rel=1e-5)


def test_regular_merchants_are_drawn_in_proportion_to_huff_weights(world: World) -> None:
    """The share of citizens regular at each merchant follows its weight; false alarm about 1 in 10,000."""
    zones, regular = world.zones, regular_merchants(world)
    assert np.array_equal(world.merchants.sector[regular], np.broadcast_to(np.arange(N_SECTORS), regular.shape))
    citizens = np.diff(zones.first_citizen)[zones.customer_zone]
    weight = zones.customer_weight.astype(float)
    expected = np.add.reduceat(citizens * weight, zones.customer_start[:-1])
    variance = np.add.reduceat(citizens * weight * (1.0 - weight), zones.customer_start[:-1])
    seen = np.bincount(regular.ravel(), minlength=len(expected))
    busy = expected > 20
    z = (seen - expected)[busy] / np.sqrt(variance[busy])
    assert abs(z).max() < 5.0
    assert z.std() == pytest.approx(1.0, abs=3.9 / np.sqrt(2 * busy.sum()))


def test_merchants_expect_exactly_the_payments_citizens_make(world: World) -> None:
    assert world.merchants.expected_payments.sum(dtype=float) == pytest.approx(
        world.citizens.payments_per_week.sum(dtype=float), rel=1e-6
    )
    assert world.merchants.expected_payments.min() > 0.0


def test_expected_payments_of_one_merchant_by_hand(world: World, survey: Survey) -> None:
    citizens, zones, merchant = world.citizens, world.zones, 17
    omega = Behaviour().params().regular_share
    sector = int(world.merchants.sector[merchant])
    by_sector = survey.payments_per_week()
    own = citizens.payments_per_week * (by_sector[:, sector] / by_sector.sum(axis=1))[citizens.age]
    total = omega * own[regular_merchants(world)[:, sector] == merchant].sum()
    for entry in range(zones.customer_start[merchant], zones.customer_start[merchant + 1]):
        here = citizens.zone == zones.customer_zone[entry]
        total += (1.0 - omega) * zones.customer_weight[entry] * own[here].sum()
    assert world.merchants.expected_payments[merchant] == pytest.approx(total, rel=1e-5)


def test_payment_rates_have_mean_and_spread_of_their_distribution(world: World, survey: Survey) -> None:
    citizens = world.citizens
    mean = survey.payments_per_week().sum(axis=1)[citizens.age] * survey.payments_income_factor()[citizens.income]
    ratio = citizens.payments_per_week / mean
    # Gamma(4, 1/4): mean 1, variance 1/4; four standard errors of 20,000 draws.
    assert ratio.mean() == pytest.approx(1.0, abs=4 * 0.5 / np.sqrt(20_000))
    assert ratio.var() == pytest.approx(0.25, abs=0.02)


def test_terminals_follow_the_survey(world: World, survey: Survey) -> None:
    merchants = world.merchants
    expected = survey.pos_share()[merchants.sector]
    error = np.sqrt((expected * (1 - expected)).sum())
    assert (merchants.terminal == Terminal.POS).sum() == pytest.approx(expected.sum(), abs=4 * error)


def test_custom_is_spread_over_shops_alike_at_every_sample_size() -> None:
    """What a sample says must hold one to one: the largest tenth of shops has the same share of payments."""

    def largest_tenth(n: int) -> float:
        expected = np.sort(
            build_world(builtin("lishui"), Survey(), Behaviour().params(), n, 3).merchants.expected_payments
        )
        return float(expected[-len(expected) // 10 :].sum() / expected.sum())

    shares = [largest_tenth(n) for n in (20_000, 60_000, 300_000)]
    assert max(shares) - min(shares) < 0.04
