"""Seats are never oversold, distance decides who comes, and the lever who goes first."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, Use
from simulation.core.seats import winners
from simulation.core.week import week_keys
from simulation.engine.help_allotment import KINDS, most_kept
from simulation.levers.kiosk import Kiosk
from tests.worlds import default_params, engine_of, toy_world

TRAINING, KIOSK, CLASS = (int(kind) - 1 for kind in (HelpKind.TRAINING, HelpKind.KIOSK, HelpKind.CLASS))
ATTENDANCE = {
    HelpKind.TRAINING: "training_attendance",
    HelpKind.KIOSK: "kiosk_attendance",
    HelpKind.CLASS: "class_attendance",
}


def point(kind=HelpKind.KIOSK, x_km=0.0, seats=10.0, name="here", close_week=99, lever=0):
    return HelpPoint(name, lever, int(kind), x_km, 0.0, 0, close_week, seats)


def engine_with(points, world, *, week=0, rationing=("lottery",), **changes):
    """Return an engine whose levers, one an order of rationing, run these points."""
    kiosks = {f"k{row}": Kiosk(kind="kiosk", places="all", rationing=rule) for row, rule in enumerate(rationing)}
    engine = engine_of(world, default_params(**changes)).fork(kiosks)
    engine.programme.points = points
    engine.programme.open_week_levers = [True] * len(rationing)
    engine.week = week
    return engine


def allot(engine, may_attend=None):
    offers = engine.programme.blank()
    offers.may_attend[:] = 1 if may_attend is None else may_attend
    return engine.allot_help(offers, week_keys(engine.seed, engine.week))


@settings(deadline=None)  # the first example waits for compiled code
@given(st.data())
def test_the_first_in_order_win_up_to_the_seats(data):
    n = data.draw(st.integers(0, 40))
    door, precedence = (
        np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), np.int64) for _ in range(2)
    )
    lot = np.array(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)), np.uint64)
    seats = np.array(data.draw(st.lists(st.integers(0, 8), min_size=4, max_size=4)), np.int64)
    won = winners(door, precedence, lot, seats)
    for k in range(4):
        sought = np.flatnonzero(door == k)
        expected = sorted(sought, key=lambda i: (-precedence[i], lot[i], i))[: seats[k]]
        assert won[door[won] == k].tolist() == sorted(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_seats_used_never_pass_the_seats_there_are(kind):
    engine = engine_with([point(kind, seats=25.0)], toy_world(20_000), **{ATTENDANCE[kind]: 0.4})
    helps = allot(engine)
    expected = [25 if other == kind else 0 for other in HelpKind if other]
    assert helps.n_seats.tolist() == helps.n_helps.tolist() == expected
    assert (engine.c.helped == kind).sum() == len(helps.who) == 25
    assert helps.n_turned_away.sum() == helps.n_turned_away[kind - 1] == engine.c.turned_away.sum()


def test_fractional_seats_round_to_their_mean():
    world = toy_world(2_000)
    doors = engine_with([point(seats=2.3, close_week=4_000)], world).allotment.doors
    doors.look_round()
    drawn = [doors.open_doors(HelpKind.KIOSK, week).seats[0] for week in range(4_000)]
    assert set(drawn) == {2, 3}
    assert abs(np.mean(drawn) - 2.3) < 0.03  # four standard errors


def test_seats_are_shared_out_among_simulated_citizens():
    """30 seats a week for residents, of whom a simulated citizen stands for 4: 7 or 8 seats."""
    world = toy_world(2_000)
    world.expansion_factor = 4.0
    doors = engine_with([point(seats=30.0, close_week=100)], world).allotment.doors
    doors.look_round()
    assert {doors.open_doors(HelpKind.KIOSK, week).n_new for week in range(100)} == {7, 8}


@pytest.mark.parametrize("kind", KINDS)
def test_attendance_decays_with_distance(kind):
    """20 zones a kilometre apart: attendance falls by e over ell = 5 km (ODD 7.4)."""
    world = toy_world(200_000, n_zones=20)
    changes = {ATTENDANCE[kind]: 0.1, "help_distance_km": 5.0, "attends_help_share": 1.0}
    engine = engine_with([point(kind, seats=1e9)], world, **changes)
    allot(engine)
    came = np.bincount(world.citizens.zone[engine.c.helped > 0], minlength=20) / 10_000
    expected = 0.1 * np.exp(-(np.arange(20) + 0.5) / 5.0)
    assert np.all(np.abs(came - expected) < 5.0 * np.sqrt(expected / 10_000))


def test_training_goes_first_then_classes_then_kiosks_and_nobody_is_helped_twice_a_week():
    """Half of those left seek each: 2,500 of 5,000, then 1,250, then 625, at a distance that stops nobody."""
    points = [point(kind, seats=1e9, name=kind.name) for kind in (HelpKind.KIOSK, HelpKind.CLASS, HelpKind.TRAINING)]
    engine = engine_with(
        points, toy_world(5_000, n_zones=1), training_attendance=0.5, class_attendance=0.5, kiosk_attendance=0.5,
        attends_help_share=1.0, help_distance_km=1e9,
    )  # fmt: skip
    helps = allot(engine)
    assert helps.n_helps.sum() == (engine.c.helped > 0).sum() == len(np.unique(helps.who))
    for column, expected in ((TRAINING, 2_500), (CLASS, 1_250), (KIOSK, 625)):
        assert abs(helps.n_helps[column] - expected) < 5.0 * np.sqrt(expected)


def test_those_who_never_come_are_never_helped():
    world = toy_world(5_000)
    world.citizens.attends_help[:2_500] = 0
    engine = engine_with([point(seats=1e9, close_week=999)], world, kiosk_attendance=0.1)
    for week in range(200):
        engine.week = week
        allot(engine)
        engine.c.helped[:] = 0
    assert engine.c.ever_helped[:2_500].sum() == 0
    assert (engine.c.ever_helped[2_500:] > 0).mean() > 0.9


def test_a_closed_point_helps_nobody():
    helps = allot(engine_with([point(close_week=5)], toy_world(2_000), week=5, kiosk_attendance=0.5))
    assert helps.n_helps.sum() == helps.n_seats.sum() == 0


def test_a_point_whose_lever_could_not_be_paid_for_helps_nobody():
    engine = engine_with([point()], toy_world(2_000), kiosk_attendance=0.5)
    engine.programme.open_week_levers = [False]
    helps = allot(engine)
    assert helps.n_helps.sum() == helps.n_seats.sum() == 0


def test_points_at_one_spot_share_whoever_comes():
    """Two events of 100 seats at one place help as many as one of 200, whatever their levers are called."""
    together = allot(engine_with([point(seats=200.0)], toy_world(20_000), kiosk_attendance=0.4))
    beside = [point(seats=100.0), point(seats=100.0, name="b", lever=1)]
    apart = allot(engine_with(beside, toy_world(20_000), rationing=("lottery", "lottery"), kiosk_attendance=0.4))
    assert together.n_helps[KIOSK] == apart.n_helps[KIOSK] == 200


def test_a_full_point_sends_nobody_away_from_its_neighbour():
    small, large = point(seats=1.0), point(seats=150.0, name="large")
    for points in ([small, large], [large, small]):
        assert allot(engine_with(points, toy_world(20_000), kiosk_attendance=0.4)).n_helps[KIOSK] == 151


def test_at_one_spot_nobody_takes_a_seat_of_a_lever_they_may_not_attend():
    """One group may attend the second lever only: it fills that one's 30 seats, and the first one's stay free."""
    points = [point(seats=100.0), point(seats=30.0, name="b", lever=1)]
    engine = engine_with(points, toy_world(20_000), rationing=("lottery", "lottery"), kiosk_attendance=0.4)
    assert allot(engine, may_attend=[0, 1]).n_helps[KIOSK] == 30


def test_people_go_to_the_nearest_point_that_is_open_to_them():
    """The lever at 0 km is closed to this group; all of them go to the other lever's point at 3 km."""
    points = [point(seats=1e9), point(seats=40.0, name="far", x_km=3.0, lever=1)]
    engine = engine_with(points, toy_world(20_000), rationing=("lottery", "lottery"), kiosk_attendance=0.4)
    helps = allot(engine, may_attend=[0, 1])
    assert helps.n_helps[KIOSK] == 40
    assert engine.programme.n_uses[:, Use.HELP].tolist() == [0, 40]


