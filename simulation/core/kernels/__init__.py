"""The array engine's loops: they read last week's state, call the rules and store what comes back.

No behaviour stands here. Each loop is serial over a fixed slice of agents, so that threads working on
different slices cannot change a result.
"""
