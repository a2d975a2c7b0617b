"""Two worlds differ only where a lever reached someone."""

import dataclasses

import numpy as np
import pytest

from simulation.core.observed import ACTIVE
from simulation.core.state import Citizens
from simulation.engine.array_engine import ArrayEngine
from simulation.levers.base import Eligibility, Schedule
from simulation.levers.campaign import Campaign
from simulation.levers.coupon import Coupon
from simulation.levers.fee_subsidy import FeeSubsidy
from simulation.levers.kiosk import Kiosk
from simulation.levers.terminal_subsidy import TerminalSubsidy
from simulation.levers.training_event import TrainingEvent
from simulation.levers.verification_limit import VerificationLimit
from tests.worlds import default_params, engine_of, toy_world

HISTORY = [f.name for f in dataclasses.fields(Citizens) if f.metadata["changes"] and f.name != "coupon_lever"]
EVERY_AGE = Eligibility(ages=("15-29", "30-44", "45-59", "60-74", "75+"))


def training(seats_per_week: float) -> TrainingEvent:
    return TrainingEvent(kind="training_event", eligibility=EVERY_AGE, places="all", seats_per_week=seats_per_week)


def coupon(yuan: float, cashback: float = 1.0) -> Coupon:
    return Coupon(kind="coupon", first_use_yuan=yuan, cashback_yuan=cashback)


def kiosk(capacity: float) -> Kiosk:
    return Kiosk(kind="kiosk", places="all", capacity_per_week=capacity)


FULL = {
    "coupon": coupon(20),
    "campaign": Campaign(kind="campaign"),
    "training": training(60),
    "kiosk": kiosk(50),
    "terminal": TerminalSubsidy(kind="terminal_subsidy"),
    "fee": FeeSubsidy(kind="fee_subsidy"),
    "limit": VerificationLimit(kind="verification_limit"),
}
NOTHING = {
    "coupon": coupon(0, 0),
    "campaign": Campaign(kind="campaign", intensity=0),
    "training": training(0),
    "kiosk": kiosk(0),
    "terminal": TerminalSubsidy(kind="terminal_subsidy", pos_rent_share=0, qr_rent_share=0),
    "fee": FeeSubsidy(kind="fee_subsidy", fee_share=0),
    "limit": VerificationLimit(kind="verification_limit", limit_yuan=0),
}


def start() -> ArrayEngine:
    world = toy_world(3_000, user_share=0.4, accepting_share=0.4, merchants_per_zone_sector=8)
    world.merchants.terminal[:] = 1
    unaware = np.random.default_rng(5).random(3_000) < 0.2
    world.citizens.aware[unaware & (world.citizens.stage == 0)] = 0
    return engine_of(world, default_params(fraud_probability=1e-3), gamma=-2.0)


def histories(levers, weeks=20, first=start, group=None):
    """Return every changing field of every citizen and merchant, week by week."""
    engine = first().fork(levers)
    if group is not None:
        group(engine)
    story = []
    for _ in range(weeks):
        engine.step()
        citizens, merchants = engine.world.citizens, engine.world.merchants
        story.append({name: getattr(citizens, name).copy() for name in HISTORY})
        story[-1] |= {"accepts": merchants.accepts.copy(), "ask_share": merchants.ask_share.copy()}
    return story


def same(first, second, skip=()) -> bool:
    pairs = zip(first, second, strict=True)
    return all(np.array_equal(a[name], b[name]) for a, b in pairs for name in a if name not in skip)


@pytest.fixture(scope="module")
def usual():
    return histories({})


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_lever_with_dose_zero_changes_nothing(name, usual):
    assert same(histories({name: NOTHING[name]}), usual)


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_lever_changes_something(name, usual):
    """Otherwise the test above could not fail."""
    assert not same(histories({name: FULL[name]}), usual)


@pytest.mark.parametrize("name", sorted(FULL))
def test_a_lever_that_has_not_started_changes_nothing(name, usual):
    lever = FULL[name].model_copy(update={"schedule": Schedule(start_week=15)})
    story = histories({name: lever})
    assert same(story[:15], usual[:15])
    assert not same(story[15:], usual[15:])


