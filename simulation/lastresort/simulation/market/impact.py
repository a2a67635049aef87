"""What a trade of any size would cost in a book as it stands."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.market import ladder
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.market.quotes import Quotes


def relative_price(prices: Prices, quotes: Quotes, venue: int, market: Ints, flow: Floats) -> Floats:
    """Average price over the fundamental's of trading each `flow` `[n]` (signed contracts) alone in its `market`."""
    near = np.where(flow < 0, quotes.bid[venue, market], quotes.ask[venue, market])
    down, up = quotes.down[venue, market], quotes.up[venue, market]
    _, average = ladder.trade(prices.x[venue, market], flow, near, down, up)
    return average
