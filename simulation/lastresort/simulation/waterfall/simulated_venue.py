"""One venue of the simulator as the state that its rules are shown."""

from collections.abc import Callable
from functools import partial

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.attributes import Attributes
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.funding import Funding
from lastresort.simulation.market.impact import relative_price
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.account_columns import AccountBook
from lastresort.simulation.waterfall.providers import Providers
from lastresort.simulation.waterfall.state import AccountColumns

CENT = 0.01


class SimulatedVenues:
    """Ledger, prices and quotes of all venues, and how many questions with draws were asked of each book `[V, M]`."""

    def __init__(
        self, universe: Universe, seed: int, ledger: Ledger, prices: Prices, quotes: Quotes, funding: Funding
    ) -> None:
        self.universe, self.seed = universe, seed
        self.ledger, self.prices, self.quotes, self.funding = ledger, prices, quotes, funding
        providers, attributes = Providers(universe, ledger, quotes), Attributes(universe, ledger, seed)
        self.accounts = AccountBook(universe, ledger, prices, providers, attributes)
        self.rounding = universe.threshold(CENT)
        self.remnant = universe.threshold(universe.scenario.margin.remnant)
        self.lot = universe.by_market(universe.scenario.backstops.lot)
        self.events: dict[str, Ints] = {}
        self._each = [SimulatedVenue(self, venue) for venue in range(len(universe.venues))]

    def at(self, venue: int, time: float) -> "SimulatedVenue":
        """One venue as it stands at that time, until it is asked for at another; what is posted later shows."""
        state = self._each[venue]
        state.time = time
        return state


