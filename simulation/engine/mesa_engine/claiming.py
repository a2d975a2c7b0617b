"""What citizens and merchants claim for the week, read from their diaries and paid by the treasury."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from simulation.core.offers import CITIZEN_USES, MERCHANT_USES, Use
from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.programme import claims_of

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.model import EpayModel


def pay_claims(model: "EpayModel") -> None:
    """Pay what is claimed for the week that has just been committed, use by use, while money lasts."""
    for use in CITIZEN_USES:
        _pay(model, use, model.citizens, "weeks_in_stage")
    for use in MERCHANT_USES:
        _pay(model, use, model.merchants, "weeks_in_state")


def _pay(model: "EpayModel", use: Use, agents: Sequence[Citizen] | Sequence[Merchant], waiting: str) -> None:
    """Pay the claims of one use in the order of the agents' rows; in a queue goes first who waits longest."""
    rows = [(agent, claim) for agent in agents for claim in agent.diary.claims if claim.use == use]
    claims = claims_of(
        use,
        [claim.lever for _, claim in rows],
        np.array([agent.row for agent, _ in rows], np.int32),
        lambda who: np.array([getattr(agents[row], waiting) for row in who.tolist()], np.int64),
        np.array([claim.fen for _, claim in rows], np.int64),
    )
    paid = model.programme.pay(model.week, claims)
    if use == Use.RENT:
        for (agent, _), is_paid in zip(rows, paid.tolist(), strict=True):
            if not is_paid:
                agent.lose_subsidy()
