"""Where to put sites: what they reach, which layout is best, and how sure that is."""
