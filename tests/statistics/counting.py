"""Compiled counting loops of the hash battery; they draw as the model does and keep only counts."""

import numpy as np

from simulation.core.jit import njit
from simulation.core.rng import draw_bits, nth_bits, to_uniform, week_key
from simulation.core.rules import payment

N_BITS = 64
WORD_BITS = 16
N_WORDS = N_BITS // WORD_BITS
# a payment's five fields, and the word's lowest and highest byte; of each, four bits make a cell
PART_BITS = (
    payment.OUTCOME_BITS, payment.POOL_BITS, payment.ASK_BITS, payment.AMOUNT_BITS, payment.OUTAGE_BITS, 8, 8,
)  # fmt: skip
N_PARTS = len(PART_BITS)
LOW_BYTE, HIGH_BYTE = N_PARTS - 2, N_PARTS - 1
CELL_BITS = 4
N_CELLS = 1 << CELL_BITS
CELL_SHIFTS = np.array([0 if part == LOW_BYTE else bits - CELL_BITS for part, bits in enumerate(PART_BITS)])


@njit
def count_ones(seed, stream, week, n_ids):
    """Count the ones of each output bit over ids 0..n_ids-1."""
    key = week_key(seed, stream, week)
    ones = np.zeros(N_BITS, np.int64)
    for i in range(n_ids):
        bits = draw_bits(key, i)
        for b in range(N_BITS):
            ones[b] += np.int64((bits >> np.uint64(b)) & np.uint64(1))
    return ones


@njit
def count_flips(seeds, streams, weeks, ids, seed_mask, stream_mask, week_mask, id_mask):
    """Count how often each output bit flips when the masked input bits flip."""
    flips = np.zeros(N_BITS, np.int64)
    for j in range(ids.shape[0]):
        before = draw_bits(week_key(seeds[j], streams[j], weeks[j]), ids[j])
        key = week_key(seeds[j] ^ seed_mask, streams[j] ^ stream_mask, weeks[j] ^ week_mask)
        changed = before ^ draw_bits(key, ids[j] ^ id_mask)
        for b in range(N_BITS):
            flips[b] += np.int64((changed >> np.uint64(b)) & np.uint64(1))
    return flips


@njit
def count_uniforms(seed, n_streams, first_week, n_weeks, n_ids, bins):
    """Add uniforms of all ids, weeks and streams 1..n_streams to equal bins on [0, 1)."""
    n_bins = bins.shape[0]
    for stream in range(1, n_streams + 1):
        for week in range(first_week, first_week + n_weeks):
            key = week_key(seed, stream, week)
            for i in range(n_ids):
                bins[np.int64(to_uniform(draw_bits(key, i)) * n_bins)] += 1


@njit
def count_words(seed, stream, week, n_ids, table):
    """Add each draw's four 16-bit words to the rows of a table of shape (4, 65536)."""
    key = week_key(seed, stream, week)
    for i in range(n_ids):
        bits = draw_bits(key, i)
        for w in range(N_WORDS):
            table[w, np.int64((bits >> np.uint64(w * WORD_BITS)) & np.uint64(0xFFFF))] += 1


@njit
def count_pairs(seed, stream, week, next_stream, next_week, next_id, n_ids, shift, cell_bits, table):
    """Add pairs of draws to a square table by `cell_bits` bits of each, taken `shift` bits up.

    The second draw of a pair stands `next_stream`, `next_week` and `next_id` further on.
    """
    mask = np.uint64((1 << cell_bits) - 1)
    key = week_key(seed, stream, week)
    second_key = week_key(seed, stream + next_stream, week + next_week)
    for i in range(n_ids):
        row = (draw_bits(key, i) >> np.uint64(shift)) & mask
        column = (draw_bits(second_key, i + next_id) >> np.uint64(shift)) & mask
        table[np.int64(row), np.int64(column)] += 1


@njit
def choices_of_ids(seed, stream, week, first_id, out):
    """Fill out[k, j] with choice k of id first_id + j; row 0 is the id's own draw, row k > 0 its choice k-1."""
    key = week_key(seed, stream, week)
    for j in range(out.shape[1]):
        bits = draw_bits(key, first_id + j)
        out[0, j] = to_uniform(bits)
        for k in range(1, out.shape[0]):
            out[k, j] = to_uniform(nth_bits(bits, k - 1))


@njit
def read_parts(word, parts, cells):
    """Write a word's parts, and four bits of each: the top ones, of the lowest byte the bottom ones."""
    fields = payment.payment_fields(word)
    for part in range(LOW_BYTE):
        parts[part] = fields[part]
    parts[LOW_BYTE], parts[HIGH_BYTE] = np.int64(word & np.uint64(0xFF)), np.int64(word >> np.uint64(56))
    for part in range(N_PARTS):
        cells[part] = parts[part] >> CELL_SHIFTS[part] & (N_CELLS - 1)


@njit
def count_parts(seed, stream, week, n_ids, single, within, following, beside):
    """Count the parts of the choices of ids 0..n_ids-1 by ordinal: alone, and in pairs by four bits of each.

    Parameters
    ----------
    single : array of int64, shape (K, 7, 4096)
        Values of each part.
    within, following, beside : array of int64, shape (K, 7, 7, 16, 16)
        Pairs of parts of one word; of a word and the id's next; of a word and the next id's of the same ordinal.
    """
    key = week_key(seed, stream, week)
    parts = np.empty(N_PARTS, np.int64)
    here, after, neighbour = np.empty((3, N_PARTS), np.int64)
    for i in range(n_ids):
        bits, next_bits = draw_bits(key, i), draw_bits(key, i + 1)
        for k in range(single.shape[0]):
            read_parts(nth_bits(next_bits, k), parts, neighbour)
            read_parts(nth_bits(bits, k + 1), parts, after)
            read_parts(nth_bits(bits, k), parts, here)
            for a in range(N_PARTS):
                single[k, a, parts[a]] += 1
                for b in range(N_PARTS):
                    within[k, a, b, here[a], here[b]] += 1
                    following[k, a, b, here[a], after[b]] += 1
                    beside[k, a, b, here[a], neighbour[b]] += 1


@njit
def draws_along_weeks(seed, stream, index, n_weeks):
    """Return the uniforms of one id in weeks 0..n_weeks-1."""
    out = np.empty(n_weeks)
    for week in range(n_weeks):
        out[week] = to_uniform(draw_bits(week_key(seed, stream, week), index))
    return out


@njit
def all_keys(n_seeds, n_streams, first_week, n_weeks):
    """Return the keys of every seed from 0, stream from 1 and week from first_week."""
    keys = np.empty(n_seeds * n_streams * n_weeks, np.uint64)
    k = 0
    for seed in range(n_seeds):
        for stream in range(1, n_streams + 1):
            for week in range(first_week, first_week + n_weeks):
                keys[k] = week_key(seed, stream, week)
                k += 1
    return keys
