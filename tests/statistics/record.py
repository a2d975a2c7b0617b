"""Run the whole battery and print it as the table of RECORD.md: python -m tests.statistics.record."""

import time
from collections.abc import Callable

from tests.statistics import battery
from tests.statistics.battery import FALSE_ALARM, Measurement

MILLION = 1_000_000

BATTERY: dict[str, Callable[[], list[Measurement]]] = {
    "each bit is one half of the time": lambda: battery.bit_balance(25 * MILLION),
    "each input bit flips each output bit half of the time": lambda: battery.avalanche(1 << 18),
    "streams, weeks and seeds are uncorrelated": lambda: battery.cross_correlation(1 << 18, 196, 100),
    "choices of one id are uncorrelated": lambda: battery.choice_correlation(1 << 21, 31),
    "a payment's fields are uniform and independent": lambda: battery.choice_parts(1 << 21, 16),
    "ids and weeks are uncorrelated at every lag": lambda: battery.lagged_correlation(1 << 24, 100_000),
    "one week of many ids is uniform": lambda: battery.kolmogorov_smirnov(100 * MILLION, 1, 1),
    "many weeks of some ids are uniform": lambda: battery.kolmogorov_smirnov(MILLION, 100, 1),
    "many streams and weeks of few ids are uniform": lambda: battery.kolmogorov_smirnov(100_000, 100, 10),
    "16-bit words are uniform": lambda: battery.words(100 * MILLION),
    "pairs fill the square": lambda: battery.pairs(100 * MILLION, 10),
    "no two decisions share a key": lambda: battery.repeated_keys(100, 160, 560),
}


def main() -> None:
    """Print one line a measurement and say whether all passed."""
    print("| measurement | draws | statistic | value | may be | passed |\n|---|---|---|---|---|---|")
    started, n, failed = time.process_time(), 0, 0
    for measure in BATTERY.values():
        for m in measure():
            n, failed = n + 1, failed + (not m.passed)
            span = f"{m.low:.3g} to {m.high:.6g}"
            print(
                f"| {m.name} | {m.draws:,} | {m.statistic} | {m.value:.4g} | {span} | {'yes' if m.passed else 'NO'} |"
            )
    print(f"\n{n} measurements, {failed} failed; false alarm {FALSE_ALARM:g} each, {n * FALSE_ALARM:.1g} in all.")
    print(f"{time.process_time() - started:.0f} CPU seconds.")


if __name__ == "__main__":
    main()
