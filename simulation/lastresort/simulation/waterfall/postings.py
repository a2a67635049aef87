"""Posts what rules say about losses to the ledger, in the name of the stage that said it."""

import numpy as np

from lastresort.mechanisms.contract import Absorption, Allocation, LossEvent, Scope
from lastresort.simulation.accounts.journal import Cause
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.waterfall.open_losses import OpenLosses


class VenuePostings:
    """The books of one venue."""

    def __init__(self, ledger: Ledger, venue: int) -> None:
        self._ledger, self._venue = ledger, venue

    def absorb(self, losses: OpenLosses, mechanism: str, said: Absorption) -> None:
        """A backstop pays or takes inventory."""
        with self._ledger.journal.stage(mechanism, losses.state.time):
            self._ledger.absorb(said.payer, self._venue, losses.market, said.pay, said.take, said.drawn)

    def allocate(self, event: LossEvent, mechanism: str, said: Allocation) -> None:
        """Accounts close, take over and are charged."""
        with self._ledger.journal.stage(mechanism, event.time):
            self._allocate(event, said)

    def _allocate(self, event: LossEvent, said: Allocation) -> None:
        holders, market, side = event.candidates, event.market, np.sign(event.contracts)
        assigned = Cause.ASSIGNMENT if event.scope is Scope.PROVIDERS else Cause.FORCED_ASSIGNMENT
        for amount, cause in ((said.close, Cause.DELEVERAGING), (np.asarray(said.assign), assigned)):
            rows = amount > 0
            if rows.any():
                prices = (np.asarray(said.winner_price)[rows], said.loser_price, said.gap_payer, event.mark)
                quantity = side * amount[rows]
                self._ledger.deleverage(holders.account[rows], self._venue, market, quantity, *prices, cause=cause)
        charged = said.charge > 0
        if charged.any():
            self._ledger.charge(holders.account[charged], self._venue, market, said.charge[charged], said.claim)
