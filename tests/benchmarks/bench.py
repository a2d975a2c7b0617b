"""Measure speed and memory on one thread: `make bench`, or python tests/benchmarks/bench.py [CITIZENS ...].

Times are CPU seconds of this process, so that a busy machine matters little; graphs, worlds, solved
constants and compiled code are made before the clock starts. The ratios compare the run of business as
usual, and the one of the full plan with all levers on, with `pull1` at the same number of citizens and weeks,
measured here and now; the bar is 18. The table sets both engines and a week written by hand in NumPy
side by side, all in business as usual.
"""

import os
import subprocess
import sys
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy and Numba load
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import large, mesa_speed, model, numpy_week, pull1  # noqa: E402  (after the environment is set)

SIZES = (100_000, 1_000_000)
NUMPY_WEEKS = 20
MESA_CITIZENS, MESA_WEEKS = 2_000, 60
MEMORY_WEEKS = "26"  # a quarter of the full plan's preparation, a quarter of its roll-out


def report(n: int) -> float:
    """Print the figures of one size; return the model's CPU seconds per citizen-week in business as usual."""
    reference, adopters = pull1.measure(n)
    print(f"{n:,} citizens, {pull1.N_WEEKS} weeks")
    print(f"  pull1: {reference:.3f} CPU s, {reference / n / pull1.N_WEEKS * 1e9:.1f} ns per citizen-week", end=", ")
    print(f"adopted after 20, 40, 60 weeks {', '.join(f'{adopters[w - 1] / n:.3f}' for w in (20, 40, 60))}")
    usual, full = model.measure(n)
    for name, seconds in (("business as usual", usual), ("full plan, all levers on", full)):
        each, ratio = seconds / n / model.N_WEEKS, seconds / model.N_WEEKS / (reference / pull1.N_WEEKS)
        print(f"  {name}: {seconds:.3f} CPU s, {each:.3g} CPU seconds per citizen-week, ratio to pull1 {ratio:.2f}")
    sys.stdout.flush()
    return usual / n / model.N_WEEKS


def side_by_side(n: int, array_seconds: float) -> None:
    """Print citizen-weeks per CPU second of both engines and of the NumPy week."""
    by_hand = numpy_week.measure(n, NUMPY_WEEKS)
    agents = mesa_speed.measure_mesa(MESA_CITIZENS, MESA_WEEKS)
    rows = (
        ("array engine", n, model.N_WEEKS, array_seconds),
        ("NumPy by hand", n, NUMPY_WEEKS, by_hand),
        ("Mesa engine", MESA_CITIZENS, MESA_WEEKS, agents),
    )
    print("business as usual      citizens  weeks  citizen-weeks per CPU second  array engine faster by")
    for name, citizens, weeks, seconds in rows:
        faster = f"{seconds / array_seconds:,.1f} x"
        print(f"{name:<20}{citizens:>11,}{weeks:>7}{1.0 / seconds:>30,.0f}{faster:>24}", flush=True)


def memory(n: int) -> None:
    """Print time and memory of generation, and memory while running, without levers and with the full plan."""
    for words in ((), (large.WITH_LEVERS,)):
        subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.large", str(n), MEMORY_WEEKS, "1", *words], cwd=ROOT, check=True
        )


def main() -> None:
    """Measure the sizes named on the command line, or 10^5 and 10^6 citizens."""
    sizes = [int(float(word)) for word in sys.argv[1:]] or SIZES
    seconds = [report(n) for n in sizes]
    side_by_side(sizes[0], seconds[0])
    memory(sizes[-1])


if __name__ == "__main__":
    main()
