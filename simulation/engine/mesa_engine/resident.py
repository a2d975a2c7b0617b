"""Who a citizen is: fields, home, ties, family, and what others see of them."""

from dataclasses import dataclass, field, fields
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from mesa.discrete_space import Cell, FixedAgent

from simulation.core.codes import N_AREAS, N_INCOMES, HelpKind, Stage
from simulation.core.observed import ACTIVE_WEEKS, ACTIVE_WEEKS_LONG
from simulation.core.offers import Use
from simulation.core.rng import Stream, uniform
from simulation.core.rules import adoption
from simulation.core.state import Citizens
from simulation.engine.mesa_engine.fields import Claim, changing_fields, commit, take
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.shops import Zone

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.citizen import Citizen
    from simulation.engine.mesa_engine.model import EpayModel

CHANGING = changing_fields(Citizens)
NEVER, USER, LAPSED = int(Stage.NEVER), int(Stage.USER), int(Stage.LAPSED)
MOST = {spec.name: int(spec.metadata["high"]) for spec in fields(Citizens)}  # up to here clocks and counters go


class CitizenOffer(NamedTuple):
    """What the programme offers one group of citizens this week; named as in core.offers.WeekOffers."""

    coupon_fen: int
    coupon_lever: int
    cashback_fen: int
    cashback_lever: int
    reward_fen: int
    reward_felt_fen: float
    reward_lever: int
    media: float
    voice_share: float
    face_share: float
    technical_share: float
    fraud_control_share: float
    hotline_share: float
    phone_probability: float
    phone_lever: int
    may_attend: list[int]  # by lever


@dataclass(slots=True)
class CitizenDiary:
    """What one citizen did and met in one week."""

    first_uses: int = 0
    returns: int = 0
    lapses: int = 0
    assisted_by: int = int(HelpKind.NONE)  # help that made a user there and then
    went_without: bool = False  # was no user when payments were made
    n_payments: int = 0  # to merchants
    n_possible: int = 0  # of these, where the counterparty could accept
    n_at_tills: int = 0  # of these, electronic
    n_unverified: int = 0
    n_failed: int = 0
    n_person: int = 0  # to people
    n_person_possible: int = 0
    n_person_electronic: int = 0
    is_first_payment: bool = False  # the first electronic one of their own, or the first for long
    claims: list[Claim] = field(default_factory=list)
    incidents: int = 0
    loss_fen: int = 0

    @property
    def n_electronic(self) -> int:
        """Electronic payments, to merchants and to people."""
        return self.n_at_tills + self.n_person_electronic


