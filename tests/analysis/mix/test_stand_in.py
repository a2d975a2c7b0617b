"""The problem the optimiser is measured on (`make bench-mix`) is the one that was published with its optimum."""

import numpy as np
import pytest
from scipy.optimize import minimize

from simulation.analysis.mix.evaluate import Run
from tests.benchmarks.mix import OPTIMUM, WANTED, Z, cost, deviation, is_feasible, main, mean_coverage, stand_in


def test_optimum_is_found_by_calculus():
    def excess(x):
        m = mean_coverage(tuple(x))
        return m - Z * deviation(m) - WANTED

    starts = np.random.default_rng(0).random((24, 4))
    bounds = [(1e-6, 1.0)] * 4
    constraint = {"type": "ineq", "fun": excess}
    found = [minimize(lambda x: cost(tuple(x)), x, bounds=bounds, constraints=constraint) for x in starts]
    best = min((f for f in found if f.success and excess(f.x) > -1e-7), key=lambda f: f.fun)
    assert best.fun == pytest.approx(OPTIMUM, abs=0.01)
    assert mean_coverage(tuple(best.x)) == pytest.approx(0.856, abs=5e-4)


def test_feasible_is_what_holds_in_nine_of_ten_runs():
    mix = (0.0554, 0.4786, 0.3222, 0.1795)  # at the optimum
    assert is_feasible((*mix[:3], 0.19)) and not is_feasible((*mix[:3], 0.17))
    held = np.mean([o.margins[0] >= 0 for o in stand_in(1)([Run(mix, seed) for seed in range(4000)])])
    assert held == pytest.approx(0.9, abs=0.02)  # 4 standard errors


def test_runs_share_most_of_their_chance_with_others_of_their_seed():
    mixes = [(0.3, 0.3, 0.3, 0.3), (0.4, 0.2, 0.3, 0.3)]
    values = np.array([[o.coverage for o in stand_in(2)([Run(mix, seed) for seed in range(2000)])] for mix in mixes])
    assert np.corrcoef(values)[0, 1] == pytest.approx(0.7, abs=0.05)  # 4 standard errors of a correlation of 0.7
    assert stand_in(2)([Run(mixes[0], 5)]) == stand_in(2)([Run(mixes[0], 5)])
    assert stand_in(3)([Run(mixes[0], 5)]) != stand_in(2)([Run(mixes[0], 5)])


@pytest.mark.statistics
@pytest.mark.slow
def test_studies_recommend_what_holds(capsys):
    # an infeasible mix passes with 10% at most: that two of four do has a chance below 5.3%, and seeds are fixed
    main(["200", "--studies", "4", "--workers", "2"])
    told = capsys.readouterr().out.splitlines()[-1]
    n_recommended, n_held = (int(words.split()[0]) for words in told.split(": ")[1].split(", ")[:2])
    assert n_recommended >= 3
    assert n_held >= n_recommended - 1
