"""The exchange ecosystem: clock, markets, accounts, ledger, participants, and scenarios as data."""

from lastresort.simulation.accounts.books import ConservationError
from lastresort.simulation.recording.record import RecordError, RunRecord
from lastresort.simulation.run import simulate
from lastresort.simulation.scenario import Scenario

__all__ = ["ConservationError", "RecordError", "RunRecord", "Scenario", "simulate"]
