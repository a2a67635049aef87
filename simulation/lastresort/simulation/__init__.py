"""The exchange ecosystem: clock, markets, accounts, ledger, participants, and scenarios as data."""

from lastresort.simulation.accounts.conservation import ConservationError
from lastresort.simulation.recording.record import RecordError, RunRecord
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.whole_run import simulate

__all__ = ["ConservationError", "RecordError", "RunRecord", "Scenario", "simulate"]
