"""Help in person, telephones and faces: cases with a known answer (ODD 7.3, 7.4; amendments A2-A4, A11; plan R4)."""

import numpy as np
import pytest

from simulation.core.codes import HelpKind, Stage
from simulation.core.observed import ACTIVE, FIRST_USES, USERS
from simulation.core.state import Family, Places
from simulation.levers.base import Eligibility
from simulation.levers.face_pilot import FacePilot
from simulation.levers.kiosk import Kiosk
from simulation.levers.phone_subsidy import PhoneSubsidy
from simulation.levers.senior_university import SeniorUniversity
from simulation.levers.training_event import TrainingEvent
from simulation.levers.workshop import Workshop
from tests.engine.hazards import assert_geometric
from tests.worlds import default_params, engine_of, make_users, toy_world

EVERY_AGE = Eligibility(ages=("15-29", "30-44", "45-59", "60-74", "75+"))
FAITHFUL = {"lapse_early": 0.0, "lapse_late": 0.0, "fraud_probability": 0.0, "outage_weeks_per_year": 0.0}
# nobody starts alone, gets an account alone or learns from peers
BY_HELP_ALONE = {
    "trial_rate": 0.0, "return_rate": 0.0, "access_hazard": 0.0, "access_peer_hazard": 0.0, "peer_help_rate": 0.0,
    **FAITHFUL,
}  # fmt: skip
CHILD, PHONE, KIOSK = (int(kind) - 1 for kind in (HelpKind.CHILD, HelpKind.PHONE, HelpKind.KIOSK))


def kiosk(capacity, **settings):
    return Kiosk(kind="kiosk", places="all", capacity_per_week=capacity, **settings)


# a grown-up child (A11)


def parents_and_children(n=20_000):
    """Return a world of couples: a parent who never used the service and a child who uses it."""
    world = toy_world(n)
    parent = np.arange(0, n, 2, dtype=np.int32)
    make_users(world, parent + 1)
    world.family = Family(parent, parent + 1, np.zeros(len(parent), np.uint8))
    return world


def test_parents_start_at_the_rate_at_which_their_children_show_them():
    p = default_params(child_help_rate=0.05, first_use_child=1.0, **BY_HELP_ALONE)
    engine = engine_of(parents_and_children(), p)
    seen = []
    for week in range(30):
        totals = engine.step()
        seen.append((engine.c.stage[::2] == Stage.USER).mean())
        if week == 0:
            first_uses = totals.cells[:, FIRST_USES].sum()
            assert totals.n_helps[CHILD] == totals.n_assisted[CHILD] == first_uses == (engine.c.ever_helped == 8).sum()
    assert_geometric(seen, 0.05, 10_000)
    assert (engine.c.ever_helped[1::2] == 0).all()


def test_a_child_opens_an_account_with_its_probability():
    world = parents_and_children()
    world.citizens.has_account[::2] = 0
    p = default_params(child_help_rate=0.2, child_account_probability=0.3, first_use_child=0.0, **BY_HELP_ALONE)
    engine = engine_of(world, p)
    seen = []
    for _ in range(20):
        engine.step()
        seen.append(engine.c.has_account[::2].mean())
    assert_geometric(seen, 0.06, 10_000)


def test_whoever_was_taught_this_week_is_not_shown_by_a_child_besides():
    """A child shows everybody every week, but training comes first."""
    p = default_params(child_help_rate=1.0, training_attendance=0.5, help_distance_km=1e9, **BY_HELP_ALONE)
    training = TrainingEvent(kind="training_event", places="all", eligibility=EVERY_AGE, seats_per_week=1_000)
    world = parents_and_children(4_000)
    world.citizens.attends_help[1::2] = 0
    totals = engine_of(world, p).fork({"training": training}).step()
    assert totals.n_helps.tolist() == [1_000, 0, 0, 1_000, 0]


# telephones (A3)


