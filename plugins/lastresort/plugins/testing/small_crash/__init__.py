"""A crash small enough to follow by hand: one venue, two markets, thirteen accounts, four moments.

A major market falls by an eighth and a small one by almost half. A retail account is taken over within a minute; a
whale and the vault of the small market end below zero another minute later; a short that came late is caught by the
recovery. Everything is fixed: the crash does not react to what a rule says about it.

Prices, quantities, entries, cash, pools and orders are written down by hand in `moments`, `accounts` and `engine`;
equity, margin, profit, bankruptcy prices, inventories and losses follow from them. `scenes` arranges all that as the
states of a venue, from which the engine's own code makes the views a rule is shown; `shown` returns them.
"""

from lastresort.plugins.testing.small_crash.moments import CALM, FIRST_BREACH, MOMENTS, RECOVERY, TROUGH
from lastresort.plugins.testing.small_crash.scenes import question_all, shown

__all__ = ["CALM", "FIRST_BREACH", "MOMENTS", "RECOVERY", "TROUGH", "question_all", "shown"]
