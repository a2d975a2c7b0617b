"""Run a comparison: as many replicates as were named, as a precision needs, or as choosing the best takes."""

from dataclasses import dataclass
from typing import Literal

from simulation.analysis import precision, selection
from simulation.analysis.comparison import INDIFFERENCE, ProgrammeComparison, compare
from simulation.analysis.precision import Precise, until_precise
from simulation.analysis.runs import Runs
from simulation.analysis.selection import Selection, kim_nelson, sequential_halving
from simulation.outcomes.intervals import LEVEL

Method = Literal["kn", "halving"]
METHODS: tuple[Method, ...] = ("kn", "halving")


@dataclass(frozen=True, slots=True)
class Request:
    """How many replicates a comparison shall have.

    Attributes
    ----------
    replicates : int
        Of every scenario, at least.
    half_width : float or None
        Add replicates until the 95% interval of the coverage that each programme adds has this half-width, share.
    method : str or None
        Choose the best by coverage: "kn" with a guarantee, "halving" within a number of replicates.
    indifference : float
        The smallest difference of coverage that matters, share.
    probability : float
        Of correct selection, that "kn" guarantees.
    budget : int or None
        Replicates of all programmes together, for "halving".
    most : int
        Replicates of a programme at most.
    batch : int
        Replicates run between two looks: as many as there are workers, or more.
    """

    replicates: int
    half_width: float | None = None
    method: Method | None = None
    indifference: float = INDIFFERENCE
    probability: float = LEVEL
    budget: int | None = None
    most: int = precision.MOST
    batch: int = 1


def run_comparison(runs: Runs, baseline: str, request: Request, reference: str | None = None) -> ProgrammeComparison:
    """Run programmes and business as usual as often as asked for, and compare them.

    Parameters
    ----------
    runs : Runs
        Programmes, the baseline, and the reference outreach where there is one.
    baseline, reference : str
        Which of the scenarios they are.
    request : Request
        How often.

    Raises
    ------
    ValueError
        If the request cannot be met: too small a budget, a probability no better than a guess.
    """
    names = [name for name in runs.scenarios if name not in (baseline, reference)]
    everything = [*names, baseline, *([reference] if reference else [])]
    runs.up_to(everything, request.replicates)
    chosen = _choose(runs, names, request) if request.method and len(names) > 1 else None
    precise = _until_precise(runs, names, baseline, request) if request.half_width is not None else {}
    results = runs.results()
    told = results.pop(reference) if reference else None
    if chosen is not None:  # what was added to the leader alone is held against as much of business as usual
        runs.up_to([baseline], max(values.size for values in chosen.values.values()))
        results = {name: result for name, result in runs.results().items() if name != reference}
    return compare(results, baseline, request.indifference, chosen, told, precise)


def _choose(runs: Runs, names: list[str], request: Request) -> Selection:
    if request.method == "halving":
        budget = request.budget or request.replicates * len(names)
        return sequential_halving(names, runs.sample, budget, request.indifference, prepare=runs.prepare)
    first = max(request.replicates, selection.FIRST)
    return kim_nelson(
        names,
        runs.sample,
        request.indifference,
        request.probability,
        first,
        max(first, request.most),
        batch=request.batch,
        prepare=runs.prepare,
    )


def _until_precise(runs: Runs, names: list[str], baseline: str, request: Request) -> dict[str, Precise]:
    assert request.half_width is not None
    first = max(request.replicates, precision.FIRST)
    runs.up_to([*names, baseline], first)
    found = {}
    for name in names:

        def added(asked: range, name: str = name) -> precision.Values:
            runs.up_to([name, baseline], asked.stop)
            return runs.sample(name, asked) - runs.sample(baseline, asked)

        most = max(first, request.most)
        found[name] = until_precise(added, request.half_width, first, most, batch=request.batch)
    return found
