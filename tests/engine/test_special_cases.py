"""Special cases with a known answer (ODD 8.3). Each fixes its seed; bands are the ODD's own."""

import math

import numpy as np
import pytest

from simulation.core.codes import Stage
from simulation.core.observed import ACCEPTING, ACTIVE, LAPSES, RETURNS, USERS
from simulation.core.observed import FIRST_USES as STARTS
from simulation.core.state import check
from simulation.engine.plan import Plan
from simulation.engine.recorder import WeekTotals
from tests.worlds import count_peers, default_params, engine_of, ties_from_pairs, toy_world

# no lapse, no fraud, no help from peers: whoever tries stays
ABSORBING = {"lapse_early": 0.0, "lapse_late": 0.0, "fraud_probability": 0.0, "peer_help_rate": 0.0}
CERTAIN_TRIAL = dict(trial_rate=1.0, **ABSORBING)
NO_MERCHANT_MOVES = {"merchant_review_rate": 0.0, "merchant_withdrawal_rate": 0.0}


def users_by_week(engine, n_weeks):
    n = len(engine.world.citizens.age)
    return np.array([engine.step().cells[:, USERS].sum() for _ in range(n_weeks)]) / n


def unaware(world):
    world.citizens.aware[world.citizens.stage == Stage.NEVER] = 0
    return world


def test_bass_diffusion_follows_the_closed_recursion():
    p_a, q_a = 0.01, 0.25
    p = default_params(awareness_external=p_a, awareness_word_of_mouth=q_a, mean_field_share=1.0, **CERTAIN_TRIAL)
    seen = users_by_week(engine_of(unaware(toy_world(200_000)), p, alpha=60.0), 40)
    share, expected = 0.0, []
    for _ in range(40):
        share += (1.0 - share) * (1.0 - math.exp(-(p_a + q_a * share)))
        expected.append(share)
    assert np.abs(seen - expected).max() < 6e-3


def test_independent_trial_is_geometric():
    alpha, n = -2.0, 100_000
    p = default_params(
        weight_peers=0.0,
        weight_effort=0.0,
        weight_risk=0.0,
        weight_cash_preference=0.0,
        person_payments_ratio=0.0,
        **ABSORBING,
        **NO_MERCHANT_MOVES,
    )
    seen = users_by_week(engine_of(toy_world(n), p, alpha=alpha), 30)
    hazard = p.trial_rate / (1.0 + math.exp(-(alpha + p.weight_usefulness)))  # everyone accepts, so U = 1
    expected = 1.0 - (1.0 - hazard) ** np.arange(1, 31)
    error = np.sqrt(expected * (1.0 - expected) / n)
    assert np.all(np.abs(seen - expected) < 4.5 * error)


def test_si_epidemic_on_the_complete_graph_is_logistic():
    q = 0.4
    p = default_params(awareness_external=0.0, awareness_word_of_mouth=q, mean_field_share=1.0, **CERTAIN_TRIAL)
    world = unaware(toy_world(200_000, user_share=0.02))
    share = float((world.citizens.stage == Stage.USER).mean())
    seen = users_by_week(engine_of(world, p, alpha=60.0), 30)
    expected = []
    for _ in range(30):
        share += (1.0 - share) * (1.0 - math.exp(-q * share))
        expected.append(share)
    assert np.abs(seen - expected).max() < 6e-3


def test_si_epidemic_on_disjoint_pairs_is_exponential():
    n, q = 100_000, 0.1
    p = default_params(awareness_external=0.0, awareness_word_of_mouth=q, **CERTAIN_TRIAL)
    even = np.arange(0, n, 2)
    world = unaware(toy_world(n, ties=ties_from_pairs(n, even, even + 1)))
    c = world.citizens
    c.stage[even], c.counted_by_peers[even], c.repetition[even], c.aware[even] = Stage.USER, 1, 1.0, 1
    count_peers(world)
    seen = users_by_week(engine_of(world, p, alpha=60.0), 30)
    infected = 2.0 * (seen - 0.5)
    assert np.abs(infected - (1.0 - np.exp(-q * np.arange(1, 31)))).max() < 7e-3


def test_independent_cascade_on_paths_multiplies_chances():
    length, n_paths, q = 5, 20_000, 1.2
    n = length * n_paths
    node = np.arange(n).reshape(n_paths, length)
    ties = ties_from_pairs(n, node[:, :-1].ravel(), node[:, 1:].ravel())
    world = unaware(toy_world(n, ties=ties))
    c, seeds = world.citizens, node[:, 0]
    c.stage[seeds], c.counted_by_peers[seeds], c.weeks_in_stage[seeds], c.aware[seeds] = Stage.USER, 1, 0, 1
    count_peers(world)
    p = default_params(awareness_external=0.0, awareness_word_of_mouth=q, word_of_mouth_weeks=0.0, **CERTAIN_TRIAL)
    engine = engine_of(world, p, alpha=60.0)
    for _ in range(2 * length):
        engine.step()
    reached = (world.citizens.stage.reshape(n_paths, length) == Stage.USER).mean(axis=0)
    chance = [1.0]
    for j in range(1, length):
        degree = 1 if j == length - 1 else 2
        chance.append(chance[-1] * (1.0 - math.exp(-q / degree)))
    assert np.abs(reached - chance).max() < 1.5e-2


