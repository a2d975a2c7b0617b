"""What was found on ways of choosing as plain data, to be kept beside the runs."""

import math
from typing import Any

from simulation.analysis.best_of_several import Comparison
from simulation.analysis.targeting.find import Brought, Standing, Targeting
from simulation.analysis.targeting.people import COMPLEX_PROBABILITY, CROWD_MEASURES, MEASURES, N_CASCADES
from simulation.analysis.targeting.scenarios import REINFORCING, lever_of
from simulation.outcomes.intervals import Interval, interval_of

FORMAT = 1


def to_plain(found: Targeting) -> dict[str, Any]:
    """Return what was found as data that JSON can hold: values by replicate, means and 95% intervals; None is unknown.

    People are residents, money is in yuan, shares are 0-1.
    """
    name, lever = lever_of(found.scenario)
    return {
        "format": FORMAT,
        "lever": name,
        "visits": lever.visits,
        "n_replicates": found.n_replicates,
        "eligibility": {measure: getattr(found.crowd, measure).tolist() for measure in CROWD_MEASURES},
        "people": {
            strategy: {measure: getattr(people, measure).tolist() for measure in MEASURES}
            for strategy, people in found.people.items()
        },
        "cascades": {
            "simple_probability": lever.cascade_probability,
            "complex_probability": COMPLEX_PROBABILITY,
            "a_world": N_CASCADES,
        },
        "contagions": {contagion: _standing(standing) for contagion, standing in found.standings.items()},
        "reinforcing_coefficient": REINFORCING,
        "illustrative_baseline": found.scenario.survey.illustrative,
        "digests": {name: result.digest for name, result in found.results.items()},
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "order": list(standing.order),
        "leader": standing.leader,
        "is_ranked": standing.is_ranked,
        "not_told_apart": list(standing.not_told_apart),
        "most_users_per_yuan": standing.cheapest,
        "not_told_from_it": list(standing.not_told_from_cheapest),
        "against_leader": {name: _comparison(found) for name, found in standing.against_leader.items()},
        "strategies": {name: _brought(standing, name, brought) for name, brought in standing.brought.items()},
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {"leader_adds_more_by": interval(found.advantage), "verdict": found.verdict}


def _brought(standing: Standing, name: Any, brought: Brought) -> dict[str, Any]:
    to_random = standing.against_random(name)
    return {
        "added_users": {**interval(interval_of(brought.users)), "by_replicate": brought.users.tolist()},
        "added_coverage": {**interval(interval_of(brought.coverage)), "by_replicate": brought.coverage.tolist()},
        "added_yuan": {**interval(interval_of(brought.yuan)), "by_replicate": brought.yuan.tolist()},
        "lever_yuan": {**interval(interval_of(brought.lever_yuan)), "by_replicate": brought.lever_yuan.tolist()},
        "visits_made": {**interval(interval_of(brought.visits)), "by_replicate": brought.visits.tolist()},
        "users_per_10000_yuan": interval(brought.per_money),
        "users_more_than_random": None if to_random is None else interval(to_random),
    }


def interval(value: Interval) -> dict[str, float | None]:
    """Return an interval with its standard error where it has one."""
    return {end: _known(getattr(value, end)) for end in ("mean", "low", "high")}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
