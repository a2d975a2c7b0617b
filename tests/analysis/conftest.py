"""Two small strategies of equal budget, and their comparison, run once."""

import pytest

from simulation.analysis.strategies import compare_strategies
from simulation.levers.base import Lever
from simulation.levers.coupon import Coupon
from simulation.levers.kiosk import Kiosk
from simulation.scenario.budget import Budget
from simulation.scenario.schema import Scenario, Title


def strategy(title: str, lever: Lever, total_yuan: float | None = 2_000_000.0) -> Scenario:
    """Return a small scenario of one lever; no budget where its total is None."""
    budget = None if total_yuan is None else Budget(total_yuan=total_yuan)
    name = "coupon" if lever.kind == "coupon" else "kiosks"
    return Scenario(
        title=Title(en=title, zh="策略"), citizens=1000, weeks=26, replicates=2, levers={name: lever}, budget=budget
    )


COUPONS = strategy("Coupons", Coupon(kind="coupon"))
KIOSKS = strategy("Kiosks", Kiosk(kind="kiosk", places=("county_seats",), yuan_per_week=6000, capacity_per_week=270))


@pytest.fixture(scope="session")
def compared():
    """Return coupons against kiosks in a small world; nobody buys anything in the baseline."""
    baseline = COUPONS.model_copy(update={"levers": {}, "budget": None})
    return compare_strategies({"coupons": COUPONS, "kiosks": KIOSKS}, baseline, n_workers=1)
