"""What becomes of the engines' losses: every venue's go through its waterfall."""

import numpy as np

from lastresort.mechanisms.contract import Bools
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.waterfall.open_losses import OpenLosses, busy
from lastresort.simulation.waterfall.postings import VenuePostings
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.stages import walk
from lastresort.simulation.waterfall.treasury import Treasury


class Resolution:
    """Settles the liquidation engines of all venues after each tick."""

    def __init__(self, venues: SimulatedVenues, rulebooks: list[Rulebook]) -> None:
        self._venues, self._rulebooks = venues, rulebooks
        self._ledger: Ledger = venues.ledger
        self._treasury = Treasury(venues, rulebooks)
        self._postings = [VenuePostings(venues.ledger, v) for v in range(len(rulebooks))]

    def settle(self, time: float, due: Bools, final: bool = False) -> None:
        """Go through the waterfall for every book in `due` `[V, M]` whose engine holds inventory or a loss."""
        ledger = self._ledger
        open_books = busy(ledger.engine_quantity, ledger.engine_cash, self._venues.remnant) & due
        if not open_books.any():
            return
        self._treasury.give_surplus(open_books, time)
        for v in np.flatnonzero(open_books.any(axis=1)):
            rulebook = self._rulebooks[v]
            market, all_of_it = np.flatnonzero(open_books[v]), rulebook.engine.places_all
            losses = OpenLosses.of(self._venues.at(int(v), time), market, final, all_of_it)
            for _ in walk(losses, rulebook.losses, rulebook, self._postings[v]):
                pass

    def route_fees(self, time: float) -> None:
        """Ask where the trading fees go; without an answer they go to the venue's treasury."""
        self._treasury.route_fees(time)
