"""The exponential of choices is the exponential."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.core.exponential import LARGEST, exponential

UNITS = 2  # of the last place


def is_close(value):
    exact = math.exp(value)
    return abs(exponential(value) - exact) <= UNITS * math.ulp(exact)


@given(st.floats(-LARGEST, LARGEST))
def test_it_is_the_exponential_within_two_units_of_the_last_place(value):
    assert is_close(value)


@pytest.mark.parametrize("doublings", range(-57, 58))
def test_it_is_so_on_both_sides_of_every_change_of_the_power_of_two(doublings):
    edge = (doublings + 0.5) * math.log(2.0)
    assert all(map(is_close, np.linspace(edge - 1e-9, edge + 1e-9, 21).tolist()))


def test_nothing_gives_one_and_its_logarithms_whole_numbers():
    assert exponential(0.0) == 1.0
    assert exponential(math.log(3.0)) == pytest.approx(3.0, rel=1e-15)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_what_lies_beyond_forty_counts_as_forty(sign):
    assert exponential(sign * 41.0) == exponential(sign * 1e300) == exponential(sign * LARGEST)
    assert exponential(sign * np.inf) == exponential(sign * LARGEST)