def test_the_order_of_levers_in_the_file_does_not_matter():
    forwards, backwards = dict(sorted(FULL.items())), dict(sorted(FULL.items(), reverse=True))
    assert same(histories(forwards), histories(backwards))


def test_adding_a_lever_without_effect_shifts_no_draw():
    assert same(histories(FULL), histories(FULL | {"another": NOTHING["coupon"], "zz": NOTHING["kiosk"]}))


def test_a_coupon_for_one_citizen_reaches_only_that_citizen_in_its_week():
    """A week later the ties of that citizen may have heard of it; nobody else can have."""
    lucky = 1_234

    def only_one(engine):
        engine.c.offer_group[:] = 0
        engine.c.offer_group[lucky] = 1

    def two_groups(engine):
        # two groups of citizens, of which the lever reaches the second only
        engine.programme._citizen_reaches = np.array([[False, True]])
        only_one(engine)

    def first():
        engine = start()
        engine.world.citizens.stage[lucky], engine.world.citizens.aware[lucky] = 0, 1
        engine.world.citizens.counted_by_peers[lucky] = 0
        return engine

    eager = default_params(fraud_probability=1e-3, trial_rate=1.0)

    def eager_start():
        engine = first()
        engine.model = dataclasses.replace(engine.model, params=eager, alpha=engine.model.alpha - 3.0)
        return engine

    without = histories({}, weeks=2, first=eager_start)
    with_coupon = histories({"coupon": coupon(10_000_000, 0)}, weeks=2, first=eager_start, group=two_groups)
    changed = {
        week: np.unique(
            np.concatenate(
                [
                    np.flatnonzero(without[week][name] != with_coupon[week][name])
                    for name in HISTORY
                    if name != "n_user_peers"
                ]
            )
        )
        for week in (0, 1)
    }
    world = start().world
    ties = set(world.peer[world.peer_start[lucky] : world.peer_start[lucky + 1]].tolist())
    assert with_coupon[0]["stage"][lucky] == 1
    assert without[0]["stage"][lucky] == 0
    assert changed[0].tolist() == [lucky]
    # in the second week also those who shop where acceptance may have moved: none here, so ties alone
    assert set(changed[1].tolist()) <= ties | {lucky}


def test_of_two_offers_the_larger_counts_and_ties_go_to_the_first_name():
    levers = {"b": coupon(10), "a": coupon(10), "c": coupon(30)}
    engine = start().fork(levers)
    offers = engine.programme.offers(0)
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
    before = {name: getattr(engine.world.citizens, name).copy() for name in HISTORY}
    twin = engine.fork(FULL)
    for _ in range(5):
        twin.step()
    assert all(np.array_equal(before[name], getattr(engine.world.citizens, name)) for name in HISTORY)


def test_without_a_device_kiosks_add_no_users():
    """Amendment A3: help opens an account, but an app needs a phone."""

    def no_phones():
        engine = start()
        c = engine.world.citizens
        c.has_device[c.stage == 0] = 0
        p = engine.model.params._replace(access_hazard=0.0, access_peer_hazard=0.0)
        engine.model = dataclasses.replace(engine.model, params=p)
        return engine

    story = histories({"kiosk": kiosk(500)}, first=no_phones)
    assert (story[-1]["ever_helped"] > 0).sum() > 100
    never = no_phones().world.citizens.stage == 0
    assert (story[-1]["stage"][never] == 0).all()


def test_attendance_saturates_at_the_share_who_ever_come():
    """Amendment A4: cumulative attendance tends to h_att; each person is counted once."""

    def first():
        engine = start()
        engine.world.citizens.attends_help[:] = np.arange(3_000) % 5 < 2  # h_att = .4
        p = engine.model.params._replace(kiosk_attendance=0.1, help_skill_ceiling=1.0)
        engine.model = dataclasses.replace(engine.model, params=p)
        return engine

    story = histories({"kiosk": kiosk(100_000)}, weeks=60, first=first)
    came = [(week["ever_helped"] > 0).mean() for week in story]
    assert came[-1] == pytest.approx(0.4, abs=0.01)
    assert max(came) <= 0.4


