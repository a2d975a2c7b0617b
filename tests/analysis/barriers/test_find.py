"""Barriers of a scenario: exactly those whom its coverage lacks, in residents, replicate by replicate."""

import numpy as np
import pytest

from simulation.analysis.barriers.find import find_barriers, join
from simulation.analysis.barriers.naming import CLASS_NAMES
from simulation.analysis.barriers.places import barrier_by_place
from simulation.analysis.barriers.replicate import GAIN_YUAN, HORIZON_WEEKS, count_barriers
from simulation.engine.removal import BARRIER_NAMES
from simulation.engine.runner import run
from simulation.levers.kiosk import Kiosk
from simulation.region import find_region
from simulation.scenario.schema import Scenario, Title
from tests.analysis.barriers.test_removal import after_a_year

SCENARIO = Scenario(
    title=Title(en="Kiosks", zh="服务点"),
    citizens=2_000,
    weeks=13,
    replicates=2,
    levers={"kiosks": Kiosk(kind="kiosk", places=("county_seats",))},
)
CELLS = ("age", "area", "income")


@pytest.fixture(scope="module")
def found():
    return find_barriers(SCENARIO, horizon=13)


@pytest.fixture(scope="module")
def result():
    return run(SCENARIO, n_workers=1)


def test_every_table_sums_exactly_to_those_whom_the_runs_coverage_lacks(found, result):
    d, run_ = found.dataset, result.dataset
    factor = d.attrs["expansion_factor"]
    gap = run_.n_residents - run_.n_active.isel(week=-1)
    in_citizens = {name: np.rint(d[name].values / factor) for name in ("n_held", "n_held_place")}
    assert np.array_equal(in_citizens["n_held"].sum(1), np.rint(gap / factor))
    of_places = run_.n_residents_place - run_.n_active_place.isel(week=-1)
    assert np.array_equal(in_citizens["n_held_place"].sum(1), np.rint(of_places / factor))
    assert np.array_equal(in_citizens["n_held"].sum((2, 3, 4)), in_citizens["n_held_place"].sum(2))
    assert np.array_equal(in_citizens["n_held"].sum((1, 2, 3, 4)), (d.code >= 0).sum("citizen"))
    assert np.array_equal(d.seed, run_.seed)


def test_shares_of_all_classes_sum_to_one_less_coverage(found, result):
    run_ = result.dataset
    for by in CELLS:
        others = [dim for dim in CELLS if dim != by]
        coverage = (run_.n_active.isel(week=-1).sum(others) / run_.n_residents.sum(others)).mean("replicate")
        np.testing.assert_allclose(found.share(by)["mean"].sum("barrier"), 1 - coverage, atol=1e-12)
    np.testing.assert_allclose(found.share_of_gap()["mean"].sum("barrier"), 1.0)
    np.testing.assert_allclose(found.number()["mean"].sum(), found.dataset.n_held.sum() / 2)


def test_intervals_are_over_replicates(found):
    share = found.share("age")
    assert share.sizes == {"barrier": len(CLASS_NAMES), "age": 5}
    assert (share.low <= share["mean"]).all() and (share["mean"] <= share.high).all()
    assert (share.high - share.low).max() > 0


def test_whoever_a_single_barrier_is_named_for_is_held_by_it_alone_or_cannot_do_with_it(found):
    d = found.dataset
    single = d.n_held.sel(barrier=list(BARRIER_NAMES)).rename(barrier="removed")
    assert (single <= d.n_sufficient + d.n_necessary + 1e-6).all()
    assert (found.single("sufficient")["mean"] <= 1).all()


def test_places_are_not_split_further(found):
    with pytest.raises(ValueError, match="places are not split further"):
        found.number("place", "age")
    assert found.share("place").sizes["place"] == found.dataset.sizes["place"]


def test_one_replicate_alone_gives_what_it_gives_among_others(found):
    alone = find_barriers(SCENARIO, replicates=[1], horizon=13)
    assert np.array_equal(alone.dataset.code[0], found.dataset.code[1])
    assert alone.dataset.replicate.item() == 1
    assert np.isnan(alone.share().low).all()


def test_the_most_common_barrier_of_a_place_holds_most_of_those_a_single_one_holds(found):
    places = barrier_by_place(found)
    assert [p.gap for p in places] == sorted((p.gap for p in places), reverse=True)
    for place in places[:5]:
        held = found.number("place")["mean"].sel(place=place.place_id)
        assert place.held.mean == held.sel(barrier=list(BARRIER_NAMES)).max()
        assert place.held.mean == held.sel(barrier=place.barrier)
        assert place.gap == pytest.approx(float(held.sum()))


def test_naming_others_than_the_run_has_counted_is_refused():
    engine = after_a_year(weeks=2, n=500)
    with pytest.raises(ValueError, match="people were named, but"):
        count_barriers(engine, np.ones((5, 3, 3), np.int64), HORIZON_WEEKS, GAIN_YUAN)


def test_replicates_computed_elsewhere_are_joined(found):
    engine = after_a_year(weeks=2, n=500)
    gap = np.zeros((5, 3, 3), np.int64)
    gap[1, 0, 1] = (engine.c.weeks_since_use >= 4).sum()
    one = count_barriers(engine, gap, HORIZON_WEEKS, GAIN_YUAN, 0, 7)
    assert one.held.sum() == gap.sum() == one.held_place.sum()
    region = find_region("lishui")
    with pytest.raises(ValueError, match="place"):  # the places of a world are those of its region
        join([one], region, HORIZON_WEEKS, GAIN_YUAN, True)
