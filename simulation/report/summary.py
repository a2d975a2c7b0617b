"""The answer as plain data, for other programs."""

import math
from typing import Any

from simulation.outcomes import indicators, numbers
from simulation.outcomes.result import Result
from simulation.report.money import cost_of
from simulation.report.outcome_table import outcome_rows
from simulation.report.tables import Triple, coverage_rows
from simulation.report.target_table import judgements


def summary(programme: Result, baseline: Result | None, reference: Result | None = None) -> dict[str, Any]:
    """Return coverage by group and year, targets, outcomes, spending and digests as mappings, lists and numbers.

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
    targets = [
        {
            "name": j.name,
            "code": j.code,
            "target": j.target,
            "status": j.status,
            "reason": j.reason or None,
            "reached": _interval((j.reached, j.low, j.high)),
            "segment": {k: list(v) for k, v in j.segment.items()},
            "what": j.what or None,
        }
        for j in judgements(programme, baseline, reference)
    ]
    outcomes = [
        {
            "name": row.name,
            "style": row.style,
            "baseline": _interval(row.baseline),
            "programme": _interval(row.programme),
            "difference": _interval(row.difference),
        }
        for row in outcome_rows(programme, baseline)
    ]
    d = programme.dataset
    by_lever = indicators.spending(d, ("lever",)).mean("replicate")
    by_payer = indicators.spending(d, ("payer",)).mean("replicate")
    unpaid = indicators.unpaid_claims(d).mean("replicate")
    answer: dict[str, Any] = {
        "illustrative_baseline": programme.scenario.survey.illustrative,
        "currency": numbers.currency_of(programme.dataset).code,
        "currency_per_yuan": numbers.currency_of(programme.dataset).per_yuan,
        "replicates": programme.dataset.sizes["replicate"],
        "coverage": coverage,
        "targets": targets,
        "outcomes": outcomes,
        "spending_yuan": {str(name): float(by_lever.sel(lever=name)) for name in by_lever.lever.values},
        "spending_by_payer_yuan": {str(name): float(by_payer.sel(payer=name)) for name in by_payer.payer.values},
        "incentives_in_last_quarter_yuan": float(indicators.incentives_at_end(d).mean()),
        "unpaid_claims": {str(name): float(unpaid.sel(lever=name)) for name in unpaid.lever.values},
        "digest": programme.digest,
    }
    if baseline:
        cost = cost_of(programme, baseline)
        interval = _interval((cost.yuan, cost.low, cost.high))
        answer["cost_per_additional_user_yuan"] = {"status": cost.status, **(interval or {})}
        answer["baseline_digest"] = baseline.digest
    if reference:
        answer["reference_digest"] = reference.digest
        answer["reference_spending_yuan"] = float(indicators.spending(reference.dataset).mean())
    return answer


def _interval(value: Triple | None) -> dict[str, float | None] | None:
    """Return mean, low and high; JSON knows no NaN."""
    if value is None or not math.isfinite(value[0]):
        return None
    return {name: v if math.isfinite(v) else None for name, v in zip(("mean", "low", "high"), value, strict=True)}
