"""A search for a programme as plain data, for the file beside its pages and for `--json`."""

from typing import Any

from simulation.analysis.mix.check import Finalist
from simulation.analysis.mix.frontier import Point
from simulation.analysis.mix.optimising import Optimised
from simulation.analysis.mix.variables import Mix
from simulation.outcomes.intervals import Interval
from simulation.report.mix import sentences


def summary(o: Optimised) -> dict[str, Any]:
    """Return the answer as plain data: shares 0-1, yuan, 95% intervals."""
    chosen, wanted = o.found.recommended, o.problem.wanted
    return {
        "answer": sentences(o, "en")[0],
        "goal": wanted.goal,
        "probability": wanted.probability,
        "budget_yuan": None if wanted.goal == "cheapest" else wanted.budget,
        "targets": list(o.problem.targets),
        "targets_left_out": list(o.problem.left_out),
        "runs_allowed": o.found.n_runs,
        "runs_of_search": o.found.n_searched,
        "runs_of_check": len(o.found.known.runs) - o.found.n_searched,
        "recommended": None if chosen is None else _plain_mix(o, chosen.mix),
        "against_plan": _against_plan(o),
        "finalists": [_plain_finalist(o, finalist) for finalist in o.found.finalists],
        "not_told_apart": [o.number(mix) for mix, rival in o.found.rivals.items() if rival.verdict != "worse"],
        "frontier": [_plain_point(o, point) for point in o.landscape.efficient],
        "effects": [
            {
                "variable": e.name,
                "value": e.value,
                "against": e.other,
                "coverage": _plain(e.coverage),
                "cost_yuan": _plain(e.cost),
                "matters": e.matters,
            }
            for e in o.landscape.effects
        ],
    }


def _against_plan(o: Optimised) -> dict[str, Any] | None:
    """Return the mix looked at, less the plan as it stands; None where the plan is not among the mixes, or that one."""
    to_plan = o.landscape.to_plan
    return None if to_plan is None else {"coverage": _plain(to_plan.coverage), "cost_yuan": _plain(to_plan.cost)}


def _plain_mix(o: Optimised, mix: Mix) -> dict[str, Any]:
    values = {s.variable.name: value for s, value in zip(o.problem.settings, mix, strict=True)}
    return {"number": o.number(mix), "name": o.names[mix], "values": values}


def _plain_finalist(o: Optimised, f: Finalist) -> dict[str, Any]:
    e = f.evidence
    return {
        **_plain_mix(o, f.mix),
        "is_recommended": f.is_accepted,
        "replicates": list(f.seeds),
        "runs_planned": f.n_planned,
        "held": e.n_held,
        "runs": e.n,
        "probability": {"share": e.share, "low": e.low, "high": e.high},
        "margin": {"mean": e.mean, "deviation": _finite(e.deviation), "bound": _finite(e.bound)},
        "confidence": e.confidence,
        "cost_yuan": _plain(o.fresh(f.mix, lambda x: x.cost)),
        "coverage": _plain(o.fresh(f.mix, lambda x: x.coverage)),
    }


def _plain_point(o: Optimised, p: Point) -> dict[str, Any]:
    intervals = {"cost_yuan": _plain(p.cost), "coverage": _plain(p.coverage), "gap": _plain(p.gap)}
    return {"number": o.number(p.mix), "runs": p.n_runs, **intervals}


def _plain(interval: Interval) -> dict[str, float | None]:
    return {"mean": _finite(interval.mean), "low": _finite(interval.low), "high": _finite(interval.high)}


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
