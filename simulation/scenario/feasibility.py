"""Whether a budget reaches for what a plan owes even if nobody uses what it offers."""

import math
from collections.abc import Mapping

from simulation.core.codes import FEN_PER_YUAN
from simulation.levers.base import to_fen
from simulation.levers.ledger import LINES, Line
from simulation.messages import Message
from simulation.scenario.budget import Budget
from simulation.scenario.checks import KnownPlaces, Path, Problem
from simulation.scenario.schema import Scenario
from simulation.scenario.warnings import n_places

CODE = "plan_over_budget"
DIGITS = 2  # of the amounts of a budget that fits


def owed_fen(scenario: Scenario, known: KnownPlaces | None = None) -> dict[Line, dict[str, int]]:
    """Return what a plan owes even if nobody uses it, fen by line and lever.

    Levers on standby are left out, and so are levers of which it is not known at how many places they act.

    Parameters
    ----------
    known : mapping, optional
        Identifiers each place name of the region means; needed for `all` and `county_seats`.
    """
    owed: dict[Line, dict[str, int]] = {}
    for name, lever in sorted(scenario.levers.items()):
        places = n_places(lever, known)
        if lever.standby or places is None:
            continue
        for line, fen in lever.commitments(scenario.weeks, places).items():
            if fen:
                owed.setdefault(line, {})[name] = fen
    return {line: owed[line] for line in LINES if line in owed}


def budget_problems(scenario: Scenario, known: KnownPlaces | None = None) -> list[Problem]:
    """Return every cap of the budget that lies below what the plan owes; private money is not counted on.

    Parameters
    ----------
    known : mapping, optional
        As for `owed_fen`.
    """
    if scenario.budget is None:
        return []
    owed = owed_fen(scenario, known)
    caps: list[tuple[Path, float, list[Line]]] = [(("budget", "total_yuan"), scenario.budget.total_yuan, list(owed))]
    caps += [(("budget", "lines", line), cap, [line]) for line, cap in scenario.budget.lines.items() if line in owed]
    problems: list[Problem] = []
    for where, cap, lines in caps:
        fen = sum(sum(owed[line].values()) for line in lines)
        if fen > to_fen(cap):
            params = {"owed": fen / FEN_PER_YUAN, "cap": cap, "excess": (fen - to_fen(cap)) / FEN_PER_YUAN}
            parts = [_part(line, owed[line], scenario.budget) for line in lines]
            problems.append((where, CODE, {**params, "parts": parts, "example": _that_fits(scenario.budget, owed)}))
    return problems


def _part(line: Line, by_lever: Mapping[str, int], budget: Budget) -> Message:
    """Return what is owed on a line, by whom, and its cap."""
    cap = Message("explain.owed_cap", {"cap": budget.lines[line]}) if line in budget.lines else ""
    params = {"line": line, "yuan": sum(by_lever.values()) / FEN_PER_YUAN, "cap": cap}
    return Message("explain.owed", {**params, "levers": list(by_lever)})


def _that_fits(budget: Budget, owed: Mapping[Line, Mapping[str, int]]) -> str:
    """Return a budget like one given that reaches for what is owed, as YAML."""
    by_line = {line: sum(fen.values()) / FEN_PER_YUAN for line, fen in owed.items()}
    total = max(budget.total_yuan, _rounded_up(sum(by_line.values())))
    lines = {line: max(cap, _rounded_up(by_line.get(line, 0.0))) for line, cap in budget.lines.items()}
    words = ", ".join(f"{line}: {math.ceil(yuan)}" for line, yuan in lines.items())
    return f"budget: {{total_yuan: {math.ceil(total)}" + (f", lines: {{{words}}}}}" if words else "}")


def _rounded_up(yuan: float) -> float:
    step = 10.0 ** max(0, math.ceil(math.log10(yuan)) - DIGITS) if yuan > 0 else 1.0
    return math.ceil(yuan / step) * step
