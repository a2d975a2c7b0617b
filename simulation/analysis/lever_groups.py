"""Levers taken together by what they do, so that a whole plan can be shared out exactly."""

from collections.abc import Mapping

from simulation.analysis.shapley import MOST_EXACT
from simulation.scenario.schema import Scenario

# at most eight, so that every combination can be run
GROUPS: Mapping[str, tuple[str, ...]] = {
    "incentives": ("coupon", "points", "discount_days"),
    "merchants": ("terminal_subsidy", "fee_subsidy", "workshop", "acceptance_drive", "integrated_services"),
    "media": ("campaign",),
    "in_person": ("training_event", "senior_university", "home_visit"),
    "kiosks": ("kiosk",),
    "devices": ("phone_subsidy", "voice_payment", "network_upgrade"),
    "till": ("verification_limit", "unified_interface", "face_pilot"),
    "safety": ("hotline", "biometric_verification", "outage_response"),
}
OTHER = "other"  # kinds that stand in no group


def by_group(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return a scenario's levers by group, groups without a lever left out."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(scenario.levers):
        kind = scenario.levers[name].kind
        group = next((group for group, kinds in GROUPS.items() if kind in kinds), OTHER)
        found[group] = (*found.get(group, ()), name)
    return found


def players_of(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Return levers by themselves, or by group where they are too many to run every combination."""
    if len(scenario.levers) > MOST_EXACT:
        return by_group(scenario)
    return {name: (name,) for name in sorted(scenario.levers)}
