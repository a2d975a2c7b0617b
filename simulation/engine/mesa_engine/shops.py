"""Where payments are made: tills, catchments and zones. They are places, not agents; nothing is decided here."""

from typing import TYPE_CHECKING

from simulation.core.codes import N_SECTORS, N_TICKETS
from simulation.core.observed import ASKED_IN_VAIN, ELECTRONIC, N_KINDS

if TYPE_CHECKING:
    from simulation.engine.mesa_engine.merchant import Merchant


class Till:
    """One week's payments, by what became of them."""

    def __init__(self) -> None:
        self.empty()

    def empty(self) -> None:
        """Start a new week."""
        self.count = [0] * N_KINDS
        self.fen = [0] * N_KINDS
        self.tickets = [[0, 0] for _ in range(N_TICKETS)]  # number by class of amount: in cash, electronic
        self.milliseconds = [0] * N_TICKETS  # of electronic attempts, by class of amount
        self.n_failed = 0

    def ring_up(self, kind: int, fen: int, ticket: int) -> None:
        """Add one payment of a class of amounts."""
        self.count[kind] += 1
        self.fen[kind] += fen
        self.tickets[ticket][kind == ELECTRONIC] += 1

    def time(self, ticket: int, milliseconds: int, has_failed: bool) -> None:
        """Add what one electronic attempt took, and whether it failed."""
        self.milliseconds[ticket] += milliseconds
        self.n_failed += has_failed

    @property
    def asks(self) -> int:
        """Payments asked for electronically, met or not."""
        return self.count[ASKED_IN_VAIN] + self.count[ELECTRONIC]


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
