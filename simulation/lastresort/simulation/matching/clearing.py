"""One net order per book and per spot market and tick, each at one uniform price along its ladder."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import BASIS
from lastresort.simulation.market import ladder
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes
from lastresort.simulation.participants.buyers import Buyers
from lastresort.simulation.participants.carry import Carry
from lastresort.simulation.participants.makers import Hedges, MarketMakers
from lastresort.simulation.participants.orphans import Orphans
from lastresort.simulation.participants.pairs import PairTraders


class Clearing:
    """Nets the orders of a tick, walks every ladder once and posts the trades."""

    def __init__(
        self,
        ledger: Ledger,
        prices: Prices,
        quotes: Quotes,
        makers: MarketMakers,
        orphans: Orphans,
        pairs: PairTraders,
        carry: Carry,
        buyers: Buyers,
    ) -> None:
        self._ledger, self._prices, self._quotes = ledger, prices, quotes
        self._makers, self._orphans, self._pairs = makers, orphans, pairs
        self._carry, self._buyers = carry, buyers

    def clear(self, orders: Orders, dt: float, trading: Floats, band: tuple[Floats, Floats] | None) -> None:
        """Trade the orders of a tick; `band` holds the lowest and highest price of each book `[V, M]`, if set.

        `trading` `[V, M]` is 0 where a market is closed.
        """
        prices, quotes = self._prices, self._quotes
        hedges = self._makers.hedges(self._ledger.cross, prices, quotes, trading > 0, dt)
        sold, orphans = self._orphans.sales(self._ledger.isolated, dt)
        wanted = orders.buyers
        start = prices.displacement
        flow = np.empty_like(start)
        flow[:-1] = self._net_flow(orders)
        if band is not None:
            for _ in range(2):  # single accounts go whole, and may leave more on the other side than was there
                self._keep_within(orders, flow, *band)
        carried = self._carry.spot_orders(self._ledger.cross, orders, dt)
        flow[-1] = self._spot_flow(orders, hedges, orphans) + carried
        near = quotes.near(flow)
        end, average = ladder.trade(start, flow, near, quotes.down, quotes.up)
        price = np.exp(prices.fundamental) * average
        self._settle_spot(orders, hedges, sold, price[-1])
        self._carry.settle(self._ledger.cross, carried, price[-1])
        self._pairs.settle(self._ledger, orders, price[:-1])
        maker_fill = self._makers.fills((near * (start - end))[:-1])
        value_fill = -flow[:-1] - maker_fill.sum(axis=0)
        if orders.buyers is not None and wanted is not None:
            value_fill += orders.buyers[:-1]
            self._buyers.settle(orders.buyers, wanted)
        self._ledger.trade(price[:-1], orders, maker_fill, value_fill)
        end[:-1] = self._come_back(end[:-1], hedges.returned)
        prices.displacement = end
        prices.refresh_mids()

    def _come_back(self, end: Floats, returned: Floats) -> Floats:
        """Displacements after the makers' quotes have come back by what they hedged."""
        quotes = self._quotes
        near = np.where(returned < 0, quotes.bid[:-1], quotes.ask[:-1])
        return ladder.walk(end, returned, near, quotes.down[:-1], quotes.up[:-1])

    def _keep_within(self, orders: Orders, flow: Floats, low: Floats, high: Floats) -> None:
        """Cut all orders of a book alike where together they would push its price out of its band."""
        prices, quotes = self._prices, self._quotes
        near, down, up = quotes.near(flow)[:-1], quotes.down[:-1], quotes.up[:-1]
        at = ladder.quantity(prices.x, near, down, up)
        floor, ceiling = (
            ladder.quantity(np.clip(np.log(np.maximum(edge, 1e-300)) - prices.fundamental, -50, 50), near, down, up)
            for edge in (low, high)
        )
        wanted = flow[:-1]
        allowed = np.clip(wanted, np.minimum(floor - at, 0.0), np.maximum(ceiling - at, 0.0))
        share = np.divide(allowed, wanted, out=np.ones_like(wanted), where=wanted != allowed)
        if (share < 1).any():
            isolated, cross = self._ledger.isolated, self._ledger.cross
            orders.cut(share, isolated.book[orders.ids], cross.venue[orders.legs[0]])
            isolated.triggers.keep_watching(orders.drop_refused())
            flow[:-1] = self._net_flow(orders)

    def _spot_flow(self, orders: Orders, hedges: Hedges, orphans: Floats) -> Floats:
        """Makers' hedges, orphaned spot, buyers, and basis desks' unwinding, `[M]`."""
        flow: Floats = hedges.orders.sum(axis=0) - orphans
        if orders.buyers is not None:
            flow += orders.buyers[-1]
        if orders.cells is not None:
            isolated = self._ledger.isolated
            held = np.abs(isolated.contracts.reshape(isolated.shape)[BASIS])
            flow -= (orders.cells[BASIS] * held).sum(axis=0)
        return flow

    def _settle_spot(self, orders: Orders, hedges: Hedges, sold: Floats, price: Floats) -> None:
        isolated, cross = self._ledger.isolated, self._ledger.cross
        hedged = hedges.orders + hedges.laid_off
        cross.maker_spot += hedged
        cross.maker_spot_cash -= hedged @ price
        self._orphans.settle(self._ledger, sold, price)
        if orders.cells is not None:
            isolated.sell_paired_spot(orders.cells[BASIS], price)

    def _net_flow(self, orders: Orders) -> Floats:
        isolated = self._ledger.isolated
        held = isolated.contracts.reshape(isolated.shape)
        flow = orders.engine.copy()
        if orders.buyers is not None:
            flow += orders.buyers[:-1]
        if orders.arbitrage is not None:
            flow += orders.arbitrage.sum(axis=0)
        if len(orders.rested):
            account, market = orders.legs
            np.add.at(flow, (self._ledger.cross.venue[account], market), orders.rested)
        if len(orders.ids):
            held = held + np.bincount(isolated.cell[orders.ids], orders.single, held.size).reshape(held.shape)
            flow += np.bincount(isolated.book[orders.ids], orders.single, flow.size).reshape(flow.shape)
        return flow if orders.cells is None else np.asarray(flow - (orders.cells * held).sum(axis=0))
