"""A venue in plain columns, as a state that rules are shown: the small crash, drawn books and those of the axioms."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.waterfall.state import BreachedPositions

FUNDING_INTERVAL = 28_800.0
INITIAL = 2.0
"""The initial margin, as a multiple of the maintenance margin."""


@dataclass(frozen=True, eq=False)
class SampleAccounts:
    """Whom a venue knows, `[A]`; `quantity` (signed), `entry`, `opened`, `hedged` and `attested` are `[A, M]`.

    An isolated account has one position. `cash` (USD) is equity less unrealised profit; `hedged` and `attested` are the
    shares of each position that are offset on the venue and elsewhere; `opening` and `settled` (USD) the equity at the
    start and at the last settlement; `discount` (a log) that to the mark at which the account volunteers to take
    positions over, NaN for not at all; `since` (seconds) and `orders` the history of its breach. The last three are
    what a scenario says of accounts.
    """

    account: Ints
    isolated: Bools
    quantity: Floats
    entry: Floats
    cash: Floats
    opened: Floats
    hedged: Floats
    attested: Floats
    opening: Floats
    settled: Floats
    contribution: Floats
    discount: Floats
    since: Floats
    orders: Ints
    vault: Bools
    tier: Floats
    programme: Floats
    cover: Floats

    def rows(self, which: Ints | Bools) -> "SampleAccounts":
        """The accounts of some rows, in that order."""
        return SampleAccounts(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def find(self, account: Ints) -> Ints:
        """Rows of accounts given by their numbers."""
        order = np.argsort(self.account)
        return np.asarray(order[np.searchsorted(self.account, account, sorter=order)])


@dataclass(eq=False)
class SampleVenue:
    """One venue at one moment: a `VenueState` in columns, markets `[M]`, pools `[P]`; units as in the contract's views.

    Everything is counted at the one `mark`. `rate` is the maintenance margin (fraction), `engine_cash` (USD) what is
    booked against the engine's `inventory`. Selling loses the fraction `slip` to the mid and `slope` more per contract.
    Random numbers are drawn from `key` and the market.
    """

    time: float
    accounts: SampleAccounts
    index: Floats
    mid: Floats
    mark: Floats
    previous_mark: Floats
    last_settlement: Floats
    volatility: Floats
    beta: Floats
    rate: Floats
    lot: Floats
    initial_open_interest: Floats
    inventory: Floats
    engine_cash: Floats
    slip: Floats
    slope: Floats
    pool: Ints
    pool_balance: Floats
    pool_peak: Floats
    fund_result: Floats
    vault_equity: Floats
    vault_notional: Floats
    claims: float
    capital: float
    default_fund: float
    remnant: float
    rounding: float
    key: tuple[int, ...]

    def copy(self) -> "SampleVenue":
        """The same venue, to which something may be posted."""
        return replace(self)

    # -- accounts ---------------------------------------------------------------------------------------------------

    @property
    def profit(self) -> Floats:
        """Unrealised profit of each position, `[A, M]` USD."""
        return np.asarray(self.accounts.quantity * (self.mark - self.accounts.entry))

    @property
    def notional(self) -> Floats:
        """Value of each position, `[A, M]` USD."""
        return np.asarray(np.abs(self.accounts.quantity) * self.mark)

    @property
    def equity(self) -> Floats:
        """Cash and unrealised profit, `[A]` USD."""
        return np.asarray(self.accounts.cash + self.profit.sum(axis=1))

    @property
    def maintenance(self) -> Floats:
        """Maintenance margin, `[A]` USD."""
        return np.asarray(self.notional @ self.rate)

    def positions(self, market: int) -> tuple[Ints, Floats]:
        """All accounts, and their contracts in a market."""
        return self.accounts.account, self.accounts.quantity[:, market]

    def everybody(self) -> Ints:
        """All accounts."""
        return self.accounts.account

    def volunteers(self) -> Ints:
        """Accounts that would take positions over."""
        return self.accounts.account[~np.isnan(self.accounts.discount)]

    def account_columns(self, account: Ints, market: int) -> "SampleColumns":
        """Accounts with their positions in one market."""
        return SampleColumns(self, self.accounts.find(account), market)

    def unit_hedge(self, account: Ints, market: Ints) -> Floats:
        """Contracts of positions that other legs on the venue offset."""
        rows, who = self.accounts.find(account), self.accounts
        return np.asarray(np.abs(who.quantity[rows, market]) * who.hedged[rows, market])

    def is_vault(self, account: Ints) -> Bools:
        """Which accounts are backstop vaults."""
        return self.accounts.vault[self.accounts.find(account)]

    def breached(self) -> tuple[BreachedPositions, Floats, Ints]:
        """Positions of accounts below maintenance margin, the age of each breach, and orders sent during it."""
        who = self.accounts
        row, market = np.nonzero((self.equity < self.maintenance)[:, None] & (who.quantity != 0))
        unit = self.notional.sum(axis=1)
        columns = (self.equity[row], self.maintenance[row], unit[row], who.isolated[row])
        held = BreachedPositions(who.account[row], market, who.quantity[row, market], *columns)
        return held, np.minimum(who.since[row], self.time), who.orders[row]

    # -- the venue --------------------------------------------------------------------------------------------------

    @property
    def valuation(self) -> Floats:
        """The mark, `[M]`."""
        return self.mark

    @property
    def settlement(self) -> Floats:
        """The mark, `[M]`."""
        return self.mark

    @property
    def fundamental(self) -> Floats:
        """The mid, `[M]`."""
        return self.mid

    @property
    def premium(self) -> Floats:
        """Log of mark over index, `[M]`."""
        return np.asarray(np.log(self.mark / self.index))

    @property
    def funding_rate(self) -> Floats:
        """The premium, `[M]`."""
        return self.premium

    @property
    def funding_due(self) -> Floats:
        """Seconds until the next payment, `[M]`: every eight hours."""
        return np.full(len(self.mark), FUNDING_INTERVAL - self.time % FUNDING_INTERVAL)

    @property
    def initial_rate(self) -> Floats:
        """Initial margin, fraction `[M]`."""
        return INITIAL * self.rate

    @property
    def open_interest(self) -> Floats:
        """Contracts outstanding, `[M]`: half the sum of absolute positions."""
        return np.asarray(0.5 * (np.abs(self.accounts.quantity).sum(axis=0) + np.abs(self.inventory)))

    @property
    def venue_equity(self) -> float:
        """What all accounts own, USD."""
        return float(self.equity.sum())

    def sale_ratio(self, market: Ints, quantity: Floats) -> Floats:
        """Average price over the mid of selling each `quantity` alone, `[n]`."""
        lost = self.slip[market] + self.slope[market] * np.abs(quantity)
        return np.asarray(1 - np.sign(quantity) * lost)

    def next_draws(self, market: int, asked: str = "mechanism") -> Callable[[], np.random.Generator]:
        """The random stream of a question in a market."""
        return partial(np.random.default_rng, [*self.key, market])


class SampleColumns:
    """Accounts of a venue with their positions in one market, `[n]`: the `AccountColumns` of a loss."""

    def __init__(self, venue: SampleVenue, rows: Ints, market: int) -> None:
        self._venue, self._rows, self._market = venue, rows, market
        self._who = venue.accounts.rows(rows)

    @property
    def isolated(self) -> Bools:
        """Whether the position is a margin unit of its own."""
        return self._who.isolated

    @property
    def quantity(self) -> Floats:
        """Signed contracts."""
        return self._here(self._who.quantity)

    @property
    def entry_price(self) -> Floats:
        """Of the position, USD per contract."""
        return self._here(self._who.entry)

    @property
    def entry_value(self) -> Floats:
        """Of the position when it was entered, USD."""
        return np.abs(self.quantity) * self.entry_price

    @property
    def profit(self) -> Floats:
        """Unrealised, of the position, USD."""
        return self._here(self._venue.profit)[self._rows]

    @property
    def equity(self) -> Floats:
        """Of the margin unit, USD."""
        return self._venue.equity[self._rows]

    @property
    def unit_notional(self) -> Floats:
        """Of the margin unit, USD."""
        return np.asarray(self._venue.notional[self._rows].sum(axis=1))

    @property
    def maintenance(self) -> Floats:
        """Of the margin unit, USD."""
        return self._venue.maintenance[self._rows]

    @property
    def unit_profit(self) -> Floats:
        """Of the margin unit, USD."""
        return np.asarray(self._venue.profit[self._rows].sum(axis=1))

    @property
    def opened(self) -> Floats:
        """When the position was opened, seconds."""
        return self._here(self._who.opened)

    @property
    def net_delta(self) -> Floats:
        """Of the account, USD weighted by beta."""
        exposed = self._who.quantity * self._venue.mark * self._venue.beta * (1 - self._who.hedged)
        return np.asarray(exposed.sum(axis=1))

    @property
    def hedge(self) -> Floats:
        """Contracts offset on the venue."""
        return np.abs(self.quantity) * self._here(self._who.hedged)

    @property
    def attested_hedge(self) -> Floats:
        """Contracts offset elsewhere."""
        return np.abs(self.quantity) * self._here(self._who.attested)

    @property
    def gain(self) -> Floats:
        """Won since the start, USD."""
        return np.asarray(self.equity - self._who.opening)

    @property
    def variation(self) -> Floats:
        """Won since the last settlement, USD."""
        return np.asarray(self.equity - self._who.settled)

    @property
    def contribution(self) -> Floats:
        """To the default fund, USD."""
        return self._who.contribution

    @property
    def free_margin(self) -> Floats:
        """Above the initial margin, USD."""
        return np.maximum(self.equity - INITIAL * self.maintenance, 0.0)

    @property
    def committed(self) -> Floats:
        """Everybody would margin more with all of it."""
        return np.ones(len(self._rows))

    @property
    def discount(self) -> Floats:
        """That of a volunteer's bid, a log; NaN for others."""
        return self._who.discount

    @property
    def tier(self) -> Floats:
        """That of the customer."""
        return self._who.tier

    @property
    def programme(self) -> Floats:
        """That it takes part in."""
        return self._who.programme

    @property
    def cover(self) -> Floats:
        """That it has bought."""
        return self._who.cover

    def _here(self, column: Floats) -> Floats:
        return column[:, self._market]
