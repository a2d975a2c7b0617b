"""Experiments: many scenarios over many worlds, computed once each, on one machine or several, and kept in a folder."""
