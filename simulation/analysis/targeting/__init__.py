"""Who shall be visited at home: ways of choosing people held against each other in the simulation."""
