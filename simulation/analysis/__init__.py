"""Questions put to several runs: what differs between strategies, and whether prices decide it."""
