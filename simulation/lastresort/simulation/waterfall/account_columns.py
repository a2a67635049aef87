"""The simulator's accounts as columns: isolated accounts first, then cross margin."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, CARRY, MAKER, PAIRS, VAULT
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.providers import Providers
from lastresort.simulation.waterfall.state import AccountColumns

Columns = dict[str, Floats]


class AccountBook:
    """Everything that rules may see of all venues' accounts, which are numbers: cross margin after isolated."""

    def __init__(self, universe: Universe, ledger: Ledger, prices: Prices, providers: Providers) -> None:
        self._universe, self._ledger, self._prices, self._providers = universe, ledger, prices, providers
        self._isolated_accounts = len(ledger.isolated.book)

    def positions(self, venue: int, market: int) -> tuple[Ints, Floats]:
        """Accounts that may hold something in a market, brought up to date, and their contracts."""
        isolated, cross = self._ledger.isolated, self._ledger.cross
        ids, rows = isolated.in_book(venue * len(self._prices.index) + market), cross.on_venue(venue)
        held = np.concatenate([isolated.quantity[ids], cross.quantity[rows, market]])
        return np.concatenate([ids, rows + self._isolated_accounts]), held

    def everybody(self, venue: int) -> Ints:
        """All accounts of a venue, brought up to date."""
        self._ledger.isolated.settle(self._ledger.isolated.at_venue(venue))
        return self._ledger.at_venue(venue)

    def volunteers(self, venue: int) -> Ints:
        """The makers' accounts at a venue."""
        return self._providers.rows(venue) + self._isolated_accounts

    def columns(self, account: Ints, venue: int, market: int) -> AccountColumns:
        """Accounts of one venue that are up to date, isolated ones first, and their positions in one market."""
        single = account < self._isolated_accounts
        ids, rows = account[single], account[~single] - self._isolated_accounts
        gain, variation = self._ledger.winnings.since(ids, rows, self._prices.valuation)
        alone, crossed = self._isolated(ids, venue, market), self._cross(rows, venue, market)
        columns = {name: np.concatenate([alone[name], crossed[name]]) for name in alone}
        contribution = self._ledger.pockets.contribution(account)
        return AccountColumns(
            account=account, isolated=single, gain=gain, variation=variation, contribution=contribution, **columns
        )

    def unit_hedge(self, account: Ints, market: Ints) -> Floats:
        """Contracts of positions that other legs of the same margin unit offset."""
        crossed = account >= self._isolated_accounts
        hedge = np.zeros(len(account))
        hedge[crossed] = self._pair_hedge(account[crossed] - self._isolated_accounts, market[crossed])
        return hedge

    def is_vault(self, account: Ints) -> Bools:
        """Which accounts are the venues' backstop vaults."""
        vaults, row = self._ledger.cross.rows[VAULT], account - self._isolated_accounts
        return np.asarray((row >= vaults.start) & (row < vaults.stop))

    def _isolated(self, ids: Ints, venue: int, market: int) -> Columns:
        """A basis desk's spot lies outside the venue, which sees a naked short unless the desk attests to its coins."""
        isolated, prices = self._ledger.isolated, self._prices
        own = isolated.book[ids] % len(prices.index)
        here, mark = own == market, prices.valuation[venue, own]
        held = isolated.quantity[ids]
        size, none = np.abs(held) * mark, np.zeros(len(ids))
        q = np.where(here, held, 0.0)
        return {
            "quantity": q,
            "entry_price": isolated.entry[ids],
            "equity": isolated.cash[ids] + held * mark,
            "unit_notional": size,
            "maintenance": isolated.rate[ids] * size,
            "unit_profit": held * (mark - isolated.entry[ids]),
            "opened": isolated.opened[ids],
            "net_delta": self._universe.beta[own] * held * mark,
            "hedge": none,
            "attested_hedge": np.where(isolated.is_basis[ids], np.abs(q), 0.0),
            "free_margin": none,
            "committed": none,
            "discount": np.full(len(ids), np.nan),
        }

    def _cross(self, rows: Ints, venue: int, market: int) -> Columns:
        cross, mark, providers = self._ledger.cross, self._prices.valuation, self._providers
        q, none = cross.quantity[rows, market], np.zeros(len(rows))
        return {
            "quantity": q,
            "entry_price": cross.entry[rows, market],
            "equity": cross.equity(mark, rows),
            "unit_notional": cross.notional(mark, rows),
            "maintenance": cross.maintenance(mark, rows),
            "unit_profit": np.einsum("ij,ij->i", cross.quantity[rows], mark[venue] - cross.entry[rows]),
            "opened": none,
            "net_delta": cross.quantity[rows] @ (mark[venue] * self._universe.beta),
            "hedge": self._pair_hedge(rows, np.full(len(rows), market)),
            "attested_hedge": np.abs(q) * self._hedged_elsewhere(rows, market),
            "free_margin": cross.free_margin(mark, rows),
            "committed": providers.committed(rows),
            "discount": providers.discount(rows, venue, market),
        }

    def _pair_hedge(self, rows: Ints, market: Ints) -> Floats:
        """Contracts of each cross-margin row's position that are offset by its pair's other leg, in beta dollars."""
        cross = self._ledger.cross
        hedge = np.zeros(len(rows))
        paired = np.flatnonzero(cross.cohort[rows] == PAIRS)
        pair, m = rows[paired], market[paired]
        other = np.where(cross.long_market[pair] == m, cross.short_market[pair], cross.long_market[pair])
        value = self._prices.valuation[cross.venue[pair]] * self._universe.beta
        k = np.arange(len(pair))
        offset = np.abs(cross.quantity[pair, other]) * value[k, other] / np.maximum(value[k, m], 1e-300)
        hedge[paired] = np.minimum(np.abs(cross.quantity[pair, m]), offset)
        return hedge

    def _hedged_elsewhere(self, rows: Ints, market: int) -> Floats:
        """Share of a position that the same owner offsets at other venues or in spot, in [0, 1]."""
        cross = self._ledger.cross
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
        cross = self._ledger.cross
        if cohort == MAKER:
            return np.asarray(cross.maker_spot[entity, market])
        return np.full(len(entity), cross.carry_spot[market] if cohort == CARRY else 0.0)
