"""From a breached account to the engine's inventory: find who is below maintenance, ask the rules, post takeovers."""

import numpy as np

from lastresort.mechanisms.contract import Bools, BreachView, Floats, Ints, frozen
from lastresort.simulation.isolated import Hits
from lastresort.simulation.ledger import Ledger
from lastresort.simulation.prices import Prices
from lastresort.simulation.rulebook import Rulebook

Positions = tuple[Ints, Ints, Floats, Floats, Floats, Floats, Floats]


def find_breaches(ledger: Ledger, prices: Prices, awake: Bools) -> tuple[Hits, Ints]:
    """Isolated accounts at a trigger (in `awake` books only) and cross-margin rows below maintenance."""
    return ledger.isolated.hits(prices.mark, awake), ledger.cross.breached(prices.mark)


def liquidate(ledger: Ledger, prices: Prices, rulebooks: list[Rulebook], time: float, hits: Hits, rows: Ints) -> None:
    """Ask each venue's rules about its breached positions and post what they say."""
    columns = _positions(ledger, prices, hits.breached, rows)
    venue = ledger.venue_of(columns[0])
    for v in np.unique(venue):
        here = venue == v
        _liquidate_venue(ledger, prices, rulebooks[v], time, int(v), [column[here] for column in columns])
    left = hits.breached[ledger.isolated.quantity[hits.breached] != 0]
    ledger.isolated.triggers.keep_watching(left)


def _positions(ledger: Ledger, prices: Prices, ids: Ints, rows: Ints) -> Positions:
    """One row per breached position: account, market, quantity, and the margin unit's equity, need and notional."""
    isolated, cross = ledger.isolated, ledger.cross
    markets = len(prices.index)
    book, q = isolated.book[ids], isolated.quantity[ids]
    mark = prices.mark.ravel()[book]
    size = np.abs(q) * mark
    alone = (ids, book % markets, q, isolated.cash[ids] + q * mark, isolated.rate[ids] * size, size, np.ones(len(ids)))
    if not len(rows):
        return alone
    row, market = np.nonzero(cross.quantity[rows])
    unit = [f(prices.mark, rows)[row] for f in (cross.equity, cross.maintenance, cross.notional)]
    account = rows[row] + len(isolated.book)
    crossed = (account, market, cross.quantity[rows[row], market], *unit, np.zeros(len(row)))
    return tuple(np.concatenate(pair) for pair in zip(alone, crossed, strict=True))  # type: ignore[return-value]


def _liquidate_venue(
    ledger: Ledger, prices: Prices, rulebook: Rulebook, time: float, venue: int, columns: list[Floats]
) -> None:
    account, market, quantity, equity, need, notional, alone = columns
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
        isolated=frozen(alone > 0),
    )
    seize, penalty = rulebook.liquidate(view)
    taken = seize > 0
    if not taken.any():
        return
    price = mark * (1 - side * np.minimum(penalty, equity / notional))
    hole = taken & (equity < 0)
    np.add.at(ledger.burden.left_hole, account[hole], -(equity * np.abs(quantity) * mark / notional * seize)[hole])
    ledger.seize(account[taken], market[taken], (seize * quantity)[taken], price[taken], mark[taken])
