"""Keyed draws: published values, the same numbers by every path, and a small battery."""

import json
import math
import os
import subprocess
import sys

import numpy as np
import pytest

from simulation.core.rng import Stream, draw_bits, key_of, mix64, name_hash, nth_bits, to_uniform, uniform, uniforms
from tests.statistics import battery

# What SplitMix64 gives from state 1234567, as published with its reference implementation's test programs.
SPLITMIX64_OF_1234567 = (
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
)

# What wyrand gives from seed 42, as published with Lemire's SwiftWyhash and the tests of other implementations.
WYRAND_OF_42 = (12558987674375533620, 16846851108956068306, 14652274819296609082)
WYRAND_STEP, WYRAND_FLIP = 0xA0761D6478BD642F, 0xE7037ED1A0B428DB
# states of nothing, of all ones, of the flip (whose product is 0), and others at the edges of halves
AWKWARD_BITS = (0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64 - WYRAND_STEP, WYRAND_FLIP, 0x0123456789ABCDEF)

# Draws through every function, on awkward keys: printed by a second interpreter that compiles nothing.
DRAW_EVERYTHING = """
import json
import numpy as np
from simulation.core.rng import Stream, draw_bits, key_of, nth_bits, to_uniform, uniform, uniforms
from simulation.core.jit import JIT_DISABLED
out = []
for seed in (0, 1, 2**62 + 12345, 2**63 - 1):
    for stream in (Stream.TIE, Stream.LEVER_REACH):
        for week in (-40, -1, 0, 155):
            key = key_of(seed, stream, week)
            for index in (0, 1, 49_999, 2**31 - 1, 2**40):
                bits = np.uint64(draw_bits(key, index))
                numbers = [int(key), int(bits), *(int(nth_bits(bits, n)) for n in (0, 6, 255))]
                out.append(numbers + [float(uniform(key, index)).hex(), float(to_uniform(bits)).hex()])
            out.append([x.hex() for x in uniforms(seed, stream, week, [0, 5, 2**31]).tolist()])
for bits in AWKWARD_BITS:
    out.append([int(nth_bits(np.uint64(bits), n)) for n in (0, 1, 254)])
print(json.dumps([JIT_DISABLED, out]))
"""


def draws_of_new_interpreter(disable_jit: str) -> list:
    environment = os.environ | {"NUMBA_DISABLE_JIT": disable_jit}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{AWKWARD_BITS = }\n{DRAW_EVERYTHING}"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_draws_equal_the_published_splitmix64_sequence() -> None:
    drawn = tuple(int(draw_bits(np.uint64(1234567), n)) for n in range(1, 6))
    assert drawn == SPLITMIX64_OF_1234567


def test_choices_equal_the_published_wyrand_sequence() -> None:
    assert tuple(int(nth_bits(np.uint64(42), n)) for n in range(3)) == WYRAND_OF_42


@pytest.mark.parametrize("bits", AWKWARD_BITS)
def test_a_choice_is_the_wide_product_with_its_halves_folded(bits: int) -> None:
    # by Python's whole numbers, which have no end
    for ordinal in (0, 1, 15, 254):
        state = (bits + (ordinal + 1) * WYRAND_STEP) % 2**64
        high, low = divmod(state * (state ^ WYRAND_FLIP), 2**64)
        assert int(nth_bits(np.uint64(bits), ordinal)) == high ^ low


def test_interpreted_draws_equal_compiled_draws_bit_for_bit() -> None:
    compiled, interpreted = draws_of_new_interpreter("0"), draws_of_new_interpreter("1")
    assert [compiled[0], interpreted[0]] == [False, True]
    assert compiled[1] == interpreted[1]


def test_mixing_zero_gives_zero_and_mixing_never_merges_two_values() -> None:
    # Each step of the finaliser is a bijection of 64-bit words that maps 0 to 0.
    assert int(mix64(np.uint64(0))) == 0
    assert len({int(mix64(np.uint64(z))) for z in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("bits", "expected"),
    [(0, 0.0), (1 << 63, 0.5), ((1 << 11) - 1, 0.0), (1 << 11, 2.0**-53), (2**64 - 1, 1 - 2.0**-53)],
)
def test_uniforms_are_the_top_53_bits_as_a_fraction(bits: int, expected: float) -> None:
    assert to_uniform(np.uint64(bits)) == expected


def test_many_draws_at_once_equal_single_draws() -> None:
    ids = np.array([0, 1, 2, 77, 49_999, 2**31 - 1, 2**40])
    for week in (-40, 0, 155):
        key = key_of(42, Stream.TRIAL, week)
        assert uniforms(42, Stream.TRIAL, week, ids).tolist() == [uniform(key, i) for i in ids]


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint32])
def test_the_type_of_an_id_does_not_change_its_draw(dtype: type) -> None:
    expected = uniforms(3, Stream.LAPSE, 9, np.arange(100, dtype=np.int64))
    np.testing.assert_array_equal(uniforms(3, Stream.LAPSE, 9, np.arange(100, dtype=dtype)), expected)
    key = key_of(3, Stream.LAPSE, 9)
    assert [uniform(key, i) for i in np.arange(100, dtype=dtype)] == expected.tolist()


