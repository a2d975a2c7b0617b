"""Users won among those whom a barrier holds, for the money: by hand."""

import numpy as np
import pytest
import xarray as xr

from simulation.analysis.barriers.cheapest import cheapest_levers
from simulation.analysis.barriers.find import Barriers
from simulation.engine.removal import Barrier

FACTOR = 10.0
SKILL, TRUST = int(Barrier.SKILL), int(Barrier.TRUST)
# rows 0 to 3 are held by skill, 4 and 5 by trust, 6 pays; in both worlds
CODE = np.array([[SKILL] * 4 + [TRUST] * 2 + [-1]] * 3, np.int8)


def barriers(code=CODE):
    data = {"code": (("replicate", "citizen"), code)}
    coords = {"seed": ("replicate", np.arange(len(code)))}
    return Barriers(xr.Dataset(data, coords=coords, attrs={"expansion_factor": FACTOR}))


def run(first_payment, yuan, n=3):
    """Return a run in which citizens first paid in some weeks (-1: never), and that cost some money in each world."""
    weeks = np.broadcast_to(np.asarray(first_payment), (n, CODE.shape[1]))
    spent = np.zeros((n, 1, 1, 1, 1))
    spent[:, 0, 0, 0, 0] = yuan
    data = {
        "first_payment_week": (("replicate", "citizen"), weeks),
        "spending_yuan": (("replicate", "week", "lever", "line", "payer"), spent),
    }
    return xr.Dataset(data, coords={"seed": ("replicate", np.arange(n))})


NOBODY = [-1] * 6 + [0]
BASELINE = run(NOBODY, 0.0)


def test_users_for_the_money_are_those_held_who_pay_with_the_lever_only():
    training = run([3, 5, -1, -1, 7, -1, 0], [20_000.0] * 3)
    found = cheapest_levers(barriers(), BASELINE, {"training": training})
    skill = found["skill"].best
    # 2 of the 4 stand for 20 residents, for 20,000 yuan
    assert (skill.users.mean, skill.yuan.mean) == (20.0, 20_000.0)
    assert skill.users_for_money.mean == skill.users_for_money.low == skill.users_for_money.high == 10.0
    assert found["trust"].best.users_for_money.mean == 5.0


def test_the_lever_with_most_users_for_the_money_comes_first():
    dear = run([1, 1, 1, 1, -1, -1, 0], [80_000.0] * 3)
    cheap = run([1, -1, -1, -1, -1, -1, 0], [5_000.0] * 3)
    skill = cheapest_levers(barriers(), BASELINE, {"dear": dear, "cheap": cheap})["skill"]
    assert [one.lever for one in skill.levers] == ["cheap", "dear"]
    assert [one.users_for_money.mean for one in skill.levers] == [20.0, 5.0]


def test_a_barrier_no_lever_clears_measurably_has_no_best_lever():
    weeks = np.array([NOBODY, NOBODY, [4, *NOBODY[1:]]])  # one citizen in one of three worlds
    found = cheapest_levers(barriers(), BASELINE, {"hotline": run(weeks, [9_000.0] * 3)})
    assert found["skill"].best is None and found["skill"].levers[0].status == "not_measurable"
    assert found["unaware"].best is None  # nobody is held


def test_interval_of_the_rate_is_over_worlds():
    weeks = np.array([[4, 4, -1, -1, -1, -1, 0], [4, 4, 4, -1, -1, -1, 0], [4, 4, 4, 4, -1, -1, 0]])
    rate = cheapest_levers(barriers(), BASELINE, {"class": run(weeks, [30_000.0] * 3)})["skill"].best.users_for_money
    # users 20, 30, 40 for 3 x 10,000 yuan each: mean 10, standard error 10 / sqrt 3 / 3, Student's t of 2 is 4.303
    half = 4.302653 * 10 / np.sqrt(3) / 3
    assert (rate.mean, rate.low, rate.high) == pytest.approx((10.0, 10 - half, 10 + half), abs=1e-3)


def test_people_who_paid_in_business_as_usual_are_not_won():
    usual = run([2, *NOBODY[1:]], 0.0)
    training = run([1, 3, -1, -1, -1, -1, 0], [10_000.0] * 3)
    assert cheapest_levers(barriers(), usual, {"training": training})["skill"].best.users.mean == 10.0


def test_a_lever_that_costs_nothing_has_no_rate():
    free = run([1, 1, 1, 1, -1, -1, 0], [0.0] * 3)
    skill = cheapest_levers(barriers(), BASELINE, {"free": free})["skill"]
    assert skill.levers[0].status == "no_money" and skill.levers[0].users.mean == 40.0


def test_one_world_says_nothing():
    one = barriers(CODE[:1])
    found = cheapest_levers(one, run(NOBODY, 0.0, 1), {"training": run([1] * 7, [1.0], 1)})
    assert found["skill"].best is None and found["skill"].levers[0].status == "one_replicate"


def test_runs_of_other_worlds_are_refused():
    other = run(NOBODY, 0.0).assign_coords(seed=("replicate", [5, 6, 7]))
    with pytest.raises(ValueError, match="hotline is not of the worlds"):
        cheapest_levers(barriers(), BASELINE, {"hotline": other})
