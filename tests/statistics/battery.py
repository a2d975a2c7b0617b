"""The battery for the keyed hash: each function measures one property and says what it may be.

Every threshold is set from the null hypothesis of independent uniform draws, so that a perfect hash
would fail one measurement with the probability `FALSE_ALARM`, over all that measurement's comparisons
(Bonferroni). Seeds are fixed: a measurement that passed once passes always, until the hash changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import fft, stats

from simulation.core.rng import Stream, uniforms
from tests.statistics import counting

FALSE_ALARM = 1e-6
SEED = 20_201_101
FIRST_WEEK = -40  # warm-up weeks are negative
ID_BITS, WEEK_BITS, STREAM_BITS, SEED_BITS = 32, 10, 8, 62
CHUNK = 1 << 16


@dataclass(frozen=True)
class Measurement:
    """One figure of the battery and the range it must stay in."""

    name: str
    draws: int
    statistic: str
    value: float
    low: float
    high: float

    @property
    def passed(self) -> bool:
        """Say whether the figure lies in its range."""
        return bool(self.low <= self.value <= self.high)


def largest_z(name: str, draws: int, z: np.ndarray) -> Measurement:
    """Judge the largest of many standardised deviations."""
    bound = float(stats.norm.isf(FALSE_ALARM / (2 * z.size)))
    return Measurement(name, draws, f"largest z of {z.size}", float(np.abs(z).max()), 0.0, bound)


def probability(name: str, draws: int, statistic: str, p: float) -> Measurement:
    """Judge a p-value from both sides: too even is as wrong as too uneven."""
    return Measurement(name, draws, f"p of {statistic}", float(p), FALSE_ALARM / 2, 1 - FALSE_ALARM / 2)


def bit_balance(n_ids: int) -> list[Measurement]:
    """Measure how often each of the 64 bits is one, in four decisions."""
    decisions = [(Stream.AWARENESS, 0), (Stream.AWARENESS, 1), (Stream.PAYMENT, FIRST_WEEK), (Stream.LEVER_REACH, 155)]
    ones = np.stack([counting.count_ones(SEED, int(stream), week, n_ids) for stream, week in decisions])
    return [largest_z("bit balance", n_ids * len(decisions), (ones - n_ids / 2) / (np.sqrt(n_ids) / 2))]


def avalanche(n_trials: int) -> list[Measurement]:
    """Measure how often each output bit flips with each bit of id, week, stream and seed."""
    rng = np.random.default_rng(SEED)
    inputs = (
        rng.integers(0, 1 << SEED_BITS, n_trials),
        rng.integers(0, 1 << STREAM_BITS, n_trials),
        rng.integers(0, 1 << WEEK_BITS, n_trials),
        rng.integers(0, 1 << 24, n_trials),
    )
    found = []
    for place, (name, n_bits) in enumerate(
        (("seed", SEED_BITS), ("stream", STREAM_BITS), ("week", WEEK_BITS), ("id", ID_BITS))
    ):
        flips = np.empty((n_bits, counting.N_BITS))
        for bit in range(n_bits):
            masks = [0, 0, 0, 0]
            masks[place] = 1 << bit
            flips[bit] = counting.count_flips(*inputs, *masks)
        z = (flips - n_trials / 2) / (np.sqrt(n_trials) / 2)
        found.append(largest_z(f"avalanche, {n_bits} bits of {name}", n_trials * n_bits, z))
        deviation = float(np.abs(flips / n_trials - 0.5).max())
        bound = found[-1].high / (2 * np.sqrt(n_trials))
        found.append(Measurement(found[-1].name, n_trials * n_bits, "largest share from 0.5", deviation, 0.0, bound))
    return found


def _correlations(name: str, n_ids: int, keys: Sequence[tuple[int, Stream, int]]) -> Measurement:
    """Correlate every pair of decisions over the same ids."""
    product = np.zeros((len(keys), len(keys)))
    for first in range(0, n_ids, CHUNK):
        ids = np.arange(first, min(first + CHUNK, n_ids))
        draws = np.stack([uniforms(*key, ids) for key in keys]) - 0.5
        product += draws @ draws.T
    # Mean and variance of a uniform draw are known; the product of two centred draws has variance (1/12)^2.
    z = product[np.triu_indices(len(keys), 1)] * 12 / np.sqrt(n_ids)
    return largest_z(name, n_ids * len(keys), z)


def cross_correlation(n_ids: int, n_weeks: int, n_seeds: int) -> list[Measurement]:
    """Correlate all pairs of streams, of weeks and of seeds over the same ids."""
    streams = [(SEED, stream, 0) for stream in Stream]
    weeks = [(SEED, Stream.TRIAL, week) for week in range(FIRST_WEEK, FIRST_WEEK + n_weeks)]
    seeds = [(seed, Stream.TRIAL, 0) for seed in range(n_seeds)]
    return [
        _correlations("correlation between streams", n_ids, streams),
        _correlations("correlation between weeks (all lags)", n_ids, weeks),
        _correlations("correlation between consecutive seeds", n_ids, seeds),
    ]


def choice_correlation(n_ids: int, n_choices: int) -> list[Measurement]:
    """Correlate an id's own draw and its numbered choices, and these with the next id's."""
    product = np.zeros((2 * n_choices + 2, 2 * n_choices + 2))
    here = np.empty((n_choices + 1, CHUNK))
    following = np.empty_like(here)
    n_chunks = max(1, n_ids // CHUNK)
    for chunk in range(n_chunks):
        counting.choices_of_ids(SEED, int(Stream.PAYMENT), 3, chunk * CHUNK, here)
        counting.choices_of_ids(SEED, int(Stream.PAYMENT), 3, chunk * CHUNK + 1, following)
        draws = np.concatenate([here, following]) - 0.5
        product += draws @ draws.T
    n = n_chunks * CHUNK
    z = product[np.triu_indices(len(product), 1)] * 12 / np.sqrt(n)
    return [largest_z("correlation between choices of one id and its neighbour", n * (n_choices + 1), z)]


def choice_parts(n_ids: int, n_choices: int) -> list[Measurement]:
    """Hold the parts of an id's numbered choices against uniform and independent ones, by ordinal and pair of parts."""
    single = np.zeros((n_choices, counting.N_PARTS, 1 << max(counting.PART_BITS)), np.int64)
    shape = n_choices, counting.N_PARTS, counting.N_PARTS, counting.N_CELLS, counting.N_CELLS
    within, following, beside = (np.zeros(shape, np.int64) for _ in range(3))
    counting.count_parts(SEED, int(Stream.PAYMENT), 3, n_ids, single, within, following, beside)
    alone = [single[:, part, : 1 << bits] for part, bits in enumerate(counting.PART_BITS)]
    above = within[:, *np.triu_indices(counting.N_PARTS, 1)]
    draws = n_ids * n_choices
    return [
        largest_z("parts of a choice", draws, np.concatenate([_chi_square_z(counts, n_ids) for counts in alone])),
        largest_z("parts of a choice with each other", draws, _chi_square_z(_pairs_flat(above), n_ids)),
        largest_z("parts of a choice with the next choice's", draws, _chi_square_z(_pairs_flat(following), n_ids)),
        largest_z("parts of a choice with the next id's", draws, _chi_square_z(_pairs_flat(beside), n_ids)),
    ]


