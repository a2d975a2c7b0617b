"""Seeds of replicates: far apart, whatever seed the user chose."""

from simulation.core.rng import Stream, key_of


def replicate_seed(seed: int, replicate: int) -> int:
    """Return the 63-bit seed of a replicate; seeds 1 and 2 share no replicate."""
    return int(key_of(seed, Stream.REPLICATE, replicate)) >> 1
