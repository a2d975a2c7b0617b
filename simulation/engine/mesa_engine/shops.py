"""Where payments are made: tills, catchments and zones. They are places, not agents; nothing is decided here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulation.core.codes import N_SECTORS
from simulation.core.observed import ASKED_IN_VAIN, ELECTRONIC, N_KINDS, N_SIZES

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.merchant import Merchant


class Till:
    """One week's payments, by size of amount and what became of them."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Start a new week."""
        self.count = [[0] * N_KINDS for _ in range(N_SIZES)]
        self.milliseconds = [0] * N_SIZES  # of electronic attempts

    def ring_up(self, size: int, kind: int, milliseconds: int) -> None:
        """Add one payment, and what an electronic attempt took."""
        self.count[size][kind] += 1
        self.milliseconds[size] += milliseconds

    @property
    def asks(self) -> int:
        """Payments asked for electronically, met or not."""
        return sum(sum(of_size[ASKED_IN_VAIN:]) for of_size in self.count)

    @property
    def n_electronic(self) -> float:
        """Electronic payments."""
        return float(sum(of_size[ELECTRONIC] for of_size in self.count))

    def electronic_fen(self, mean_fen: Sequence[float]) -> float:
        """Return the value of the electronic payments, given the mean amount by size."""
        value = 0.0
        for of_size, mean in zip(self.count, mean_fen, strict=True):
            value += of_size[ELECTRONIC] * mean
        return value


class Catchment:
    """The shops of one sector that the people of a zone choose among (Huff model, ODD 7.8).

    Payments outside the regular shop are made somewhere in the catchment: what is known of them is the
    zone, not the shop, so they are added up here and shared out to its merchants by weight.
    """

    def __init__(self, sector: int, shops: "list[tuple[Merchant, float]]") -> None:
        self.sector = sector
        self.shops = shops  # each with its Huff weight; weights sum to 1
        self.till = Till()
        self.acceptance = 0.0
        self.seen_acceptance = 0.0

    def look_round(self, is_seen: bool) -> None:
        """Work out A[z, s], the weighted share of shops that accept; people judge by it where it is seen."""
        share = 0.0
        for shop, weight in self.shops:
            share += weight * shop.accepts
        self.acceptance = min(1.0, share)
        if is_seen:
            self.seen_acceptance = self.acceptance


class Zone:
    """A neighbourhood of about 500 simulated citizens with its shops.

    Parameters
    ----------
    row : int
        Row of the zone.
    network_seconds : float
        Seconds a slow network adds to an electronic payment of its people (E4).
    network_failure : float
        Share of their electronic attempts a weak network loses (E4).
    """

    def __init__(self, row: int, network_seconds: float, network_failure: float) -> None:
        self.row = row
        self.network_seconds, self.network_failure = network_seconds, network_failure
        self.shops: list[Merchant] = []  # in the zone, of all sectors
        self.catchments: list[Catchment] = []  # one a sector
        self.seen_acceptance = 0.0

    def look_round(self, is_seen: bool) -> None:
        """Work out y_z, the share of expected payments at accepting shops, and the acceptance of catchments."""
        for sector in range(N_SECTORS):
            self.catchments[sector].look_round(is_seen)
        if not is_seen:
            return
        accepting, total = 0.0, 0.0
        for shop in self.shops:
            accepting += shop.accepts * shop.expected_payments
            total += shop.expected_payments
            shop.seen_acceptance = float(shop.accepts)
        self.seen_acceptance = accepting / total if total > 0.0 else 0.0
