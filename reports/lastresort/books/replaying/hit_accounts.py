"""The candidates that an event's own file knows: the accounts that production hit."""

import numpy as np

from lastresort.books.replaying.rule_agreement import AskedAccounts
from lastresort.books.replaying.tranches import Tranche, book_of

SELECTION = (
    "selection: the table holds only accounts that production hit, so a rule can only share the contracts out among "
    "them; with --book (a full snapshot at the wave) the comparison is complete"
)
"""What the lack of all other accounts does to the comparison."""


def hit_accounts(tranche: Tranche) -> AskedAccounts:
    """The accounts of a tranche, with what its fills say of them."""
    rows = np.arange(len(tranche.account))
    return AskedAccounts(book_of(tranche), 0, rows, rows, tranche.account, tranche.position, tranche.closed)
