"""The simulator's accounts as columns: isolated accounts first, then cross margin."""

from functools import cached_property

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.attributes import Attributes
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, CARRY, MAKER, PAIRS, VAULT
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.providers import Providers


class AccountBook:
    """Everything that rules may see of all venues' accounts, which are numbers: cross margin after isolated."""

    def __init__(
        self, universe: Universe, ledger: Ledger, prices: Prices, providers: Providers, attributes: Attributes
    ) -> None:
        self.universe, self.ledger, self.prices, self.providers = universe, ledger, prices, providers
        self.attributes = attributes
        self.isolated_accounts = len(ledger.isolated.book)

    def positions(self, venue: int, market: int) -> tuple[Ints, Floats]:
        """Accounts that may hold something in a market, brought up to date, and their contracts."""
        isolated, cross = self.ledger.isolated, self.ledger.cross
        ids, rows = isolated.in_book(venue * len(self.prices.index) + market), cross.on_venue(venue)
        held = np.concatenate([isolated.quantity[ids], cross.quantity[rows, market]])
        return np.concatenate([ids, rows + self.isolated_accounts]), held

    def everybody(self, venue: int) -> Ints:
        """All accounts of a venue, brought up to date."""
        self.ledger.isolated.settle(self.ledger.isolated.at_venue(venue))
        return self.ledger.at_venue(venue)

    def volunteers(self, venue: int) -> Ints:
        """The makers' accounts at a venue."""
        return self.providers.rows(venue) + self.isolated_accounts

    def columns(self, account: Ints, venue: int, market: int) -> "LedgerColumns":
        """Accounts of one venue that are up to date, isolated ones first, and their positions in one market."""
        return LedgerColumns(self, account, venue, market)

    def unit_hedge(self, account: Ints, market: Ints) -> Floats:
        """Contracts of positions that other legs of the same margin unit offset."""
        crossed = account >= self.isolated_accounts
        hedge = np.zeros(len(account))
        hedge[crossed] = self.pair_hedge(account[crossed] - self.isolated_accounts, market[crossed])
        return hedge

    def is_vault(self, account: Ints) -> Bools:
        """Which accounts are the venues' backstop vaults."""
        vaults, row = self.ledger.cross.rows[VAULT], account - self.isolated_accounts
        return np.asarray((row >= vaults.start) & (row < vaults.stop))

    def pair_hedge(self, rows: Ints, market: Ints) -> Floats:
        """Contracts of each cross-margin row's position that are offset by its pair's other leg, in beta dollars."""
        cross = self.ledger.cross
        hedge = np.zeros(len(rows))
        paired = np.flatnonzero(cross.cohort[rows] == PAIRS)
        pair, m = rows[paired], market[paired]
        other = np.where(cross.long_market[pair] == m, cross.short_market[pair], cross.long_market[pair])
        value = self.prices.valuation[cross.venue[pair]] * self.universe.beta
        k = np.arange(len(pair))
        offset = np.abs(cross.quantity[pair, other]) * value[k, other] / np.maximum(value[k, m], 1e-300)
        hedge[paired] = np.minimum(np.abs(cross.quantity[pair, m]), offset)
        return hedge

    def hedged_elsewhere(self, rows: Ints, market: int) -> Floats:
        """Share of a position that the same owner offsets at other venues or in spot, in [0, 1]."""
        cross = self.ledger.cross
        share = np.zeros(len(rows))
        for cohort in (ARBITRAGE, MAKER, CARRY):
            mine = cross.cohort[rows] == cohort
            entity = (rows[mine] - cross.rows[cohort].start) // cross.shape[0]
            held = cross.tensor(cohort)[entity, :, market]
            spot = self._spot(cohort, entity, market)
            legs = np.column_stack([held, spot])
            longs, shorts = np.maximum(legs, 0).sum(axis=1), np.maximum(-legs, 0).sum(axis=1)
            same = np.where(cross.quantity[rows[mine], market] > 0, longs, shorts)
            other = longs + shorts - same
            share[mine] = np.divide(other, same, out=np.ones_like(same), where=other < same)
        return share

    def _spot(self, cohort: int, entity: Ints, market: int) -> Floats:
        """Contracts of spot that makers and carry desks hold outside the venues."""
        cross = self.ledger.cross
        if cohort == MAKER:
            return np.asarray(cross.maker_spot[entity, market])
        return np.full(len(entity), cross.carry_spot[market] if cohort == CARRY else 0.0)


