"""From profits to contracts: how much of a position can be closed before its holder has lost a given amount.

arXiv 2512.01112 seizes x_i = h_i w_i dollars of winner i's unrealised profit w_i. Here a winner loses money by being
closed at a price worse than the mark. In one market, at one price, a contract costs everybody the same, so dollars
seized and contracts closed are proportional: k_i = x_i / (loss per contract), and a budget of B dollars is
B / (loss per contract) contracts, which is what the engine asks to place.
"""

import numpy as np

from lastresort.mechanisms.building_blocks.pricing import PriceRule, two_prices
from lastresort.mechanisms.contract import Floats, LossEvent


def loss_per_contract(event: LossEvent, rule: PriceRule) -> float:
    """USD that one forced close at the prices of `rule` costs its holder against the mark; never negative."""
    loss = float(np.sign(event.contracts)) * (two_prices(event, rule)[0] - event.mark)
    return loss if loss > 0 else 0.0


def affordable(event: LossEvent, rule: PriceRule, size: Floats, dollars: Floats) -> Floats:
    """Contracts `[n]`, at most `size`, that lose their holders at most `dollars` `[n]`; none where that is nothing."""
    loss, dollars = loss_per_contract(event, rule), np.maximum(dollars, 0.0)
    close = np.divide(dollars, loss, out=size.copy(), where=dollars < size * loss)
    return np.where(dollars > 0, close, 0.0)


def within_profit(event: LossEvent, rule: PriceRule, size: Floats) -> Floats:
    """Contracts `[n]` that cost their holders no more than the profit of the position: haircuts of 1 at most."""
    return affordable(event, rule, size, event.candidates.profit)
