"""Liquidation orders in the accounts' own names: immediate or cancel, widest limits first, before all other orders."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.kernels.limits import filled_in_order, reaches, traded_at
from lastresort.simulation.kernels.netting import cleared
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.participants.makers import MarketMakers


class LiquidationOrders(NamedTuple):
    """Orders of one venue, `[n]`: signed contracts, worst price (NaN: any), fee as a fraction of value.

    At its bankruptcy price (USD per contract) a position has nothing left to pay a fee from.
    """

    account: Ints
    market: Ints
    quantity: Floats
    limit: Floats
    fee: Floats
    bankruptcy: Floats

    def where(self, keep: Bools) -> "LiquidationOrders":
        """The rows to keep."""
        return LiquidationOrders._make(column[keep] for column in self)


class ImmediateBook:
    """Executes liquidation orders against the ladders as they stand."""

    def __init__(self, ledger: Ledger, prices: Prices, quotes: Quotes, makers: MarketMakers) -> None:
        self._ledger, self._prices, self._quotes, self._makers = ledger, prices, quotes, makers

    def execute(self, venue: int, orders: LiquidationOrders, low: Floats, high: Floats) -> None:
        """Trade what the limits and the venue's bands `[M]` allow, sales first; the rest is cancelled."""
        for sign, edge in ((-1.0, low), (1.0, high)):
            mine = orders.where(orders.quantity * sign > 0)
            if len(mine.account):
                self._trade(venue, sign, mine, edge)

    def _trade(self, venue: int, sign: float, orders: LiquidationOrders, edge: Floats) -> None:
        prices, (x, *book) = self._prices, self._ladders(venue, sign)
        ladders = (x, prices.fundamental, (book[0], book[1], book[2]))
        reach = reaches(sign, orders.market, orders.limit, edge, *ladders)
        filled = fill_by_limit(np.abs(orders.quantity), reach, orders.market)
        if (filled > 0).any():
            self._post(venue, orders.where(filled > 0), sign * filled[filled > 0])

    def _post(self, venue: int, orders: LiquidationOrders, quantity: Floats) -> None:
        """One uniform price per market; makers and value buyers are the other side."""
        prices = self._prices
        flow = traded_at(orders.market, quantity, len(prices.index))
        x, near, down, up = self._ladders(venue, float(quantity[0]))
        sides = (near[None], near[None], down[None], up[None])
        (end,), (price,), (quoted,) = cleared(x[None], flow[None], prices.fundamental, sides)
        maker_fill, value_fill = self._makers.fills_at(venue, quoted, flow)
        paid = price[orders.market]
        left = np.maximum(-np.sign(quantity) * (paid - orders.bankruptcy), 0.0)
        fee = np.minimum(orders.fee * paid, left) * np.abs(quantity)
        self._ledger.fill(orders.account, venue, orders.market, quantity, price, fee, maker_fill, value_fill)
        prices.displacement[venue] = np.where(flow != 0, end, x)
        prices.refresh_mids()

    def _ladders(self, venue: int, sign: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Displacement, near depth on the side met, and the slopes of one venue's books, `[M]`."""
        quotes = self._quotes
        near = quotes.bid if sign < 0 else quotes.ask
        return self._prices.x[venue].copy(), near[venue], quotes.down[venue], quotes.up[venue]


def fill_by_limit(size: Floats, reach: Floats, market: Ints) -> Floats:
    """Fill each order `[n]` up to its size while the book of its market reaches that far within its limit.

    `reach` is the quantity the book takes before its price passes the order's limit. The widest limits trade first, so
    that the last unit traded is within the limit of everybody who trades.
    """
    return filled_in_order(np.lexsort((-reach, market)), size, reach, market)
