"""Two worlds differ only where a lever reached someone."""

import copy
import dataclasses

import numpy as np
import pytest

from simulation.core.codes import Stage
from simulation.core.state import Citizens, Merchants
from simulation.engine.array_engine import ArrayEngine
from simulation.engine.plan import Plan
from simulation.levers.base import APPLICABLE, Eligibility, Schedule
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.scenario.budget import Budget
from simulation.scenario.schema import LEVERS
from tests.levers.examples import EXAMPLES
from tests.worlds import default_params, engine_of, ring_ties, toy_world

N = 3_000
# everything that changes in the weeks, but not the row of the lever that pays, which another lever may shift
OF_LEVERS = ("coupon_lever", "subsidy_lever")
CITIZEN_HISTORY, MERCHANT_HISTORY = (
    [f.name for f in dataclasses.fields(state) if f.metadata["changes"] and f.name not in OF_LEVERS]
    for state in (Citizens, Merchants)
)
# a kind of lever whose dose of nothing still offers something: services at their full price
OFFERS_AT_DOSE_ZERO = "integrated_services"
KINDS = sorted(LEVERS)
STRONG = {"acceptance_drive": {"probability_per_week": 0.2}, "phone_subsidy": {"take_up_per_week": 0.03}}
FULL = {kind: EXAMPLES[kind].model_copy(update=STRONG.get(kind, {})) for kind in KINDS}


def start(n: int = N, n_threads: int = 1) -> ArrayEngine:
    """Return an engine of a world in which every lever has somebody to reach and something to change."""
    world = toy_world(n, user_share=0.4, accepting_share=0.4, merchants_per_zone_sector=8)
    c, rng = world.citizens, np.random.default_rng(5)
    idle = c.stage == Stage.NEVER
    c.age[::3], c.area[::4] = 3, 2
    c.aware[idle & (rng.random(n) < 0.2)] = 0
    c.has_device[idle & (rng.random(n) < 0.2)] = 0
    c.old_device[:] = rng.random(n) < 0.3
    c.refuses_face[:] = rng.random(n) < 0.16
    world.merchants.terminal[:] = 1
    world.zones.network_seconds[:], world.zones.network_failure[:] = 1.0, 0.02
    p = default_params(fraud_probability=1e-3, outage_weeks_per_year=20.0)
    return engine_of(world, p, gamma=-2.0, n_threads=n_threads)


def histories(plan, weeks=20, first=start):
    """Return every changing field of every citizen and merchant, week by week."""
    engine = first().fork(plan)
    story = []
    for _ in range(weeks):
        engine.step()
        citizens, merchants = engine.world.citizens, engine.world.merchants
        story.append({name: getattr(citizens, name).copy() for name in CITIZEN_HISTORY})
        story[-1] |= {f"m.{name}": getattr(merchants, name).copy() for name in MERCHANT_HISTORY}
    return story


def same(first, second, skip=()) -> bool:
    pairs = zip(first, second, strict=True)
    return all(np.array_equal(a[name], b[name]) for a, b in pairs for name in a if name not in skip)


@pytest.fixture(scope="module")
def usual():
    return histories({})


@pytest.fixture(scope="module")
def together():
    return histories(FULL)


@pytest.mark.parametrize("kind", KINDS)
def test_a_lever_changes_something(kind, usual):
    """Otherwise the tests below could not fail."""
    assert not same(histories({kind: FULL[kind]}), usual)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != OFFERS_AT_DOSE_ZERO])
def test_a_lever_with_dose_zero_changes_nothing(kind, usual):
    idle = FULL[kind].scaled(0.0)
    assert idle.is_idle()
    assert same(histories({kind: idle}), usual)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if APPLICABLE[LEVERS[kind].target]])
def test_a_lever_that_reaches_nobody_changes_nothing(kind, usual):
    nobody = FULL[kind].eligibility.model_copy(update={"share": 0.0})
    assert same(histories({kind: FULL[kind].model_copy(update={"eligibility": nobody})}), usual)


@pytest.mark.parametrize("kind", KINDS)
def test_a_lever_that_has_not_started_changes_nothing(kind, usual):
    lever = FULL[kind].model_copy(update={"schedule": Schedule(start_week=6)})
    story = histories({kind: lever})
    assert same(story[:6], usual[:6])
    assert not same(story[6:], usual[6:])


@pytest.mark.parametrize("kind", KINDS)
def test_a_lever_on_standby_changes_nothing(kind, usual):
    assert same(histories({kind: FULL[kind].model_copy(update={"standby": True})}), usual)


