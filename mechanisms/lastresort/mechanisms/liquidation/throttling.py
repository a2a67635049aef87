"""What throttles need: who goes first, how far a budget reaches, and how much flowed."""

import numpy as np

from lastresort.mechanisms.contract import Bools, EventKind, EventView, Floats, Ints

FLOWS = (int(EventKind.TAKEOVER), int(EventKind.LIQUIDATION_ORDER))


def foremost(most: int, among: Bools, *keys: Floats) -> Bools:
    """Mark at most `most` of the rows `among` `[n]`: those with the largest first key, ties by the second and so on."""
    order = np.lexsort([-key for key in reversed(keys)])
    chosen = np.zeros(len(among), dtype=np.bool_)
    chosen[order[among[order]][:most]] = True
    return chosen


def starts_within(budget: Floats, market: Ints, size: Floats, urgency: Floats) -> Bools:
    """Whether each row's turn `[n]` comes while its market's budget `[M]` lasts, the most urgent first.

    The row that uses a budget up passes whole, so that no position is too large to pass.
    """
    order = np.lexsort((-urgency, market))
    sizes, markets = size[order], market[order]
    before = np.cumsum(sizes) - sizes
    passes = np.empty(len(order), dtype=np.bool_)
    passes[order] = before - before[np.searchsorted(markets, markets)] < budget[markets]
    return passes


def liquidated(view: EventView, markets: int) -> Floats:
    """Contracts taken over or traded in liquidation orders during the tick, `[M]`."""
    rows = np.isin(view.kind, FLOWS)
    flow = np.bincount(view.market[rows], weights=np.abs(view.contracts[rows]), minlength=markets)
    return np.asarray(flow, dtype=np.float64)
