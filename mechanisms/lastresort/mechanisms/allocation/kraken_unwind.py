"""A13: Kraken's unwind, the last step of its equity protection process."""

from typing import ClassVar

from lastresort.mechanisms.allocation.newest_first import NewestFirst
from lastresort.mechanisms.contract import Evidence


class KrakenUnwind(NewestFirst):
    """Terminate the most recent opposite positions at the price of zero equity.

    Kraken says that counterparties' positions are terminated, not whose: newest first is a guess. The price is the
    bankruptcy price of what is unwound.
    """

    name: ClassVar[str] = "kraken-unwind"
    source: ClassVar[str] = "Kraken, Equity Protection Process (support 360022835671); the order is a guess"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN
