"""What the analyses of sensitivity found, as sentences a planner reads, in English or Chinese."""

import numpy as np

from simulation.analysis.sensitivity.flip import Flip, FlipSearch
from simulation.analysis.sensitivity.morris import Effect, MorrisScreen
from simulation.analysis.sensitivity.nearest_flip import JointFlips, NearestFlip
from simulation.analysis.sensitivity.outcome import OutcomeName
from simulation.analysis.sensitivity.seed_share import SeedShare
from simulation.analysis.sensitivity.sobol import Index, Sobol
from simulation.messages import Message, number, render
from simulation.outcomes import numbers
from simulation.outcomes.wording import say

FIGURES = 4  # significant figures of a factor's value
MOST_NAMED, LEAST_MOVE = 5, 0.1  # factors of a joint flip, and the least move of one beside the largest


def value_text(value: float) -> str:
    """Return a value of a factor as people read it; a dash where there is none."""
    return number(float(f"{value:.{FIGURES}g}")) if np.isfinite(value) else numbers.NO_VALUE


def morris_sentences(screen: MorrisScreen, outcome: OutcomeName, lang: str = "en") -> list[str]:
    """Return how many runs were made, and for each factor its effect, or that it is not told from the dummy."""
    params = {
        "runs": screen.n_runs,
        "trajectories": screen.n_trajectories,
        "factors": len(screen.effects),
        "points": screen.n_points,
        "replicates": screen.n_replicates,
        "told": sum(effect.is_told for effect in screen.effects),
    }
    found = [say("sensitivity.morris_runs", lang, params)]
    if screen.n_replicates == 1:
        found.append(say("sensitivity.morris_one", lang))
    return found + [_effect_sentence(effect, outcome, lang) for effect in screen.effects]


def _effect_sentence(effect: Effect, outcome: OutcomeName, lang: str) -> str:
    label = effect.factor.label_in(lang)
    if not effect.is_told:
        return say("sensitivity.not_told", lang, {"label": label})
    ends = {"size": effect.size, "low": effect.low, "high": effect.high}
    shown = {name: numbers.decimal(outcome.scale * value, outcome.digits) for name, value in ends.items()}
    return say("sensitivity.effect", lang, {"label": label, "unit": outcome.unit_in(lang), **shown})


def sobol_sentences(found: Sobol, lang: str = "en") -> list[str]:
    """Return how good the emulator is, what is due to the seed, and the shares of the factors or the refusal."""
    seed = seed_sentence(found.seed, lang)
    if found.refusal is not None:
        return [render(found.refusal, lang), seed]
    params = {
        "q2": numbers.decimal(found.q2, 2),
        "reachable": numbers.decimal(found.reachable_q2, 2),
        "runs": found.n_runs,
        "points": found.n_points,
        "replicates": found.n_replicates,
    }
    quality = say("sensitivity.good_one" if found.n_replicates == 1 else "sensitivity.good", lang, params)
    together = say("sensitivity.together", lang, {"share": numbers.percent(max(0.0, found.together), 0)})
    return [quality, seed, *(_index_sentence(index, lang) for index in found.indices), together]


def _index_sentence(index: Index, lang: str) -> str:
    label = index.factor.label_in(lang)
    if not index.is_told:
        return say("sensitivity.not_told", lang, {"label": label})
    shares = {name: numbers.percent(value.mean, 0) for name, value in (("first", index.first), ("total", index.total))}
    return say("sensitivity.index", lang, {"label": label, **shares})


def seed_sentence(seed: SeedShare, lang: str = "en") -> str:
    """Return which share of the variance of single runs is due to the seed."""
    if not np.isfinite(seed.share):
        return say("sensitivity.seed_unknown", lang)
    between = ""
    if np.isfinite(seed.low):
        ends = {"low": numbers.percent(seed.low, 0), "high": numbers.percent(seed.high, 0)}
        between = say("sensitivity.between", lang, ends)
    return say("sensitivity.seed", lang, {"share": numbers.percent(seed.share, 0), "between": between})


def flip_sentences(search: FlipSearch, lang: str = "en") -> list[str]:
    """Return for each factor whether it flips the conclusion, and at what value."""
    found = [flip_sentence(flip, search.n_replicates, lang) for flip in search.flips]
    if search.n_replicates > 1 and search.at_default.sign == 0:
        return [say("sensitivity.no_conclusion", lang), *found]
    return found


def flip_sentence(flip: Flip, n_replicates: int, lang: str = "en") -> str:
    """Return whether one factor flips the conclusion, and at what value."""
    factor = flip.factor
    params = {
        "label": factor.label_in(lang),
        "unit": factor.unit_in(lang),
        "value": value_text(flip.value),
        "possible": value_text(flip.possible_from),
        "certain": value_text(flip.certain_from),
        "default": value_text(factor.default),
        "low": value_text(factor.low),
        "high": value_text(factor.high),
    }
    code = f"sensitivity.flip.{flip.verdict}"
    return say(code if n_replicates > 1 else f"{code}_one", lang, params)


def joint_sentences(found: JointFlips, lang: str = "en") -> list[str]:
    """Return the nearest joint flips: of the nearest pair, and of all factors together."""
    nearest = [flip for flip in (*found.pairs[:1], found.together) if flip is not None]
    if not nearest:
        return [say("sensitivity.joint_none", lang)]
    return [_joint_sentence(flip, lang) for flip in nearest]


def _joint_sentence(flip: NearestFlip, lang: str) -> str:
    """Return where a joint flip is, by the factors that move most."""
    ranges = [f.high - f.low for f in flip.factors]
    moves = [abs(v - f.default) / r for f, v, r in zip(flip.factors, flip.values, ranges, strict=True)]
    order = sorted(range(len(moves)), key=lambda k: -moves[k])
    named = [k for k in order[:MOST_NAMED] if moves[k] >= LEAST_MOVE * moves[order[0]]]
    values = []
    for k in named:
        factor = flip.factors[k]
        params = {"label": factor.label_in(lang), "value": value_text(flip.values[k]), "unit": factor.unit_in(lang)}
        values.append(Message("sensitivity.joint_value", params))
    others = Message("sensitivity.joint_others") if len(named) < len(moves) else ""
    distance = numbers.decimal(flip.distance, 2)
    return say("sensitivity.joint", lang, {"n": len(moves), "values": values, "others": others, "distance": distance})
