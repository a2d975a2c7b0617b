"""Cost against effect: by hand."""

import math

import pytest

from simulation.analysis.cost_effectiveness import plane


def test_quadrants_count_replicates_by_the_signs_of_cost_and_effect():
    found = plane(added_cost=[1, 2, -1, 3, -2, 0, 5, 1], added_effect=[1, 3, 1, -1, -1, 2, 0, 4])
    assert (found.more_for_more, found.more_for_less) == (3 / 8, 1 / 8)
    assert (found.less_for_more, found.less_for_less, found.on_axis) == (1 / 8, 1 / 8, 2 / 8)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plane([1, 2], [1]), "same replicates"),
        (lambda: plane([1, 2], [1, math.nan]), "undefined in some replicates"),
    ],
)
def test_what_cannot_be_set_against_each_other_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
