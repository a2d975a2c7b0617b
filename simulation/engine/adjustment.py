"""Rules by which a programme adjusts itself, behind an information barrier (plan E3).

This file sees readings of the quarterly monitor and nothing else: it imports nothing that holds the state of a world,
and an import contract keeps it so. Two worlds that show the same readings are therefore treated alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simulation.outcomes.monitoring import Firing, Reading
from simulation.scenario.adjustment import Rule

__all__ = ["Adjuster", "Firing"]


@dataclass(slots=True)
class _Memory:
    """What is remembered of one rule."""

    is_armed: bool = True  # has not acted, or the reading has gone back since
    n_firings: int = 0


class Adjuster:
    """Decide at every quarter's end what the rules of a programme do.

    A rule acts when its indicator was beyond the threshold in each of the last `quarters` readings. It then rests until
    a reading has gone back past the threshold by the hysteresis, and acts at most `most_firings` times. A reading that
    is missing (NaN) is neither beyond the threshold nor back.

    Parameters
    ----------
    rules : mapping of str to Rule
        As in the scenario; they are gone through by name, so that their order in the file cannot matter.
    delay_weeks : int, or mapping of str to int
        Weeks that coordination takes from decision to effect (plan S3): of every lever, or by lever (0 where one
        is not named).
    """

    def __init__(self, rules: Mapping[str, Rule], delay_weeks: int | Mapping[str, int] = 0) -> None:
        self._rules = {name: rules[name] for name in sorted(rules)}
        self._delay_weeks = delay_weeks
        self._memory = {name: _Memory() for name in self._rules}

    def take_over(self, other: "Adjuster") -> None:
        """Go on with what another adjuster of the same rules remembers of them."""
        self._memory = {name: replace(memory) for name, memory in other._memory.items()}

    def decide(self, week: int, readings: Sequence[Reading]) -> list[Firing]:
        """Return what the rules do after the last of the readings.

        Parameters
        ----------
        week : int
            Week at whose end it is decided; the earliest effect is in the next.
        readings : sequence of Reading
            Every reading so far, the latest last.
        """
        if not readings:
            return []
        fired = (self._decide(name, rule, week, readings) for name, rule in self._rules.items())
        return [firing for firing in fired if firing is not None]

    def _decide(self, name: str, rule: Rule, week: int, readings: Sequence[Reading]) -> Firing | None:
        when, memory = rule.when, self._memory[name]
        value = readings[-1].values[when.indicator]
        if not memory.is_armed:
            memory.is_armed = when.is_back(value, rule.hysteresis)
            return None
        if memory.n_firings >= rule.most_firings or len(readings) < when.quarters:
            return None
        if not all(when.holds(reading.values[when.indicator]) for reading in readings[-when.quarters :]):
            return None
        memory.is_armed = False
        memory.n_firings += 1
        return Firing(
            rule=name,
            lever=rule.action.lever,
            change=rule.action.change,
            factor=rule.action.factor,
            decided_week=week,
            effect_week=week + 1 + rule.lag_weeks + self._delay_of(rule.action.lever),
            indicator=when.indicator,
            value=value,
            threshold=when.threshold,
            is_below=when.below is not None,
            quarters=when.quarters,
            envelope_yuan=rule.envelope_yuan,
        )

    def _delay_of(self, lever: str) -> int:
        return self._delay_weeks if isinstance(self._delay_weeks, int) else self._delay_weeks.get(lever, 0)
