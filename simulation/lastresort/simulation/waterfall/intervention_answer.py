"""The answer to `intervene`, checked: nobody is over-drawn or over-closed, and nothing is given that nobody gave."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Intervention, MarketView
from lastresort.simulation.waterfall.demands import ROUNDING, Demands


def checked_intervention(demands: Demands, view: MarketView, said: Intervention) -> Intervention:
    """The intervention as arrays, with its price; refuses closing one side only, and paying out more than is taken."""
    n = len(view.candidates.account)
    price = float(demands.floats("price", said.price, 1)[0])
    price = view.mark if np.isnan(price) else price
    demands.that(0 < price < np.inf, "'price' must be positive, or NaN for the mark")
    close, charge = _balanced(demands, view, said.close), demands.column("charge", said.charge, n)
    given = -float(charge.sum())
    most = ROUNDING * (1 + float(np.abs(charge).sum()))
    demands.that(given <= most, f"pays out {given:,.2f} USD more than it charges")
    holders = view.candidates
    loss = close * np.sign(holders.quantity) * (view.mark - price) + charge
    demands.within(holders.account, loss, np.maximum(holders.spendable, 0.0), "over-draws", "USD")
    return Intervention(close, price, charge)


def _balanced(demands: Demands, view: MarketView, said: Floats | float) -> Floats:
    """Contracts closed of each account, as many of longs as of shorts to the last digit."""
    quantity = view.candidates.quantity
    close = demands.amount("close", said, len(quantity))
    demands.within(view.candidates.account, close, np.abs(quantity), "over-closes", "contracts")
    close = np.minimum(close, np.abs(quantity))
    longs, shorts = float(close[quantity > 0].sum()), float(close[quantity < 0].sum())
    rule = f"closes {longs:,.2f} contracts of longs and {shorts:,.2f} of shorts, allowed is the same of both"
    demands.that(abs(longs - shorts) <= ROUNDING * (1 + longs + shorts), rule)
    both = min(longs, shorts)
    return np.where(quantity > 0, close * (both / longs if longs else 0.0), close * (both / shorts if shorts else 0.0))
