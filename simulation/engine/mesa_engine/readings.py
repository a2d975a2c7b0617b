"""What Mesa's data collector reads off the model and its agents."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import mesa

from simulation.core.codes import FEN_PER_YUAN, Age
from simulation.core.observed import FIRST_USES, LAPSES
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.help_points import Helper, Kiosk, SeniorUniversity, TrainingEvent
from simulation.engine.mesa_engine.merchant import Merchant

if TYPE_CHECKING:
    from simulation.core.week import Week
    from simulation.engine.programme import Programme
    from simulation.engine.recorder import WeekTotals

MODEL_REPORTERS = (
    "coverage",
    "coverage_60_plus",
    "users",
    "first_uses",
    "lapses",
    "acceptance",
    "electronic_share",
    "helped",
    "spending_yuan",
)
_OF_HELPERS = ("name", "is_open", "seats", "n_helped")
AGENT_REPORTERS: dict[type[mesa.Agent], tuple[str, ...]] = {
    Citizen: ("age", "area", "aware", "has_access", "stage", "is_active", "skill", "perceived_risk", "habit"),
    Merchant: ("sector", "accepts", "ask_share", "trained", "unified", "integrated"),
    TrainingEvent: _OF_HELPERS,
    SeniorUniversity: _OF_HELPERS,
    Kiosk: _OF_HELPERS,
}


class Readings(mesa.Model):  # type: ignore[misc]
    """A model's figures of the week that has passed; `EpayModel` is what they are read off."""

    citizens: list[Citizen]
    merchants: list[Merchant]
    helpers: list[Helper]
    programme: "Programme"
    totals: "WeekTotals | None"
    this_week: "Week"

    @property
    def coverage(self) -> float:
        """Share of citizens who paid electronically within the last 4 weeks."""
        return _share(citizen.is_active for citizen in self.citizens)

    @property
    def coverage_60_plus(self) -> float:
        """Coverage of ages 60 and over."""
        return _share(citizen.is_active for citizen in self.citizens if citizen.age >= Age.A60_74)

    @property
    def users(self) -> int:
        """Citizens who use the service."""
        return sum(citizen.is_user for citizen in self.citizens)

    @property
    def first_uses(self) -> int:
        """Citizens who used the service for the first time this week."""
        return int(self.totals.cells[:, FIRST_USES].sum()) if self.totals else 0

    @property
    def lapses(self) -> int:
        """Citizens who stopped this week."""
        return int(self.totals.cells[:, LAPSES].sum()) if self.totals else 0

    @property
    def acceptance(self) -> float:
        """Share of merchants who accept electronic payment."""
        return _share(bool(merchant.accepts) for merchant in self.merchants)

    @property
    def electronic_share(self) -> float:
        """Share of this week's payments to merchants, of users and non-users, that were electronic."""
        if self.totals is None:
            return 0.0
        electronic, cash = int(self.totals.n_electronic.sum()), int(self.totals.n_cash.sum())
        return electronic / max(1, electronic + cash)

    @property
    def helped(self) -> int:
        """Citizens helped at help points this week."""
        return sum(helper.n_helped for helper in self.helpers)

    @property
    def spending_yuan(self) -> float:
        """What the programme spent in the week on all residents, public and private, yuan."""
        week, fen = self.this_week.week, self.programme.treasury.ledger.fen
        return float(fen[week].sum() / FEN_PER_YUAN) if 0 <= week < len(fen) else 0.0


def _share(values: Iterable[bool]) -> float:
    answers = list(values)
    return sum(answers) / max(1, len(answers))


def collector(with_agents: bool) -> mesa.DataCollector:
    """Return a data collector whose row t of the model's variables is week t."""
    by_type = {kind: {name: name for name in names} for kind, names in AGENT_REPORTERS.items()}
    return mesa.DataCollector(
        model_reporters={name: name for name in MODEL_REPORTERS}, agenttype_reporters=by_type if with_agents else None
    )
