"""From a breached account to the engine's inventory: find who is below maintenance, ask the rules, post takeovers."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, BreachView, Floats, Ints, frozen
from lastresort.simulation.accounts.isolated import Hits
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.waterfall.rulebook import Rulebook


class Positions(NamedTuple):
    """Breached positions, one row each; equity, need and notional (USD) are those of the position's margin unit."""

    account: Ints
    market: Ints
    quantity: Floats
    equity: Floats
    need: Floats
    notional: Floats
    isolated: Bools

    def where(self, keep: Bools) -> "Positions":
        """The rows to keep."""
        return Positions._make(column[keep] for column in self)


def find_breaches(ledger: Ledger, prices: Prices, awake: Bools) -> tuple[Hits, Ints]:
    """Isolated accounts at a trigger (in `awake` books only) and cross-margin rows below maintenance."""
    return ledger.isolated.hits(prices.mark, awake), ledger.cross.breached(prices.mark)


def liquidate(ledger: Ledger, prices: Prices, rulebooks: list[Rulebook], time: float, hits: Hits, rows: Ints) -> None:
    """Ask each venue's rules about its breached positions and post what they say."""
    positions = _positions(ledger, prices, hits.breached, rows)
    venue = ledger.venue_of(positions.account)
    for v in np.unique(venue):
        _liquidate_venue(ledger, prices, rulebooks[v], time, int(v), positions.where(venue == v))
    left = hits.breached[ledger.isolated.quantity[hits.breached] != 0]
    ledger.isolated.triggers.keep_watching(left)


def _positions(ledger: Ledger, prices: Prices, ids: Ints, rows: Ints) -> Positions:
    """One row per breached position: account, market, quantity, and the margin unit's equity, need and notional."""
    isolated, cross = ledger.isolated, ledger.cross
    markets = len(prices.index)
    book, q = isolated.book[ids], isolated.quantity[ids]
    mark = prices.mark.ravel()[book]
    size = np.abs(q) * mark
    equity = isolated.cash[ids] + q * mark
    alone = Positions(ids, book % markets, q, equity, isolated.rate[ids] * size, size, np.ones(len(ids), dtype=bool))
    if not len(rows):
        return alone
    row, market = np.nonzero(cross.quantity[rows])
    account, held = rows[row] + len(isolated.book), cross.quantity[rows[row], market]
    equity, need, notional = (f(prices.mark, rows)[row] for f in (cross.equity, cross.maintenance, cross.notional))
    crossed = Positions(account, market, held, equity, need, notional, np.zeros(len(row), dtype=bool))
    return Positions._make(np.concatenate(pair) for pair in zip(alone, crossed, strict=True))


def _liquidate_venue(
    ledger: Ledger, prices: Prices, rulebook: Rulebook, time: float, venue: int, positions: Positions
) -> None:
    account, market, quantity, equity, need, notional, isolated = positions
    mark = prices.mark[venue, market]
    side = np.sign(quantity)
    view = BreachView(
        time=time,
        account=frozen(account),
        market=frozen(market),
        quantity=frozen(quantity),
        mark=frozen(mark),
        bankruptcy_price=frozen(mark * (1 - side * equity / notional)),
        equity=frozen(equity),
        maintenance=frozen(need),
        unit_notional=frozen(notional),
        isolated=frozen(isolated),
    )
    seize, penalty = rulebook.liquidate(view)
    taken = seize > 0
    if not taken.any():
        return
    price = mark * (1 - side * np.minimum(penalty, equity / notional))
    hole = taken & (equity < 0)
    np.add.at(ledger.burden.left_hole, account[hole], -(equity * np.abs(quantity) * mark / notional * seize)[hole])
    ledger.seize(account[taken], market[taken], (seize * quantity)[taken], price[taken], mark[taken])
