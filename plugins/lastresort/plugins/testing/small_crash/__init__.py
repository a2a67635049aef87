"""A crash small enough to follow by hand: one venue, two markets, thirteen accounts, four moments.

A major market falls by an eighth and a small one by almost half. A retail account is taken over within a minute; a
whale and the vault of the small market end below zero another minute later; a short that came late is caught by the
recovery. Everything is fixed: the crash does not react to what a rule says about it.

Prices, quantities, entries, cash, pools and orders are written down by hand in `moments`, `accounts` and `engine`;
equity, margin, profit, bankruptcy prices, inventories and losses follow from them. The other modules arrange all that
as the views a rule would be shown.
"""
