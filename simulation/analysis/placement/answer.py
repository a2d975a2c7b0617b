"""What a solver of siting problems returns: the layout, what it is worth, and how much better any could be."""

from dataclasses import dataclass

PROOF = 1e-9  # relative; values are sums of as many as a million weights


@dataclass(frozen=True, slots=True)
class Answer:
    """A layout and its certificate.

    Attributes
    ----------
    sites : tuple of int
        Rows of the sites newly opened, ascending; sites that exist already are not among them.
    value : float
        What the layout is worth, with the sites that exist already; unit of the problem's weights, costs or
        weights times distance.
    bound : float or None
        No layout is better than this; None where no bound was found.
    is_proved : bool
        Whether the layout is shown to be the best.
    seconds : float
        Wall time spent.
    method : str
        How the layout was found, its steps joined by "+": "exact", "greedy+swap+iterated", ...
    maximises : bool
        Whether a higher value is better.
    """

    sites: tuple[int, ...]
    value: float
    bound: float | None
    is_proved: bool
    seconds: float
    method: str
    maximises: bool = True

    @property
    def gap(self) -> float | None:
        """Return how far the value may be from the best, as a share of the larger of value and bound."""
        if self.bound is None:
            return None
        larger, smaller = (self.bound, self.value) if self.maximises else (self.value, self.bound)
        return (larger - smaller) / larger if larger > smaller else 0.0


def meets(value: float, bound: float | None) -> bool:
    """Return whether value and bound are equal but for rounding, which proves the value the best."""
    return bound is not None and abs(bound - value) <= PROOF * max(abs(bound), abs(value))
