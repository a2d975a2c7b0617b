"""Shares, interactions and drops of levers: by hand, and for any game."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.shapley import coalitions, drop_one, interactions, paired_shares, shapley_shares, spread_of

T_3 = 3.182446  # 97.5% point of Student's t with 3 degrees of freedom


def game(value, *names):
    """Return the values of all subsets."""
    return {subset: value(subset) for subset in coalitions(names)}


def table(**rows):
    """Return values by subset, written as the letters of its players; none is `nobody`."""
    return {frozenset() if key == "nobody" else frozenset(key): value for key, value in rows.items()}


# Orders and what a, b, c add:  abc 10 30 20   acb 10 45 5   bac 20 20 20   bca 35 20 5   cab 15 45 0   cba 35 25 0
WORKED = table(nobody=0.0, a=10.0, b=20.0, c=0.0, ab=40.0, ac=15.0, bc=25.0, abc=60.0)


def test_shares_of_three_players_are_the_means_over_their_six_orders():
    assert shapley_shares(WORKED) == pytest.approx({"a": 125 / 6, "b": 185 / 6, "c": 50 / 6})


def test_interactions_are_what_two_add_beyond_each_alone():
    # a, b without c: 40 - 10 - 20 = 10; with c: 60 - 15 - 25 + 0 = 20. a, c: 15 - 10 = 5 and 60 - 40 - 25 + 20 = 15.
    # b, c: 25 - 20 = 5 and 60 - 40 - 15 + 10 = 15.
    assert interactions(WORKED) == pytest.approx({("a", "b"): 15, ("a", "c"): 10, ("b", "c"): 10})


def test_a_player_dropped_alone_takes_what_the_rest_cannot_do_without_it():
    assert drop_one(WORKED) == {"a": 60 - 25, "b": 60 - 15, "c": 60 - 40}
    needed = {subset: WORKED[subset] for subset in map(frozenset, ("abc", "ab", "ac", "bc"))}
    assert drop_one(needed) == drop_one(WORKED)


def test_in_the_glove_game_the_scarce_glove_has_two_thirds():
    # two left gloves and one right: a pair needs the right one, which comes first in a third of the orders
    shares = shapley_shares(game(lambda s: float("right" in s and len(s) > 1), "left", "left too", "right"))
    assert shares == pytest.approx({"left": 1 / 6, "left too": 1 / 6, "right": 2 / 3})
    assert shares["left"] == shares["left too"]


def test_in_the_airport_game_each_stretch_is_shared_by_those_who_need_it():
    need = {"glider": 1.0, "propeller": 2.0, "jet": 3.0}
    shares = shapley_shares(game(lambda s: max((need[name] for name in s), default=0.0), *need))
    assert shares == pytest.approx({"glider": 1 / 3, "propeller": 1 / 3 + 1 / 2, "jet": 1 / 3 + 1 / 2 + 1})


def test_players_who_double_each_other_interact_below_zero():
    assert interactions(game(lambda s: float(bool(s)), "a", "b"))["a", "b"] == -1.0


def test_coalitions_start_with_none_and_end_with_all():
    assert coalitions(("b", "a")) == (frozenset(), frozenset("b"), frozenset("a"), frozenset("ab"))
    assert len(coalitions("abcdefgh")) == 256


def test_shares_keep_replicates_and_segments_apart():
    doubled = {subset: np.array([[value, 2 * value, 0.0]] * 2) for subset, value in WORKED.items()}
    found = shapley_shares(doubled)["a"]
    assert found.shape == (2, 3)
    assert found[1] == pytest.approx([125 / 6, 125 / 3, 0])


def test_shares_over_replicates_are_paired_and_have_students_interval():
    # the level of the world, 0, 50, -20, 300, cancels; what `a` adds is 1, 2, 3, 4
    world, added = np.array([0.0, 50, -20, 300]), np.array([1.0, 2, 3, 4])
    found = paired_shares(game(lambda s: world + added * ("a" in s), "a", "b"))
    half = T_3 * math.sqrt(5 / 12)
    assert (found["a"].low, found["a"].mean, found["a"].high) == pytest.approx((2.5 - half, 2.5, 2.5 + half))
    assert (found["b"].low, found["b"].mean, found["b"].high) == (0, 0, 0)


def test_one_replicate_has_shares_and_no_interval():
    found = paired_shares(game(lambda s: [float(len(s))], "a", "b"))["a"]
    assert found.mean == 1.0 and np.isnan(found.low)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: coalitions(()), "no lever"),
        (lambda: coalitions("aba"), "a stands more than once"),
        (lambda: coalitions("abcdefghi"), "9 levers have 512 subsets"),
        (lambda: shapley_shares(table(nobody=0.0, a=1.0, ab=2.0)), "1 of the subsets that are needed.*: b"),
        (lambda: shapley_shares(table(a=1.0)), "no lever at all"),
        (lambda: shapley_shares(table(nobody=0.0, a=[1.0, 2.0])), "one shape"),
        (lambda: drop_one(table(ab=1.0, a=1.0)), "were not run"),
        (lambda: paired_shares(table(nobody=0.0, a=1.0)), "first axis of every value must be the replicate"),
        (lambda: spread_of(1.0), "first axis"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False, width=64)


@st.composite
def games(draw, least=1):
    """Draw a game of up to five players, its values numbers or small arrays."""
    names = "abcde"[: draw(st.integers(least, 5))]
    shape = draw(st.sampled_from([(), (3,), (2, 2)]))
    size = math.prod(shape)
    number = st.lists(NUMBERS, min_size=size, max_size=size).map(lambda flat: np.reshape(flat, shape))
    return {subset: draw(number) for subset in coalitions(names)}


def players(values):
    return sorted(frozenset().union(*values))


@settings(max_examples=60, deadline=None)
@given(games())
def test_shares_of_any_game_sum_to_what_all_achieve(values):
    total = values[frozenset(players(values))] - values[frozenset()]
    scale = max(1.0, *(float(np.abs(value).max()) for value in values.values()))
    assert np.abs(sum(shapley_shares(values).values()) - total).max() <= 1e-9 * scale


@settings(max_examples=60, deadline=None)
@given(games())
def test_shares_of_any_game_are_those_of_the_textbook_weights_in_exact_fractions(values):
    names = players(values)
    first = {subset: Fraction(float(np.ravel(value)[0])) for subset, value in values.items()}
    n = len(names)
    for name, share in shapley_shares(values).items():
        exact = Fraction(0)
        for subset in first:
            if name not in subset:
                weight = Fraction(math.factorial(len(subset)) * math.factorial(n - len(subset) - 1), math.factorial(n))
                exact += weight * (first[subset | {name}] - first[subset])
        assert float(np.ravel(share)[0]) == pytest.approx(float(exact), abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(games())
def test_a_player_that_never_adds_anything_has_exactly_nothing(values):
    bystander = {subset | {"z"}: value for subset, value in values.items()}
    whole = {**values, **bystander}
    assert (shapley_shares(whole)["z"] == 0.0).all()
    assert (drop_one(whole)["z"] == 0.0).all()
    assert all((index == 0.0).all() for pair, index in interactions(whole).items() if "z" in pair)


@settings(max_examples=60, deadline=None)
@given(games(least=2), st.randoms(use_true_random=False))
def test_two_players_that_could_stand_for_each_other_have_exactly_the_same(values, random):
    names = players(values)
    one, other = random.sample(names, 2)
    swap = {one: other, other: one}
    alike = {s: values[min(s, frozenset(swap.get(n, n) for n in s), key=sorted)] for s in values}
    shares, pairs = shapley_shares(alike), interactions(alike)
    assert np.array_equal(shares[one], shares[other])
    for third in set(names) - {one, other}:
        assert np.array_equal(*(pairs[min(n, third), max(n, third)] for n in (one, other)))


@settings(max_examples=30, deadline=None)
@given(games())
def test_names_do_not_matter(values):
    names = players(values)
    renamed = dict(zip(names, reversed([name.upper() for name in names]), strict=True))
    told = {frozenset(renamed[name] for name in subset): value for subset, value in values.items()}
    shares, again = shapley_shares(values), shapley_shares(told)
    assert all(np.array_equal(shares[name], again[renamed[name]]) for name in names)


def test_eight_players_are_shared_out():
    weights = dict(zip("abcdefgh", (3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0), strict=True))
    squared = game(lambda s: sum(weights[n] for n in s) ** 2, *weights)
    # of (sum w)^2 a player has w^2 and half of each 2 w w': w times the sum of all, 31
    assert shapley_shares(squared) == pytest.approx({n: w * 31 for n, w in weights.items()})
    pairs = interactions(squared)
    assert all(
        pairs[a, b] == pytest.approx(2 * weights[a] * weights[b]) for a, b in itertools.combinations("abcdefgh", 2)
    )
