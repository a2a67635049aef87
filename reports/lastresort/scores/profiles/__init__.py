"""Columns that were measured of runs: kept beside the journal, and what they say of all seeds together."""