def test_a_point_without_seats_keeps_nobody_from_a_further_one():
    points = [point(seats=0.0), point(seats=40.0, name="far", x_km=3.0)]
    helps = allot(engine_with(points, toy_world(20_000), kiosk_attendance=0.4))
    assert helps.n_helps[KIOSK] == 40


@pytest.mark.parametrize(("rule", "trait"), [("old_first", "age"), ("remote_first", "area")])
def test_the_old_or_the_remote_go_first_where_the_lever_says_so(rule, trait):
    """300 people of the highest code among 2,000; 40% come, about 120: they take the first of 150 seats."""
    world = toy_world(2_000, n_zones=1)
    getattr(world.citizens, trait)[:] = np.where(np.arange(2_000) < 300, 2, 1)
    seekers = {"kiosk_attendance": 0.4, "attends_help_share": 1.0, "help_distance_km": 1e9}
    everybody = engine_with([point(seats=1e9)], world, **seekers)
    allot(everybody)
    first = np.flatnonzero(everybody.c.helped[:300])
    assert 80 < len(first) < 150
    engine = engine_with([point(seats=150.0)], world, rationing=(rule,), **seekers)
    allot(engine)
    helped = np.flatnonzero(engine.c.helped)
    assert len(helped) == 150
    assert np.isin(first, helped).all()
    by_lot = engine_with([point(seats=150.0)], world, **seekers)
    allot(by_lot)
    assert not np.isin(first, np.flatnonzero(by_lot.c.helped)).all()