def test_the_order_of_levers_in_the_file_does_not_matter(together):
    assert same(histories(dict(sorted(FULL.items(), reverse=True))), together)


@pytest.mark.parametrize("kind", KINDS)
def test_adding_a_lever_without_effect_shifts_no_draw(kind, together):
    """Neither before the others by name nor behind them."""
    on_standby = FULL[kind].model_copy(update={"standby": True})
    idle = on_standby if kind == OFFERS_AT_DOSE_ZERO else FULL[kind].scaled(0.0)
    assert same(histories(FULL | {"a": on_standby, "zz": idle}), together)
    assert same(histories(FULL | {"a": idle}), together)


def test_a_cap_that_never_binds_changes_nothing(together):
    """Nor where money is kept for fixed costs, shared with a co-funder, or capped by line."""
    settings = {
        "lines": {"incentives": 1e11},
        "co_funding": {"bank": {"match_rate": 0.5, "cap_yuan": 1e11}},
    }
    for budget in (Budget(total_yuan=1e12), Budget(total_yuan=1e12, **settings)):
        assert same(histories(Plan(FULL, budget=budget)), together)


@pytest.mark.parametrize("n_threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits_with_all_levers(n_threads):
    def run(threads):
        def first():
            engine = start(150_000, threads)
            assert len(engine.slices) == 2
            return engine

        engine = first().fork(Plan(FULL, budget=Budget(total_yuan=2e6)))
        totals = [engine.step() for _ in range(4)]
        return engine, totals

    (one, first), (many, second) = run(1), run(n_threads)
    for state, other in ((one.world.citizens, many.world.citizens), (one.world.merchants, many.world.merchants)):
        for name in state.__slots__:
            assert np.array_equal(getattr(state, name), getattr(other, name)), name
    for a, b in zip(first, second, strict=True):
        for name in a.__slots__:
            assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert np.array_equal(one.programme.treasury.ledger.fen, many.programme.treasury.ledger.fen)
    assert one.programme.treasury.ledger.total_fen() > 0


def test_a_coupon_for_one_citizen_reaches_only_that_citizen_in_its_week():
    """A week later the ties of that citizen may have heard of it; nobody else can have."""
    lucky = 1_234

    def first():
        world = toy_world(N, user_share=0.4, accepting_share=0.4, merchants_per_zone_sector=8)
        c = world.citizens
        c.age[lucky], c.stage[lucky] = 4, Stage.NEVER  # nobody else is as old
        c.weeks_since_use[lucky] = c.weeks_since_merchant[lucky] = 255
        p = default_params(fraud_probability=1e-3, trial_rate=1.0, weight_incentive=3.0)
        engine = engine_of(world, p, alpha=-6.0, gamma=-2.0)
        engine.c.counted_by_peers[lucky] = 0
        return engine

    lever = Coupon(
        kind="coupon", first_use_yuan=1_000, cashback_yuan=0, eligibility=Eligibility(ages=("75+",))
    )  # fmt: skip
    without, with_coupon = histories({}, 2, first), histories({"coupon": lever}, 2, first)
    assert with_coupon[0]["stage"][lucky] == Stage.USER
    assert without[0]["stage"][lucky] == Stage.NEVER
    changed = []
    for before, after in zip(without, with_coupon, strict=True):
        differs = [before[name] != after[name] for name in CITIZEN_HISTORY if name != "n_user_peers"]
        changed.append(np.flatnonzero(np.any(differs, axis=0)).tolist())
    assert changed[0] == [lucky]
    start_of, peer = ring_ties(N)
    ties = peer[start_of[lucky] : start_of[lucky + 1]].tolist()
    # in the second week also those who shop where acceptance may have moved: none here, so ties alone
    assert set(changed[1]) <= {*ties, lucky}
    # that week's merchants differ at most in what the lucky one asked for at the own zone's
    moved = without[0]["m.ask_share"] != with_coupon[0]["m.ask_share"]
    assert (np.flatnonzero(moved) // (6 * 8) == lucky * 6 // N).all()


def test_face_payment_moves_nobody_who_refuses_it_in_its_week():
    """Refusal is a trait of a person, drawn once: no lever and no week changes it (R4)."""
    engine = start()
    refuses = engine.world.citizens.refuses_face.copy()
    without, with_faces = histories({}, 1), histories({"face": FULL["face_pilot"]}, 1)
    differs = [without[0][name] != with_faces[0][name] for name in CITIZEN_HISTORY if name != "n_user_peers"]
    changed = np.any(differs, axis=0)
    assert changed[refuses == 0].mean() > 0.02
    assert not changed[refuses == 1].any()
    twin = engine.fork(FULL)
    for _ in range(5):
        twin.step()
    assert np.array_equal(twin.world.citizens.refuses_face, refuses)


def test_of_two_offers_the_larger_counts_and_ties_go_to_the_first_name():
    levers = {name: Coupon(kind="coupon", first_use_yuan=yuan) for name, yuan in (("b", 10), ("a", 10), ("c", 30))}
    engine = start().fork(levers)
    offers = engine.programme.open_week(0)
    assert offers.coupon_fen.tolist() == [3_000]
    assert offers.coupon_lever.tolist() == [2]
    assert offers.cashback_lever.tolist() == [0]


def test_frozen_feedback_leaves_ties_and_asking_as_they_were():
    model = dataclasses.replace(start().model, freeze_peers=True, freeze_acceptance=True)
    engine = start()
    before = engine.world.citizens.n_user_peers.copy(), engine.world.merchants.ask_share.copy()
    frozen = engine.fork(FULL, model=model)
    for _ in range(10):
        frozen.step()
    assert np.array_equal(frozen.world.citizens.n_user_peers, before[0])
    assert np.array_equal(frozen.world.merchants.ask_share, before[1])


def test_a_fork_leaves_the_original_untouched():
    engine = start()
    before = {name: getattr(engine.world.citizens, name).copy() for name in CITIZEN_HISTORY}
    twin = engine.fork(FULL)
    for _ in range(5):
        twin.step()
    assert all(np.array_equal(before[name], getattr(engine.world.citizens, name)) for name in CITIZEN_HISTORY)


def test_lapse_does_not_feel_the_verification_limit_through_habit():
    """Amendment A7: repetition G, not the method habit H, keeps users; faster payments alone must not."""
    fast, slow = histories({"limit": FULL["verification_limit"]}, weeks=1), histories({}, weeks=1)
    assert not np.array_equal(fast[0]["habit"], slow[0]["habit"])
    assert np.array_equal(fast[0]["stage"], slow[0]["stage"])


def test_a_return_without_a_coupon_earns_no_cashback():
    """ODD 7.6: it starts past the cashback weeks, however lately the person lapsed."""

    def all_lapsed():
        engine = start()
        c = engine.world.citizens
        c.stage[:], c.weeks_in_stage[:], c.aware[:] = 2, 2, 1
        params = engine.model.params._replace(return_rate=1.0)
        engine.model = dataclasses.replace(engine.model, params=params, alpha=engine.model.alpha + 60.0)
        return engine

    engine = all_lapsed().fork({"coupon": Coupon(kind="coupon", first_use_yuan=20, cashback_yuan=1)})
    assert engine.step().n_electronic.sum() > 0
    assert engine.programme.n_uses.sum() == 0


def test_overlapping_lotteries_keep_every_group_apart():
    """18 half-share levers make more groups than 16 bits hold; each citizen must still get the own offers."""
    n = 100_000
    half = Eligibility(share=0.5)
    levers = {f"l{k:02}": Campaign(kind="campaign", intensity=(k + 1) / 18, eligibility=half) for k in range(18)}
    world = toy_world(n)
    engine = engine_of(world).fork(levers)
    strongest = np.max([half.citizen_mask(world, name) * (k + 1) / 18 for k, name in enumerate(sorted(levers))], axis=0)
    assert np.array_equal(engine.programme.open_week(0).media[engine.programme.citizen_group], strongest)


def test_an_engine_under_way_is_not_forked_to_a_plan_with_another_past():
    engine = start().fork(FULL)
    engine.step()
    with pytest.raises(ValueError, match="differs from its own from week 0 on"):
        engine.fork({})


def test_a_weeks_totals_stay_as_they_were():
    engine = start().fork(FULL)
    first = engine.step()
    before = {name: copy.deepcopy(getattr(first, name)) for name in first.__slots__}
    engine.step()
    assert all(np.array_equal(getattr(first, name), value) for name, value in before.items())


def test_frozen_acceptance_holds_at_the_till_too():
    model = dataclasses.replace(start().model, freeze_acceptance=True)
    engine = start().fork({"terminal": FULL["terminal_subsidy"]}, model=model)
    for _ in range(10):
        engine.step()
    assert (engine.world.merchants.accepts != start().world.merchants.accepts).any()
    assert same(
        histories({"terminal": FULL["terminal_subsidy"]}, first=_frozen_start),
        histories({}, first=_frozen_start),
        skip=[f"m.{name}" for name in MERCHANT_HISTORY],
    )


def _frozen_start() -> ArrayEngine:
    engine = start()
    engine.model = dataclasses.replace(engine.model, freeze_acceptance=True)
    return engine
