"""From a breached account to the engine's inventory or to the book: find who is below maintenance, ask, post."""

import numpy as np
import simpy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.isolated import Hits
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.matching.immediate import ImmediateBook, LiquidationOrders
from lastresort.simulation.waterfall.breaches import Breaches, positions
from lastresort.simulation.waterfall.cool_downs import CoolDowns
from lastresort.simulation.waterfall.liquidation_answer import LiquidationAnswer
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.state import BreachedPositions


class LiquidationDesk:
    """Asks each venue's rules about its breached positions and posts what they say.

    `waiting` tells whether the rules left somebody in breach who is to be asked about at the next tick.
    """

    def __init__(
        self,
        env: simpy.Environment,
        ledger: Ledger,
        prices: Prices,
        rulebooks: list[Rulebook],
        breaches: Breaches,
        book: ImmediateBook,
    ) -> None:
        self._ledger, self._prices, self._rulebooks = ledger, prices, rulebooks
        self._breaches, self._book = breaches, book
        self.cool_downs = CoolDowns(env, ledger.isolated, len(ledger.isolated.book) + len(ledger.cross))
        self.waiting = False

    def find(self, awake: Bools) -> tuple[Hits, Ints]:
        """Isolated accounts at a trigger (in `awake` books `[V, M]` only) and cross-margin rows below maintenance."""
        mark = self._prices.mark
        return self._ledger.isolated.hits(mark, awake), self._ledger.cross.breached(mark)

    def liquidate(self, time: float, ids: Ints, rows: Ints, low: Floats, high: Floats, takeover: Bools) -> None:
        """Act on breached isolated accounts and cross-margin rows, where `takeover` `[V, M]` lets the engine step in.

        Orders trade between `low` and `high` `[V, M]`.
        """
        alone, resting = len(self._ledger.isolated.book), self.cool_downs.resting()
        if not len(ids) and not len(rows):
            self._breaches.note(ids, time, resting)
            self.waiting = False
            return
        ids, rows = ids[~resting[ids]], rows[~resting[alone + rows]]
        held = positions(self._ledger, self._prices, ids, rows)
        venue = self._ledger.venue_of(held.account)
        self._breaches.note(held.account, time, resting)
        for v in np.unique(venue):
            self._liquidate_venue(time, int(v), held.where(venue == v), low[v], high[v], takeover[v])
        resting = self.cool_downs.resting()
        left = ids[(self._ledger.isolated.quantity[ids] != 0) & ~resting[ids]]
        self._ledger.isolated.triggers.keep_watching(left)
        self.waiting = len(left) > 0 or bool(self._ledger.cross.quantity[rows[~resting[alone + rows]]].any())

    def _liquidate_venue(
        self, time: float, venue: int, held: BreachedPositions, low: Floats, high: Floats, takeover: Bools
    ) -> None:
        rulebook, journal = self._rulebooks[venue], self._ledger.journal
        said = rulebook.liquidate(self._breaches.view(venue, held, time))
        acted = np.flatnonzero((said.seize > 0) | (said.order > 0))
        with journal.stages(held.account[acted], held.market[acted], rulebook.liquidators(said.stage[acted]), time):
            self._act(venue, held, said, low, high, takeover)
        self.cool_downs.begin(held.account, said.pause)

    def _act(
        self,
        venue: int,
        held: BreachedPositions,
        said: LiquidationAnswer,
        low: Floats,
        high: Floats,
        takeover: Bools,
    ) -> None:
        taken = np.flatnonzero((said.seize > 0) & takeover[held.market])
        if len(taken):
            self._seize(venue, held.where(taken), said.seize[taken], said.penalty[taken])
        sent = np.flatnonzero((said.order > 0) & (high > low)[held.market])
        if len(sent):
            self._send(venue, held.where(sent), said.where(sent), low, high)

    def _seize(self, venue: int, held: BreachedPositions, share: Floats, penalty: Floats) -> None:
        ledger, mark = self._ledger, self._prices.mark[venue, held.market]
        price = mark * (1 - np.sign(held.quantity) * np.minimum(penalty, held.equity / held.unit_notional))
        hole = held.equity < 0
        lost = -(held.equity * np.abs(held.quantity) * mark / held.unit_notional * share)
        np.add.at(ledger.burden.left_hole, held.account[hole], lost[hole])
        ledger.seize(held.account, held.market, share * held.quantity, price, mark)

    def _send(self, venue: int, held: BreachedPositions, said: LiquidationAnswer, low: Floats, high: Floats) -> None:
        quantity = -said.order * held.quantity
        bankruptcy = held.bankruptcy_price(self._prices.mark[venue, held.market])
        orders = LiquidationOrders(held.account, held.market, quantity, said.limit, said.order_fee, bankruptcy)
        self._breaches.note_orders(held.account)
        self._book.execute(venue, orders, low, high)
