"""What a citizen does in a week, in the order of ODD 3 step 3. Every choice is made by a rule of core/rules."""

import numpy as np

from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, HelpKind
from simulation.core.rng import Stream, draw_bits, nth_bits, to_uniform
from simulation.core.rules import adoption, learning, payment, trust
from simulation.core.state import CLOCK_END, USE_CLOCK_END
from simulation.engine.help_allotment import SEEKING_STREAMS, Doors
from simulation.engine.mesa_engine.fields import draft
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.resident import CHANGING, LAPSED, NEVER, USER, CitizenDiary, Resident
from simulation.engine.mesa_engine.shops import ASKED_IN_VAIN, CASH, ELECTRONIC, Catchment

NO_HELP, TRAINING = int(HelpKind.NONE), int(HelpKind.TRAINING)
MILLISECONDS = 1000.0


class Citizen(Resident):
    """A resident aged 15 or over, and what they do week by week.

    `self.skill` is the skill at last week's end, `self.next.skill` what this week has made of it so far.
    """

    def step(self) -> None:
        """Live through one week (ODD 3, step 3) by what was known at last week's end; `commit` makes it count."""
        self.begin_week()
        if not self.is_user:
            self.hear_of_service()
            self.gain_access()
        self.learn_from_help()
        self.learn_from_peers()
        if self.is_user:
            self.reconsider()
        else:
            self.consider()
        if self.next.stage == USER:
            self.pay()
            self.form_habits()
            self.practise()
            self.meet_fraud()
            self.meet_outages()
        else:
            self.go_without()
        self.settle_risk()

    def seek_help(self, kind: HelpKind, doors: Doors) -> int | None:
        """Return the door at which the citizen seeks help this week, or None (ODD 7.4, A4)."""
        model, p = self.model, self.model.p
        if self.helped or not learning.wants_help(
            bool(self.attends_help), self.is_user, self.skill, p.help_skill_ceiling
        ):
            return None
        open_to_me = [
            (float(doors.distance_km[row, self.zone]), int(doors.nearest[row, self.zone]))
            for row, lever in enumerate(doors.levers)
            if model.may_attend[self.offer_group, lever]
        ]
        if not open_to_me:
            return None
        km, door = min(open_to_me, key=lambda found: found[0])  # of equally near ones that of the first lever
        attendance = p.training_attendance if kind == TRAINING else p.kiosk_attendance
        chance = learning.attendance_probability(attendance, p.attends_help_share, km, p.help_distance_km)
        return door if self.draw(SEEKING_STREAMS[kind][0]) < chance else None

    def lot(self, kind: HelpKind) -> int:
        """Return the lot this citizen draws for a seat; the smallest win (ODD 11)."""
        return int(draw_bits(self.model.keys[SEEKING_STREAMS[kind][1]], self.row))

    def begin_week(self) -> None:
        """Open the draft of the week; look at the ties' use as last heard (ODD 7.1)."""
        p, week = self.model.p, self.model.this_week
        self.next = draft(self, CHANGING)
        self.diary = CitizenDiary()
        self.next.incident = 0
        self.next.helped = NO_HELP
        self.next.weeks_in_stage = min(self.weeks_in_stage + 1, CLOCK_END)
        self.peers = adoption.peer_share(self.n_user_peers, len(self.ties), week.user_share, p.mean_field_share)
        is_new = self.is_user and self.next.weeks_in_stage < p.cashback_weeks
        self.cashback_fen = self.offer.cashback_fen if is_new else 0

    def hear_of_service(self) -> None:
        """Become aware through word of mouth, media or otherwise (ODD 7.2)."""
        p = self.model.p
        if self.aware or not self.model.this_week.is_moving:
            return
        chance = adoption.awareness_probability(
            self.offer.media, self.peers, p.awareness_external, p.awareness_media, p.awareness_word_of_mouth
        )
        if self.draw(Stream.AWARENESS) < chance:
            self.next.aware = 1

    def gain_access(self) -> None:
        """Get what is missing of smartphone and account (ODD 7.3, A3)."""
        p = self.model.p
        if self.has_access or not self.model.this_week.is_moving:
            return
        if self.draw(Stream.ACCESS) < adoption.access_probability(self.peers, p.access_hazard, p.access_peer_hazard):
            self.next.has_device = 1
            self.next.has_account = 1

    def learn_from_help(self) -> None:
        """Gain skill and trust from help; a non-user learns of the service and perhaps gets an account (7.3-7.5)."""
        p, week = self.model.p, self.model.this_week
        if self.helped == NO_HELP:
            return
        self.next.skill, self.next.perceived_risk = learning.after_help(
            self.helped, self.next.skill, self.next.perceived_risk, p
        )
        if self.is_user:
            return
        self.next.aware = 1
        chance = adoption.help_access_probability(p.access_help_probability, p.access_face_probability, week.face_share)
        if not self.next.has_account and self.draw(Stream.HELP_ACCOUNT) < chance:
            self.next.has_account = 1

    def learn_from_peers(self) -> None:
        """Be shown by somebody near how it is done (ODD 7.5)."""
        p = self.model.p
        if self.draw(Stream.PEER_HELP) < learning.peer_help_probability(self.peers, p.peer_help_rate):
            self.next.skill = learning.toward_one(self.next.skill, p.learning_peer)

    def usefulness(self) -> float:
        """Return U, the expected share of one's payments that could be electronic (ODD 7.1)."""
        total = 0.0
        for sector in range(N_SECTORS):
            share = float(self.model.tables.sector_share[self.age, sector])
            total += share * adoption.expected_acceptance(
                self.model.p.regular_share,
                self.regular_shops[sector].seen_acceptance,
                self.home.catchments[sector].seen_acceptance,
            )
        return total

    def effort(self) -> float:
        """Return the effort of paying electronically, E (ODD 7.6)."""
        week = self.model.this_week
        return adoption.effort(self.next.skill, self.age, week.interface_share, week.voice_share)

    def attitude(self, incentive_fen: int) -> float:
        """Return the attitude towards using the service with an incentive, V in logits (ODD 7.6, A8)."""
        model, p = self.model, self.model.p
        without = adoption.attitude(
            float(model.constants.alpha[self.age, self.area]), self.taste, self.usefulness(), self.peers, self.effort(),
            self.next.perceived_risk, float(self.prefers_cash), model.this_week.cash_shortage, p,
        )  # fmt: skip
        return without + adoption.incentive(incentive_fen, p.weight_incentive)

    def reconsider(self) -> None:
        """Go on using, or lapse (ODD 7.6, A7)."""
        p = self.model.p
        if not self.model.this_week.is_moving:
            return
        ceiling = adoption.lapse_ceiling(self.repetition, p.lapse_late, p.lapse_early)
        if adoption.lapses(self.draw(Stream.LAPSE), ceiling, self.attitude(self.cashback_fen)):
            self.lapse()

    def lapse(self) -> None:
        """Stop using; a coupon not yet paid out is lost."""
        self.diary.lapses += 1
        self.next.stage = LAPSED
        self.next.weeks_in_stage = 0
        self.next.coupon_due = 0

    def consider(self) -> None:
        """Use the service for the first time, or return to it: by own choice or helped to it (ODD 7.6, A2)."""
        p, offer = self.model.p, self.offer
        can_start = self.next.aware and self.next.has_device and self.next.has_account
        if not (can_start and self.model.this_week.is_moving):
            return
        if self.stage == NEVER:
            rate, draw, has_coupon = p.trial_rate, self.draw(Stream.TRIAL), offer.coupon_fen > 0
        else:
            rate, draw = p.return_rate, self.draw(Stream.RETURN)
            has_coupon = adoption.has_return_coupon(self.next.weeks_in_stage, offer.coupon_fen, p.coupon_return_weeks)
        ceiling = adoption.evaluation_ceiling(rate, offer.media, p.media_trial)
        attitude = self.attitude(offer.coupon_fen if has_coupon else 0)
        is_assisted = self.is_helped_to_start()
        if is_assisted or adoption.takes_up(draw, ceiling, attitude):
            self.start(has_coupon, is_assisted)

    def is_helped_to_start(self) -> bool:
        """Return whether this week's helper gets the citizen to start there and then (A2)."""
        p = self.model.p
        if self.helped == NO_HELP:
            return False
        chance = p.first_use_training if self.helped == TRAINING else p.first_use_kiosk
        return self.draw(Stream.HELP_FIRST_USE) < chance

    def start(self, has_coupon: bool, is_assisted: bool) -> None:
        """Become a user. A return on one's own and without a coupon starts past the cashback weeks (A8)."""
        self.next.stage = USER
        if self.stage == NEVER:
            self.diary.first_uses += 1
        else:
            self.diary.returns += 1
        self.next.weeks_in_stage = int(self.model.p.cashback_weeks) + 1
        if self.stage == NEVER or has_coupon or is_assisted:
            self.next.weeks_in_stage = 0
            self.cashback_fen = self.offer.cashback_fen
        if has_coupon:
            self.next.coupon_due = self.offer.coupon_fen
            self.next.coupon_lever = self.offer.coupon_lever

    def number_of_payments(self) -> int:
        """Draw how many payments the week brings: Poisson (ODD 7.7, 11)."""
        tables = self.model.tables
        bits = np.uint64(draw_bits(self.model.keys[Stream.N_PAYMENTS], self.row))
        row = payment.rate_row(self.payments_per_week)
        if row >= payment.N_RATES:
            return payment.poisson_small(self.payments_per_week, to_uniform(bits), tables.inverses)
        column = payment.number_field(bits)
        return payment.number_of_payments(bits, int(tables.number_entries[row << payment.NUMBER_BITS | column]))

    def ask_threshold(self, base: float, seconds: float) -> int:
        """Return the field of the payment's word below which electronic payment is asked for (ODD 7.7)."""
        chance = adoption.logistic(payment.ask_logit(base, seconds, self.model.p))
        return payment.threshold(chance, payment.ASK_SCALE)

    def pay(self) -> None:
        """Make the week's payments (ODD 7.7): each has one word of random bits that answers its five questions."""
        p, week, diary = self.model.p, self.model.this_week, self.diary
        base = payment.method_base(
            self.habit, self.effort(), self.next.perceived_risk, float(self.prefers_cash), self.cashback_fen,
            week.cash_shortage, p,
        )  # fmt: skip
        quick = payment.seconds_without_verification(self.next.skill, week.interface_share, week.face_share, p)
        verification = payment.verification_seconds(week.face_share, p)
        slow = quick + verification
        ask_quick, ask_slow = self.ask_threshold(base, quick), self.ask_threshold(base, slow)
        bits = np.uint64(draw_bits(self.model.keys[Stream.PAYMENT], self.row))
        diary.n_payments = int(self.number_of_payments())
        for ordinal in range(diary.n_payments):
            self.make_payment(np.uint64(nth_bits(bits, ordinal)), ask_quick, ask_slow)
        seconds = diary.n_electronic * slow - diary.n_unverified * verification
        diary.milliseconds = int(seconds * MILLISECONDS + 0.5)

    def make_payment(self, word: np.uint64, ask_quick: int, ask_slow: int) -> None:
        """Make one payment: where, how much, by which method (ODD 7.7, 11)."""
        week, tables = self.model.this_week, self.model.tables
        slot, pool_draw, ask_draw, amount_row, outage_draw = payment.payment_fields(word)
        outcome = int(tables.outcome[self.age << payment.OUTCOME_BITS | slot])
        sector, is_regular = divmod(outcome, 2)
        outlet: Merchant | Catchment = self.regular_shops[sector] if is_regular else self.home.catchments[sector]
        fen = int(tables.ticket_fen[sector << payment.AMOUNT_BITS | amount_row])
        needs_verification = fen > week.verification_limit_fen
        is_possible = pool_draw < payment.threshold(outlet.seen_acceptance, payment.POOL_SCALE)
        is_asked = ask_draw < (ask_slow if needs_verification else ask_quick)
        is_out = outage_draw < payment.threshold(week.outage_share, payment.OUTAGE_SCALE)
        is_electronic = is_possible and is_asked and not is_out
        self.diary.n_possible += int(is_possible)
        self.diary.n_electronic += int(is_electronic)
        self.diary.n_unverified += int(is_electronic and not needs_verification)
        self.diary.n_failed[sector] += int(is_possible and is_asked and is_out)
        outlet.till.ring_up(ELECTRONIC if is_electronic else ASKED_IN_VAIN if is_asked else CASH, fen)

    @property
    def has_paid(self) -> bool:
        """Whether the citizen paid electronically this week."""
        return self.diary.n_electronic > 0

    def form_habits(self) -> None:
        """Adapt both habits to what was done; cash in coupon and cashback (ODD 7.7, A7)."""
        p, diary = self.model.p, self.diary
        if diary.n_payments > 0:
            self.next.habit = learning.habit_after_week(self.habit, diary.n_electronic, diary.n_possible, p.habit_rate)
        self.next.repetition = learning.repetition_after_week(self.repetition, self.has_paid, p.habit_rate)
        if not self.has_paid:
            self.next.weeks_since_use = min(self.weeks_since_use + 1, USE_CLOCK_END)
            return
        self.next.weeks_since_use = 0
        self.next.epay_weeks_quarter += 1
        diary.coupon_fen = self.next.coupon_due
        diary.cashback_fen = diary.n_electronic * self.cashback_fen
        self.next.coupon_due = 0

    def practise(self) -> None:
        """Learn by doing, or forget (ODD 7.5)."""
        p = self.model.p
        self.next.skill = learning.skill_after_week(
            self.next.skill, self.innate_skill, self.has_paid, p.learning_by_doing, p.forgetting
        )

    def meet_fraud(self) -> None:
        """Perhaps fall victim to fraud; unless it is settled, trust suffers, and some stop at once (ODD 7.11)."""
        p, week, diary = self.model.p, self.model.this_week, self.diary
        if not (self.has_paid and week.is_moving):
            return
        per_payment = trust.incident_probability_per_payment(
            self.age, self.next.skill, diary.n_unverified / diary.n_electronic, week.fraud_control_share, p
        )
        if not trust.incident_happens(self.draw(Stream.INCIDENT), per_payment, diary.n_electronic):
            return
        diary.incidents = 1
        loss = trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, self.draw(Stream.INCIDENT_LOSS))
        diary.loss_fen = int(loss * FEN_PER_YUAN + 0.5)
        jump = p.risk_own_incident
        if self.draw(Stream.SETTLEMENT) < trust.settlement_probability(p.settlement_share, week.hotline_share):
            jump *= p.settled_risk_share
        else:
            self.next.incident = 1
            if self.draw(Stream.LAPSE_AFTER_INCIDENT) < p.lapse_after_incident:
                self.lapse()
        self.next.perceived_risk = trust.risk_jump(self.next.perceived_risk, jump)

    def meet_outages(self) -> None:
        """Lose trust where payments failed (ODD 7.11)."""
        if sum(self.diary.n_failed) > 0:
            self.next.perceived_risk = trust.risk_jump(self.next.perceived_risk, self.model.p.risk_outage)

    def go_without(self) -> None:
        """Let habits fade and skill decay in a week without the service (ODD 7.5, 7.7)."""
        p = self.model.p
        self.diary.went_without = True
        self.next.habit = learning.fades(self.habit, p.habit_rate)
        self.next.repetition = learning.fades(self.repetition, p.habit_rate)
        self.next.weeks_since_use = min(self.weeks_since_use + 1, USE_CLOCK_END)
        self.practise()

    def settle_risk(self) -> None:
        """Let perceived risk revert; hear of ties' incidents of last week (ODD 7.11)."""
        p, week = self.model.p, self.model.this_week
        target = trust.risk_target(
            self.baseline_risk, week.fraud_control_share, week.hotline_share, p.structural_assurance
        )
        risk = trust.risk_after_week(self.next.perceived_risk, target, p.risk_reversion)
        if self.n_incident_peers > 0:
            risk = trust.risk_from_peers(risk, float(self.n_incident_peers), p.risk_peer_incident)
        self.next.perceived_risk = risk