def test_telephones_are_taken_at_their_hazard():
    """Half paid at 0.1 a week: 1 - e^-0.05."""
    world = toy_world(20_000)
    world.citizens.has_device[:] = 0
    lever = PhoneSubsidy(kind="phone_subsidy", subsidy_share=0.5, take_up_per_week=0.1)
    engine = engine_of(world, default_params(**BY_HELP_ALONE)).fork({"phone": lever})
    seen, given = [], 0
    for _ in range(40):
        given += engine.step().n_helps[PHONE]
        seen.append(engine.c.has_device.mean())
    assert_geometric(seen, 1.0 - np.exp(-0.05), 20_000)
    assert given == engine.c.has_device.sum() == (engine.c.ever_helped == 16).sum()
    assert (engine.c.stage == Stage.NEVER).all()


def test_without_a_device_kiosks_add_no_users():
    """Amendment A3: help opens an account, but an app needs a telephone."""
    world = toy_world(3_000)
    world.citizens.has_device[:] = 0
    world.citizens.has_account[:] = 0
    p = default_params(kiosk_attendance=0.1, access_hazard=0.0, access_peer_hazard=0.0, trial_rate=1.0)
    engine = engine_of(world, p, alpha=60.0).fork({"kiosk": kiosk(500)})
    for _ in range(20):
        totals = engine.step()
    assert engine.c.has_account.sum() > 1_000
    assert (engine.c.stage == Stage.NEVER).all()
    assert totals.cells[:, USERS].sum() == 0


# faces (R4)


def test_without_a_telephone_people_pay_where_faces_are_read():
    """Users of faces alone, who ask at every payment: three tenths of 12 payments are electronic, the rest is not."""
    n = 20_000
    p = default_params(method_constant=60.0, **BY_HELP_ALONE)
    engine = engine_of(toy_world(n, user_share=1.0), p).fork({"face": FacePilot(kind="face_pilot", face_share=0.3)})
    engine.c.has_device[:] = 0
    expected = n * 12.0 * 0.3
    assert abs(engine.step().n_electronic.sum() - expected) < 5.0 * np.sqrt(expected) + n * 12.0 / 2048


def test_whoever_refuses_faces_pays_by_none():
    world = toy_world(2_000, user_share=1.0)
    world.citizens.refuses_face[:] = 1
    p = default_params(method_constant=60.0, **BY_HELP_ALONE)
    engine = engine_of(world, p).fork({"face": FacePilot(kind="face_pilot", face_share=0.3)})
    engine.c.has_device[:] = 0
    assert engine.step().n_electronic.sum() == 0


def test_faces_bring_people_without_a_telephone_in_unless_they_refuse():
    world = toy_world(2_000)
    world.citizens.has_device[:] = 0
    world.citizens.refuses_face[::2] = 1
    p = default_params(**BY_HELP_ALONE | {"trial_rate": 1.0})
    engine = engine_of(world, p, alpha=60.0).fork({"face": FacePilot(kind="face_pilot", face_share=0.3)})
    engine.step()
    assert (engine.c.stage == np.where(world.citizens.refuses_face == 1, Stage.NEVER, Stage.USER)).all()


# who comes, and what it leads to (A2, A4)


def test_attendance_saturates_at_the_share_who_ever_come():
    """Amendment A4: cumulative attendance tends to h_att; everyone is counted once."""
    world = toy_world(3_000)
    world.citizens.attends_help[:] = np.arange(3_000) % 5 < 2  # h_att = .4
    p = default_params(kiosk_attendance=0.1, help_skill_ceiling=1.0)
    engine = engine_of(world, p).fork({"kiosk": kiosk(100_000)})
    came = []
    for _ in range(80):
        engine.step()
        came.append((engine.c.ever_helped > 0).mean())
    assert came[-1] == pytest.approx(0.4, abs=0.01)
    assert max(came) <= 0.4


