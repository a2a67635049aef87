"""A policy's walk over the losses of one venue of a book, asked again until nobody has anything more to say."""

from dataclasses import dataclass

import numpy as np

from lastresort.books.book_postings import BookPostings
from lastresort.books.book_venue import BookVenue
from lastresort.mechanisms.contract import Scope, Waterfall
from lastresort.simulation.waterfall.open_losses import OpenLosses, Severity, busy
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.stages import walk

MINUTE, WEEK = 60.0, 604_800.0
MOST = 1_000
"""Passes after which a rule that still says something is asked no more."""


@dataclass(frozen=True, slots=True)
class Walked:
    """How often the waterfall was asked, and whether it still had something to say after the last pass."""

    passes: int
    unfinished: bool


def settle(
    venue: BookVenue, waterfall: Waterfall, books: BookPostings, throttled: bool, forced: bool = False
) -> Walked:
    """Go through a waterfall, once if it is not `throttled`: then this is its only and last pass.

    Otherwise it is asked until a pass posts nothing, every minute, once more a week later, and at the end of all, so
    that a rule that works in steps can finish; prices stand still. `forced` places all of the inventory with the other
    side even where nothing is lost.
    """
    rulebook, passes = Rulebook(waterfall), 0
    if not throttled:
        return Walked(int(_pass(venue, rulebook, books, True, forced)), False)
    for wait, final in ((0.0, False), (WEEK, False), (0.0, True)):
        venue.time += wait
        while _pass(venue, rulebook, books, final, forced):
            passes += 1
            venue.time += MINUTE
            if passes >= MOST:
                return Walked(passes, True)
    return Walked(passes, False)


def _pass(venue: BookVenue, rulebook: Rulebook, books: BookPostings, final: bool, forced: bool) -> bool:
    """Ask every stage once; whether anything was posted."""
    market = np.flatnonzero(busy(venue.inventory, venue.engine_cash, venue.remnant))
    if not len(market):
        return False
    before = books.posted
    losses = OpenLosses.of(venue, market, final, rulebook.engine.places_all)
    if forced:
        losses.severity = Severity(losses.inventory.copy(), np.zeros(len(market)), Scope.OPPOSITE)
    for _ in walk(losses, rulebook.losses, rulebook, books):
        pass
    return books.posted > before
