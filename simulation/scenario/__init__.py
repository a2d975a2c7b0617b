"""Scenarios: what is simulated, how people behave, which levers are bought, and the survey it starts from."""
