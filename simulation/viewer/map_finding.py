"""What the colours of the map come to at the run's end, in the words scripts use for every other week."""

import numpy as np

from simulation.outcomes import numbers
from simulation.outcomes.indicators import coverage_by_place
from simulation.outcomes.result import Result
from simulation.outcomes.targets import main_target
from simulation.outcomes.wording import say
from simulation.viewer.layout import SCRIPT_WORDS

MIDDLE_HALF = (0.25, 0.75)


def finding_at_end(programme: Result, shown: np.ndarray, lang: str) -> str:
    """Return between which values the middle half of settlements lies, and how many are below the target.

    Parameters
    ----------
    programme : Result
        A run.
    shown : array of bool
        Settlements with enough simulated residents.
    lang : str
        "en" or "zh".
    """
    d = programme.dataset
    share = coverage_by_place(d).isel(week=-1).mean("replicate").values
    found = share[shown & np.isfinite(share)]
    if not found.size:
        return say("plot.map.too_few", lang)
    target = main_target(programme.scenario.targets)
    low, high = (numbers.percent(float(np.quantile(found, q))) for q in MIDDLE_HALF)
    params = {
        "run": say("plot.role.programme", lang),
        "date": numbers.day(d.date.values[-1], lang),
        "places": found.size,
        "which": which_settlements(programme, shown, lang),
        "low": low,
        "high": high,
    }
    if target is None:
        return say(f"{SCRIPT_WORDS}finding_coverage", lang, params)
    below = {"below": int((found < target).sum()), "target": numbers.percent(target, 0)}
    return say(f"{SCRIPT_WORDS}finding_coverage_target", lang, params | below)


def which_settlements(programme: Result, shown: np.ndarray, lang: str) -> str:
    """Return what the settlements that have a value are called."""
    lived_in = programme.dataset.n_residents_place.mean("replicate").values > 0
    is_partial = bool((lived_in & ~shown).any())
    return say("plot.map.larger_settlements" if is_partial else "plot.map.settlements", lang)
