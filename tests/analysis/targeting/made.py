"""Ways of choosing held against each other in small worlds, and with numbers put together by hand."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest

from simulation.analysis.targeting.find import Brought, Standing, Targeting, standing_of, target_outreach
from simulation.analysis.targeting.people import CROWD_MEASURES, MEASURES, Crowd, People
from simulation.engine import runner
from simulation.levers.choosing.names import Strategy
from simulation.levers.home_visit import HomeVisit
from simulation.outcomes.result import Result
from simulation.region import find_region
from simulation.scenario.schema import Scenario
from tests.parity.engines import FIXED

YUAN = {"random": 10_000.0, "gossip_nominees": 20_000.0, "degree": 80_000.0}


def scenario(**settings) -> Scenario:
    """Return a small scenario with visits to a fifth of the residents aged 15 and over."""
    lever = HomeVisit(kind="home_visit", **{"visits": 400_000, **settings})
    return Scenario(region="lishui", citizens=500, weeks=12, replicates=2, levers={"v": lever})


def run_all(parts: Mapping[str, Scenario]) -> Mapping[str, Result]:
    """Run scenarios here and now, with constants typed in: solving them anew takes a minute and proves nothing here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "solved", lambda *_, **__: FIXED)
        return runner.run_many(parts, n_workers=1)


@cache
def run_once() -> Targeting:
    """Return three ways of choosing, held against each other in small worlds."""
    asked = ["gossip_nominees", "degree"]
    return target_outreach(scenario(), find_region("lishui"), run_all, asked, ("simple", "complex"))


def brought(users: list[float], yuan: float = 10_000.0) -> Brought:
    """Return what adds so many users by replicate for so much money."""
    n = len(users)
    return Brought(np.array(users), np.array(users) / 1e6, np.full(n, yuan), np.full(n, yuan), np.full(n, 100.0))


def standing(users: Mapping[Strategy, list[float]]) -> Standing:
    """Return ways of choosing that add so many users by replicate."""
    return standing_of({name: brought(values, YUAN[name]) for name, values in users.items()})


def targeting(
    simple: Mapping[Strategy, list[float]], strong: Mapping[Strategy, list[float]] | None = None
) -> Targeting:
    """Return findings put together by hand; who is chosen is the same for every way but for the settlements reached."""
    n = len(next(iter(simple.values())))

    def people(k: int) -> People:
        values = dict.fromkeys(MEASURES, np.full(n, 100.0)) | {"simple": np.full(n, 200.0 - k)}
        shares = {name: np.full(n, 0.25) for name in ("old_share", "remote_share", "gini")}
        return People(**{**values, **shares, "places": np.full(n, 10.0 + k), "complex": np.full(n, 200.0 + k)})

    crowd = Crowd(**{name: np.full(n, 0.5 if name.endswith("share") else 50.0) for name in CROWD_MEASURES})
    standings = {"simple": standing(simple)} | ({"complex": standing(strong)} if strong else {})
    return Targeting(scenario(), crowd, {name: people(k) for k, name in enumerate(simple)}, standings, {})
