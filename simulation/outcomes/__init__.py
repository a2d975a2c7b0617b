"""What a run yields: named variables, indicators with intervals, provenance and storage."""