class LedgerColumns:
    """Accounts of one venue, isolated ones first, with their positions in one market: `AccountColumns` of the ledger.

    A basis desk's spot lies outside the venue, which sees a naked short unless the desk attests to its coins.
    """

    def __init__(self, book: AccountBook, account: Ints, venue: int, market: int) -> None:
        self._book, self._account, self._venue, self._market = book, account, venue, market
        self._single = account < book.isolated_accounts
        self._ids, self._rows = account[self._single], account[~self._single] - book.isolated_accounts
        self._isolated, self._cross = book.ledger.isolated, book.ledger.cross
        self._mark = book.prices.valuation

    @property
    def isolated(self) -> Bools:
        """Whether the position is a margin unit of its own."""
        return self._single

    @cached_property
    def quantity(self) -> Floats:
        """Signed contracts."""
        alone = np.where(self._own == self._market, self._held, 0.0)
        return self._joined(alone, self._cross.quantity[self._rows, self._market])

    @cached_property
    def entry_price(self) -> Floats:
        """Of the position, USD per contract."""
        return self._joined(self._isolated.entry[self._ids], self._cross.entry[self._rows, self._market])

    @property
    def entry_value(self) -> Floats:
        """Of the position when it was entered, USD."""
        return np.abs(self.quantity) * self.entry_price

    @property
    def profit(self) -> Floats:
        """Unrealised, of the position, USD."""
        return np.asarray(self.quantity * (self._mark[self._venue, self._market] - self.entry_price))

    @cached_property
    def equity(self) -> Floats:
        """Of the margin unit, USD."""
        alone = self._isolated.cash[self._ids] + self._held * self._own_mark
        return self._joined(alone, self._cross.equity(self._mark, self._rows))

    @cached_property
    def unit_notional(self) -> Floats:
        """Of the margin unit, USD."""
        return self._joined(self._size, self._cross.notional(self._mark, self._rows))

    @cached_property
    def maintenance(self) -> Floats:
        """Of the margin unit, USD."""
        alone = self._isolated.rate[self._ids] * self._size
        return self._joined(alone, self._cross.maintenance(self._mark, self._rows))

    @cached_property
    def unit_profit(self) -> Floats:
        """Of the margin unit, USD."""
        cross, rows = self._cross, self._rows
        alone = self._held * (self._own_mark - self._isolated.entry[self._ids])
        won = np.einsum("ij,ij->i", cross.quantity[rows], self._mark[self._venue] - cross.entry[rows])
        return self._joined(alone, won)

    @cached_property
    def opened(self) -> Floats:
        """When the position was opened, seconds; 0 on cross margin."""
        return self._joined(self._isolated.opened[self._ids], self._none)

    @cached_property
    def net_delta(self) -> Floats:
        """Of the account, USD weighted by beta."""
        beta = self._book.universe.beta
        alone = beta[self._own] * self._held * self._own_mark
        return self._joined(alone, self._cross.quantity[self._rows] @ (self._mark[self._venue] * beta))

    @cached_property
    def hedge(self) -> Floats:
        """Contracts offset on the venue, which an isolated position's never are."""
        offset = self._book.pair_hedge(self._rows, np.full(len(self._rows), self._market))
        return self._joined(np.zeros(len(self._ids)), offset)

    @cached_property
    def attested_hedge(self) -> Floats:
        """Contracts offset elsewhere."""
        alone = np.where(self._own == self._market, self._held, 0.0)
        alone = np.where(self._isolated.is_basis[self._ids], np.abs(alone), 0.0)
        share = self._book.hedged_elsewhere(self._rows, self._market)
        return self._joined(alone, np.abs(self._cross.quantity[self._rows, self._market]) * share)

    @property
    def gain(self) -> Floats:
        """Won since the start, USD."""
        return self._won[0]

    @property
    def variation(self) -> Floats:
        """Won since the last settlement, USD."""
        return self._won[1]

    @property
    def contribution(self) -> Floats:
        """To the default fund, USD."""
        return self._book.ledger.pockets.contribution(self._account)

    @cached_property
    def free_margin(self) -> Floats:
        """Above the initial margin, USD; none of an isolated position."""
        return self._joined(np.zeros(len(self._ids)), self._cross.free_margin(self._mark, self._rows))

    @cached_property
    def committed(self) -> Floats:
        """Share of the free margin that would margin more; none of an isolated position."""
        return self._joined(np.zeros(len(self._ids)), self._book.providers.committed(self._rows))

    @cached_property
    def discount(self) -> Floats:
        """That of a volunteer's bid, a log; NaN for others."""
        bids = self._book.providers.discount(self._rows, self._venue, self._market)
        return self._joined(np.full(len(self._ids), np.nan), bids)

    @property
    def tier(self) -> Floats:
        """That of the customer, as the scenario says."""
        return self._book.attributes.of("tier", self._account)

    @property
    def programme(self) -> Floats:
        """That it takes part in, as the scenario says."""
        return self._book.attributes.of("programme", self._account)

    @property
    def cover(self) -> Floats:
        """That it has bought, as the scenario says."""
        return self._book.attributes.of("cover", self._account)

    # -- what several columns share ---------------------------------------------------------------------------------

    @cached_property
    def _own(self) -> Ints:
        """Markets of the isolated accounts."""
        return np.asarray(self._isolated.book[self._ids] % len(self._book.prices.index))

    @cached_property
    def _own_mark(self) -> Floats:
        return np.asarray(self._mark[self._venue, self._own])

    @cached_property
    def _held(self) -> Floats:
        return self._isolated.quantity[self._ids]

    @cached_property
    def _size(self) -> Floats:
        return np.asarray(np.abs(self._held) * self._own_mark)

    @cached_property
    def _won(self) -> tuple[Floats, Floats]:
        return self._book.ledger.winnings.since(self._ids, self._rows, self._mark)

    @property
    def _none(self) -> Floats:
        return np.zeros(len(self._rows))

    def _joined(self, alone: Floats, crossed: Floats) -> Floats:
        return np.concatenate([alone, crossed])