def test_an_assisted_first_payment_is_not_coverage():
    """Amendment A2: help makes users with probability pi1; only a payment of their own makes them count."""

    def nobody_tries_alone(payments_per_week):
        world = toy_world(3_000)
        world.citizens.payments_per_week[:] = payments_per_week
        p = default_params(**BY_HELP_ALONE, first_use_kiosk=1.0, kiosk_attendance=0.1)
        return engine_of(world, p).fork({"kiosk": kiosk(1_000)})

    silent, paying = nobody_tries_alone(0.0), nobody_tries_alone(40.0)
    for engine in (silent, paying):
        totals = engine.step()
        helped = engine.c.ever_helped > 0
        assert totals.n_helps[KIOSK] == totals.n_assisted[KIOSK] == helped.sum() > 50
        assert np.array_equal(helped, engine.c.stage == Stage.USER)
        assert (engine.c.weeks_in_stage[helped] == 0).all()
        assert totals.cells[:, ACTIVE].sum() == (engine.c.weeks_since_use < 4).sum()
    assert (silent.c.weeks_since_use == 255).all()
    assert (paying.c.weeks_since_use[paying.c.ever_helped > 0] == 0).mean() > 0.9


@pytest.mark.parametrize(("kind", "probability"), [("training", 0.7), ("kiosk", 0.4), ("class", 0.2)])
def test_help_makes_users_with_the_probability_of_its_kind(kind, probability):
    """Of some 2,000 people helped."""
    levers = {
        "training": TrainingEvent(kind="training_event", places="all", eligibility=EVERY_AGE, seats_per_week=1e6),
        "kiosk": kiosk(1e6),
        "class": SeniorUniversity(kind="senior_university", places="all", eligibility=EVERY_AGE, seats_per_week=1e6),
    }
    rates = {"first_use_training": 0.7, "first_use_kiosk": 0.4, "first_use_class": 0.2, f"{kind}_attendance": 0.2}
    p = default_params(help_distance_km=1e9, attends_help_share=1.0, **BY_HELP_ALONE | rates)
    totals = engine_of(toy_world(10_000), p).fork({kind: levers[kind]}).step()
    helped, users = totals.n_helps.sum(), totals.n_assisted.sum()
    assert abs(users - probability * helped) < 5.0 * np.sqrt(helped * probability * (1.0 - probability))
    assert users == totals.cells[:, FIRST_USES].sum()


def test_seats_of_every_kind_are_never_passed_in_any_week():
    """Three places a few kilometres apart, four residents a simulated one: 10, 5 and 12.5 seats a place and week."""
    world = toy_world(6_000, merchants_per_zone_sector=10, user_share=0.3)
    world.expansion_factor = 4.0
    x_km = np.array([0.0, 4.0, 8.0])
    world.places = Places(
        ("p0", "p1", "p2"), ("a", "b", "c"), ("甲", "乙", "丙"), x_km, x_km, x_km, np.zeros(3), np.zeros(3, np.int32),
        np.ones(3, bool),
    )  # fmt: skip
    levers = {
        "training": TrainingEvent(
            kind="training_event", places="all", eligibility=EVERY_AGE, seats_per_week=40, rationing="old_first"
        ),
        "class": SeniorUniversity(
            kind="senior_university", places="all", eligibility=EVERY_AGE, seats_per_week=20, rationing="queue"
        ),
        "kiosk": kiosk(50, rationing="remote_first"),
        "workshop": Workshop(kind="workshop", seats_per_week=42),
    }
    attendance = dict.fromkeys(("training_attendance", "class_attendance", "kiosk_attendance"), 0.2)
    p = default_params(workshop_attendance=0.1, staff_turnover=0.0, help_skill_ceiling=1.0, **attendance)
    engine = engine_of(world, p).fork(levers)
    n_trained, kiosk_seats, workshop_seats = 0, [], []
    for _ in range(40):
        totals = engine.step()
        assert (totals.n_helps[:3] <= totals.n_seats[:3]).all()
        assert totals.n_seats[0] == 30
        assert totals.n_seats[2] == 15
        kiosk_seats.append(totals.n_seats[KIOSK])
        workshop_seats.append(engine.m.trained.sum() - n_trained)
        n_trained = engine.m.trained.sum()
    assert 36 <= min(kiosk_seats) < max(kiosk_seats) <= 39
    assert max(workshop_seats) == 11  # 10 or 11 of 42 / 4 a week
    assert (totals.n_helps[:3] == totals.n_seats[:3]).all()  # they are in demand