def test_stocks_equal_summed_flows_and_payments_balance():
    world = toy_world(20_000, user_share=0.5, accepting_share=0.5)
    engine = engine_of(world, default_params(fraud_probability=1e-3))
    users = int((world.citizens.stage == Stage.USER).sum())
    for _ in range(60):
        total = engine.step()
        cells = total.cells.sum(axis=0)
        users += cells[STARTS] + cells[RETURNS] - cells[LAPSES]
        assert users == cells[USERS] == (world.citizens.stage == Stage.USER).sum()
        assert total.n_electronic.dtype.kind == total.n_cash.dtype.kind == "i"
        check(world.citizens)
        check(world.merchants)


def test_every_payment_of_users_is_cash_or_electronic_and_their_number_is_poisson():
    n, weeks = 20_000, 50
    world = toy_world(n, user_share=0.6, accepting_share=0.5)
    engine = engine_of(world)
    rate = float(world.citizens.payments_per_week.sum(dtype=np.float64))
    totals = [engine.step() for _ in range(weeks)]
    volume = sum(int(t.n_electronic.sum() + t.n_cash.sum()) for t in totals)
    assert abs(volume - rate * weeks) < 5.0 * math.sqrt(rate * weeks)


@pytest.mark.parametrize("n_threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits(n_threads):
    def histories(threads):
        world = toy_world(150_000, user_share=0.5, accepting_share=0.5)
        engine = engine_of(world, default_params(fraud_probability=1e-3), n_threads=threads)
        assert len(engine.slices) == 2
        totals = [engine.step() for _ in range(8)]
        return world, totals

    (one, first), (many, second) = histories(1), histories(n_threads)
    for name in one.citizens.__slots__:
        assert np.array_equal(getattr(one.citizens, name), getattr(many.citizens, name)), name
    for name in one.merchants.__slots__:
        assert np.array_equal(getattr(one.merchants, name), getattr(many.merchants, name)), name
    for a, b in zip(first, second, strict=True):
        for name in WeekTotals.__slots__:
            assert np.array_equal(getattr(a, name), getattr(b, name)), name


def test_habit_settles_at_its_fixed_point():
    """H* = Lam(base(H*)) when every merchant accepts: the ratio asked for is the ratio paid.

    Payments to people are left out, which ask for it in steps of 1/1024.
    """
    p = default_params(
        habit_rate=0.02,
        learning_by_doing=0.0,
        forgetting=0.0,
        outage_weeks_per_year=0.0,
        person_payments_ratio=0.0,
        **ABSORBING,
        **NO_MERCHANT_MOVES,
    )
    world = toy_world(4_000, user_share=1.0)
    world.citizens.payments_per_week[:] = 40.0  # many payments, so that the mean over citizens has no bias to speak of
    engine = engine_of(world, p).fork(Plan(n_weeks=500))
    for _ in range(500):
        engine.step()
    effort, risk = 0.5, float(world.citizens.baseline_risk[0])
    seconds = p.seconds_electronic + p.seconds_unskilled * 0.5 + p.seconds_verification
    fixed = 0.75
    for _ in range(200):
        base = p.method_constant + p.method_habit * fixed
        base -= p.method_scale * (p.weight_effort * effort + p.weight_risk * risk)
        fixed = 1.0 / (1.0 + math.exp(-(base + p.method_time * (p.seconds_cash - seconds) / 10.0)))
    assert float(engine.world.citizens.habit.mean()) == pytest.approx(fixed, abs=0.004)


def test_without_withdrawal_every_merchant_ends_up_accepting():
    p = default_params(merchant_review_rate=1.0, merchant_withdrawal_rate=0.0)
    engine = engine_of(toy_world(5_000, accepting_share=0.1, user_share=0.5), p, gamma=2.0)
    for _ in range(200):
        total = engine.step()
    assert total.sectors[:, ACCEPTING].sum() == len(engine.world.merchants.sector)


def test_citizens_without_ties_feel_no_peers():
    n = 5_000
    alone = (np.zeros(n + 1, np.int64), np.zeros(0, np.int32))

    def history(weight):
        world = toy_world(n, ties=alone, user_share=0.5)
        engine = engine_of(world, default_params(weight_peers=weight, access_peer_hazard=weight))
        return users_by_week(engine, 30)

    assert np.array_equal(history(0.0), history(5.0))


def test_coverage_counts_those_who_paid_in_the_last_four_weeks():
    world = toy_world(2_000, user_share=1.0)
    world.citizens.payments_per_week[:] = 0.0
    engine = engine_of(world, default_params(**ABSORBING))
    active = [engine.step().cells[:, ACTIVE].sum() for _ in range(5)]
    assert active == [2_000, 2_000, 2_000, 0, 0]
