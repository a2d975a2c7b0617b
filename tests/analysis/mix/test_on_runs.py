"""A search on the simulator itself: small worlds, real runs, and what is left of them on disk."""

import json

import pytest

from simulation.analysis.experiment.backends import Serial
from simulation.analysis.experiment.errors import ExperimentError
from simulation.analysis.mix.evaluate import Run
from simulation.analysis.mix.knowledge import Wanted
from simulation.analysis.mix.on_runs import MixRuns
from simulation.analysis.mix.optimising import optimise
from simulation.analysis.mix.search_file import MixProblem
from simulation.analysis.mix.settings import dose_of
from simulation.levers.coupon import Coupon
from simulation.levers.kiosk import Kiosk
from simulation.outcomes.results_folders import find_results
from simulation.report.mix import sentences, tables
from simulation.report.mix_folder import MIXES, PROGRAMME, write_mix
from simulation.report.mix_summary import summary
from simulation.scenario.load import load_scenario
from simulation.scenario.schema import Scenario, Target, Title

WEEKS, N_RUNS, FEW = 12, 52, 20


def problem(share=0.3, goal="cheapest", codes=("T1",)):
    usual = Scenario(title=Title(en="As usual", zh="维持现状"), citizens=400, weeks=WEEKS, replicates=2)
    targets = {f"target_{code}": Target(code=code, share=share) for code in codes}
    levers = {"coupon": Coupon(kind="coupon"), "kiosks": Kiosk(kind="kiosk", places=("county_seats",))}
    plan = usual.model_copy(update={"title": Title(en="Plan", zh="计划"), "targets": targets, "levers": levers})
    settings = (dose_of("coupon", 0.0, 2.0), dose_of("kiosks", 0.0, 2.0))
    return MixProblem(plan, usual, settings, Wanted(goal, 0.9, 1e9), tuple(targets) if goal == "cheapest" else ())


@pytest.fixture(scope="module")
def optimised(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    return folder, optimise(problem(), N_RUNS, 1, folder / "experiment", backend=Serial)


@pytest.mark.slow
def test_low_target_is_met_without_a_lever(optimised):
    _, o = optimised
    assert o.found.recommended is not None
    assert o.found.recommended.evidence.n >= 30
    assert o.fresh(o.found.recommended.mix, lambda x: x.cost).mean < 0.5 * o.found.known.outcomes[0].cost
    assert sentences(o, "en")[0].startswith("The cheapest programme found costs ")
    assert "最省钱" in sentences(o, "zh")[0]


def test_stopped_search_goes_on_to_the_same_answer(tmp_path):
    made = []

    class Stopping(Serial):  # before the second batch
        def run(self, tasks, *rest):
            if len(made) == 1:
                made.append(0)
                raise KeyboardInterrupt
            made.append(sum(len(task.names) for task in tasks))
            super().run(tasks, *rest)

    whole = optimise(problem(), FEW, 1, tmp_path / "whole", backend=Serial)
    with pytest.raises(KeyboardInterrupt):
        optimise(problem(), FEW, 1, tmp_path / "stopped", backend=Stopping)
    again = optimise(problem(), FEW, 1, tmp_path / "stopped", backend=Stopping)
    assert 0 < made[0] < 2 * FEW
    assert sum(made) == 2 * FEW  # no run twice, and business as usual in each of their worlds
    assert again.found.known.runs == whole.found.known.runs
    assert summary(again) == summary(whole)
    paths = [write_mix(tmp_path / name, o) for name, o in (("a", whole), ("b", again))]
    for name in ("optimisation.json", MIXES, "optimisation.html", "optimisation.zh.html"):
        assert (paths[0] / name).read_bytes() == (paths[1] / name).read_bytes()


@pytest.mark.slow
def test_folder_holds_all_that_was_found(optimised):
    folder, o = optimised
    report = write_mix(folder, o)
    (found,) = find_results(folder)
    worlds = {run.seed for run in o.found.known.runs}
    n_cells = len(o.found.known.runs) + len(worlds)  # business as usual once a world
    assert (found.kind, found.state, found.cells) == ("optimisation", "finished", n_cells)
    recommended = load_scenario(report / PROGRAMME)
    assert recommended.levers == o.recommended.levers
    assert recommended.title.en == "Plan, the cheapest that holds"
    assert len((report / MIXES).read_text().splitlines()) == len(o.found.known.runs) + 1
    assert json.loads((report / "optimisation.json").read_text())["recommended"]["values"].keys() == {
        "levers.coupon.dose", "levers.kiosks.dose"
    }  # fmt: skip
    assert all(table.rows for lang in ("en", "zh") for table in tables(o, lang))


def test_target_about_a_change_is_paired_with_its_own_world(tmp_path):
    runs = MixRuns(problem(codes=("T1", "T5")), Serial, tmp_path / "cells")
    first, second = runs([Run((1.0, 1.0), 3), Run((1.0, 1.0), 7)])
    assert len(first.margins) == 2
    assert first != second
    assert runs([Run((1.0, 1.0), 7)]) == [second]
    assert runs.note().replicates("baseline") == (0, 3, 7)


def test_no_lever_spends_nothing(tmp_path):
    (found,) = MixRuns(problem(), Serial, tmp_path / "cells")([Run((0.0, 0.0), 0)])
    assert found.cost == 0


def test_folder_of_another_experiment_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ExperimentError, match="holds"):
        optimise(problem(), 50, 1, tmp_path, backend=Serial)


@pytest.mark.slow
def test_best_coverage_within_a_budget():
    wanted = problem(goal="best_coverage")
    tight = MixProblem(wanted.programme, wanted.baseline, wanted.settings, Wanted("best_coverage", 0.9, 4e6), ())
    o = optimise(tight, 100, 1, n_workers=2)
    best = o.found.recommended
    assert best is not None
    assert o.fresh(best.mix, lambda x: x.cost).mean <= 4e6
    assert "the best programme found reaches" in sentences(o, "en")[0]
