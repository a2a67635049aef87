"""From a breached account to the engine's inventory or to the book: find who is below maintenance, ask, post."""

from itertools import pairwise

import numpy as np
import simpy

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.isolated import Hits
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.matching.immediate import ImmediateBook, LiquidationOrders
from lastresort.simulation.waterfall.breaches import Breaches, positions
from lastresort.simulation.waterfall.cool_downs import CoolDowns
from lastresort.simulation.waterfall.liquidation_answer import LiquidationAnswer, together
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.state import BreachedPositions

Verdicts = tuple[LiquidationAnswer, list[str]]
"""What happens to each position, and the name of the rule that says so, `[n]`."""


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
        held, venue = self._by_venue(ids, rows)
        self._breaches.note(held.account, time, resting)
        if len(venue):
            self._post(time, venue, held, self._ask(time, venue, held), low, high, takeover)
        resting = self.cool_downs.resting()
        left = ids[(self._ledger.isolated.quantity[ids] != 0) & ~resting[ids]]
        self._ledger.isolated.triggers.keep_watching(left)
        self.waiting = len(left) > 0 or bool(self._ledger.cross.quantity[rows[~resting[alone + rows]]].any())

    def _by_venue(self, ids: Ints, rows: Ints) -> tuple[BreachedPositions, Ints]:
        """The positions in breach, venue by venue, and their venues `[n]`."""
        held = positions(self._ledger, self._prices, ids, rows)
        venue = self._ledger.venue_of(held.account)
        order = np.argsort(venue, kind="stable")
        return held.where(order), venue[order]

    def _ask(self, time: float, venue: Ints, held: BreachedPositions) -> Verdicts:
        """What the rules of each venue say about its positions; nothing is posted before all have answered."""
        said, names = [], list[str]()
        bounds = np.searchsorted(venue, np.arange(len(self._rulebooks) + 1))
        for v, (first, last) in enumerate(pairwise(bounds.tolist())):
            if first < last:
                answer = self._rulebooks[v].liquidate(self._breaches.view(v, held.where(slice(first, last)), time))
                said.append(answer)
                names += self._rulebooks[v].liquidators(answer.stage)
        return together(said), names

    def _post(
        self,
        time: float,
        venue: Ints,
        held: BreachedPositions,
        verdicts: Verdicts,
        low: Floats,
        high: Floats,
        takeover: Bools,
    ) -> None:
        """Takeovers first, then orders; all venues at once, whose books know nothing of each other."""
        said, names = verdicts
        where = (venue, held.market)
        with self._ledger.journal.stages(held.account, held.market, names, time):
            taken = np.flatnonzero((said.seize > 0) & takeover[where])
            if len(taken):
                self._seize(venue[taken], held.where(taken), said.seize[taken], said.penalty[taken])
            sent = np.flatnonzero((said.order > 0) & (high > low)[where])
            if len(sent):
                self._send(venue[sent], held.where(sent), said.where(sent), low, high)
        self.cool_downs.begin(held.account, said.pause)

    def _seize(self, venue: Ints, held: BreachedPositions, share: Floats, penalty: Floats) -> None:
        ledger, mark = self._ledger, self._prices.mark[venue, held.market]
        price = mark * (1 - np.sign(held.quantity) * np.minimum(penalty, held.equity / held.unit_notional))
        hole = held.equity < 0
        lost = -(held.equity * np.abs(held.quantity) * mark / held.unit_notional * share)
        np.add.at(ledger.burden.left_hole, held.account[hole], lost[hole])
        ledger.seize(held.account, held.market, share * held.quantity, price, mark)

    def _send(self, venue: Ints, held: BreachedPositions, said: LiquidationAnswer, low: Floats, high: Floats) -> None:
        quantity = -said.order * held.quantity
        bankruptcy = held.bankruptcy_price(self._prices.mark[venue, held.market])
        columns = (held.account, venue, held.market, quantity, said.limit, said.order_fee, bankruptcy)
        self._breaches.note_orders(held.account)
        self._book.execute(LiquidationOrders(*columns), low, high)
