"""Margin units of a book with their positions in one market, as columns that are worked out when a rule reads them."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lastresort.books.book import summed
from lastresort.mechanisms.contract import Bools, Floats, Ints

if TYPE_CHECKING:
    from lastresort.books.book_venue import BookVenue


class UnitColumns:
    """Units `[n]` of a venue with their positions in one market: the `AccountColumns` of a book.

    Those without a position there have 0 in its columns. Every column is that of now: a rule that is asked later sees
    what was taken by those before it.
    """

    def __init__(self, venue: "BookVenue", unit: Ints, market: int) -> None:
        self._venue, self._who, self._market = venue, unit, market
        self._book, self._given, self._reads = venue.book, venue.book.given, venue.reads
        self._row, self._holds = venue.find(unit, market)
        self._all = bool(self._holds.all())

    # -- the position -----------------------------------------------------------------------------------------------

    @cached_property
    def quantity(self) -> Floats:
        """Signed contracts."""
        return self._of_position(self._venue.quantity)

    @property
    def entry_price(self) -> Floats:
        """As quoted, USD per contract."""
        return self._of_position(self._venue.entry_price)

    @property
    def entry_value(self) -> Floats:
        """When it was entered, USD."""
        return np.abs(self.quantity) * self._of_position(self._venue.basis)

    @property
    def profit(self) -> Floats:
        """Unrealised, USD."""
        return self.quantity * self._of_position(self._venue.rate)

    @property
    def hedge(self) -> Floats:
        """Contracts offset on the venue."""
        return np.minimum(self._of_position(self._venue.given("hedge")), np.abs(self.quantity))

    @property
    def attested_hedge(self) -> Floats:
        """Contracts offset elsewhere."""
        return np.minimum(self._of_position(self._venue.given("attested_hedge")), np.abs(self.quantity))

    @property
    def opened(self) -> Floats:
        """When it was opened, seconds since 1970."""
        return self._of_position(self._venue.given("opened"))

    # -- the unit ---------------------------------------------------------------------------------------------------

    @property
    def isolated(self) -> Bools:
        """Whether the position is a margin unit of its own."""
        return self._book.isolated[self._who]

    @property
    def equity(self) -> Floats:
        """Of the margin unit, USD."""
        return self._venue.equity[self._who]

    @property
    def unit_notional(self) -> Floats:
        """Of the margin unit, USD."""
        return self._of_unit(np.abs(self._venue.quantity) * self._venue.mark[self._venue.market])

    @property
    def unit_profit(self) -> Floats:
        """Of the margin unit, USD."""
        return self._of_unit(self._venue.quantity * self._venue.rate)

    @property
    def maintenance(self) -> Floats:
        """Of the margin unit, USD: what is left of a position needs its share of the margin."""
        return self._of_unit(self._venue.margin("maintenance"))

    @property
    def free_margin(self) -> Floats:
        """Above the initial margin, USD."""
        return np.maximum(self.equity - self._of_unit(self._venue.margin("initial_margin")), 0.0)

    @property
    def committed(self) -> Floats:
        """Everybody would margin more with all of it."""
        return np.ones(len(self._who))

    # -- the account ------------------------------------------------------------------------------------------------

    @property
    def net_delta(self) -> Floats:
        """Of the account, USD weighted by beta; its spot on the venue counts."""
        venue, account = self._venue, self._book.unit_account
        delta = venue.quantity * (venue.mark * venue.beta)[venue.market]
        return self._of_account(summed(account[venue.unit], delta, len(self._book.account)))

    @property
    def variation(self) -> Floats:
        """Won by the account since the last settlement, USD."""
        venue, account = self._venue, self._book.unit_account
        won = np.where(venue.contract, venue.quantity * (venue.mark - venue.last_settlement)[venue.market], 0.0)
        return self._of_account(summed(account[venue.unit], won, len(self._book.account)))

    @property
    def gain(self) -> Floats:
        """Won by the account since its start, USD."""
        return self._given_account("gain")

    @property
    def contribution(self) -> Floats:
        """To the default fund, USD."""
        return self._given_account("contribution")

    @property
    def discount(self) -> Floats:
        """That of the account's bid to the mark, a log; NaN where it has named none."""
        bid, mark = self._given_account("bid"), self._venue.mark[self._market]
        side = np.sign(self._venue.inventory[self._market]) or 1.0
        named = bid > 0
        return np.where(named, np.log(mark / np.where(named, bid, mark)) / side, np.nan)

    @property
    def tier(self) -> Floats:
        """That of the customer; 0 where the book says nothing."""
        return self._attribute("tier")

    @property
    def programme(self) -> Floats:
        """That the account takes part in; 0 where the book says nothing."""
        return self._attribute("programme")

    @property
    def cover(self) -> Floats:
        """That it has bought; 0 where the book says nothing."""
        return self._attribute("cover")

    # -- where columns come from ------------------------------------------------------------------------------------

    def _of_position(self, column: Floats) -> Floats:
        values = column[self._row] if len(column) else np.zeros(len(self._row))
        return values if self._all else np.where(self._holds, values, 0.0)

    def _of_unit(self, column: Floats) -> Floats:
        return self._venue.by_unit(column)[self._who]

    def _of_account(self, column: Floats) -> Floats:
        return column[self._book.unit_account[self._who]]

    def _given_account(self, name: str) -> Floats:
        return self._of_account(self._reads.given(name, self._given.get(name)))

    def _attribute(self, name: str) -> Floats:
        return self._given_account(name) if name in self._given else np.zeros(len(self._who))
