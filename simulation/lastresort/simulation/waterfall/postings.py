"""Posts what rules say about losses to the ledger, and notes it in the log of losses."""

import numpy as np

from lastresort.mechanisms.contract import Absorption, Allocation, LossEvent
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.waterfall.loss_log import LossLog
from lastresort.simulation.waterfall.open_losses import OpenLosses


class VenuePostings:
    """The books of one venue."""

    def __init__(self, ledger: Ledger, log: LossLog, venue: int) -> None:
        self._ledger, self._log, self._venue = ledger, log, venue

    def absorb(self, losses: OpenLosses, mechanism: str, said: Absorption) -> None:
        """A backstop pays or takes inventory."""
        self._ledger.absorb(said.payer, self._venue, losses.market, said.pay, said.take, said.drawn)
        self._log.absorption(losses.state.time, self._venue, losses.market, mechanism, said)

    def allocate(self, event: LossEvent, mechanism: str, said: Allocation) -> None:
        """Accounts close, take over and are charged."""
        holders, ledger, log, venue = event.candidates, self._ledger, self._log, self._venue
        side = np.sign(event.contracts)
        for amount, forced, note in (
            (said.close, True, log.deleveraging),
            (np.asarray(said.assign), False, log.assignment),
        ):
            rows = amount > 0
            if rows.any():
                quantity, winner = side * amount[rows], np.asarray(said.winner_price)[rows]
                gap = float((quantity * (said.loser_price - winner)).sum())
                account, market = holders.account[rows], event.market
                prices = (winner, said.loser_price, said.gap_payer, event.mark)
                ledger.deleverage(account, venue, market, quantity, *prices, forced=forced)
                note(event, venue, mechanism, quantity, winner)
                log.gap(venue, market, said.gap_payer, gap)
        charged = said.charge > 0
        if charged.any():
            ledger.charge(holders.account[charged], venue, event.market, said.charge[charged], said.claim)
            log.charge(event, venue, mechanism, said.charge[charged])
