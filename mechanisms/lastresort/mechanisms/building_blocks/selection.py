"""Ranks as far as they matter: whoever stands beyond the reach of a total need not be sorted."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints

FEW = 4096
"""So many rows are sorted sooner than looked through."""


def descending(score: Floats) -> Ints:
    """Rows from the highest score to the lowest, ties and what is no number in the order of the rows.

    The faster sort keeps no order among ties, so it is for scores of which no two are equal.
    """
    if _falls(-np.sort(-score[:: len(score) // 64 + 1])):
        order = np.argsort(-score)
        if _falls(score[order]):
            return order
    return np.argsort(-score, kind="stable")


def _falls(ranked: Floats) -> bool:
    return bool((ranked[1:] < ranked[:-1]).all())


def reached(total: float, capacity: Floats, score: Floats) -> Ints:
    """Rows, ascending, that hold the highest scores and can take more than `total`; all of them where no part can.

    Every score from some threshold up is among them. A sample of the rows tells where it may lie, and if those above
    it can take too little, it is lowered.
    """
    if len(score) > FEW:
        for threshold in _thresholds(total, capacity, score):
            rows = np.flatnonzero(score >= threshold)
            if capacity[rows].sum() > total:
                return rows
    return np.arange(len(score))


def _thresholds(total: float, capacity: Floats, score: Floats) -> Floats:
    """Scores of sampled rows that are the likelier to be low enough, the lower they are."""
    step = len(score) // FEW + 1
    sampled = descending(score[::step]) * step
    taken = step * np.cumsum(capacity[sampled])
    place = np.searchsorted(taken, total * np.array([1.1, 1.5, 2.5])) + 16
    thresholds: Floats = score[sampled[place[place < len(sampled)]]]
    return thresholds
