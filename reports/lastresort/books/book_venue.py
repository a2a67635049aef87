"""One venue of a book at the moment of its snapshot: the state that rules are shown, and that postings change."""

from collections.abc import Callable
from functools import cached_property, partial

import numpy as np

from lastresort.books.book import Book, Kind, summed
from lastresort.books.column_reads import ColumnReads
from lastresort.books.unit_columns import UnitColumns
from lastresort.books.venue_snapshot import VenueSnapshot
from lastresort.mechanisms.contract import Bools, Floats, Ints

NOTHING = 1e-12
"""Share of the gross value of a venue's positions that is rounding: no loss, and nothing to ask anybody about."""

FINEST = 1e-9
"""A lot where the book names none, as a share of the open interest."""


class BookVenue:
    """One venue of a book, a `VenueState`: its accounts are the book's margin units, by their rows.

    Positions `[P]` of the venue are sorted by market and unit, `row` says where each stands in the book. What rules do
    changes `quantity`, `entry_price`, `rate` (profit per contract) and `basis` (entry value per contract) of positions,
    `equity` of units `[U]`, and the engine's inventory and cash; `gross` is the value of all positions before that,
    USD. There is no book of orders: everything can be sold at the mark. What the fund held before the snapshot is not
    known, so that its peak is what it held at a payment.
    """

    def __init__(
        self, book: Book, venue: int, fund: float = 0.0, capital: float = 0.0, reads: ColumnReads | None = None
    ) -> None:
        self.book, self.venue = book, venue
        self.reads = ColumnReads() if reads is None else reads
        kept = VenueSnapshot.of(book, venue)
        self.row, self.unit, self.market, self.before = kept.row, kept.unit, kept.market, kept.quantity
        self.quantity, self.entry_price = kept.quantity.copy(), kept.entry_price.copy()
        self.rate, self.basis = kept.rate.copy(), kept.basis.copy()
        self._units, self.gross = kept.units, kept.gross
        self._limits()
        self.equity = book.equity.copy()
        count = len(book.markets.mark)
        self.inventory, self.engine_cash, self.fund_result = np.zeros(count), np.zeros(count), np.zeros(count)
        self.pool_balance, self.pool_peak = np.array([fund]), np.zeros(1)
        self.vault_equity, self.vault_notional = np.zeros(1), np.zeros(1)
        self.capital, self.claims, self.outside, self.members_paid = capital, 0.0, 0.0, 0.0
        self.time = 0.0
        self._asked = np.zeros(count, dtype=np.int64)

    def _limits(self) -> None:
        self.contract = self.book.markets.kind[self.market] != Kind.SPOT
        self._first = np.searchsorted(self.market, np.arange(len(self.book.markets.mark) + 1))

    def open(self, unit: Ints, market: int) -> Ints:
        """Make room for positions of units (rising) that have none in a market; where they were put, for np.insert."""
        span = self.span(market)
        place = span.start + np.searchsorted(self.unit[span], unit)
        added = {"row": -1, "market": market, "unit": unit, "entry_price": self.mark[market]}
        for name in ("row", "unit", "market", "before", "quantity", "entry_price", "rate", "basis"):
            setattr(self, name, np.insert(getattr(self, name), place, added.get(name, 0.0)))
        self._limits()
        return np.asarray(place)

    def given(self, name: str) -> Floats:
        """Return a column of the book for each position as it was; 0 for one that the snapshot does not have."""
        column = self.reads.given(name, self.book.given.get(name))
        return np.where(self.row < 0, 0.0, column[self.row]) if len(column) else np.zeros(len(self.row))

    def margin(self, name: str) -> Floats:
        """Return a margin of each position, USD: what is left of it needs its share."""
        share = np.divide(self.quantity, self.before, out=np.zeros(len(self.row)), where=self.before != 0)
        return self.given(name) * np.abs(share)

    # -- positions --------------------------------------------------------------------------------------------------

    def span(self, market: int) -> slice:
        """Where the positions of a market stand."""
        return slice(int(self._first[market]), int(self._first[market + 1]))

    def find(self, unit: Ints, market: int) -> tuple[Ints, Bools]:
        """Rows of positions of some units in a market, and which units have one; the row of another has no meaning."""
        span = self.span(market)
        holders = self.unit[span]
        if len(holders) == len(unit) and np.array_equal(holders, unit):
            return np.arange(span.start, span.stop), np.ones(len(unit), dtype=np.bool_)
        if not len(holders):
            return np.zeros(len(unit), dtype=np.int64), np.zeros(len(unit), dtype=np.bool_)
        place = np.minimum(np.searchsorted(holders, unit), len(holders) - 1)
        return place + span.start, np.asarray(holders[place] == unit)

    def by_unit(self, values: Floats) -> Floats:
        """Sums of values of positions over the contracts of each unit, `[U]`."""
        return summed(self.unit, np.where(self.contract, values, 0.0), len(self.equity))

    def positions(self, market: int) -> tuple[Ints, Floats]:
        """Units that hold something in a market, and their contracts; nobody deleverages spot."""
        span = self.span(market)
        kept = span if self.book.markets.kind[market] != Kind.SPOT else slice(0, 0)
        return self.unit[kept], self.quantity[kept]

    def everybody(self) -> Ints:
        """All units of the venue."""
        return self._units

    def volunteers(self) -> Ints:
        """Units of accounts that have named a bid."""
        bid = self.reads.given("bid", self.book.given.get("bid"))
        return self._units[bid[self.book.unit_account[self._units]] > 0]

    def account_columns(self, account: Ints, market: int) -> UnitColumns:
        """Units with their positions in one market."""
        return UnitColumns(self, account, market)

    def unit_hedge(self, account: Ints, market: Ints) -> Floats:
        """Contracts of positions that other legs of the same unit offset: no question about losses is about them."""
        return np.zeros(len(account))

    def is_vault(self, account: Ints) -> Bools:
        """None is a backstop vault."""
        return np.zeros(len(account), dtype=np.bool_)

    # -- prices, `[M]` ----------------------------------------------------------------------------------------------

    @property
    def mark(self) -> Floats:
        """The mark of the snapshot, which everything is counted at."""
        return self.book.markets.mark

    valuation = settlement = mid = fundamental = mark

    @property
    def previous_mark(self) -> Floats:
        """That of the tick before; the mark where the book does not say."""
        return self.reads.or_else("previous_mark", self.book.markets.previous_mark, self.mark)

    @property
    def index(self) -> Floats:
        """The spot index; the mark where the book does not say."""
        return self.reads.or_else("index", self.book.markets.index, self.mark)

    @property
    def last_settlement(self) -> Floats:
        """The mark of the last settlement; today's where the book does not say."""
        return self.reads.or_else("last_settlement", self.book.markets.last_settlement, self.mark)

    @property
    def premium(self) -> Floats:
        """Log of mark over index."""
        return np.asarray(np.log(self.mark / self.index))

    @property
    def funding_rate(self) -> Floats:
        """Unknown to a snapshot: nothing is due."""
        return np.zeros(len(self.mark))

    @property
    def funding_due(self) -> Floats:
        """Unknown to a snapshot: never."""
        return np.full(len(self.mark), np.inf)

    @property
    def volatility(self) -> Floats:
        """Unknown to a snapshot: as usual."""
        return np.ones(len(self.mark))

    def sale_ratio(self, market: Ints, quantity: Floats) -> Floats:
        """Everything can be sold at the mark."""
        return np.ones(len(market))

    # -- markets, `[M]` ---------------------------------------------------------------------------------------------

    @property
    def initial_rate(self) -> Floats:
        """Initial margin, as a fraction of the value of all positions; all of it where nobody has any."""
        margin, value = self.given("initial_margin"), np.abs(self.before) * self.mark[self.market]
        margins, values = (summed(self.market, column, len(self.mark)) for column in (margin, value))
        return np.divide(margins, values, out=np.ones(len(values)), where=(margins > 0) & (values > 0))

    @property
    def beta(self) -> Floats:
        """Of each market's moves to those of the common factor: 1 where there is but one coin."""
        markets = self.book.markets
        if len(set(markets.name[markets.venue == self.venue])) <= 1:
            return np.ones(len(self.mark))
        return self.reads.given("beta", None if np.isnan(markets.beta).all() else markets.beta)

    @property
    def lot(self) -> Floats:
        """The smallest number of contracts that can be traded; next to nothing where the book does not say."""
        lot, tiny = self.book.markets.lot, np.maximum(FINEST * self.initial_open_interest, np.finfo(np.float64).tiny)
        return self.reads.or_else("lot", lot, tiny)

    @cached_property
    def initial_open_interest(self) -> Floats:
        """Contracts outstanding in the snapshot: half the sum of absolute positions."""
        return 0.5 * summed(self.market, np.abs(self.before), len(self.mark))

    @property
    def open_interest(self) -> Floats:
        """Contracts outstanding now, the engine's among them."""
        held = summed(self.market, np.abs(self.quantity), len(self.mark))
        return np.asarray(0.5 * (held + np.abs(self.inventory)))

    # -- money ------------------------------------------------------------------------------------------------------

    @property
    def remnant(self) -> float:
        """What nobody is asked about, USD: rounding."""
        return NOTHING * self.gross

    rounding = remnant

    @property
    def pool(self) -> Ints:
        """One insurance fund guards all markets, `[M]`."""
        return np.zeros(len(self.mark), dtype=np.int64)

    @property
    def default_fund(self) -> float:
        """What is left of the contributions of members, USD."""
        given = self.reads.given("contribution", self.book.given.get("contribution"))
        return float(given[self.book.account_venue == self.venue].sum()) - self.members_paid

    @property
    def venue_equity(self) -> float:
        """What all accounts own, USD."""
        return float(self.equity[self._units].sum())

    @property
    def engine_value(self) -> Floats:
        """What the engine's inventory and cash are worth at the mark, `[M]` USD; negative: nobody has paid it."""
        return np.asarray(self.engine_cash + self.inventory * self.mark)

    def next_draws(self, market: int, asked: str = "mechanism") -> Callable[[], np.random.Generator]:
        """The random stream of the next question in a market, keyed by venue, market and the question's number."""
        self._asked[market] += 1
        return partial(np.random.default_rng, [self.venue, market, int(self._asked[market])])
