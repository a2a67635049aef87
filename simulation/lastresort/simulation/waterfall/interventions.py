"""What rules do before there is a loss: every so often they are asked about each market that trades."""

import numpy as np

from lastresort.mechanisms.contract import Answer, Bools, Intervention, MarketView
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.simulated_venue import SimulatedVenues
from lastresort.simulation.waterfall.views import market_view


class Interventions:
    """Asks the stages that may act before a loss, each in its own period, and posts what they say."""

    def __init__(self, venues: SimulatedVenues, rulebooks: list[Rulebook]) -> None:
        self._venues, self._ledger = venues, venues.ledger
        self._asked = [(v, book, stage) for v, book in enumerate(rulebooks) for stage in book.intervening]
        self._next = np.zeros(len(self._asked))

    def close(self) -> None:
        """Ask nobody any more."""
        self._asked = []

    def are_due(self, now: float) -> bool:
        """Whether the time of any of them has come."""
        return bool(self._asked) and now >= float(self._next.min())

    def ask(self, now: float, trading: Bools) -> None:
        """Ask those whose time has come about the markets `[V, M]` that trade, one stage after the other."""
        for k, (venue, book, stage) in enumerate(self._asked):
            if now >= self._next[k]:
                self._next[k] = (now // stage.every + 1) * stage.every
                for market in np.flatnonzero(trading[venue]):
                    self._ask(venue, book, stage, int(market), now)

    def _ask(self, venue: int, book: Rulebook, stage: Answer, market: int, now: float) -> None:
        view = market_view(self._venues.at(venue, now), market)
        if len(view.candidates.account):
            said = book.intervene(view, stage)
            if said is not None:
                with self._ledger.journal.stage(stage.name, now):
                    self._post(venue, view, said)

    def _post(self, venue: int, view: MarketView, said: Intervention) -> None:
        account, quantity, mark = view.candidates.account, view.candidates.quantity, view.mark
        closed = np.asarray(said.close) > 0
        if closed.any():
            change = -np.sign(quantity[closed]) * np.asarray(said.close)[closed]
            self._ledger.reduce(account[closed], venue, view.market, change, said.price, mark)
        charged = np.asarray(said.charge) != 0
        if charged.any():
            self._ledger.levy(account[charged], venue, view.market, np.asarray(said.charge)[charged])
