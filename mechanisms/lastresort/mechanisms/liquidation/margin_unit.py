"""Quantities of breached margin units, one value per position `[n]`; a unit is one isolated position or one account."""

import numpy as np

from lastresort.mechanisms.contract import BreachView, Floats, Ints


def units(view: BreachView) -> Ints:
    """Number of the margin unit each row belongs to, from 0 without gaps."""
    alone = np.where(view.isolated, view.market + 1, 0)
    key = view.account * (int(alone.max(initial=0)) + 1) + alone
    return np.asarray(np.unique(key, return_inverse=True)[1].reshape(-1), dtype=np.int64)


def over_unit(view: BreachView, column: Floats) -> Floats:
    """Sum of `column` over all legs of each row's unit."""
    unit = units(view)
    return np.asarray(np.bincount(unit, weights=column)[unit], dtype=np.float64)


def value(view: BreachView) -> Floats:
    """Notional of each position at the mark, USD."""
    return np.abs(view.quantity) * view.mark


def per_notional(view: BreachView, amount: Floats) -> Floats:
    """`amount` (USD) of the unit per USD of the unit's notional."""
    return np.divide(amount, view.unit_notional, out=np.zeros(len(amount)), where=view.unit_notional > 0)


def margin_ratio(view: BreachView) -> Floats:
    """Equity over maintenance margin of the unit: below 1 in breach, below 0 bankrupt."""
    return np.divide(view.equity, view.maintenance, out=np.ones(len(view.mark)), where=view.maintenance > 0)


def share_to_restore(view: BreachView, need: Floats, fee: float = 0.0) -> Floats:
    """Share f of every leg to close at the mark so that the unit's equity is its need again; 1 where none is enough.

    `need` is the margin to reach (USD) and shrinks with the position: E - fee f N = (1 - f) need.
    """
    short, freed = need - view.equity, need - fee * view.unit_notional
    share = np.divide(short, freed, out=np.ones(len(short)), where=freed > short)
    return np.where(short > 0, share, 0.0)


def fee_left(view: BreachView, most: float) -> Floats:
    """Fee on fills that equity can pay after today's book has taken its part, at most `most` of their value."""
    return np.clip(per_notional(view, view.equity) - view.impact, 0.0, most)