class Resident(FixedAgent):  # type: ignore[misc]
    """A resident aged 15 or over: who they are and what others see; `Payer` and `Citizen` add what they do.

    The fields are those of `core.state.Citizens`.

    Parameters
    ----------
    model : EpayModel
        The world the citizen lives in.
    row : int
        Row; keys the draws.
    fields : dict of str to number
        Fields.
    home : Zone
        Where the citizen lives.
    cell : Cell
        Place in the network of ties.
    """

    age: int
    area: int
    income: int
    five_year_age: int
    zone: int
    place: int
    starts_household: int
    payments_per_week: float
    regular_merchant: list[int]
    taste: float
    innate_skill: float
    baseline_risk: float
    prefers_cash: int
    attends_help: int
    old_device: int
    refuses_face: int
    offer_group: int
    aware: int
    has_device: int
    has_account: int
    stage: int
    weeks_in_stage: int
    weeks_since_use: int
    skill: float
    perceived_risk: float
    habit: float
    repetition: float
    incident: int
    weeks_since_merchant: int
    helped: int
    ever_helped: int
    turned_away: int
    coupon_due: int
    coupon_lever: int
    counted_by_peers: int
    n_user_peers: int
    n_incident_peers: int
    epay_weeks_quarter: int
    paid_last_quarter: int

    def __init__(self, model: "EpayModel", row: int, fields: dict[str, Any], home: Zone, cell: Cell) -> None:
        super().__init__(model)
        self.row = row
        take(self, fields)
        self.home = home
        self.cell = cell
        self.child: Citizen | None = None  # a grown-up one in the region, of people aged 60 and over (A10, A11)
        self.child_pays = False  # pays for some of the parent's payments by telephone
        self.segment = (self.age * N_AREAS + self.area) * N_INCOMES + self.income
        self.regular_shops: list[Merchant] = [
            catchment.shops[position][0]
            for catchment, position in zip(home.catchments, self.regular_merchant, strict=True)
        ]
        self.next = SimpleNamespace()
        self.diary = CitizenDiary()
        self.among_ties = 0.0  # share of ties who use the service
        self.peers = 0.0  # x, share of others who do
        self.face = 0.0  # share of this week's payments that could be made by face
        self.cashback_fen = 0  # a payment, this week

    def have_child(self, child: "Citizen", child_pays: bool) -> None:
        """Have a grown-up child in the region, who may pay for some of the payments by telephone."""
        self.child = child
        self.child_pays = child_pays

    @property
    def is_user(self) -> bool:
        """Whether the citizen uses the service."""
        return self.stage == USER

    @property
    def is_never(self) -> bool:
        """Whether the citizen never used the service."""
        return self.stage == NEVER

    @property
    def is_lapsed(self) -> bool:
        """Whether the citizen used the service and has stopped."""
        return self.stage == LAPSED

    @property
    def is_active(self) -> bool:
        """Whether the citizen paid electronically within the last 4 weeks: what coverage counts."""
        return self.weeks_since_use < ACTIVE_WEEKS

    @property
    def is_active_13w(self) -> bool:
        """Whether the citizen paid electronically within the last 13 weeks."""
        return self.weeks_since_use < ACTIVE_WEEKS_LONG

    @property
    def is_active_merchant(self) -> bool:
        """Whether the citizen paid a merchant electronically within the last 4 weeks."""
        return self.weeks_since_merchant < ACTIVE_WEEKS

    @property
    def has_access(self) -> bool:
        """Whether the citizen has a smartphone and an account (A3)."""
        return bool(self.has_device and self.has_account)

    @property
    def is_at_risk(self) -> bool:
        """Whether a first use could come next week."""
        return self.is_never and bool(self.aware) and self.has_access

    @property
    def is_paid_for(self) -> bool:
        """Whether a child who uses the service makes some of a non-user's payments (A10).

        In the week they stop using it themselves they have paid themselves.
        """
        is_without = not self.is_user and self.weeks_in_stage > 0
        return self.child is not None and self.child_pays and self.child.is_user and is_without

    @cached_property
    def ties(self) -> "tuple[Citizen, ...]":
        """Kin, neighbours and acquaintances: the citizens in the cells around."""
        return tuple(self.cell.neighborhood.agents)

    @property
    def offer(self) -> CitizenOffer:
        """What the programme offers this citizen this week."""
        return self.model.citizen_offers[self.offer_group]

    def draw(self, stream: Stream) -> float:
        """Return this citizen's draw in [0, 1) for one decision of this week."""
        return uniform(self.model.keys[stream], self.row)

    def receive(self, kind: HelpKind) -> None:
        """Receive help, or a subsidised telephone."""
        self.helped = int(kind)
        self.ever_helped |= 1 << kind - 1

    def find_help(self, kind: HelpKind) -> None:
        """Be helped where help was sought."""
        self.receive(kind)
        self.turned_away = 0

    def seek_in_vain(self) -> None:
        """Find no seat left, or no money for one."""
        self.turned_away = min(self.turned_away + 1, MOST["turned_away"])

    def claim(self, use: Use, lever: int, fen: int) -> None:
        """Note what a lever owes for this week."""
        self.diary.claims.append(Claim(use, lever, fen))

    def commit(self) -> None:
        """Make the week count, so that others see it from the next week on."""
        self.next.counted_by_peers = adoption.is_counted_by_peers(
            self.next.stage == USER, self.next.weeks_in_stage, self.model.p.word_of_mouth_weeks
        )
        commit(self, CHANGING)

    def hear_from_ties(self) -> None:
        """Count ties who use and ties who met fraud, to act on next week (ODD 3, step 6; 7.1, 7.11)."""
        if not self.model.peers_are_frozen:
            self.n_user_peers = sum(tie.counted_by_peers for tie in self.ties)
        self.n_incident_peers = sum(tie.incident for tie in self.ties)

    def close_quarter(self) -> None:
        """Remember whether the quarter that ends brought an electronic payment (A12)."""
        self.paid_last_quarter = int(self.epay_weeks_quarter > 0)
        self.epay_weeks_quarter = 0
