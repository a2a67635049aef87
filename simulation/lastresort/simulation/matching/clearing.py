"""One net order per book and per spot market and tick, each at one uniform price along its ladder."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import BASIS
from lastresort.simulation.kernels.netting import cleared, come_back, netted, spot_netted
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
        V, M = prices.mid.shape
        self._none, self._nobody = np.zeros((V + 1, M)), np.zeros((0, V, M))
        self._no_cells = np.zeros(ledger.isolated.shape)

    def clear(self, orders: Orders, dt: float, trading: Floats, band: tuple[Floats, Floats] | None) -> None:
        """Trade the orders of a tick; `band` holds the lowest and highest price of each book `[V, M]`, if set.

        `trading` `[V, M]` is 0 where a market is closed.
        """
        prices, quotes = self._prices, self._quotes
        none = self._none
        hedges = self._makers.hedges(self._ledger.cross, prices, quotes, trading, dt)
        sold, orphans = self._orphans.sales(self._ledger.isolated, dt)
        wanted = orders.buyers
        flow = np.empty_like(none)
        flow[:-1] = self._net_flow(orders)
        if band is not None:
            for _ in range(2):  # single accounts go whole, and may leave more on the other side than was there
                self._keep_within(orders, flow, *band)
        carried = self._carry.spot_orders(self._ledger.cross, orders, dt)
        bought = none if orders.buyers is None else orders.buyers
        flow[-1] = spot_netted(hedges.orders, orphans, bought[-1], self._cells(orders), self._contracts, carried)
        end, price, quoted = cleared(prices.displacement, flow, prices.fundamental, quotes.sides)
        self._settle_spot(orders, hedges, sold, price[-1])
        self._carry.settle(self._ledger.cross, carried, price[-1])
        self._pairs.settle(self._ledger, orders, price[:-1])
        maker_fill, value_fill = self._makers.fills(quoted[:-1], flow[:-1], bought[:-1])
        if orders.buyers is not None and wanted is not None:
            self._buyers.settle(orders.buyers, wanted)
        self._ledger.trade(price[:-1], orders, maker_fill, value_fill)
        come_back(end, hedges.returned, quotes.sides)
        prices.displacement = end
        prices.refresh_mids()

    @property
    def _contracts(self) -> Floats:
        isolated = self._ledger.isolated
        return isolated.contracts.reshape(isolated.shape)

    def _cells(self, orders: Orders) -> Floats:
        return self._no_cells if orders.cells is None else orders.cells

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

    def _settle_spot(self, orders: Orders, hedges: Hedges, sold: Floats, price: Floats) -> None:
        isolated, cross = self._ledger.isolated, self._ledger.cross
        hedged = hedges.orders + hedges.laid_off
        cross.maker_spot += hedged
        cross.maker_spot_cash -= hedged @ price
        self._orphans.settle(self._ledger, sold, price)
        if orders.cells is not None:
            isolated.sell_paired_spot(orders.cells[BASIS], price)

    def _net_flow(self, orders: Orders) -> Floats:
        """Signed contracts `[V, M]` of all takers."""
        isolated, (row, market) = self._ledger.isolated, orders.legs
        return netted(
            orders.engine,
            self._none if orders.buyers is None else orders.buyers,
            self._nobody if orders.arbitrage is None else orders.arbitrage,
            (self._ledger.cross.venue[row], market, orders.rested),
            (isolated.book[orders.ids], isolated.cell[orders.ids], orders.single),
            self._cells(orders),
            self._contracts,
        )
