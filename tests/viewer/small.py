"""A small plan that the model can really run, saved as `epay run` does."""

from pathlib import Path

from simulation.engine.runner import run_many
from simulation.levers.base import Schedule
from simulation.scenario.budget import Budget, CoFunder
from simulation.scenario.schema import Scenario, Target, Title
from tests.levers.examples import EXAMPLES
from tests.viewer.conftest import write_pair

WEEKS, REPLICATES = 20, 3
COMMON = {"citizens": 400, "weeks": WEEKS, "replicates": REPLICATES}
STARTS = {
    "coupon": ("coupon", 4), "desks": ("kiosk", 6), "fees": ("fee_subsidy", 5), "line": ("hotline", 3),
    "news": ("campaign", 2), "points": ("points", 5), "seats": ("training_event", 6),
    "terminals": ("terminal_subsidy", 9),
}  # fmt: skip
LEVERS = {
    name: EXAMPLES[kind].model_copy(update={"schedule": Schedule(start_week=week)})
    for name, (kind, week) in STARTS.items()
}
BUDGET = Budget(total_yuan=4e8, co_funding={"banks": CoFunder(match_rate=0.5, cap_yuan=1e6, levers=("fees",))})
PLAN = Scenario(
    **COMMON,
    title=Title(en="Small plan", zh="小方案"),
    levers=LEVERS,
    targets={"all": Target(share=0.8)},
    budget=BUDGET,
)
BASELINE = Scenario(**COMMON, title=Title(en="As usual", zh="照旧"))


def write_small(folder: Path) -> None:
    """Write the plan and business as usual."""
    results = run_many({"programme": PLAN, "baseline": BASELINE})
    write_pair(folder, results["programme"], results["baseline"])
