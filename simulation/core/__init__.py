"""NumPy and numba only: draws, state, rules and the loops that call them."""
