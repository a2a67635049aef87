"""Liquidity programmes: who takes part in one is closed after all others."""

from lastresort.mechanisms.building_blocks.ranked import ranking
from lastresort.mechanisms.building_blocks.ranking import lexicographic, profit_rate
from lastresort.mechanisms.contract import Candidates, Floats


@ranking("programme-last", source="own design, after market-maker agreements of venues")
def programme_last(holders: Candidates) -> Floats:
    """Close by profit rate, members of a programme last; the scenario says who is a member."""
    return lexicographic(-holders.programme, profit_rate(holders))