def test_a_queue_serves_first_whom_it_turned_away_most_often():
    world = toy_world(2_000, n_zones=1)
    world.citizens.turned_away[:100] = 2
    world.citizens.turned_away[100:300] = 1
    engine = engine_with(
        [point(seats=200.0)], world, rationing=("queue",), kiosk_attendance=1.0, attends_help_share=1.0,
        help_distance_km=1e9,
    )  # fmt: skip
    allot(engine)
    helped = engine.c.helped > 0
    assert helped[:100].all()
    assert helped[100:300].sum() == 100
    assert helped[300:].sum() == 0
    # the clock of those who were helped is at 0 again, that of the others a week further
    assert (engine.c.turned_away[:100] == 0).all()
    assert set(engine.c.turned_away[100:300].tolist()) == {0, 2}
    assert (engine.c.turned_away[300:] == 1).all()


def test_being_turned_away_is_counted_up_to_a_byte():
    world = toy_world(500, n_zones=1)
    world.citizens.turned_away[:] = 255
    everybody_comes = {"kiosk_attendance": 1.0, "attends_help_share": 1.0, "help_distance_km": 1e9}
    engine = engine_with([point(seats=1.0)], world, **everybody_comes)
    allot(engine)
    assert sorted(engine.c.turned_away.tolist()) == [0] + [255] * 499


def test_a_seat_left_over_in_a_sample_is_taken_later_and_at_most_four_are_kept():
    """A seat a week for three weeks without anybody: then three can be helped at once, and one in the week after."""
    world = toy_world(2_000)
    world.expansion_factor = 1e3
    engine = engine_with([point(seats=1e3, close_week=999)], world, kiosk_attendance=0.0)
    helped = []
    for week, attendance in enumerate((0.0, 0.0, 0.5, 0.5, *[0.0] * 9, 0.5)):
        engine.model = replace(engine.model, params=engine.model.params._replace(kiosk_attendance=attendance))
        engine.week = week
        helps = allot(engine)
        assert helps.n_seats[KIOSK] == 1
        helped.append(int(helps.n_helps[KIOSK]))
    assert helped == [0, 0, 3, 1, *[0] * 9, 5]  # four kept and that of the week


def test_where_everybody_is_simulated_no_seat_outlasts_its_week():
    assert [most_kept(f) for f in (1.0, 2.0, 4.0, 40.0)] == [0, 2, 3, 4]
    engine = engine_with([point(seats=5.0, close_week=999)], toy_world(2_000), kiosk_attendance=0.0)
    allot(engine)
    engine.model = replace(engine.model, params=engine.model.params._replace(kiosk_attendance=0.5))
    engine.week = 1
    assert allot(engine).n_helps[KIOSK] == 5
