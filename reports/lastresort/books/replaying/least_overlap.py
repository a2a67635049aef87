"""How little two ways of closing the same contracts can have in common."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats

MOST_STATES = 5_000
"""Sets of accounts that are looked at together; with more, what is known so far is said."""

SAME = 1e-12
"""Shares of the contracts that differ by less are the same."""


@dataclass(frozen=True, slots=True)
class LeastOverlap:
    """The least share of the contracts that every way of closing them has in common with production.

    `share` is proven: no way has less. Where it is `exact` there is one with just that much; where not, one with
    `reached`.
    """

    share: float
    reached: float
    exact: bool


def least_overlap(position: Floats, production: Floats, most_states: int = MOST_STATES) -> LeastOverlap:
    """The least sum of min(x, production) over the sum Q of production, where 0 <= x <= position and sum x = Q.

    `position` and `production` are contracts `[N]`, 0 <= production <= position. With S the accounts that are closed
    beyond production, the rest of the contracts overlap: the least is min over S of max(Q - sum of what is free in S,
    sum of production in S). It is found over the sets that no other beats, by what is free and by what it costs.
    """
    contracts = production.sum()
    free, cost = (position - production) / contracts, production / contracts
    useful = free > 0
    gratis = float(free[useful & (cost <= 0)].sum())
    free, cost = free[useful & (cost > 0)], cost[useful & (cost > 0)]
    return _search(free, cost, gratis, most_states)


def _search(free: Floats, cost: Floats, gratis: float, most_states: int) -> LeastOverlap:
    """Sets of accounts are decided one account after the other, the largest first; `left` are the others, by worth."""
    order = np.argsort(cost / free, kind="stable")
    free, cost = free[order], cost[order]
    gone, paid = np.array([gratis]), np.zeros(1)
    reached = min(_reached(gone, paid), _packed(free, cost, gratis))
    left = np.ones(len(free), np.bool_)
    for row in np.argsort(-(free + cost), kind="stable"):
        more, dearer = _running(free[left]), _running(cost[left])
        reached = min(reached, _rounded(more, dearer, gone, paid))
        bound = _bounds(more, dearer, gone, paid)
        open_ = bound < reached - SAME
        if not open_.any():
            return LeastOverlap(reached, reached, True)
        if open_.sum() > most_states:
            return LeastOverlap(max(float(bound.min()), 0.0), reached, False)
        gone, paid = _unbeaten(gone[open_], paid[open_], free[row], cost[row])
        left[row] = False
    reached = min(reached, _reached(gone, paid))
    return LeastOverlap(reached, reached, True)


def _packed(free: Floats, cost: Floats, gratis: float) -> float:
    """What is reached by taking every account whose cost still fits below what no set can do without, or just above."""
    least = float(_bounds(_running(free), _running(cost), np.array([gratis]), np.zeros(1))[0])
    best = 1.0
    for above in (0.0, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2):
        gone, paid = gratis, 0.0
        for more, dearer in zip(free.tolist(), cost.tolist(), strict=True):
            if paid + dearer <= least + above:
                gone, paid = gone + more, paid + dearer
        best = min(best, max(1.0 - gone, paid))
    return max(best, 0.0)


def _reached(gone: Floats, paid: Floats) -> float:
    return max(float(np.maximum(1.0 - gone, paid).min()), 0.0)


def _bounds(more: Floats, dearer: Floats, gone: Floats, paid: Floats) -> Floats:
    """No set that goes on from these has less: as if the accounts that are left could be split."""
    meeting, splits = 1.0 - gone - paid, more + dearer
    spent, won = np.interp(meeting, splits, dearer), np.interp(meeting, splits, more)
    return np.maximum(1.0 - gone - won, paid + spent)


def _rounded(more: Floats, dearer: Floats, gone: Floats, paid: Floats) -> float:
    """The best of the sets that go on from these with the accounts in their order."""
    at = np.searchsorted(more + dearer, 1.0 - gone - paid)
    before, after = np.maximum(at - 1, 0), np.minimum(at, len(more) - 1)
    return min(_reached(gone + more[where], paid + dearer[where]) for where in (before, after))


def _running(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])


def _unbeaten(gone: Floats, paid: Floats, free: float, cost: float) -> tuple[Floats, Floats]:
    """These sets, and each with one more account; without those that another beats in both."""
    gone, paid = np.concatenate([gone, gone + free]), np.concatenate([paid, paid + cost])
    order = np.lexsort([paid, -gone])
    gone, paid = gone[order], paid[order]
    before = np.concatenate([[np.inf], np.minimum.accumulate(paid)[:-1]])
    return gone[paid < before], paid[paid < before]
