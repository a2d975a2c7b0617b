"""What a lever offers and owes in a week hangs on its dose in that week: engines work it out when the dose changes."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.core.offers import WeekOffers
from simulation.engine.lever_in_world import LeverInWorld
from simulation.levers.base import Schedule
from simulation.levers.discount_days import DiscountDays
from simulation.scenario.schema import LEVERS
from tests.levers.examples import EXAMPLES
from tests.worlds import toy_world

N_WEEKS = 40
WORLD = toy_world()


def offered(lever, week):
    """Return everything a lever offers in a week, as plain numbers."""
    offers = WeekOffers.none(2, 2, 1)
    lever.offer(week, 0, offers, np.array([True, False]))
    values = (getattr(offers, field.name) for field in dataclasses.fields(WeekOffers))
    return [value.tolist() if isinstance(value, np.ndarray) else value for value in values]


def scheduled(kind, data):
    """Return a lever of a kind whose schedule is drawn."""
    schedule = Schedule(
        start_week=data.draw(st.integers(0, 10)),
        end_week=data.draw(st.none() | st.integers(11, N_WEEKS)),
        ramp_weeks=data.draw(st.integers(0, 15)) if LEVERS[kind].ramps else 0,
        delay_weeks=data.draw(st.none() | st.integers(0, 5)),
    )
    changes = {"schedule": schedule}
    if kind == "discount_days":
        changes["every_weeks"] = data.draw(st.integers(1, 6))
    return EXAMPLES[kind].model_copy(update=changes)


@settings(deadline=None, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("kind", sorted(LEVERS))
def test_weeks_of_the_same_dose_have_the_same_offers(kind, data):
    lever, of_dose = scheduled(kind, data), {}
    for week in range(N_WEEKS):
        assert of_dose.setdefault(lever.dose_in(week), offered(lever, week)) == offered(lever, week)


@settings(deadline=None, max_examples=20)
@given(st.data())
@pytest.mark.parametrize("kind", sorted(LEVERS))
def test_what_is_owed_is_what_every_week_worked_out_alone_owes(kind, data):
    lever, first_week = scheduled(kind, data), data.draw(st.integers(0, 12))
    in_world, opened = LeverInWorld(kind, lever, WORLD, N_WEEKS, first_week), set()
    for week in range(first_week, N_WEEKS):
        is_set_up = week > max(lever.schedule.opening_week, first_week)
        told = in_world.owed(week, is_set_up, opened)
        alone = in_world._owed(week, in_world._open_points(week, week, opened), is_set_up, None)
        assert (told.bill.costs, told.points, told.fresh) == (alone.bill.costs, alone.points, alone.fresh)
        opened |= told.fresh


def test_discount_days_every_three_weeks_have_a_dose_in_every_third_week():
    days = DiscountDays(kind="discount_days", every_weeks=3, schedule=Schedule(start_week=2, end_week=9))
    assert [week for week in range(12) if days.dose_in(week)] == [2, 5, 8]
