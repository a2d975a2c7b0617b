"""From a region and a seed to a world: people, zones, merchants, ties."""

from typing import TYPE_CHECKING

from simulation.core.codes import Area
from simulation.core.params import Params
from simulation.core.state import World, check
from simulation.region.sources import Region

if TYPE_CHECKING:
    from simulation.scenario.survey import Survey


def build_world(region: Region, survey: "Survey", params: Params, n_citizens: int | None, seed: int) -> World:
    """Build everything that is fixed before behaviour starts.

    Parameters
    ----------
    region : Region
    survey : Survey
        Merchants by sector, payments a week, grown-up children, the mobile network.
    params : Params
        Only `regular_share` is used.
    n_citizens : int or None
        Simulated residents aged 15 and over; None simulates every one.
    seed : int
        Non-negative, below 2**63.

    Returns
    -------
    World
        Same arguments, same arrays. Fields that belong to behaviour are zero.

    Raises
    ------
    ValueError
        If the number of citizens is below 100 or above the residents aged 15 and over.
    """
    # Imported here: numba takes half a second to load, which naming a region need not cost.
    from simulation.region.family import link_children
    from simulation.region.mapped_merchants import place_merchants
    from simulation.region.merchants import add_catchments, add_payments, make_merchants
    from simulation.region.mobile_network import add_mobile_network
    from simulation.region.network import CONTACTS, build_network
    from simulation.region.synthesise import synthesise
    from simulation.region.travel import trips_of

    n = region.n_eligible if n_citizens is None else n_citizens
    people = synthesise(region, n, seed)
    citizens, zones = people.citizens, people.zones
    add_mobile_network(zones, citizens, region, survey)
    known_acceptance = None
    if region.merchants or region.merchant_rates:
        merchants, known_acceptance = place_merchants(region, citizens, zones, people.places, survey, seed)
    else:
        merchants = make_merchants(zones, survey, seed)
    add_catchments(zones, merchants, region.detour)
    add_payments(citizens, merchants, zones, survey, params.regular_share, seed)
    peer_start, peer = build_network(citizens, zones, seed, contacts_per_day=region.contacts or CONTACTS)
    check(citizens)
    check(merchants)
    return World(
        seed=seed,
        expansion_factor=region.n_eligible / n,
        detour=region.detour,
        citizens=citizens,
        merchants=merchants,
        zones=zones,
        places=people.places,
        peer_start=peer_start,
        peer=peer,
        trips=trips_of(region),
        family=link_children(citizens, zones, survey, seed),
        n_accounts=len(region.counties) * len(Area),
        known_acceptance=known_acceptance,
    )
