"""What a programme buys: one file a lever, its settings and its effect together.

A lever changes offers, places or prices and posts what it costs; it never touches a citizen's stage.
"""
