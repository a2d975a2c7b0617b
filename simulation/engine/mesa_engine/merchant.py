"""A merchant's week, in the order of ODD 7.10. No behaviour stands here: it is in core/rules/merchant.py."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from mesa import Agent

from simulation.core.codes import FEN_PER_YUAN, Terminal
from simulation.core.observed import UNIFIED_PAYMENTS, UNIFIED_WEEKS
from simulation.core.offers import DIRECTED, NO_LEVER, NOT_DIRECTED, VISITED, Use
from simulation.core.rng import Stream, uniform
from simulation.core.rules import merchant
from simulation.core.state import CLOCK_END, Merchants
from simulation.engine.mesa_engine.fields import Claim, changing_fields, commit, draft, single, take
from simulation.engine.mesa_engine.shops import Catchment, Till, Zone

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.model import EpayModel

CHANGING = changing_fields(Merchants)


class MerchantOffer(NamedTuple):
    """What the programme offers one group of merchants this week; named as in core.offers.WeekOffers."""

    rent_subsidy_share: list[float]  # by terminal
    rent_lever: list[int]
    fee_subsidy_share: float
    fee_lever: int
    may_train: list[int]  # by lever
    drive_probability: float
    drive_lever: int
    service_subsidy_share: float
    service_lever: int


@dataclass(slots=True)
class MerchantDiary:
    """What one merchant did in one week."""

    started: bool = False
    stopped: bool = False
    terminal_fen: int = 0
    unified_payments: float = 0.0  # electronic ones, where it is on the unified interface
    integrated_payments: float = 0.0  # where it uses integrated services
    was_paid: bool = False  # electronically, in the quarter that ends this week
    is_unified_active: bool = False  # took enough through the interface in the quarter that ends
    is_integrated_active: bool = False  # took enough with integrated services in it
    claims: list[Claim] = field(default_factory=list)


class Merchant(Agent):  # type: ignore[misc]
    """A shop or office; its fields are those of `core.state.Merchants`.

    `self.accepts` is as of last week's end, `self.next.accepts` what this week has made of it so far.

    Parameters
    ----------
    model : EpayModel
        The world it stands in.
    row : int
        Its row; keys its draws.
    fields : dict of str to number
        Its fields.
    location : Zone
        Where it stands.
    """

    sector: int
    zone: int
    terminal: int
    attractiveness: float
    expected_payments: float
    readiness_taste: float
    offer_group: int
    accepts: int
    weeks_in_state: int
    ask_share: float
    rent_subsidy_share: float
    subsidy_lever: int
    trained: int
    unified: int
    integrated: int
    quarter_payments: float
    quarter_unified: float
    quarter_integrated: float
    weeks_unified: int
    weeks_integrated: int

    def __init__(self, model: "EpayModel", row: int, fields: dict[str, Any], location: Zone) -> None:
        super().__init__(model)
        self.row = row
        take(self, fields)
        self.location = location
        self.customers: list[tuple[Catchment, float]] = []  # catchments it belongs to, each with its weight there
        self.till = Till()
        self.seen_acceptance = float(self.accepts)
        self.driven = NOT_DIRECTED  # what the acceptance drive does this week
        self.next = SimpleNamespace()
        self.diary = MerchantDiary()

    def step(self) -> None:
        """Live through one week (ODD 3, step 4); `commit` makes it count."""
        self.next = draft(self, CHANGING)
        self.next.weeks_in_state = min(self.weeks_in_state + 1, CLOCK_END)
        self.diary = MerchantDiary()
        self.hear_what_is_asked()
        self.claim_fee_subsidy()
        self.count_payments()
        self.lose_staff()
        if self.model.this_week.is_moving:
            if self.accepts:
                self.consider_stopping()
            else:
                self.consider_starting()
            if self.next.accepts:
                self.consider_joining()
                self.consider_services()
        if self.next.accepts:
            self.pay_for_terminal()
            self.pay_for_services()
        if self.model.this_week.ends_quarter:
            self.close_quarter()

    def commit(self) -> None:
        """Make the week count."""
        commit(self, CHANGING)

    @property
    def offer(self) -> MerchantOffer:
        """What the programme offers this merchant this week."""
        return self.model.merchant_offers[self.offer_group]

    def draw(self, stream: Stream) -> float:
        """Return this merchant's draw in [0, 1) for one decision of this week."""
        return uniform(self.model.keys[stream], self.row)

    # before the week is lived

    def seeks_workshop(self) -> bool:
        """Return whether the merchant would send its staff to a workshop this week (P4)."""
        if self.trained or not any(self.offer.may_train):
            return False
        return merchant.is_drawn(self.draw(Stream.WORKSHOP), self.model.p.workshop_attendance)

    def is_gone_to(self) -> bool:
        """Return whether the acceptance drive comes to this merchant, who does not accept (R3)."""
        if self.accepts:
            return False
        return merchant.is_drawn(self.draw(Stream.ADOPT_DIRECTIVE), self.offer.drive_probability)

    # the week

    def hear_what_is_asked(self) -> None:
        """Adjust the share of payments asked for electronically, q, to this week's (ODD 7.10, A6)."""
        if self.model.acceptance_is_frozen:
            return
        asks = float(self.till.asks)
        for catchment, weight in self.customers:
            asks += catchment.till.asks * weight
        self.next.ask_share = merchant.ask_share_after_week(
            self.ask_share, asks, self.expected_payments, self.model.p.ask_smoothing
        )

    def taken_here(self, at_till: Callable[[Till], float]) -> float:
        """Return what was taken electronically this week: here, and of what the catchments took the merchant's part."""
        taken = at_till(self.till)
        for catchment, weight in self.customers:
            # the electronic payments of a catchment were made at those of its merchants who accept
            if catchment.acceptance > 0.0:
                taken += at_till(catchment.till) / catchment.acceptance * weight
        return taken

    def claim_fee_subsidy(self) -> None:
        """Claim the subsidised share of the fee on this week's electronic value (ODD 7.12)."""
        offer = self.offer
        if not (self.accepts and offer.fee_subsidy_share > 0.0):
            return
        amounts = self.model.constants.amounts(self.model.this_week.verification_limit_fen)
        mean_fen = amounts.mean_fen[:, self.sector].tolist()
        value = self.taken_here(lambda till: till.electronic_fen(mean_fen))
        fee_fen = int(value * self.model.p.merchant_fee_share * offer.fee_subsidy_share + 0.5)
        if fee_fen > 0:
            self.claim(Use.FEE, offer.fee_lever, fee_fen)

    def claim(self, use: Use, lever: int, fen: int) -> None:
        """Note what a lever owes for this week."""
        self.diary.claims.append(Claim(use, lever, fen))

    def count_payments(self) -> None:
        """Count the electronic payments taken, and those through interface and services (A12, T9)."""
        if not self.accepts:
            return
        taken = self.taken_here(lambda till: till.n_electronic)
        self.diary.unified_payments = taken * self.unified
        self.diary.integrated_payments = taken * self.integrated
        self.next.quarter_payments = single(self.quarter_payments + taken)
        if self.unified:
            self.next.quarter_unified = single(self.quarter_unified + taken)
            self.next.weeks_unified += int(taken >= 1.0)
        if self.integrated:
            self.next.quarter_integrated = single(self.quarter_integrated + taken)
            self.next.weeks_integrated += int(taken >= 1.0)

    def lose_subsidy(self) -> None:
        """Pay the rent alone from now on: the programme has run out of money for it."""
        self.rent_subsidy_share = 0.0
        self.subsidy_lever = NO_LEVER

    def lose_staff(self) -> None:
        """Lose trained staff to turnover (P4)."""
        if self.trained and merchant.is_drawn(self.draw(Stream.STAFF_TURNOVER), self.model.p.staff_turnover):
            self.next.trained = 0

    def terminal_cost(self, interface_share: float) -> float:
        """Return the weekly cost of the terminal before subsidy, yuan (ODD 7.10, A5)."""
        return merchant.terminal_cost(self.terminal == Terminal.POS, interface_share, self.model.p)

    def terminal_cost_here(self) -> float:
        """Return what an accepting merchant's terminal costs: less on the unified interface, yuan a week."""
        return self.terminal_cost(self.model.this_week.interface_offered * self.next.unified)

    def rent(self, cost: float) -> float:
        """Return what an accepting merchant pays of the terminal's cost this week, yuan (ODD 7.10)."""
        year, share, weeks = self.model.p.rent_subsidy_weeks, self.next.rent_subsidy_share, self.next.weeks_in_state
        return merchant.subsidised_cost(cost, share, weeks, year)

    @property
    def mean_ticket_yuan(self) -> float:
        """Mean amount of a payment in the sector, yuan."""
        return float(self.model.tables.mean_ticket_yuan[self.sector])

    def service_gain(self) -> float:
        """Return what integrated services would bring, net of their price, yuan a week (T9)."""
        share = self.offer.service_subsidy_share
        return merchant.service_gain(self.expected_payments, self.mean_ticket_yuan, share, self.model.p)

    def readiness(self, rent: float) -> float:
        """Return the readiness to accept at a rent, logits (ODD 7.10, A6)."""
        model, offer = self.model, self.offer
        benefit = merchant.gross_benefit(
            self.next.ask_share, self.expected_payments, self.mean_ticket_yuan, offer.fee_subsidy_share,
            model.this_week.cash_shortage, model.p,
        )  # fmt: skip
        benefit += merchant.service_benefit(bool(self.integrated), offer.service_lever != NO_LEVER, self.service_gain())
        return merchant.readiness(
            float(model.constants.gamma[self.sector]), self.readiness_taste, self.next.ask_share, benefit - rent,
            self.location.seen_acceptance, float(self.next.trained), model.p,
        )  # fmt: skip

    def consider_starting(self) -> None:
        """Start to accept, by own choice or by directive (ODD 7.10, R3)."""
        week = self.model.this_week
        offered = self.offer.rent_subsidy_share[self.terminal]
        ready = self.readiness(self.terminal_cost(week.interface_offered) * (1.0 - offered))
        rate = merchant.review_rate(week.cash_shortage, self.driven == VISITED, self.model.p)
        starts = merchant.starts_accepting(self.draw(Stream.ADOPT), rate, ready)
        if self.driven == DIRECTED or starts:
            self.diary.started = True
            self.next.accepts = 1
            self.next.weeks_in_state = 0
            self.next.rent_subsidy_share = single(offered)  # a contract, kept as it is written down
            self.next.subsidy_lever = self.offer.rent_lever[self.terminal]
            self.next.unified = int(week.interface_offered > 0.0)

    def consider_stopping(self) -> None:
        """Withdraw; public services and transport never do (ODD 7.10)."""
        if merchant.is_mandated(self.sector):
            return
        ready = self.readiness(self.rent(self.terminal_cost_here()))
        if merchant.stops_accepting(self.draw(Stream.WITHDRAW), ready, self.model.p):
            self.diary.stopped = True
            self.next.accepts = 0
            self.next.weeks_in_state = 0
            self.next.rent_subsidy_share = 0.0
            self.next.subsidy_lever = NO_LEVER
            self.next.unified = 0
            self.next.integrated = 0

    def consider_joining(self) -> None:
        """Move to the unified interface where it is on offer (T3)."""
        if self.next.unified or self.model.this_week.interface_offered <= 0.0:
            return
        if merchant.is_drawn(self.draw(Stream.JOIN_INTERFACE), self.model.p.interface_join_rate):
            self.next.unified = 1

    def consider_services(self) -> None:
        """Subscribe to integrated services where they are on offer, or give them up (T9)."""
        p = self.model.p
        ready = merchant.service_readiness(self.service_gain(), p)
        if self.next.integrated:
            if merchant.drops_service(self.draw(Stream.DROP_INTEGRATED), ready, p):
                self.next.integrated = 0
        elif self.offer.service_lever != NO_LEVER:
            self.next.integrated = int(merchant.takes_service(self.draw(Stream.TAKE_INTEGRATED), ready, p))

    def pay_for_terminal(self) -> None:
        """Pay for the terminal from the week it is taken on, less the subsidy (ODD 7.10, 11)."""
        cost = self.terminal_cost_here()
        rent = self.rent(cost)
        self.diary.terminal_fen = int(cost * FEN_PER_YUAN + 0.5)
        if rent < cost and self.next.subsidy_lever != NO_LEVER:
            self.claim(Use.RENT, self.next.subsidy_lever, int((cost - rent) * FEN_PER_YUAN + 0.5))

    def pay_for_services(self) -> None:
        """Claim the subsidised share of the price of integrated services (T9)."""
        offer = self.offer
        if self.next.integrated and offer.service_lever != NO_LEVER and offer.service_subsidy_share > 0.0:
            price = self.model.p.service_price_yuan_per_week * offer.service_subsidy_share
            self.claim(Use.SERVICE, offer.service_lever, int(price * FEN_PER_YUAN + 0.5))

    def close_quarter(self) -> None:
        """Note whether the quarter that ends brought payments, enough to be active, and begin another (A12, T9; E1)."""
        self.diary.was_paid = self.next.quarter_payments >= 1.0
        self.diary.is_unified_active = (
            self.next.quarter_unified >= UNIFIED_PAYMENTS and self.next.weeks_unified >= UNIFIED_WEEKS
        )
        self.diary.is_integrated_active = (
            self.next.quarter_integrated >= UNIFIED_PAYMENTS and self.next.weeks_integrated >= UNIFIED_WEEKS
        )
        self.next.quarter_payments = self.next.quarter_unified = self.next.quarter_integrated = 0.0
        self.next.weeks_unified = self.next.weeks_integrated = 0