def _pairs_flat(tables: np.ndarray) -> np.ndarray:
    """Return square tables as rows of cells."""
    return tables.reshape(-1, counting.N_CELLS**2)


def _chi_square_z(counts: np.ndarray, draws: int) -> np.ndarray:
    """Return each row's chi-square against equal cells as the normal deviate of the same probability."""
    expected = draws / counts.shape[-1]
    statistic = ((counts - expected) ** 2).sum(axis=-1) / expected
    freedom = counts.shape[-1] - 1
    # of the smaller tail, which keeps its digits
    upper, lower = stats.chi2.sf(statistic, freedom), stats.chi2.cdf(statistic, freedom)
    return np.where(upper < lower, stats.norm.isf(upper), stats.norm.ppf(lower))


def lagged_correlation(n_ids: int, n_lags: int) -> list[Measurement]:
    """Correlate ids with later ids, and weeks of one id with later weeks, at every lag up to `n_lags`."""
    along_ids = uniforms(SEED, Stream.TRIAL, 7, np.arange(n_ids))
    along_weeks = counting.draws_along_weeks(SEED, int(Stream.TRIAL), 11, n_ids)
    return [
        _autocorrelation("lagged correlation over ids", along_ids, n_lags),
        _autocorrelation("lagged correlation over weeks", along_weeks, n_lags),
    ]


