"""Seats are never oversold, and distance decides who comes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulation.core.codes import HelpKind
from simulation.core.offers import HelpPoint, WeekOffers
from simulation.engine.help_allotment import HelpAllotment, winners
from tests.worlds import default_params, engine_of, toy_world


def point(kind=HelpKind.KIOSK, x_km=0.0, seats=10.0, name="here", close_week=99):
    return HelpPoint(name, 0, int(kind), x_km, 0.0, 0, close_week, seats)


def allot(points, world, week=0, **changes):
    offers = WeekOffers.none(1, 1, 1)
    offers.may_attend[:] = 1
    engine = engine_of(world, default_params(**changes))
    engine.help, engine.week = HelpAllotment(points, world, 3), week
    return engine.allot_help(offers)


@given(st.data())
def test_the_smallest_lots_win_up_to_the_seats(data):
    n = data.draw(st.integers(0, 40))
    point_of = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), np.int64)
    lot = np.array(data.draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)), np.uint64)
    seats = np.array(data.draw(st.lists(st.integers(0, 8), min_size=4, max_size=4)))
    won = winners(point_of, lot, np.arange(n, dtype=np.int32), seats)
    for k in range(4):
        sought = np.flatnonzero(point_of == k)
        expected = sorted(sought, key=lambda i: (lot[i], i))[: seats[k]]
        assert sorted(won[point_of[won] == k]) == sorted(expected)


def test_seats_used_never_pass_the_seats_there_are():
    world = toy_world(20_000)
    helps, seats, by_lever = allot([point(seats=25.0)], world, kiosk_attendance=0.4)
    assert seats.tolist() == [0, 25]
    assert helps.tolist() == [0, 25]
    assert by_lever.tolist() == [25]
    assert (world.citizens.helped == HelpKind.KIOSK).sum() == 25


def test_fractional_seats_round_to_their_mean():
    world = toy_world(2_000)
    allotment = HelpAllotment([point(seats=2.3)], world, 5)
    drawn = [allotment.seats(HelpKind.KIOSK, week, (0,))[0] for week in range(4_000)]
    assert set(drawn) == {2, 3}
    assert abs(np.mean(drawn) - 2.3) < 0.03  # four standard errors


def test_attendance_decays_with_distance():
    """20 zones a kilometre apart: attendance falls by e over ell = 5 km (ODD 7.4)."""
    world = toy_world(200_000, n_zones=20)
    allot([point(seats=1e9)], world, kiosk_attendance=0.1, help_distance_km=5.0, attends_help_share=1.0)
    came = np.bincount(world.citizens.zone[world.citizens.helped > 0], minlength=20) / 10_000
    expected = 0.1 * np.exp(-(np.arange(20) + 0.5) / 5.0)
    assert np.all(np.abs(came - expected) < 5.0 * np.sqrt(expected / 10_000))


def test_training_goes_first_and_nobody_is_helped_twice_a_week():
    world = toy_world(5_000)
    points = [point(HelpKind.TRAINING, name="class", seats=1e9), point(seats=1e9)]
    helps, _, _ = allot(points, world, training_attendance=0.5, kiosk_attendance=0.5, attends_help_share=1.0)
    assert helps.sum() == (world.citizens.helped > 0).sum()
    assert helps[0] > helps[1]


def test_those_who_never_come_are_never_helped():
    world = toy_world(5_000)
    world.citizens.attends_help[:2_500] = 0
    for week in range(200):
        allot([point(seats=1e9, close_week=999)], world, week=week, kiosk_attendance=0.1)
        world.citizens.helped[:] = 0
    assert world.citizens.ever_helped[:2_500].sum() == 0
    assert (world.citizens.ever_helped[2_500:] > 0).mean() > 0.9


def test_a_closed_point_helps_nobody():
    helps, seats, _ = allot([point(close_week=5)], toy_world(2_000), week=5, kiosk_attendance=0.5)
    assert helps.sum() == 0
    assert seats.sum() == 0


def test_points_at_one_spot_share_whoever_comes():
    """Two events of 100 seats at one place help as many as one of 200, whatever their levers are called."""
    together, _, _ = allot([point(seats=200.0)], toy_world(20_000), kiosk_attendance=0.4)
    apart, _, _ = allot([point(seats=100.0), point(seats=100.0, name="b")], toy_world(20_000), kiosk_attendance=0.4)
    assert together.tolist() == apart.tolist() == [0, 200]


def test_a_full_point_sends_nobody_away_from_its_neighbour():
    small, large = point(seats=1.0), point(seats=150.0, name="large")
    for points in ([small, large], [large, small]):
        helps, _, _ = allot(points, toy_world(20_000), kiosk_attendance=0.4)
        assert helps.tolist() == [0, 151]
