"""The old have grown-up children near, farther off in the same kind of area, or none (amendments A10, A11).

A share of n draws is held against four standard errors: a right program fails one such comparison in 16,000.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.core.codes import Age, Area
from simulation.core.rng import Stream, uniforms
from simulation.core.state import Citizens, Family, World, empty_columns
from simulation.region.family import link_children
from simulation.scenario.survey import Survey

N, N_ZONES = 60_000, 6
AREAS = [Area.URBAN, Area.TOWN, Area.URBAN, Area.TOWN, Area.REMOTE, Area.URBAN]
SEED = 5


def people(ages: list[int], areas: list[int] = AREAS, n: int = N) -> tuple[Citizens, SimpleNamespace]:
    """Return citizens whose ages repeat a row, in zones of equal size."""
    citizens = empty_columns(Citizens, n)
    citizens.age[:] = np.resize(ages, n)
    citizens.zone[:] = np.arange(n) * len(areas) // n
    citizens.area[:] = np.array(areas)[citizens.zone]
    first = np.searchsorted(citizens.zone, np.arange(len(areas) + 1))
    return citizens, SimpleNamespace(first_citizen=first.astype(np.int64))


def close(hits: np.ndarray, share: float) -> bool:
    """Return whether a share of hits is within four standard errors of the one expected."""
    return abs(hits.mean() - share) <= 4.0 * np.sqrt(share * (1.0 - share) / len(hits))


@pytest.fixture(scope="module")
def everywhere() -> tuple[Citizens, Family]:
    """Return people of every age in every zone: one in five of each band."""
    citizens, zones = people(list(Age))
    return citizens, link_children(citizens, zones, Survey(), SEED)


def test_parents_are_sixty_and_over_in_ascending_order_and_children_thirty_to_fifty_nine(everywhere) -> None:
    citizens, family = everywhere
    assert (np.diff(family.parent) > 0).all()
    assert set(citizens.age[family.parent]) == {Age.A60_74, Age.A75_PLUS}
    assert set(citizens.age[family.child]) == {Age.A30_44, Age.A45_59}
    assert (family.parent != family.child).all()
    assert (family.parent.dtype, family.child.dtype, family.child_pays.dtype) == (np.int32, np.int32, np.uint8)
    assert len(family.parent) == len(family.child) == len(family.child_pays)


def test_three_quarters_of_the_old_have_a_child_and_each_lives_where_it_should(everywhere) -> None:
    citizens, family = everywhere
    child_of = np.full(N, -1)
    child_of[family.parent] = family.child
    old = np.flatnonzero(citizens.age >= Age.A60_74)
    assert close(child_of[old] >= 0, 0.75)
    assert (citizens.area[family.parent] == citizens.area[family.child]).all()
    # Of the children drawn from three urban zones one in three lives in the parent's own; of the one remote zone all.
    for area, own in ((Area.URBAN, 0.45 + 0.30 / 3), (Area.TOWN, 0.45 + 0.30 / 2), (Area.REMOTE, 0.45 + 0.30)):
        here = old[citizens.area[old] == area]
        child = child_of[here]
        assert close((child >= 0) & (citizens.zone[child] == citizens.zone[here]), own)


def test_every_adult_of_the_zone_may_be_the_child(everywhere) -> None:
    citizens, family = everywhere
    in_zone = citizens.zone[family.parent] == citizens.zone[family.child]
    assert close(citizens.age[family.child[in_zone]] == Age.A45_59, 0.5)
    # 4,000 adults of the remote zone and about 3,000 parents with a child: each adult has .75 in the mean.
    remote = np.flatnonzero((citizens.area == Area.REMOTE) & np.isin(citizens.age, (Age.A30_44, Age.A45_59)))
    children = np.bincount(family.child, minlength=N)[remote]
    assert len(remote) == 4_000
    # Poisson of mean .75: none with probability .472, and never a handful of favourites.
    assert close(children == 0, np.exp(-0.75))
    assert children.max() < 10


def test_who_is_linked_is_the_draw_of_the_parent_s_own_row(everywhere) -> None:
    citizens, family = everywhere
    old = np.flatnonzero(citizens.age >= Age.A60_74)
    assert np.array_equal(family.parent, old[uniforms(SEED, Stream.CHILD_WHERE, 0, old) < 0.75])


def test_a_child_pays_by_telephone_for_three_in_ten_and_for_four_in_ten_of_the_oldest(everywhere) -> None:
    citizens, family = everywhere
    for age, share in ((Age.A60_74, 0.3), (Age.A75_PLUS, 0.4)):
        assert close(family.child_pays[citizens.age[family.parent] == age], share)


def test_the_same_seed_links_the_same_people_and_another_seed_others(everywhere) -> None:
    citizens, family = everywhere
    _, zones = people(list(Age))
    again, other = (link_children(citizens, zones, Survey(), seed) for seed in (SEED, SEED + 1))
    for name in ("parent", "child", "child_pays"):
        assert np.array_equal(getattr(again, name), getattr(family, name))
    assert not np.array_equal(other.parent, family.parent)


def test_shares_of_nothing_and_of_everything_are_exact() -> None:
    citizens, zones = people(list(Age))
    none = Survey(child_same_zone_share=0.0, child_same_area_share=0.0)
    assert len(link_children(citizens, zones, none, SEED).parent) == 0
    near = link_children(citizens, zones, Survey(child_same_zone_share=1.0, child_same_area_share=0.0), SEED)
    assert len(near.parent) == 2 * N / 5
    assert np.array_equal(citizens.zone[near.parent], citizens.zone[near.child])


def test_a_zone_without_people_of_that_age_has_no_children_of_its_own() -> None:
    """Zone 0 has the old only, zone 1 of the same area has adults: of zone 0 none but the farther 30% are linked."""
    citizens, zones = people([Age.A60_74], [Area.TOWN, Area.TOWN, Area.REMOTE], n=30_000)
    citizens.age[10_000:20_000] = Age.A30_44
    family = link_children(citizens, zones, Survey(), SEED)
    assert set(citizens.zone[family.parent]) == {0}
    assert set(citizens.zone[family.child]) == {1}
    linked = np.isin(np.arange(10_000), family.parent)
    assert close(linked, 0.30)


@pytest.mark.parametrize("ages", [[Age.A75_PLUS], [Age.A15_29], [Age.A30_44]])
def test_where_there_are_no_parents_or_no_children_there_are_no_links(ages) -> None:
    family = link_children(*people(ages, n=120), Survey(), SEED)
    assert len(family.parent) == len(family.child) == len(family.child_pays) == 0
    assert (family.parent.dtype, family.child.dtype, family.child_pays.dtype) == (np.int32, np.int32, np.uint8)


def test_worlds_have_their_families(world: World, tiny_world: World) -> None:
    for each in (world, tiny_world):
        citizens, family = each.citizens, each.family
        again = link_children(citizens, each.zones, Survey(), each.seed)
        assert np.array_equal(family.child, again.child)
        assert len(family.parent) > 0
        assert np.array_equal(citizens.area[family.parent], citizens.area[family.child])
