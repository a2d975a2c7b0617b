"""What a citizen does in a week, in the order of ODD 3 step 3. Every choice is made by a rule of core/rules."""

from simulation.core.codes import FEN_PER_YUAN, N_SECTORS, HelpKind
from simulation.core.offers import Use
from simulation.core.rng import Stream, draw_bits
from simulation.core.rules import adoption, learning, trust
from simulation.core.state import CLOCK_END, USE_CLOCK_END
from simulation.engine.help_allotment import SEEKING_STREAMS, Doors
from simulation.engine.mesa_engine.fields import draft
from simulation.engine.mesa_engine.payer import Payer
from simulation.engine.mesa_engine.resident import CHANGING, LAPSED, NEVER, USER, CitizenDiary

NO_HELP, PHONE = int(HelpKind.NONE), int(HelpKind.PHONE)


class Citizen(Payer):
    """A resident aged 15 or over, and what they do week by week; `Payer` tells how they pay.

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
            self.wind_clocks(n_given=self.cash_in())
            self.practise()
            self.meet_fraud()
            self.meet_failures()
        else:
            self.go_without()
        self.settle_risk()

    # before the week is lived

    def seek_help(self, kind: HelpKind, doors: Doors) -> int | None:
        """Return the door at which the citizen seeks help this week, or None (ODD 7.4, A4)."""
        p, offer = self.model.p, self.offer
        if self.helped or not learning.wants_help(
            bool(self.attends_help), self.is_user, self.skill, p.help_skill_ceiling
        ):
            return None
        open_to_me = [
            (float(doors.open.distance_km[row, self.zone]), int(doors.open.nearest[row, self.zone]))
            for row, lever in enumerate(doors.open.levers.tolist())
            if offer.may_attend[lever]
        ]
        if not open_to_me:
            return None
        km, door = min(open_to_me, key=lambda found: found[0])  # of equally near ones that of the first lever
        attendance = learning.attendance_rate(int(kind), p)
        chance = learning.attendance_probability(attendance, p.attends_help_share, km, p.help_distance_km)
        return door if self.draw(SEEKING_STREAMS[kind][0]) < chance else None

    def lot(self, kind: HelpKind) -> int:
        """Return the lot this citizen draws for a seat; the smallest win (ODD 11)."""
        return int(draw_bits(self.model.keys[SEEKING_STREAMS[kind][1]], self.row))

    def is_taught_at_home(self, draw: float, let_in_share: float) -> bool:
        """Return whether a visitor is let in and teaches the citizen (ODD 7.4)."""
        ceiling = self.model.p.help_skill_ceiling
        return learning.is_taught_at_home(draw, let_in_share, self.is_user, self.skill, ceiling)

    def takes_phone(self) -> bool:
        """Return whether the citizen would take a subsidised smartphone this week (A3)."""
        offered = self.offer.phone_probability
        if self.helped or offered <= 0.0:
            return False
        return learning.takes_phone(self.draw(Stream.PHONE), bool(self.has_device), offered)

    def is_shown_by_child(self) -> bool:
        """Return whether a grown-up child shows the citizen how it is done this week (A11)."""
        if self.child is None or self.helped:
            return False
        draw = self.draw(Stream.CHILD_HELP)
        return learning.is_shown_by_child(draw, self.child.is_user, self.is_user, self.skill, self.model.p)

    # the week

    def begin_week(self) -> None:
        """Open the draft of the week; look at the ties' use as last heard (ODD 7.1)."""
        p, week, offer = self.model.p, self.model.this_week, self.offer
        self.next = draft(self, CHANGING)
        self.diary = CitizenDiary()
        self.next.incident = 0
        self.next.helped = NO_HELP
        self.next.weeks_in_stage = min(self.weeks_in_stage + 1, CLOCK_END)
        self.among_ties = adoption.share_among_ties(self.n_user_peers, len(self.ties))
        self.peers = adoption.peer_share(self.among_ties, week.user_share, p.mean_field_share)
        self.face = adoption.face_share_felt(offer.face_share, bool(self.refuses_face))
        is_new = self.is_user and self.next.weeks_in_stage < p.cashback_weeks
        self.cashback_fen = offer.cashback_fen if is_new else 0

    def hear_of_service(self) -> None:
        """Become aware through word of mouth, media or otherwise (ODD 7.2)."""
        p = self.model.p
        if self.aware or not self.model.this_week.is_moving:
            return
        hazard = adoption.awareness_hazard(
            self.offer.media, self.peers, p.awareness_external, p.awareness_media, p.awareness_word_of_mouth
        )
        if adoption.happens(self.draw(Stream.AWARENESS), hazard):
            self.next.aware = 1

    def gain_access(self) -> None:
        """Get what is missing of smartphone and account (ODD 7.3, A3)."""
        p = self.model.p
        if self.has_access or not self.model.this_week.is_moving:
            return
        hazard = adoption.access_hazard(self.peers, p.access_hazard, p.access_peer_hazard)
        if adoption.happens(self.draw(Stream.ACCESS), hazard):
            self.next.has_device = 1
            self.next.has_account = 1

    def learn_from_help(self) -> None:
        """Gain skill and trust from help, or a smartphone; a non-user hears of the service and may get an account."""
        p = self.model.p
        if self.helped == NO_HELP:
            return
        self.next.skill, self.next.perceived_risk = learning.after_help(
            self.helped, self.next.skill, self.next.perceived_risk, p
        )
        if self.helped == PHONE:
            self.next.has_device = 1
        if self.is_user:
            return
        self.next.aware = 1
        chance = adoption.help_access_probability(self.helped, self.face, p)
        if not self.next.has_account and self.draw(Stream.HELP_ACCOUNT) < chance:
            self.next.has_account = 1

    def learn_from_peers(self) -> None:
        """Be shown by somebody near how it is done (ODD 7.5)."""
        p = self.model.p
        if self.draw(Stream.PEER_HELP) < learning.peer_help_probability(self.peers, p.peer_help_rate):
            self.next.skill = learning.toward_one(self.next.skill, p.learning_peer)

    def usefulness(self) -> float:
        """Return U, the expected share of one's payments that could be electronic (ODD 7.1; A3, A9)."""
        p, total = self.model.p, 0.0
        for sector in range(N_SECTORS):
            share = float(self.model.tables.sector_share[self.age, sector])
            total += share * adoption.expected_acceptance(
                p.regular_share,
                self.regular_shops[sector].seen_acceptance,
                self.home.catchments[sector].seen_acceptance,
            )
        return adoption.overall_usefulness(
            total * self.channel_share(), self.among_ties * float(self.next.has_device), p.person_payments_ratio
        )

    def attitude(self, incentive_fen: float) -> float:
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
        attitude = self.attitude(self.cashback_fen + self.offer.reward_felt_fen)
        if adoption.lapses(self.draw(Stream.LAPSE), ceiling, attitude):
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
        can_start = self.next.aware and self.next.has_account and self.channel_share() > 0.0
        if not (can_start and self.model.this_week.is_moving):
            return
        if self.stage == NEVER:
            rate, draw, has_coupon = p.trial_rate, self.draw(Stream.TRIAL), offer.coupon_fen > 0
        else:
            rate, draw = p.return_rate, self.draw(Stream.RETURN)
            has_coupon = adoption.has_return_coupon(self.next.weeks_in_stage, offer.coupon_fen, p.coupon_return_weeks)
        ceiling = adoption.evaluation_ceiling(rate, offer.media, p.media_trial)
        promised = offer.reward_felt_fen + (offer.coupon_fen if has_coupon else 0)
        is_assisted = self.is_helped_to_start()
        if is_assisted or adoption.takes_up(draw, ceiling, self.attitude(promised)):
            self.start(has_coupon, is_assisted)

    def is_helped_to_start(self) -> bool:
        """Return whether this week's helper gets the citizen to start there and then (A2, A11)."""
        if self.helped == NO_HELP:
            return False
        return self.draw(Stream.HELP_FIRST_USE) < adoption.assisted_use_probability(self.helped, self.model.p)

    def start(self, has_coupon: bool, is_assisted: bool) -> None:
        """Become a user. A return on one's own and without a coupon starts past the cashback weeks (A8)."""
        self.next.stage = USER
        if self.stage == NEVER:
            self.diary.first_uses += 1
            self.diary.assisted_by = self.helped if is_assisted else NO_HELP
        else:
            self.diary.returns += 1
        self.next.weeks_in_stage = int(self.model.p.cashback_weeks) + 1
        if self.stage == NEVER or has_coupon or is_assisted:
            self.next.weeks_in_stage = 0
            self.cashback_fen = self.offer.cashback_fen
        if has_coupon:
            self.next.coupon_due = self.offer.coupon_fen
            self.next.coupon_lever = self.offer.coupon_lever

    @property
    def has_paid(self) -> bool:
        """Whether the citizen paid electronically this week."""
        return self.diary.n_electronic > 0

    def form_habits(self) -> None:
        """Adapt both habits to what was done (ODD 7.7, A7)."""
        p, diary = self.model.p, self.diary
        if diary.n_payments + diary.n_person > 0:
            n_possible = diary.n_possible + diary.n_person_possible
            self.next.habit = learning.habit_after_week(self.habit, diary.n_electronic, n_possible, p.habit_rate)
        self.next.repetition = learning.repetition_after_week(self.repetition, self.has_paid, p.habit_rate)

    def cash_in(self) -> int:
        """Claim coupon, cashback and rewards; return how many payments were not one's own, but a coupon's (A12)."""
        offer, n_at_tills, n_given = self.offer, self.diary.n_at_tills, 0
        if n_at_tills == 0:
            return n_given
        if self.next.coupon_due > 0:
            self.claim(Use.COUPON, self.next.coupon_lever, self.next.coupon_due)
            self.next.coupon_due = 0
            n_given = 1
        if self.cashback_fen > 0:
            self.claim(Use.CASHBACK, offer.cashback_lever, n_at_tills * self.cashback_fen)
        if offer.reward_fen > 0:
            self.claim(Use.REWARD, offer.reward_lever, n_at_tills * offer.reward_fen)
        return n_given

    def wind_clocks(self, n_given: int) -> None:
        """Set the clocks since the last electronic payment, those given away left out."""
        self.next.weeks_since_use = min(self.weeks_since_use + 1, USE_CLOCK_END)
        self.next.weeks_since_merchant = min(self.weeks_since_merchant + 1, USE_CLOCK_END)
        if self.diary.n_electronic > n_given:
            self.next.weeks_since_use = 0
            self.next.epay_weeks_quarter += 1
            self.diary.is_first_payment = self.weeks_since_use == USE_CLOCK_END
        if self.diary.n_at_tills > n_given:
            self.next.weeks_since_merchant = 0

    def practise(self) -> None:
        """Learn by doing, or forget (ODD 7.5)."""
        p = self.model.p
        self.next.skill = learning.skill_after_week(
            self.next.skill, self.innate_skill, self.has_paid, p.learning_by_doing, p.forgetting
        )

    def meet_fraud(self) -> None:
        """Perhaps fall victim to fraud; unless it is settled, trust suffers, and some stop at once (ODD 7.11)."""
        p, week, offer, diary = self.model.p, self.model.this_week, self.offer, self.diary
        if not (self.has_paid and week.is_moving):
            return
        per_payment = trust.incident_probability_per_payment(
            self.age, self.next.skill, diary.n_unverified / diary.n_electronic, offer.fraud_control_share,
            week.fraud_factor, week.staff_share, p,
        )  # fmt: skip
        if not trust.incident_happens(self.draw(Stream.INCIDENT), per_payment, diary.n_electronic):
            return
        diary.incidents = 1
        loss = trust.lognormal(p.fraud_loss_median_yuan, p.fraud_loss_sigma, self.draw(Stream.INCIDENT_LOSS))
        diary.loss_fen = int(loss * FEN_PER_YUAN + 0.5)
        jump = p.risk_own_incident
        if self.draw(Stream.SETTLEMENT) < trust.settlement_probability(p.settlement_share, offer.hotline_share):
            jump *= p.settled_risk_share
        else:
            self.next.incident = 1
            if self.draw(Stream.LAPSE_AFTER_INCIDENT) < p.lapse_after_incident:
                self.lapse()
        self.next.perceived_risk = trust.risk_jump(self.next.perceived_risk, jump)

    def meet_failures(self) -> None:
        """Lose trust where payments failed (ODD 7.11, E4)."""
        if self.diary.n_failed > 0:
            jump = trust.failure_jump(self.model.this_week.outage_share, self.model.p)
            self.next.perceived_risk = trust.risk_jump(self.next.perceived_risk, jump)

    def go_without(self) -> None:
        """Let habits fade and skill decay in a week without the service (ODD 7.5, 7.7)."""
        p = self.model.p
        self.diary.went_without = True
        self.next.habit = learning.fades(self.habit, p.habit_rate)
        self.next.repetition = learning.fades(self.repetition, p.habit_rate)
        self.wind_clocks(n_given=0)
        self.practise()

    def settle_risk(self) -> None:
        """Let perceived risk revert; hear of ties' incidents of last week (ODD 7.11)."""
        p, offer = self.model.p, self.offer
        target = trust.risk_target(
            self.baseline_risk, offer.fraud_control_share, offer.hotline_share, p.structural_assurance
        )
        risk = trust.risk_after_week(self.next.perceived_risk, target, p.risk_reversion)
        if self.n_incident_peers > 0:
            risk = trust.risk_from_peers(risk, float(self.n_incident_peers), p.risk_peer_incident)
        self.next.perceived_risk = risk
