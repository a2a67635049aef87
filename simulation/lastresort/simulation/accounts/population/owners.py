"""Owners of isolated accounts: one law of size for a whole cohort, whatever books and venues its owners trade in."""

from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.population.sizes import share_out, stratified_sizes
from lastresort.simulation.scenario import Population
from lastresort.simulation.universe import Universe

RESERVED = 0.15
"""Share of every book that is left to small owners."""

PIECE = 0.25
"""Largest share of a book that an owner takes who could also trade elsewhere."""

BIG = 0.05
"""An owner of more than this share of an average book is placed by itself, before the small ones."""


class Accounts(NamedTuple):
    """Accounts of one cohort, `[n]`: book, owner (a number within the cohort) and notional in USD."""

    book: Ints
    owner: Ints
    notional: Floats

    def rows(self, which: Ints | slice) -> "Accounts":
        """Some of them, in that order."""
        return Accounts(self.book[which], self.owner[which], self.notional[which])


def draw_owners(
    universe: Universe, rng: np.random.Generator, targets: Floats, counts: Ints, population: Population
) -> Accounts:
    """Place owners of stratified sizes in books so that each holds its target `[V, M]` (USD).

    Large owners, the largest first, spread over as many books as they need; small ones get one book each, `counts`
    `[V, M]` of them in all. What is drawn does not depend on the order in which venues and markets are listed.
    """
    books = books_by_name(universe)
    total, count = targets.ravel()[books], counts.ravel()[books]
    drawn = stratified_sizes(rng, int(count.sum()), population)
    sizes = np.sort(share_out(float(total.sum()), drawn, population.largest_owner))[::-1]
    big = min(int(np.count_nonzero(sizes > BIG * total.mean())), len(sizes) - len(books))
    room, pieces = (1 - RESERVED) * total, []
    for owner in range(big):
        where, taken = _spread(rng, sizes[owner], total, room)
        room[where] -= taken
        pieces.append(Accounts(where, np.full(len(where), owner), taken))
    pieces.append(_small_ones(rng, sizes[big:], big, room + RESERVED * total, count))
    placed = Accounts(*(np.concatenate(column) for column in zip(*pieces, strict=True)))
    sums = np.bincount(placed.book, placed.notional, len(books))
    scale = np.divide(total, sums, out=np.zeros(len(books)), where=sums > 0)
    return Accounts(books[placed.book], placed.owner, placed.notional * scale[placed.book])


def books_by_name(universe: Universe) -> Ints:
    """Flat numbers of all books in the order of their names."""
    V, M = universe.shape
    names = [(universe.venues[book // M], universe.markets[book % M]) for book in range(V * M)]
    return np.array(sorted(range(V * M), key=names.__getitem__), dtype=np.int64)


def _spread(rng: np.random.Generator, size: float, total: Floats, room: Floats) -> tuple[Ints, Floats]:
    """Books in which one owner trades and how much, at most a piece of each; more where its size needs it."""
    piece = max(PIECE, 1.6 * size / max(float(total.sum()), 1e-300))
    most = np.clip(np.minimum(piece * total, room), 0.0, None)
    order = np.argsort(rng.exponential(size=len(total)) / np.maximum(most, 1e-300))
    before = np.cumsum(most[order]) - most[order]
    taken = np.clip(size - before, 0.0, most[order])
    return order[taken > 0], taken[taken > 0]


def _small_ones(rng: np.random.Generator, sizes: Floats, first: int, room: Floats, count: Ints) -> Accounts:
    """The rest of the owners, shuffled, so many to each book as its share of accounts, at least one."""
    n = len(sizes)
    bounds = np.round(np.cumsum(count) / count.sum() * (n - len(count))).astype(np.int64)
    each = np.diff(bounds, prepend=0) + 1
    where = np.repeat(np.arange(len(count)), each)
    order = rng.permutation(n)
    drawn = np.bincount(where, sizes[order], len(count))
    notional = sizes[order] * np.divide(room, drawn, out=np.zeros_like(room), where=drawn > 0)[where]
    return Accounts(where, first + order, notional)
