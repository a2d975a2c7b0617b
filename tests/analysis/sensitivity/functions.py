"""Outcomes with known answers, as the analyses ask for them."""

import numpy as np

from simulation.analysis.sensitivity.factors import Factor

# Ishigami's function with a = 7, b = .1 on (-pi, pi): indices by closed form (Saltelli et al. 2008, Primer).
ISHIGAMI_FIRST = (0.3139, 0.4424, 0.0)
ISHIGAMI_TOTAL = (0.5576, 0.4424, 0.2437)


def factor(name: str, low: float = 0.0, high: float = 1.0, default: float = 0.0) -> Factor:
    return Factor(name, low, high, default, "logit", "made up", f"weight of {name}", f"{name} 的权重", "对数几率")


def ishigami(points):
    x, y, z = points.T
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


ISHIGAMI = tuple(factor(name, -np.pi, np.pi) for name in ("x", "y", "z"))


class Model:
    """An outcome: a function of the point, plus what each replicate adds everywhere, plus noise of point and replicate.

    It counts its runs, and notes the points it was asked for.
    """

    def __init__(self, function, worlds=(0.0,), noise=0.0):
        self.function, self.worlds, self.noise = function, np.asarray(worlds, float), noise
        self.n_runs, self.points = 0, []

    def __call__(self, points, replicates):
        self.n_runs += len(points) * len(replicates)
        self.points.extend(map(tuple, points))
        found = self.function(points)[:, None] + self.worlds[list(replicates)]
        if self.noise:  # the same at the same point and replicate, unlike at any other
            draws = [[np.random.default_rng([j, *p.view(np.uint32)]).normal() for j in replicates] for p in points]
            found = found + self.noise * np.array(draws)
        return found
