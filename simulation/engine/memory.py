"""Memory: large freed arrays go back to the system at once, so that worlds are built in little more than they hold."""

import ctypes

M_MMAP_THRESHOLD = -3  # of mallopt(3)
LARGE_BYTES = 1 << 17


def return_large_arrays() -> None:
    """Ask the C library to map arrays of 128 kB and more singly.

    Left to itself it raises that bound to 32 MB as arrays come and go, and what generation frees stays with the
    process (DECISIONS 23). Does nothing where the C library has no such setting.
    """
    try:
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    except (AttributeError, OSError, TypeError):
        return
