"""Whales: levered longs as large as the largest single liquidation on record."""

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.simulation.accounts.population.owners import Accounts, books_by_name
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe

LARGEST_PIECE = 0.1
"""Largest share of a book's open interest that whales hold."""


def draw_whales(universe: Universe, seed: int, free: Floats) -> Accounts:
    """Whales of Pareto size, together a share of all longs, each in one book chosen by its open interest.

    They are smaller where other longs leave less `free` (`[V, M]`, USD) than their largest piece.
    """
    whales, alpha = universe.scenario.whales, universe.scenario.population.tail
    interest = universe.open_interest
    books = books_by_name(universe)
    room = LARGEST_PIECE * interest.ravel()[books]
    low, high = (bound * interest.sum() for bound in whales.size)
    rng = stream(seed, "population", "whale")
    n = int(np.ceil(whales.share * interest.sum() / max(_mean(low, high, alpha), 1e-300)))
    u = (rng.permutation(n) + rng.random(n)) / max(n, 1)
    size = low * (1 - u * (1 - (low / high) ** alpha)) ** (-1 / alpha)
    where = rng.choice(len(books), size=n, p=room / room.sum())
    fits = np.minimum(room, free.ravel()[books])
    crowded = np.bincount(where, size, len(books)) / np.maximum(fits, 1e-300)
    return Accounts(books[where], np.arange(n), size / np.maximum(crowded[where], 1.0))


def _mean(low: float, high: float, alpha: float) -> float:
    """Mean of a Pareto law with tail `alpha`, not 1, between two bounds."""
    share = 1 - (low / high) ** alpha
    mean: float = alpha / (1 - alpha) * low**alpha * (high ** (1 - alpha) - low ** (1 - alpha)) / share
    return mean
