"""What the runs of one seed are measured against: worked out once, and used for every policy of that seed."""

from dataclasses import dataclass
from functools import cached_property

from lastresort.scores.measures.beneficial_owners import Owners
from lastresort.scores.measures.hedges import Hedges
from lastresort.simulation.recording.record import RunRecord


@dataclass(frozen=True)
class Yardstick:
    """The reference run of a seed, and what measures of the other runs of that seed need of it."""

    reference: RunRecord

    @cached_property
    def owners(self) -> Owners:
        """Who holds which account."""
        return Owners.of(self.reference)

    @cached_property
    def hedges(self) -> Hedges:
        """The market-neutral strategies."""
        return Hedges.of(self.reference)
