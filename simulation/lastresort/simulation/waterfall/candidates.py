"""Who may be asked to bear a loss: the accounts of an event's scope, as the columns a rule sees."""

import numpy as np

from lastresort.mechanisms.contract import Candidates, Floats, Ints, Scope, frozen
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, PAIRS, VALUE
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe
from lastresort.simulation.waterfall.providers import Providers

Columns = dict[str, Floats]


class CandidateBook:
    """Makes the candidates of a loss event: isolated accounts first, then cross margin."""

    def __init__(self, universe: Universe, ledger: Ledger, prices: Prices, providers: Providers) -> None:
        self._universe, self._ledger, self._prices, self._providers = universe, ledger, prices, providers

    def candidates(self, venue: int, market: int, side: float, scope: Scope) -> Candidates:
        """Accounts of one venue in `scope` of a loss on inventory of sign `side` in one market."""
        ids, rows = self._members(venue, market, side, scope)
        gain, variation = self._ledger.winnings.since(ids, rows, self._prices.valuation)
        alone, crossed = self._isolated(ids, venue, market), self._cross(rows, venue, market, side)
        columns = {name: np.concatenate([alone[name], crossed[name]]) for name in alone}
        account = np.concatenate([ids, rows + len(self._ledger.isolated.book)])
        mark = self._prices.valuation[venue, market]
        q, equity, unit = columns["quantity"], columns["equity"], columns.pop("unit_notional")
        columns |= {
            "notional": np.abs(q) * mark,
            "profit": q * (mark - columns["entry_price"]),
            "spendable": np.maximum(equity, 0.0),
            "leverage": np.divide(unit, equity, out=np.full_like(unit, 1e6), where=equity > 1e-6 * unit),
            "gain": gain,
            "variation": variation,
            "contribution": self._ledger.pockets.contribution(account),
        }
        isolated = np.arange(len(account)) < len(ids)
        return Candidates(
            account=frozen(account), isolated=frozen(isolated), **{k: frozen(v) for k, v in columns.items()}
        )

    def _members(self, venue: int, market: int, side: float, scope: Scope) -> tuple[Ints, Ints]:
        """Isolated accounts, brought up to date, and cross-margin rows of a scope."""
        ledger, M = self._ledger, len(self._prices.index)
        isolated, rows = ledger.isolated, ledger.cross.on_venue(venue)
        if scope is Scope.PROVIDERS:
            return np.empty(0, dtype=np.int64), self._providers.rows(venue)
        if scope is Scope.EVERYBODY:
            ids = isolated.at_venue(venue)
            isolated.settle(ids)
            return ids, rows
        ids = isolated.in_book(venue * M + market)
        held, crossed = isolated.quantity[ids], ledger.cross.quantity[rows, market]
        if scope is Scope.HOLDERS:
            return ids[held != 0], rows[crossed != 0]
        return ids[held * side < 0], rows[crossed * side < 0]

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
            "room": none,
            "bid": np.full(len(ids), np.nan),
        }

    def _cross(self, rows: Ints, venue: int, market: int, side: float) -> Columns:
        cross, mark = self._ledger.cross, self._prices.valuation
        q, none = cross.quantity[rows, market], np.zeros(len(rows))
        room, bid = self._providers.offers(rows, venue, market, side)
        return {
            "quantity": q,
            "entry_price": cross.entry[rows, market],
            "equity": cross.equity(mark, rows),
            "unit_notional": cross.notional(mark, rows),
            "maintenance": cross.maintenance(mark, rows),
            "unit_profit": np.einsum("ij,ij->i", cross.quantity[rows], mark[venue] - cross.entry[rows]),
            "opened": none,
            "net_delta": cross.quantity[rows] @ (mark[venue] * self._universe.beta),
            "hedge": pair_hedge(self._ledger, self._universe, self._prices, rows, np.full(len(rows), market)),
            "attested_hedge": np.abs(q) * _hedged_elsewhere(self._ledger, rows, market),
            "room": np.where(cross.cohort[rows] == VALUE, 0.0, room),
            "bid": bid,
        }


def pair_hedge(ledger: Ledger, universe: Universe, prices: Prices, rows: Ints, market: Ints) -> Floats:
    """Contracts of each cross-margin row's position in `market` offset by its pair's other leg, in beta dollars."""
    cross = ledger.cross
    hedge = np.zeros(len(rows))
    paired = np.flatnonzero(cross.cohort[rows] == PAIRS)
    pair, m = rows[paired], market[paired]
    other = np.where(cross.long_market[pair] == m, cross.short_market[pair], cross.long_market[pair])
    value = prices.valuation[cross.venue[pair]] * universe.beta
    k = np.arange(len(pair))
    offset = np.abs(cross.quantity[pair, other]) * value[k, other] / np.maximum(value[k, m], 1e-300)
    hedge[paired] = np.minimum(np.abs(cross.quantity[pair, m]), offset)
    return hedge


def _hedged_elsewhere(ledger: Ledger, rows: Ints, market: int) -> Floats:
    """Share of a position that the same owner offsets at other venues or in spot, in [0, 1]."""
    cross = ledger.cross
    share = np.zeros(len(rows))
    for cohort in (ARBITRAGE, MAKER):
        mine = cross.cohort[rows] == cohort
        entity = (rows[mine] - cross.rows[cohort].start) // cross.shape[0]
        held = cross.tensor(cohort)[entity, :, market]
        spot = cross.maker_spot[entity, market] if cohort == MAKER else np.zeros(len(entity))
        legs = np.column_stack([held, spot])
        longs, shorts = np.maximum(legs, 0).sum(axis=1), np.maximum(-legs, 0).sum(axis=1)
        same = np.where(cross.quantity[rows[mine], market] > 0, longs, shorts)
        other = longs + shorts - same
        share[mine] = np.divide(other, same, out=np.ones_like(same), where=other < same)
    return share
