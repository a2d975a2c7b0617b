"""Who a citizen is: fields, home, ties, and what others see of them."""

from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from mesa.discrete_space import Cell, FixedAgent

from simulation.core.codes import N_AREAS, N_INCOMES, N_SECTORS, Stage
from simulation.core.observed import ACTIVE_WEEKS, ACTIVE_WEEKS_LONG
from simulation.core.rng import Stream, uniform
from simulation.core.rules import adoption
from simulation.core.state import Citizens
from simulation.engine.mesa_engine.fields import changing_fields, commit, take
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.shops import Zone

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.citizen import Citizen
    from simulation.engine.mesa_engine.model import EpayModel

CHANGING = changing_fields(Citizens)
NEVER, USER, LAPSED = int(Stage.NEVER), int(Stage.USER), int(Stage.LAPSED)


class CitizenOffer(NamedTuple):
    """What the programme offers one group of citizens this week."""

    coupon_fen: int
    coupon_lever: int
    cashback_fen: int
    cashback_lever: int
    media: float


@dataclass(slots=True)
class CitizenDiary:
    """What one citizen did and met in one week."""

    first_uses: int = 0
    returns: int = 0
    lapses: int = 0
    went_without: bool = False  # was no user when payments were made
    n_payments: int = 0
    n_possible: int = 0  # where the counterparty could accept
    n_electronic: int = 0
    n_unverified: int = 0
    n_failed: list[int] = field(default_factory=lambda: [0] * N_SECTORS)
    milliseconds: int = 0
    coupon_fen: int = 0
    cashback_fen: int = 0
    incidents: int = 0
    loss_fen: int = 0


class Resident(FixedAgent):  # type: ignore[misc]
    """A resident aged 15 or over: who they are and what others see; `Citizen` adds what they do.

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
    household: int
    payments_per_week: float
    regular_merchant: list[int]
    taste: float
    innate_skill: float
    baseline_risk: float
    prefers_cash: int
    attends_help: int
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
    helped: int
    ever_helped: int
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
        self.segment = (self.age * N_AREAS + self.area) * N_INCOMES + self.income
        self.regular_shops: list[Merchant] = [
            catchment.shops[position][0]
            for catchment, position in zip(home.catchments, self.regular_merchant, strict=True)
        ]
        self.next = SimpleNamespace()
        self.diary = CitizenDiary()
        self.peers = 0.0  # x, share of others who use the service
        self.cashback_fen = 0  # a payment, this week

    @property
    def is_user(self) -> bool:
        """Whether the citizen uses the service."""
        return self.stage == USER

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
    def has_access(self) -> bool:
        """Whether the citizen has a smartphone and an account (A3)."""
        return bool(self.has_device and self.has_account)

    @property
    def is_at_risk(self) -> bool:
        """Whether a first use could come next week."""
        return self.stage == NEVER and bool(self.aware) and self.has_access

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

    def receive_help(self, kind: int) -> None:
        """Be helped in person."""
        self.helped = kind
        self.ever_helped |= kind

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
