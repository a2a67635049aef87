"""Who may be asked to bear a loss: the opposite side of one book, as the columns a rule sees."""

import numpy as np

from lastresort.mechanisms.contract import Candidates, Floats, Ints, frozen
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import ARBITRAGE, MAKER, PAIRS
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe


def opposite_side(
    ledger: Ledger, universe: Universe, prices: Prices, venue: int, market: int, side: float
) -> Candidates:
    """Holders in one market whose position has the opposite sign of `side`, isolated accounts first."""
    alone = _isolated(ledger, prices, venue, market, side)
    crossed = _cross(ledger, universe, prices, venue, market, side)
    columns = [np.concatenate(pair) for pair in zip(alone, crossed, strict=True)]
    account, quantity, entry, equity, unit, hedge, attested = columns
    mark = prices.valuation[venue, market]
    notional = np.abs(quantity) * mark
    leverage = np.divide(unit, equity, out=np.full_like(unit, 1e6), where=equity > 1e-6 * unit)
    n = len(alone[0])
    return Candidates(
        account=frozen(account.astype(np.int64)),
        quantity=frozen(quantity),
        entry_price=frozen(entry),
        notional=frozen(notional),
        equity=frozen(equity),
        profit=frozen(quantity * (mark - entry)),
        spendable=frozen(np.maximum(equity, 0.0)),
        leverage=frozen(leverage),
        isolated=frozen(np.arange(len(account)) < n),
        hedge=frozen(hedge),
        attested_hedge=frozen(attested),
    )


def _isolated(ledger: Ledger, prices: Prices, venue: int, market: int, side: float) -> list[Floats]:
    isolated = ledger.isolated
    ids = isolated.in_book(venue * len(prices.index) + market)
    ids = ids[isolated.quantity[ids] * side < 0]
    q = isolated.quantity[ids]
    mark = prices.valuation[venue, market]
    equity = isolated.cash[ids] + q * mark
    hedge = np.where(isolated.is_basis[ids], np.abs(q), 0.0)
    return [ids.astype(float), q, isolated.entry[ids], equity, np.abs(q) * mark, hedge, np.zeros(len(ids))]


def _cross(ledger: Ledger, universe: Universe, prices: Prices, venue: int, market: int, side: float) -> list[Floats]:
    cross = ledger.cross
    rows = cross.on_venue(venue)
    rows = rows[cross.quantity[rows, market] * side < 0]
    q = cross.quantity[rows, market]
    equity = cross.equity(prices.valuation, rows)
    hedge = _pair_hedge(ledger, universe, prices, rows, market)
    attested = np.abs(q) * _hedged_elsewhere(ledger, rows, market)
    account = (rows + len(ledger.isolated.book)).astype(float)
    unit = cross.notional(prices.valuation, rows)
    return [account, q, np.ones(len(rows)), equity, unit, hedge, attested]


def _pair_hedge(ledger: Ledger, universe: Universe, prices: Prices, rows: Ints, market: int) -> Floats:
    """Contracts offset by the other leg of the same account, in beta dollars."""
    cross = ledger.cross
    hedge = np.zeros(len(rows))
    paired = cross.cohort[rows] == PAIRS
    pair = rows[paired]
    other = np.where(cross.long_market[pair] == market, cross.short_market[pair], cross.long_market[pair])
    value = prices.valuation[cross.venue[pair]] * universe.beta
    k = np.arange(len(pair))
    offset = np.abs(cross.quantity[pair, other]) * value[k, other] / np.maximum(value[k, market], 1e-300)
    hedge[paired] = np.minimum(np.abs(cross.quantity[pair, market]), offset)
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
        share[mine] = np.minimum(1.0, (longs + shorts - same) / np.maximum(same, 1e-300))
    return share
