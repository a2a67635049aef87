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

Ladders = tuple[Floats, Floats, Floats]
"""Near depth on the side met, and the slopes below and above, of all perpetual books `[V, M]`."""


class LiquidationOrders(NamedTuple):
    """Orders `[n]`: signed contracts, worst price (NaN: any), fee as a fraction of value.

    At its bankruptcy price (USD per contract) a position has nothing left to pay a fee from.
    """

    account: Ints
    venue: Ints
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

    def execute(self, orders: LiquidationOrders, low: Floats, high: Floats) -> None:
        """Trade what the limits and the bands `[V, M]` allow, sales first; the rest is cancelled."""
        for sign, edge in ((-1.0, low), (1.0, high)):
            mine = orders.quantity * sign > 0
            if mine.any():
                self._trade(sign, orders.where(mine), edge)

    def _trade(self, sign: float, orders: LiquidationOrders, edge: Floats) -> None:
        book, ladders = orders.venue * edge.shape[1] + orders.market, self._ladders(sign)
        size = np.abs(orders.quantity)
        reach = reaches(sign, book, orders.limit, edge, self._prices.displacement, self._prices.fundamental, ladders)
        filled = fill_by_limit(size, reach, book, edge.shape[1])
        if (filled > 0).any():
            self._post(orders.where(filled > 0), sign * filled[filled > 0], ladders)

    def _post(self, orders: LiquidationOrders, quantity: Floats, ladders: Ladders) -> None:
        """One uniform price per book; makers and value buyers are the other side, at venues where anybody trades."""
        prices, where = self._prices, (orders.venue, orders.market)
        x, (near, down, up) = prices.x.copy(), ladders
        flow = traded_at(*where, quantity, x.shape)
        end, price, quoted = cleared(x, flow, prices.fundamental, (near, near, down, up))
        near_fill = np.where(flow.any(axis=1, keepdims=True), quoted, 0.0)
        maker_fill, value_fill = self._makers.fills(near_fill, flow, np.zeros_like(flow))
        paid = price[where]
        left = np.maximum(-np.sign(quantity) * (paid - orders.bankruptcy), 0.0)
        fee = np.minimum(orders.fee * paid, left) * np.abs(quantity)
        self._ledger.fill(orders.account, *where, quantity, price, fee, maker_fill, value_fill)
        prices.displacement[:-1] = np.where(flow != 0, end, x)
        prices.refresh_mids()

    def _ladders(self, sign: float) -> Ladders:
        quotes = self._quotes
        near = quotes.bid if sign < 0 else quotes.ask
        return near[:-1], quotes.down[:-1], quotes.up[:-1]


def fill_by_limit(size: Floats, reach: Floats, book: Ints, markets: int) -> Floats:
    """Fill each order `[n]` up to its size while its book (venue by venue, `markets` each) reaches that far.

    `reach` is the quantity the book takes before its price passes the order's limit. The widest limits trade first, so
    that the last unit traded is within the limit of everybody who trades.
    """
    return filled_in_order(np.lexsort((-reach, book)), size, reach, book, markets)
