"""The compiled loops as an engine calls them: week after week with arrays of the same types."""

from simulation.core.jit import Settled
from simulation.core.kernels import help as helping
from simulation.core.kernels import merchants, observation, tills
from simulation.core.kernels.citizens import citizens_week


class Loops:
    """The loops of one engine and its forks; see where they are defined."""

    def __init__(self) -> None:
        self.citizens_week = Settled(citizens_week)
        self.merchants_week = Settled(merchants.merchants_week)
        self.acceptance_by_payments = Settled(merchants.acceptance_by_payments)
        self.acceptance_of_zones = Settled(merchants.acceptance_of_zones)
        self.candidates_of_merchants = Settled(merchants.candidates_of_merchants)
        self.draw_without_users = Settled(merchants.draw_without_users)
        self.shares_at_accepting = Settled(merchants.shares_at_accepting)
        self.candidates = Settled(helping.candidates)
        self.receive_help = Settled(helping.receive_help)
        self.shown_by_children = Settled(helping.shown_by_children)
        self.takers_of_phones = Settled(helping.takers_of_phones)
        self.taught_at_home = Settled(helping.taught_at_home)
        self.tell_changes = Settled(observation.tell_changes)
        self.tell_peers = Settled(observation.tell_peers)
        self.payments_by_sector = Settled(tills.payments_by_sector)
