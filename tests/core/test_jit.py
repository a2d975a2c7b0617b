"""Compiled functions whose arguments keep their types."""

import numpy as np
import pytest

from simulation.core.jit import Settled, njit


@njit
def total(values):
    found = 0.0
    for value in values:
        found += value
    return found


def test_a_settled_function_gives_what_the_function_gives():
    settled = Settled(total)
    for values in (np.arange(4.0), np.arange(5.0), np.zeros(0)):
        assert settled(values) == values.sum()


def test_another_type_than_at_the_first_call_is_noticed_where_types_are_checked(monkeypatch):
    monkeypatch.setattr(Settled, "is_checked", True)
    settled = Settled(total)
    assert settled(np.arange(3.0)) == 3.0
    with pytest.raises(TypeError, match="total is called with"):
        settled(np.arange(3, dtype=np.int32))
    assert Settled(total)(np.arange(3, dtype=np.int32)) == 3.0  # another holder, other types


def test_a_plain_function_is_called_as_it_is():
    settled = Settled(sum)
    assert settled([1, 2]) == 3
    assert settled((0.5,)) == 0.5
