"""An exact index of cross-margin accounts near liquidation, by how far marks must move to reach them.

Equity minus maintenance margin is linear in the marks between trades: f = cash + W . mark with W = q - |q| rate. Seen
from anchor marks m0, an account cannot be below maintenance while every mark is within the fraction
r = f / sum_k |W_k| m0_k of its anchor. Only accounts with r below the largest move so far need the exact test.
"""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.kernels.margins import suspects

HORIZON = 0.05
SLACK = 1e-9


class RadiusIndex:
    """Keeps accounts within 5 % of liquidation sorted by radius; anchors again when marks have moved further."""

    def __init__(self, accounts: int) -> None:
        self._anchor: Floats | None = None
        self._rows = np.empty(0, dtype=np.int64)
        self._radius = np.empty(0)
        self._changed = np.zeros(accounts, dtype=bool)

    def note_changed(self, rows: Ints) -> None:
        """Accounts whose positions or cash changed are always suspects until the next anchor."""
        self._changed[rows] = True

    def forget(self) -> None:
        """Anchor again at the next question, e.g. after margin rates changed."""
        self._anchor = None

    def suspects(self, quantity: Floats, cash: Floats, venue: Ints, mark: Floats, rate: Floats) -> Ints:
        """Rows (a superset of those below maintenance, usually a tiny one), ascending."""
        if self._anchor is not None:
            lists = (self._rows, self._radius, self._changed)
            within, rows = suspects(mark, self._anchor, *lists, HORIZON, SLACK)
            if within:
                return rows
        return self._anchor_at(quantity, cash, venue, mark, rate)

    def _anchor_at(self, quantity: Floats, cash: Floats, venue: Ints, mark: Floats, rate: Floats) -> Ints:
        weight = quantity - np.abs(quantity) * rate[venue]
        at = mark[venue]
        free = cash + np.einsum("ij,ij->i", weight, at)
        span = np.einsum("ij,ij->i", np.abs(weight), at)
        radius = np.where(span > 0, free / np.where(span > 0, span, 1.0), np.inf)
        order = np.argsort(radius, kind="stable")
        order = order[radius[order] <= HORIZON * (1 + SLACK) + SLACK]
        self._rows, self._radius = order, radius[order]
        self._anchor = mark.copy()
        self._changed[:] = False
        return np.sort(order[self._radius <= SLACK])
