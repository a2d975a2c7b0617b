"""The assumed and tuned numbers that a programme's effect rests on, lever by lever."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from simulation.outcomes import indicators
from simulation.outcomes.wording import say
from simulation.report.chapters.given import Given
from simulation.report.method import short_number
from simulation.report.tables import Table
from simulation.scenario.evidence import Evidence, evidence, in_language

UNSURE = ("assumption", "tuned")
MOST_LEVERS, MOST_EACH = 3, 2  # named in the answer; the table has all

# The numbers without which a lever would do nothing, or that say how much it does, by kind of lever. Prices and doses
# that somebody decides are not among them: the programme's chapter states those.
RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "coupon": ("behaviour.weight_incentive", "behaviour.trial_rate", "coupon.leakage_share"),
    "points": ("behaviour.method_incentive", "points.felt_share"),
    "discount_days": ("behaviour.weight_incentive", "behaviour.method_incentive"),
    "campaign": ("behaviour.awareness_media", "behaviour.media_trial"),
    "training_event": (
        "behaviour.first_use_training", "behaviour.training_attendance", "behaviour.attends_help_share",
        "behaviour.training_risk_relief",
    ),
    "senior_university": (
        "behaviour.first_use_class", "behaviour.class_attendance", "behaviour.learning_class",
        "behaviour.attends_help_share",
    ),
    "home_visit": ("home_visit.let_in_share", "behaviour.first_use_training", "behaviour.training_risk_relief"),
    "kiosk": (
        "behaviour.first_use_kiosk", "behaviour.kiosk_attendance", "behaviour.learning_kiosk",
        "behaviour.attends_help_share",
    ),
    "phone_subsidy": ("phone_subsidy.take_up_per_week",),
    "terminal_subsidy": ("behaviour.merchant_weight_benefit", "behaviour.merchant_review_rate"),
    "fee_subsidy": ("behaviour.merchant_weight_benefit", "behaviour.merchant_review_rate"),
    "workshop": ("behaviour.workshop_attendance", "behaviour.merchant_weight_staff", "behaviour.staff_failure_relief"),
    "acceptance_drive": ("behaviour.weight_usefulness", "behaviour.merchant_weight_local"),
    "integrated_services": (
        "behaviour.service_constant", "behaviour.service_gain_share", "behaviour.service_review_rate",
    ),
    "unified_interface": (
        "behaviour.weight_effort", "unified_interface.interface_share", "behaviour.interface_join_rate",
    ),
    "face_pilot": ("face_pilot.face_share", "behaviour.access_face_probability"),
    "voice_payment": ("voice_payment.voice_share", "behaviour.weight_effort"),
    "network_upgrade": ("network_upgrade.technical_share", "behaviour.risk_decline"),
    "outage_response": ("outage_response.saved_share", "behaviour.risk_outage"),
    "verification_limit": ("behaviour.method_time", "behaviour.fraud_unverified_factor"),
    "hotline": ("behaviour.settlement_share", "behaviour.settled_risk_share"),
    "biometric_verification": ("biometric_verification.fraud_control_share", "behaviour.seconds_biometric"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carrier:
    """A number that a lever in use rests on."""

    lever: str
    facts: Evidence
    value: float


def carriers(given: Given) -> Iterator[Carrier]:
    """Return the assumed and tuned numbers that levers in use rest on, the levers that matter most first."""
    known = {entry.name: entry for entry in evidence()}
    for name in by_weight(given):
        lever = given.programme.scenario.levers[name]
        for number in RESTS_ON.get(lever.kind, ()):  # a new kind of lever need not be named here
            facts = known[number]
            if facts.grade in UNSURE:
                holder = given.programme.scenario.behaviour if facts.group == "behaviour" else lever
                yield Carrier(name, facts, float(getattr(holder, facts.field)))


def by_weight(given: Given) -> list[str]:
    """Return the levers by their share of added coverage where it is known, else and within groups by their money."""
    spent = indicators.spending(given.programme.dataset, ("lever",)).mean("replicate")
    money = {str(name): float(spent.sel(lever=name)) for name in spent.lever.values}
    share = dict.fromkeys(money, 0.0)
    if found := given.findings.attribution:
        for player, levers in found.result.players.items():
            share |= dict.fromkeys(levers, float(np.nan_to_num(found.result.shares[player].mean[0])))
    return sorted(money, key=lambda name: (-share.get(name, 0.0), -money[name], name))


def carrying(given: Given) -> list[str]:
    """Return the first of them in words, each lever's together."""
    by_kind: dict[str, list[str]] = {}
    for one in carriers(given):
        kind = given.programme.scenario.levers[one.lever].kind
        if kind not in by_kind and len(by_kind) == MOST_LEVERS:
            continue
        meaning = _meaning(one.facts, given.lang)
        named = by_kind.setdefault(kind, [])
        is_named = any(meaning in words for words in by_kind.values())
        if not is_named and len(named) < MOST_EACH:
            named.append(meaning)
    comma = given.say("report.list_comma")
    return [
        given.say("report.carried.item", lever=given.say(f"label.lever.{kind}"), names=comma.join(words))
        for kind, words in by_kind.items()
        if words
    ]


def carrier_table(given: Given) -> Table:
    """Return every assumed or tuned number that levers in use rest on, once, with the kinds of levers it carries."""
    kinds: dict[str, list[str]] = {}
    rows: dict[str, Carrier] = {}
    for one in carriers(given):
        key = f"{one.facts.name} {one.value}"
        kind = given.say(f"label.lever.{given.programme.scenario.levers[one.lever].kind}")
        rows.setdefault(key, one)
        if kind not in kinds.setdefault(key, []):
            kinds[key].append(kind)
    comma = given.say("report.list_comma")
    body = []
    for key, one in rows.items():
        facts = one.facts
        bounds = say("plot.range", given.lang, {"low": short_number(facts.low), "high": short_number(facts.high)})
        grade = given.say(f"report.grade.{facts.grade}")
        meaning, unit = in_language(facts, given.lang)
        body.append((meaning, comma.join(kinds[key]), short_number(one.value), bounds, unit, grade))
    names = ("number", "levers", "value", "range", "unit", "grade")
    columns = tuple(given.say(f"report.column.{name}") for name in names)
    return Table(given.say("report.carriers.caption", n=len(body)), columns, tuple(body))


def _meaning(facts: Evidence, lang: str) -> str:
    return in_language(facts, lang)[0]