def _autocorrelation(name: str, draws: np.ndarray, n_lags: int) -> Measurement:
    """Return the largest standardised autocorrelation at lags 1..n_lags, by the fast Fourier transform."""
    n = len(draws)
    spectrum = fft.rfft(draws - 0.5, fft.next_fast_len(n + n_lags, real=True))
    sums = fft.irfft(np.abs(spectrum) ** 2, fft.next_fast_len(n + n_lags, real=True))[1 : n_lags + 1]
    return largest_z(name, n, sums * 12 / np.sqrt(n - np.arange(1, n_lags + 1)))


def kolmogorov_smirnov(n_ids: int, n_weeks: int, n_streams: int, n_bins: int = 1 << 22) -> list[Measurement]:
    """Measure the largest gap between the draws' distribution and the uniform one, by streaming into bins.

    Within a bin both distributions only rise, so that the gap is bracketed by what it is at the edges:
    the p-value lies between the two given.
    """
    bins = np.zeros(n_bins, np.int64)
    counting.count_uniforms(SEED, n_streams, 0, n_weeks, n_ids, bins)
    n = n_ids * n_weeks * n_streams
    at_edges = np.concatenate([[0.0], np.cumsum(bins) / n])
    edges = np.linspace(0, 1, n_bins + 1)
    least = np.abs(at_edges - edges).max()
    most = max((at_edges[1:] - edges[:-1]).max(), (edges[1:] - at_edges[:-1]).max())
    name = f"Kolmogorov-Smirnov, {n_ids:,} ids x {n_weeks} weeks x {n_streams} streams"
    return [
        probability(name, n, f"D, {label} {gap:.3g}", stats.kstwobign.sf(gap * np.sqrt(n)))
        for label, gap in (("at least", least), ("at most", most))
    ]


def words(n_ids: int) -> list[Measurement]:
    """Test that each of the four 16-bit words of a draw takes its 65,536 values equally often."""
    table = np.zeros((counting.N_WORDS, 1 << counting.WORD_BITS), np.int64)
    counting.count_words(SEED, int(Stream.PAYMENT), 5, n_ids, table)
    return [_chi_square(f"16-bit word {w} (bits {16 * w}-{16 * w + 15})", n_ids, row) for w, row in enumerate(table)]


def pairs(n_ids: int, cell_bits: int) -> list[Measurement]:
    """Test that pairs of draws fill a square evenly: next id, next week, next stream, own draws' low bits."""
    steps = {"next id": (0, 0, 1), "next week": (0, 1, 0), "next stream": (1, 0, 0), "13 weeks on": (0, 13, 0)}
    found = []
    for name, (stream, week, index) in steps.items():
        for part, shift in (("high", counting.N_BITS - cell_bits), ("low", 0)):
            table = np.zeros((1 << cell_bits, 1 << cell_bits), np.int64)
            counting.count_pairs(SEED, int(Stream.TRIAL), 0, stream, week, index, n_ids, shift, cell_bits, table)
            found.append(_chi_square(f"pairs with {name}, {part} {cell_bits} bits", 2 * n_ids, table.ravel()))
    return found


def _chi_square(name: str, draws: int, counts: np.ndarray) -> Measurement:
    expected = counts.sum() / counts.size
    chi_square = float(((counts - expected) ** 2).sum() / expected)
    return probability(name, draws, f"chi-square {chi_square:,.0f} of {counts.size - 1:,} df",
                       stats.chi2.sf(chi_square, counts.size - 1))  # fmt: skip


def repeated_keys(n_seeds: int, n_streams: int, n_weeks: int) -> list[Measurement]:
    """Count decisions that share a 64-bit key; one is expected in about 2^64 pairs."""
    keys = counting.all_keys(n_seeds, n_streams, FIRST_WEEK, n_weeks)
    keys.sort()
    repeated = int((keys[1:] == keys[:-1]).sum())
    name = f"keys of {n_seeds} seeds x {n_streams} streams x {n_weeks} weeks"
    return [Measurement(name, keys.size, "repeated keys", repeated, 0, 0)]
