"""The answer as plain data, for other programs."""

import math
from typing import Any

from simulation.outcomes import indicators, numbers
from simulation.outcomes.result import Result
from simulation.outcomes.targets import judge_all
from simulation.report.tables import cost_of, coverage_rows

Triple = tuple[float, float, float]


def summary(programme: Result, baseline: Result | None) -> dict[str, Any]:
    """Return coverage by group and year, targets, spending and digests as mappings, lists and numbers.

    Shares are 0-1, money is yuan of the scenario's price year (`currency_per_yuan`
    converts it to the region's), intervals are 95% over replicates; what is
    unknown is None.
    """
    dates = programme.dataset.date.values
    coverage = [
        {
            "dim": row.dim or "all",
            "group": row.group or "all",
            "week": row.week,
            "date": str(dates[row.week])[:10],
            "target": row.target,
            "baseline": _interval(row.baseline),
            "programme": _interval(row.programme),
            "added": _interval(row.added),
        }
        for row in coverage_rows(programme, baseline)
    ]
    judged = judge_all(programme.scenario.targets, programme.dataset, baseline.dataset if baseline else None)
    targets = [
        {
            "name": j.name,
            "code": j.code,
            "target": j.target,
            "status": j.status,
            "reached": _interval((j.reached, j.low, j.high)),
            "segment": {k: list(v) for k, v in j.segment.items()},
        }
        for j in judged
    ]
    by_lever = indicators.spending(programme.dataset, ("lever",)).mean("replicate")
    answer: dict[str, Any] = {
        "illustrative_baseline": programme.scenario.survey.illustrative,
        "currency": numbers.currency_of(programme.dataset).code,
        "currency_per_yuan": numbers.currency_of(programme.dataset).per_yuan,
        "replicates": programme.dataset.sizes["replicate"],
        "coverage": coverage,
        "targets": targets,
        "spending_yuan": {str(name): float(by_lever.sel(lever=name)) for name in by_lever.lever.values},
        "digest": programme.digest,
    }
    if baseline:
        cost = cost_of(programme, baseline)
        interval = _interval((cost.yuan, cost.low, cost.high))
        answer["cost_per_additional_user_yuan"] = {"status": cost.status, **(interval or {})}
        answer["baseline_digest"] = baseline.digest
    return answer


def _interval(value: Triple | None) -> dict[str, float | None] | None:
    """Return mean, low and high; JSON knows no NaN."""
    if value is None or not math.isfinite(value[0]):
        return None
    return {name: v if math.isfinite(v) else None for name, v in zip(("mean", "low", "high"), value, strict=True)}
