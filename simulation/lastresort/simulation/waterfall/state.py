"""What has to be known of one venue at one moment, so that its rules can be shown what they may see.

The simulator's ledger is such a state; so are the small crash, the books that the kit draws and those of the axioms.
Units are those of the contract's views: `[M]` markets, `[P]` insurance pools, `[n]` rows; USD, contracts (long
positive), USD per contract, seconds.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints


class AccountColumns(Protocol):
    """Accounts `[n]` with their positions in one market; the margin unit is the position itself where `isolated`.

    `profit` (USD) is unrealised, of the position; `hedge` and `attested_hedge` are contracts of the position that are
    offset on the venue and elsewhere, `free_margin` USD of the margin unit above its initial margin, `committed` the
    share of it that the account would margin another position with, `discount` (a log) that to the settlement mark at
    which it volunteers to take the engine's inventory over, NaN for those who do not. The other columns are those of
    the contract's `Candidates`. Each is worked out when it is read.
    """

    @property
    def isolated(self) -> Bools: ...
    @property
    def quantity(self) -> Floats: ...
    @property
    def entry_price(self) -> Floats: ...
    @property
    def entry_value(self) -> Floats: ...
    @property
    def profit(self) -> Floats: ...
    @property
    def equity(self) -> Floats: ...
    @property
    def unit_notional(self) -> Floats: ...
    @property
    def maintenance(self) -> Floats: ...
    @property
    def unit_profit(self) -> Floats: ...
    @property
    def opened(self) -> Floats: ...
    @property
    def net_delta(self) -> Floats: ...
    @property
    def hedge(self) -> Floats: ...
    @property
    def attested_hedge(self) -> Floats: ...
    @property
    def gain(self) -> Floats: ...
    @property
    def variation(self) -> Floats: ...
    @property
    def contribution(self) -> Floats: ...
    @property
    def free_margin(self) -> Floats: ...
    @property
    def committed(self) -> Floats: ...
    @property
    def discount(self) -> Floats: ...
    @property
    def tier(self) -> Floats: ...
    @property
    def programme(self) -> Floats: ...
    @property
    def cover(self) -> Floats: ...


class BreachedPositions(NamedTuple):
    """Positions below maintenance margin `[n]`; equity, maintenance and notional (USD) are those of the margin unit."""

    account: Ints
    market: Ints
    quantity: Floats
    equity: Floats
    maintenance: Floats
    unit_notional: Floats
    isolated: Bools

    def bankruptcy_price(self, mark: Floats) -> Floats:
        """Price that uses up a position's share, by notional, of its margin unit's equity, at marks `[n]`."""
        price: Floats = mark * (1 - np.sign(self.quantity) * self.equity / self.unit_notional)
        return price

    def where(self, keep: Bools | Ints | slice) -> "BreachedPositions":
        """The rows to keep."""
        return BreachedPositions._make(column[keep] for column in self)


class VenueState(Protocol):
    """One venue at one moment.

    `mark` is what margins are checked at, `valuation` what equity is counted at, `settlement` what shared losses are
    settled at, `last_settlement` that of the last settlement. `inventory` and `engine_cash` are what the liquidation
    engine holds, `remnant` (USD) is what it leaves lying, `rounding` (USD) what is no loss, `initial_rate` the initial
    margin of cross-margin accounts.
    The rest is as in the contract's views.
    """

    @property
    def time(self) -> float:
        """Seconds since the start of the run."""

    @property
    def index(self) -> Floats:
        """`[M]`, as all prices and rates that follow."""

    @property
    def mid(self) -> Floats: ...
    @property
    def mark(self) -> Floats: ...
    @property
    def previous_mark(self) -> Floats: ...
    @property
    def valuation(self) -> Floats: ...
    @property
    def settlement(self) -> Floats: ...
    @property
    def last_settlement(self) -> Floats: ...
    @property
    def premium(self) -> Floats: ...
    @property
    def funding_rate(self) -> Floats: ...
    @property
    def funding_due(self) -> Floats: ...
    @property
    def volatility(self) -> Floats: ...
    @property
    def initial_rate(self) -> Floats: ...
    @property
    def beta(self) -> Floats: ...
    @property
    def lot(self) -> Floats: ...
    @property
    def open_interest(self) -> Floats: ...
    @property
    def initial_open_interest(self) -> Floats: ...

    @property
    def inventory(self) -> Floats: ...
    @property
    def engine_cash(self) -> Floats: ...
    @property
    def remnant(self) -> float: ...
    @property
    def rounding(self) -> float: ...

    @property
    def pool(self) -> Ints:
        """The insurance pool of each market, `[M]`."""

    @property
    def pool_balance(self) -> Floats:
        """`[P]`, as the next and the vaults' columns."""

    @property
    def pool_peak(self) -> Floats: ...
    @property
    def vault_equity(self) -> Floats: ...
    @property
    def vault_notional(self) -> Floats: ...
    @property
    def fund_result(self) -> Floats:
        """`[M]`."""

    @property
    def claims(self) -> float: ...
    @property
    def capital(self) -> float: ...
    @property
    def default_fund(self) -> float: ...
    @property
    def venue_equity(self) -> float: ...

    @property
    def fundamental(self) -> Floats:
        """What prices of trades are relative to, `[M]`."""

    def sale_ratio(self, market: Ints, quantity: Floats) -> Floats:
        """Average price over the fundamental of selling each `quantity` (buying it back where negative) alone, `[n]`.

        The book is that of the moment.
        """

    def positions(self, market: int) -> tuple[Ints, Floats]:
        """Accounts that may hold something in a market, and their contracts; 0 is allowed."""

    def everybody(self) -> Ints:
        """All accounts of the venue."""

    def volunteers(self) -> Ints:
        """Accounts that would take positions over from the engine."""

    def account_columns(self, account: Ints, market: int) -> AccountColumns:
        """Some accounts, in the order given."""

    def unit_hedge(self, account: Ints, market: Ints) -> Floats:
        """Contracts of positions `[n]` that other legs of the same margin unit offset."""

    def is_vault(self, account: Ints) -> Bools:
        """Which accounts are backstop vaults."""

    def next_draws(self, market: int, asked: str = "mechanism") -> Callable[[], np.random.Generator]:
        """The random stream of the next loss event in a market, or of the next question of another kind."""