def test_a_cash_shortage_raises_acceptance_and_part_of_it_stays():
    """Amendment A6: shops adopt when asked, so acceptance rises during the shortage, not only after it."""
    engine = start()
    usual_twin = engine.fork({})
    shocked = engine.fork({}, dict.fromkeys(range(10), 2.5))
    gain = []
    for _ in range(60):
        usual_twin.step()
        shocked.step()
        gain.append(float(shocked.world.merchants.accepts.mean() - usual_twin.world.merchants.accepts.mean()))
    assert gain[9] > 0.0
    assert gain[-1] > 0.0


def test_lapse_does_not_feel_the_verification_limit_through_habit():
    """Amendment A7: repetition G, not the method habit H, keeps users; faster payments alone must not."""
    fast, slow = histories({"limit": FULL["limit"]}, weeks=1), histories({}, weeks=1)
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

    engine = all_lapsed().fork({"coupon": coupon(20, 1)})
    totals, (usage,) = engine.step()
    assert totals.n_electronic.sum() > 0
    assert usage.n_coupons == usage.n_cashbacks == 0


def test_overlapping_lotteries_keep_every_group_apart():
    """18 half-share levers make more groups than 16 bits hold; each citizen must still get the own offers."""
    n = 100_000
    half = Eligibility(share=0.5)
    levers = {f"l{k:02}": Campaign(kind="campaign", intensity=(k + 1) / 18, eligibility=half) for k in range(18)}
    world = toy_world(n)
    engine = engine_of(world).fork(levers)
    strongest = np.max([half.citizen_mask(world, name) * (k + 1) / 18 for k, name in enumerate(sorted(levers))], axis=0)
    assert np.array_equal(engine.programme.offers(0).media[engine.programme.citizen_group], strongest)


def test_an_engine_under_way_is_not_forked():
    engine = start().fork(FULL)
    engine.step()
    with pytest.raises(RuntimeError, match="up to week 0"):
        engine.fork({})


def test_a_weeks_totals_stay_as_they_were():
    engine = start().fork({})
    first, _ = engine.step()
    before = first.cells.copy()
    engine.step()
    assert np.array_equal(first.cells, before)


def test_frozen_acceptance_holds_at_the_till_too():
    model = dataclasses.replace(start().model, freeze_acceptance=True)
    engine = start().fork({"terminal": FULL["terminal"]}, model=model)
    for _ in range(10):
        engine.step()
    assert (engine.world.merchants.accepts != start().world.merchants.accepts).any()
    assert same(
        histories({"terminal": FULL["terminal"]}, first=_frozen_start),
        histories({}, first=_frozen_start),
        skip=("accepts",),
    )


def _frozen_start() -> ArrayEngine:
    engine = start()
    engine.model = dataclasses.replace(engine.model, freeze_acceptance=True)
    return engine


def test_an_assisted_first_payment_is_not_coverage():
    """Amendment A2: help makes users with probability pi1; only a payment of their own makes them count."""

    def nobody_tries_alone(payments_per_week):
        world = toy_world(3_000)
        world.citizens.payments_per_week[:] = payments_per_week
        params = default_params(trial_rate=0.0, first_use_kiosk=1.0, kiosk_attendance=0.1)
        return engine_of(world, params).fork({"kiosk": kiosk(1_000)})

    silent, paying = nobody_tries_alone(0.0), nobody_tries_alone(40.0)
    for engine in (silent, paying):
        totals, (usage,) = engine.step()
        helped = engine.world.citizens.ever_helped > 0
        assert usage.n_helps == helped.sum() > 50
        assert np.array_equal(helped, engine.world.citizens.stage == 1)
        assert (engine.world.citizens.weeks_in_stage[helped] == 0).all()
        assert totals.cells.sum(axis=0)[ACTIVE] == (engine.world.citizens.weeks_since_use < 4).sum()
    assert (silent.world.citizens.weeks_since_use == 255).all()
    assert (paying.world.citizens.weeks_since_use[paying.world.citizens.ever_helped > 0] == 0).mean() > 0.9
