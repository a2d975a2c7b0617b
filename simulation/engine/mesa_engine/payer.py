"""How a citizen pays: to merchants and to people, one random word a payment (ODD 7.7, 11; A9)."""

from typing import NamedTuple

import numpy as np

from simulation.core.observed import ASKED_IN_VAIN, CASH, ELECTRONIC, FAILED, REST, SMALL
from simulation.core.rng import Stream, draw_bits, nth_bits, to_uniform
from simulation.core.rules import adoption, payment
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.resident import Resident
from simulation.engine.mesa_engine.shops import Catchment


class AtTheTill(NamedTuple):
    """What decides a citizen's payments this week; chances in the units of the payment's word."""

    ask_quick: int  # below it electronic payment is asked for where no verification is needed
    ask_slow: int  # the same where it is needed
    milliseconds_quick: int
    milliseconds_slow: int
    channel: int  # share of accepting merchants one can pay at: all, or without a smartphone those that know faces
    failing: int  # below it an electronic attempt fails


class Payer(Resident):
    """A resident who makes payments; `Citizen` adds what else they do in a week."""

    def effort(self) -> float:
        """Return the effort of paying electronically, E (ODD 7.6)."""
        return adoption.effort(self.next.skill, self.age, self.model.this_week.interface_share, self.offer.voice_share)

    def channel_share(self) -> float:
        """Return the share of accepting merchants the citizen can pay at electronically (A3, R4)."""
        return adoption.channel_share(bool(self.next.has_device), self.face)

    def number_of_payments(self, rate: float, stream: Stream) -> int:
        """Draw how many payments the week brings at a rate: Poisson (ODD 7.7, 11)."""
        tables = self.model.tables
        bits = np.uint64(draw_bits(self.model.keys[stream], self.row))
        row = payment.rate_row(rate, bits)
        if row >= payment.N_RATES:
            return payment.poisson_small(rate, to_uniform(bits), tables.inverses)
        column = payment.number_field(bits)
        return payment.number_of_payments(bits, int(tables.number_entries[row << payment.NUMBER_BITS | column]))

    def at_the_till(self) -> AtTheTill:
        """Work out what decides this week's payments (ODD 7.7, 7.11; E4, R4)."""
        p, week, offer, home = self.model.p, self.model.this_week, self.offer, self.home
        old_device = float(self.old_device)
        pull = payment.method_pull(self.cashback_fen + offer.reward_felt_fen, p)
        base = payment.method_base(
            self.habit, self.effort(), self.next.perceived_risk, float(self.prefers_cash), pull, week.cash_shortage, p
        )
        friction = payment.friction_seconds(home.network_seconds, old_device, offer.technical_share, p)
        quick = payment.seconds_without_verification(self.next.skill, week.interface_share, self.face, friction, p)
        slow = quick + payment.verification_seconds(self.face, offer.fraud_control_share, p)
        failing = payment.failure_share(
            week.outage_share, home.network_failure, old_device, offer.technical_share, week.staff_share, p
        )
        return AtTheTill(
            ask_quick=self._ask_threshold(base, quick),
            ask_slow=self._ask_threshold(base, slow),
            milliseconds_quick=payment.milliseconds(quick),
            milliseconds_slow=payment.milliseconds(slow),
            channel=payment.threshold(self.channel_share(), payment.POOL_SCALE),
            failing=payment.threshold(failing, payment.OUTAGE_SCALE),
        )

    def _ask_threshold(self, base: float, seconds: float) -> int:
        """Return the field of the payment's word below which electronic payment is asked for (ODD 7.7)."""
        chance = adoption.logistic(payment.ask_logit(base, seconds, self.model.p))
        return payment.threshold(chance, payment.ASK_SCALE)

    def pay(self) -> None:
        """Make the week's payments: each to a merchant has a word of random bits that answers its five questions."""
        terms = self.at_the_till()
        bits = np.uint64(draw_bits(self.model.keys[Stream.PAYMENT], self.row))
        self.diary.n_payments = int(self.number_of_payments(self.payments_per_week, Stream.N_PAYMENTS))
        for ordinal in range(self.diary.n_payments):
            self.pay_merchant(np.uint64(nth_bits(bits, ordinal)), terms)
        self.pay_people(terms)

    def pay_merchant(self, word: np.uint64, terms: AtTheTill) -> None:
        """Make one payment to a merchant: where, whether small, by which method (ODD 7.7, 11)."""
        diary, tables = self.diary, self.model.tables
        slot, pool_draw, ask_draw, amount_row, failure_draw = payment.payment_fields(word)
        outcome = int(tables.outcome[self.age << payment.OUTCOME_BITS | slot])
        sector, is_regular = divmod(outcome, 2)
        outlet: Merchant | Catchment = self.regular_shops[sector] if is_regular else self.home.catchments[sector]
        is_small = int(tables.ticket_fen[sector, amount_row]) <= self.model.this_week.verification_limit_fen
        accepting = payment.threshold(outlet.seen_acceptance, payment.POOL_SCALE)
        is_possible = payment.is_reached(pool_draw, accepting, terms.channel)
        is_asked = ask_draw < (terms.ask_quick if is_small else terms.ask_slow)
        is_attempted = is_possible and is_asked
        is_electronic = is_attempted and failure_draw >= terms.failing
        if is_attempted:
            kind = ELECTRONIC if is_electronic else FAILED
            milliseconds = terms.milliseconds_quick if is_small else terms.milliseconds_slow
        else:
            kind, milliseconds = ASKED_IN_VAIN if is_asked else CASH, 0
        outlet.till.ring_up(SMALL if is_small else REST, kind, milliseconds)
        diary.n_possible += int(is_possible)
        diary.n_at_tills += int(is_electronic)
        diary.n_unverified += int(is_electronic and is_small)
        diary.n_failed += int(is_attempted and not is_electronic)

    def pay_people(self, terms: AtTheTill) -> None:
        """Make the payments to people: electronic where the other side is a user and it is asked for (A9)."""
        p, diary = self.model.p, self.diary
        diary.n_person = int(
            self.number_of_payments(self.payments_per_week * p.person_payments_ratio, Stream.PERSON_NUMBER)
        )
        user_below = payment.threshold(self.among_ties * float(self.next.has_device), payment.TIE_SCALE)
        asked_below = terms.ask_slow >> payment.ASK_BITS - payment.PERSON_ASK_BITS
        bits = np.uint64(draw_bits(self.model.keys[Stream.PERSON_PAYMENT], self.row))
        word = bits
        for ordinal in range(diary.n_person):
            place_in_word = ordinal % payment.PERSONS_PER_WORD
            if place_in_word == 0:
                word = np.uint64(nth_bits(bits, ordinal))
            tie_draw, ask_draw = payment.person_fields(word, place_in_word)
            is_to_user = tie_draw < user_below
            diary.n_person_possible += int(is_to_user)
            diary.n_person_electronic += int(is_to_user and ask_draw < asked_below)
