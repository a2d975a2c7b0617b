"""How citizens and merchants claim of levers: a list each use."""

from simulation.core.jit import njit


@njit
def claim(use, agent, lever, fen, out):  # type: ignore[no-untyped-def]
    """List what somebody claims of a lever.

    Parameters
    ----------
    use : int
        Place of the use in core.offers.CITIZEN_USES or MERCHANT_USES.
    agent, lever, fen : int
        Who claims, row of the lever, and how much before its mark-ups.
    out : Counters or MerchantSums
        Its list of the use grows by one.
    """
    n = out.n_claims[use]
    out.claim_agent[use, n], out.claim_lever[use, n], out.claim_fen[use, n] = agent, lever, fen
    out.n_claims[use] = n + 1
