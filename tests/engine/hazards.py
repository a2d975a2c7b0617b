"""What becomes of many who each face the same chance every week."""

from collections.abc import Sequence

import numpy as np


def assert_geometric(seen: Sequence[float], hazard: float, n: int) -> None:
    """Hold shares of n by week, from the first, against 1 - (1 - h)^t, within 4.5 standard errors."""
    expected = 1.0 - (1.0 - hazard) ** np.arange(1, len(seen) + 1)
    error = np.sqrt(expected * (1.0 - expected) / n)
    assert np.all(np.abs(np.array(seen) - expected) <= 4.5 * error)