def test_seed_stream_week_id_and_ordinal_each_change_the_draw() -> None:
    # 6 distinct 64-bit words: two would agree by chance once in 10^18 times.
    def bits(seed: int, stream: Stream, week: int, index: int) -> int:
        return int(draw_bits(key_of(seed, stream, week), index))

    first = bits(1, Stream.TRIAL, 0, 0)
    others = [bits(2, Stream.TRIAL, 0, 0), bits(1, Stream.RETURN, 0, 0), bits(1, Stream.TRIAL, 1, 0)]
    others += [bits(1, Stream.TRIAL, 0, 1), int(nth_bits(np.uint64(first), 0))]
    assert len({first, *others}) == 6


def test_weeks_before_zero_have_draws_of_their_own() -> None:
    keys = {int(key_of(1, Stream.TRIAL, week)) for week in range(-520, 521)}
    assert len(keys) == 1041


def test_no_two_streams_share_a_number() -> None:
    # IntEnum would make the second name an alias of the first without a word.
    assert len(Stream.__members__) == len({int(stream) for stream in Stream})


def test_name_hash_is_the_first_eight_bytes_of_sha256_halved() -> None:
    # sha256("abc") begins ba7816bf 8f01cfea (FIPS 180-4), read with the lowest byte first.
    assert name_hash("abc") == int.from_bytes(bytes.fromhex("ba7816bf8f01cfea"), "little") >> 1
    assert 0 <= name_hash("优惠券") < 2**63


def test_a_million_draws_have_the_mean_and_variance_of_uniform_draws() -> None:
    # Mean 1/2 with sd 1/sqrt(12 n); 6 sd: false alarm 2e-9. Variance 1/12 with sd 1/sqrt(180 n).
    n = 1_000_000
    draws = uniforms(20, Stream.ACCESS, 3, np.arange(n))
    assert draws.min() >= 0.0
    assert draws.max() < 1.0
    assert abs(draws.mean() - 1 / 2) < 6 / math.sqrt(12 * n)
    assert abs(draws.var() - 1 / 12) < 6 / math.sqrt(180 * n)


@pytest.mark.parametrize(
    "measure",
    [
        lambda: battery.bit_balance(250_000),
        lambda: battery.avalanche(1 << 10),
        lambda: battery.cross_correlation(1 << 14, 60, 20),
        lambda: battery.choice_correlation(1 << 16, 15),
        lambda: battery.choice_parts(1 << 16, 16),
        lambda: battery.lagged_correlation(1 << 18, 1000),
        lambda: battery.kolmogorov_smirnov(10_000, 10, 10),
        lambda: battery.words(1_000_000),
        lambda: battery.pairs(1_000_000, 6),
        lambda: battery.repeated_keys(5, 160, 200),
    ],
    ids=["bits", "avalanche", "cross", "choices", "parts", "lags", "uniform", "words", "pairs", "keys"],
)
def test_a_small_battery_finds_nothing(measure) -> None:
    # False alarm at most 1e-6 for each measurement; the full battery is tests/statistics.
    failed = [m for m in measure() if not m.passed]
    assert not failed, "\n".join(map(str, failed))


def test_the_battery_sees_a_hash_that_is_not_random() -> None:
    # Counting numbers pass for even but not for independent; ids as draws are neither.
    rising = np.arange(1000) / 1000
    assert not battery._autocorrelation("rising", rising, 10).passed
    assert not battery._chi_square("all in one cell", 1000, np.array([1000, 0, 0, 0])).passed
    assert not battery.largest_z("biased", 1000, np.array([0.0, 7.0])).passed
    assert np.abs(battery._chi_square_z(np.array([[300, 200, 250, 250], [250, 250, 250, 250]]), 1000)).min() > 3
    assert not battery.probability("too even", 1000, "chi-square", 1.0).passed
