"""What the runs of one seed are measured against: worked out once, and used for every policy of that seed."""

from dataclasses import dataclass
from functools import cached_property

from lastresort.scores.measures.hedges import Hedges
from lastresort.scores.measures.owners import Owners
from lastresort.scores.measures.population import Population
from lastresort.scores.measures.positions import Positions
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
    def population(self) -> Population:
        """Who may be asked to bear others' losses, sized by equity."""
        return Population.of(self.reference, self.owners)

    @cached_property
    def by_profit(self) -> Population:
        """The owners of the population who made a profit over the reference run, sized by it."""
        return Population.of(self.reference, self.owners, "pnl")

    @cached_property
    def by_notional(self) -> Population:
        """The population sized by starting notional."""
        return Population.of(self.reference, self.owners, "notional")

    @cached_property
    def positions(self) -> Positions:
        """Accounts and positions of the population."""
        return Positions(self.population, self.reference)

    @cached_property
    def hedges(self) -> Hedges:
        """The market-neutral strategies."""
        return Hedges.of(self.reference)
