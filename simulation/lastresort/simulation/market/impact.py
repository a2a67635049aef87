"""What a trade of any size would cost in a book as it stands."""

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.netting import traded_alone
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes


def relative_price(prices: Prices, quotes: Quotes, venue: int, market: Ints, flow: Floats) -> Floats:
    """Average price over the fundamental's of trading each `flow` `[n]` (signed contracts) alone in its `market`."""
    x, sides = prices.x[venue], (quotes.bid[venue], quotes.ask[venue], quotes.down[venue], quotes.up[venue])
    return traded_alone(x, market, flow, sides)