class SimulatedVenue:
    """One venue at one time: a `VenueState` that reads the ledger when it is read."""

    def __init__(self, venues: SimulatedVenues, venue: int, time: float = 0.0) -> None:
        self._all, self._venue, self.time = venues, venue, time
        self._ledger, self._prices = venues.ledger, venues.prices
        self.lot, self.remnant, self.rounding = venues.lot, venues.remnant, venues.rounding

    def _here(self, column: Floats) -> Floats:
        """This venue's row of a column `[V, ...]`, as it is now."""
        row: Floats = column[self._venue].copy()
        return row

    # -- prices -----------------------------------------------------------------------------------------------------

    @property
    def index(self) -> Floats:
        """The spot index, `[M]`."""
        return self._prices.index

    @property
    def mid(self) -> Floats:
        """Middle of the book, `[M]`."""
        return self._here(self._prices.mid)

    @property
    def mark(self) -> Floats:
        """What margins are checked at, `[M]`."""
        return self._here(self._prices.mark)

    @property
    def previous_mark(self) -> Floats:
        """That of the tick before, `[M]`."""
        return self._here(self._prices.previous_mark)

    @property
    def valuation(self) -> Floats:
        """What equity is counted at, `[M]`."""
        return self._here(self._prices.valuation)

    @property
    def settlement(self) -> Floats:
        """What shared losses are settled at, `[M]`."""
        return self._here(self._prices.settlement)

    @property
    def last_settlement(self) -> Floats:
        """That of the last settlement, `[M]`."""
        return self._here(self._ledger.winnings.last_mark)

    @property
    def premium(self) -> Floats:
        """Log of mark over index, `[M]`."""
        return self._here(self._prices.premium)

    @property
    def funding_rate(self) -> Floats:
        """What longs would pay now, as a fraction of the mark, `[M]`."""
        return self._here(self._all.funding.rate)

    @property
    def funding_due(self) -> Floats:
        """Seconds until the next payment, `[M]`."""
        return self._here(self._all.funding.due_in(self.time))

    @property
    def volatility(self) -> Floats:
        """Relative to normal, `[M]`."""
        return self._here(self._all.quotes.volatility)

    @property
    def fundamental(self) -> Floats:
        """The fundamental's price, `[M]`."""
        return np.asarray(np.exp(self._prices.fundamental))

    def sale_ratio(self, market: Ints, quantity: Floats) -> Floats:
        """Average price over the fundamental's of selling each `quantity` alone into today's book, `[n]`."""
        return relative_price(self._prices, self._all.quotes, self._venue, market, -quantity)

    # -- markets ----------------------------------------------------------------------------------------------------

    @property
    def initial_rate(self) -> Floats:
        """Initial margin of cross-margin accounts, `[M]`."""
        return self._here(self._ledger.cross.initial_rate)

    @property
    def beta(self) -> Floats:
        """Of each market's moves to those of the common factor, `[M]`."""
        return self._all.universe.beta

    @property
    def open_interest(self) -> Floats:
        """Contracts outstanding, `[M]`."""
        return self._ledger.open_interest_at(self._venue)

    @property
    def initial_open_interest(self) -> Floats:
        """That at the start of the run, `[M]`."""
        return self._here(self._all.universe.open_interest)

    @property
    def inventory(self) -> Floats:
        """What the liquidation engine holds, `[M]`."""
        return self._here(self._ledger.engine_quantity)

    @property
    def engine_cash(self) -> Floats:
        """What is booked against it, `[M]` USD."""
        return self._here(self._ledger.engine_cash)

    # -- money ------------------------------------------------------------------------------------------------------

    @property
    def pool(self) -> Ints:
        """The insurance pool of each market, `[M]`."""
        return self._ledger.pool

    @property
    def pool_balance(self) -> Floats:
        """What each pool holds, `[P]` USD."""
        return self._here(self._ledger.pockets.fund)

    @property
    def pool_peak(self) -> Floats:
        """The most it ever held, `[P]` USD."""
        return self._here(self._ledger.pockets.fund_peak)

    @property
    def fund_result(self) -> Floats:
        """What each market has brought its pool, `[M]` USD."""
        return self._here(self._ledger.pockets.fund_result)

    @property
    def vault_equity(self) -> Floats:
        """Equity of each pool's vault, `[P]` USD."""
        cross = self._ledger.cross
        return cross.equity(self._prices.valuation, cross.vaults(self._venue))

    @property
    def vault_notional(self) -> Floats:
        """Notional of what each vault holds, `[P]` USD."""
        cross = self._ledger.cross
        return cross.notional(self._prices.valuation, cross.vaults(self._venue))

    @property
    def claims(self) -> float:
        """What the venue owes on IOUs, USD."""
        return self._ledger.pockets.owed(self._venue)

    @property
    def capital(self) -> float:
        """What is left of the venue's own money, USD."""
        return float(self._ledger.pockets.capital[self._venue])

    @property
    def default_fund(self) -> float:
        """What is left of its members' contributions, USD."""
        return float(self._ledger.pockets.default_fund[self._venue])

    @property
    def venue_equity(self) -> float:
        """What all its accounts own, USD."""
        return self._ledger.equity_at(self._venue, self._prices.valuation)

    # -- accounts ---------------------------------------------------------------------------------------------------

    def positions(self, market: int) -> tuple[Ints, Floats]:
        """Accounts that may hold something in a market, and their contracts."""
        return self._all.accounts.positions(self._venue, market)

    def everybody(self) -> Ints:
        """All accounts of the venue."""
        return self._all.accounts.everybody(self._venue)

    def volunteers(self) -> Ints:
        """The makers' accounts."""
        return self._all.accounts.volunteers(self._venue)

    def account_columns(self, account: Ints, market: int) -> AccountColumns:
        """Accounts with their positions in one market."""
        return self._all.accounts.columns(account, self._venue, market)

    def unit_hedge(self, account: Ints, market: Ints) -> Floats:
        """Contracts of positions that other legs of the same margin unit offset."""
        return self._all.accounts.unit_hedge(account, market)

    def is_vault(self, account: Ints) -> Bools:
        """Which accounts are backstop vaults."""
        return self._all.accounts.is_vault(account)

    def next_draws(self, market: int, asked: str = "mechanism") -> Callable[[], np.random.Generator]:
        """The random stream of the next question of a kind, keyed by seed, venue, market and the question's number."""
        asked_before = self._all.events.setdefault(asked, np.zeros(self._all.universe.shape, dtype=np.int64))
        asked_before[self._venue, market] += 1
        universe, number = self._all.universe, int(asked_before[self._venue, market])
        purpose = (asked, universe.venues[self._venue], universe.markets[market], number)
        return partial(stream, self._all.seed, *purpose)
