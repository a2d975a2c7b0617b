"""Programme mixes: the cheapest whose targets hold, the best for a budget, and what coverage and equity cost."""
