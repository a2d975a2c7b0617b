"""Reasons for not paying electronically, as the questionnaire offers them (plan P1, E2)."""

from enum import IntEnum


class Reason(IntEnum):
    """Main reason a resident gives for not having paid electronically in the last weeks."""

    UNAWARE = 0
    NO_ACCESS = 1  # no device or no account
    SKILL = 2
    TRUST = 3
    NOT_ACCEPTED = 4  # shops nearby do not accept it
    PREFERS_CASH = 5
    NOTHING_TO_GAIN = 6


REASON_NAMES = ("unaware", "no_access", "skill", "trust", "not_accepted", "prefers_cash", "nothing_to_gain")
N_REASONS = len(REASON_NAMES)
