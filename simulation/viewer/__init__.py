"""The web viewer: a small service on this machine that shows what is in a folder of results."""
