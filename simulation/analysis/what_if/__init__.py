"""Instant answers to changed programmes: worlds are kept, and runs are given up when a newer question comes."""
