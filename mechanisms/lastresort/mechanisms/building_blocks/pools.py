"""Money that pays losses: whole pools, or pots, shared pro rata where they are scarce."""

import numpy as np

from lastresort.mechanisms.contract import Absorption, Bools, Floats, Ints, Payer, ResidualView

ROUNDING = 1e-9
"""Share of its peak that a pool paid down to a floor may miss it by."""


def in_pools(money: Floats, pool: Ints, claims: Floats) -> Floats:
    """Meet claims `[n]` in full where their pool's money `[P]` suffices, else in equal proportion."""
    total = np.bincount(pool, weights=claims, minlength=len(money))
    rate = np.divide(np.minimum(money, total), total, out=np.zeros_like(money), where=total > 0)
    met: Floats = claims * rate[pool]
    return met


def spendable(view: ResidualView, usable: float) -> Floats:
    """What each pool may spend until it has lost `usable` of its peak, `[P]` USD."""
    return np.maximum(view.pool_balance - (1 - usable) * view.pool_peak, 0.0)


def at_floor(balance: Floats, peak: Floats, floor: float) -> Bools:
    """Whether a pool is down to `floor` of its peak or below, give or take rounding."""
    return balance <= (floor + ROUNDING) * peak


def from_own_pools(view: ResidualView, money: Floats, most: Floats | float = np.inf) -> Absorption:
    """Each market's pool pays up to `money` `[P]`, at most `most` `[n]` paid and promised per market."""
    pay, standby = _pay_and_promise(view, money, view.pool, most)
    return Absorption(payer=Payer.FUND, pay=pay, standby=standby, take=np.zeros(len(pay)))


def from_all_pools(view: ResidualView, money: Floats, most: Floats | float = np.inf) -> Absorption:
    """All pools pay together, each in proportion to its `money` `[P]`, whichever market lost."""
    total = float(money.sum())
    pay, standby = _pay_and_promise(view, np.array([total]), np.zeros_like(view.pool), most)
    drawn = money / total if total > 0 else np.full(len(money), 1 / len(money))
    return Absorption(payer=Payer.FUND, pay=pay, standby=standby, take=np.zeros(len(pay)), drawn=drawn)


def from_pot(view: ResidualView, payer: Payer, money: float) -> Absorption:
    """One payer outside the insurance pools pays up to `money` for all markets."""
    pay, standby = _pay_and_promise(view, np.array([max(money, 0.0)]), np.zeros_like(view.pool), np.inf)
    return Absorption(payer=payer, pay=pay, standby=standby, take=np.zeros(len(pay)))


def _pay_and_promise(view: ResidualView, money: Floats, pool: Ints, most: Floats | float) -> tuple[Floats, Floats]:
    """Deficits first; money they do not need stands ready for the losses that selling the inventory would make."""
    pay = in_pools(money, pool, np.minimum(view.deficit, most))
    spent = np.bincount(pool, weights=pay, minlength=len(money))
    ahead = np.minimum(view.shortfall - view.deficit, most - pay)
    return pay, in_pools(np.maximum(money - spent, 0.0), pool, ahead)
