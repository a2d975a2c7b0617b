"""A merchant's week, in the order of ODD 7.10. No behaviour stands here: it is in core/rules/merchant.py."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from mesa import Agent

from simulation.core.codes import FEN_PER_YUAN, Terminal
from simulation.core.offers import NO_LEVER
from simulation.core.rng import Stream, uniform
from simulation.core.rules import merchant
from simulation.core.state import CLOCK_END, Merchants
from simulation.engine.mesa_engine.fields import changing_fields, commit, draft, single, take
from simulation.engine.mesa_engine.shops import ELECTRONIC, Catchment, Till, Zone

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.model import EpayModel

CHANGING = changing_fields(Merchants)


class MerchantOffer(NamedTuple):
    """What the programme offers one group of merchants this week; by terminal where there are two."""

    rent_subsidy_share: list[float]
    rent_lever: list[int]
    fee_subsidy_share: float
    fee_lever: int


@dataclass(slots=True)
class MerchantDiary:
    """What one merchant did in one week."""

    started: bool = False
    stopped: bool = False
    terminal_fen: int = 0
    rent_fen: int = 0
    fee_fen: int = 0


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

    def __init__(self, model: "EpayModel", row: int, fields: dict[str, Any], location: Zone) -> None:
        super().__init__(model)
        self.row = row
        take(self, fields)
        self.location = location
        self.customers: list[tuple[Catchment, float]] = []  # catchments it belongs to, each with its weight there
        self.till = Till()
        self.seen_acceptance = float(self.accepts)
        self.next = SimpleNamespace()
        self.diary = MerchantDiary()

    def step(self) -> None:
        """Live through one week (ODD 3, step 4); `commit` makes it count."""
        self.next = draft(self, CHANGING)
        self.next.weeks_in_state = min(self.weeks_in_state + 1, CLOCK_END)
        self.diary = MerchantDiary()
        self.hear_what_is_asked()
        self.claim_fee_subsidy()
        if self.model.this_week.is_moving:
            if self.accepts:
                self.consider_stopping()
            else:
                self.consider_starting()
        self.pay_for_terminal()

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

    def claim_fee_subsidy(self) -> None:
        """Claim the subsidised share of the fee on this week's electronic value (ODD 7.12)."""
        share = self.offer.fee_subsidy_share
        if not (self.accepts and share > 0.0):
            return
        fen = float(self.till.fen[ELECTRONIC])
        for catchment, weight in self.customers:
            # the electronic payments of a catchment were made at those of its merchants who accept
            if catchment.acceptance > 0.0:
                fen += catchment.till.fen[ELECTRONIC] * weight / catchment.acceptance
        self.diary.fee_fen = int(fen * self.model.p.merchant_fee_share * share + 0.5)

    def terminal_cost(self) -> float:
        """Return the weekly cost of the terminal before subsidy, yuan (ODD 7.10, A5)."""
        is_pos = self.terminal == Terminal.POS
        return merchant.terminal_cost(is_pos, self.model.this_week.interface_share, self.model.p)

    def rent(self) -> float:
        """Return what an accepting merchant pays for the terminal this week, yuan (ODD 7.10)."""
        year, share, weeks = self.model.p.rent_subsidy_weeks, self.next.rent_subsidy_share, self.next.weeks_in_state
        return merchant.subsidised_cost(self.terminal_cost(), share, weeks, year)

    def readiness(self, rent: float) -> float:
        """Return the readiness to accept at a rent, logits (ODD 7.10, A6)."""
        model, week = self.model, self.model.this_week
        benefit = merchant.gross_benefit(
            self.next.ask_share, self.expected_payments, float(model.tables.mean_ticket_yuan[self.sector]),
            self.offer.fee_subsidy_share, week.cash_shortage, model.p,
        )  # fmt: skip
        return merchant.readiness(
            float(model.constants.gamma[self.sector]), self.readiness_taste, self.next.ask_share, benefit - rent,
            self.location.seen_acceptance, week.staff_share, model.p,
        )  # fmt: skip

    def consider_starting(self) -> None:
        """Start to accept, by own choice or by directive (ODD 7.10)."""
        model, week = self.model, self.model.this_week
        offered = self.offer.rent_subsidy_share[self.terminal]
        ready = self.readiness(self.terminal_cost() * (1.0 - offered))
        rate = merchant.review_rate(week.cash_shortage, model.p)
        starts = merchant.starts_accepting(self.draw(Stream.ADOPT), rate, ready)
        if self.sector < merchant.FIRST_WITHDRAWING_SECTOR:
            starts = starts or self.draw(Stream.ADOPT_DIRECTIVE) < week.directive_probability
        if starts:
            self.diary.started = True
            self.next.accepts = 1
            self.next.weeks_in_state = 0
            self.next.rent_subsidy_share = single(offered)  # a contract, kept as it is written down
            self.next.subsidy_lever = self.offer.rent_lever[self.terminal]

    def consider_stopping(self) -> None:
        """Withdraw; public services and transport never do (ODD 7.10)."""
        if self.sector < merchant.FIRST_WITHDRAWING_SECTOR:
            return
        ready = self.readiness(self.rent())
        if merchant.stops_accepting(self.draw(Stream.WITHDRAW), ready, self.model.p):
            self.diary.stopped = True
            self.next.accepts = 0
            self.next.weeks_in_state = 0
            self.next.rent_subsidy_share = 0.0
            self.next.subsidy_lever = NO_LEVER

    def pay_for_terminal(self) -> None:
        """Pay for the terminal from the week it is taken on, less the subsidy (ODD 7.10, 11)."""
        if not self.next.accepts:
            return
        cost, rent = self.terminal_cost(), self.rent()
        self.diary.terminal_fen = int(cost * FEN_PER_YUAN + 0.5)
        if rent < cost and self.next.subsidy_lever != NO_LEVER:
            self.diary.rent_fen = int((cost - rent) * FEN_PER_YUAN + 0.5)
