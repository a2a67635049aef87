"""Ability to pay: whoever has the most bears a loss first."""

from lastresort.mechanisms.building_blocks.ranked import ranking
from lastresort.mechanisms.contract import Candidates, Floats


@ranking("richest-first", source="ability to pay, as in progressive taxation")
def richest_first(holders: Candidates) -> Floats:
    """Close the accounts with the most equity first."""
    return holders.equity
