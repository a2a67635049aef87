"""What the owners of a population bore in one run, and what else of it several measures need."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.concentration import relative_lorenz
from lastresort.scores.measures.floor import floor_of
from lastresort.scores.measures.owners import equity_kept, numbers
from lastresort.scores.measures.population import Population
from lastresort.scores.measures.positions import Units
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord


@dataclass(frozen=True)
class Burdens:
    """A run beside the reference run of its seed; columns `[n]` of the owners of the population, in USD.

    Raises InputError where the two runs hold different accounts.
    """

    run: RunRecord
    yardstick: Yardstick

    def __post_init__(self) -> None:
        self.yardstick.owners.check(self.run, self.yardstick.reference)

    @property
    def population(self) -> Population:
        """Whose burdens these are."""
        return self.yardstick.population

    @property
    def endowment(self) -> Floats:
        """What each owner had, USD > 0."""
        return self.population.endowment

    @cached_property
    def by_account(self) -> Floats:
        """Direct loss of each account of the record, `[a]`, in the population or not."""
        return numbers(self.run.accounts, "direct_loss")

    @cached_property
    def by_owner(self) -> Floats:
        """Direct loss of every owner of the record, `[o]`."""
        return self.yardstick.owners.total(self.by_account)

    @cached_property
    def loss(self) -> Floats:
        """Direct loss."""
        return self.by_owner[self.population.member]

    @cached_property
    def burden(self) -> Floats:
        """Direct loss over endowment (fraction, may exceed 1)."""
        return self.loss / self.endowment

    @cached_property
    def curve(self) -> tuple[Floats, Floats]:
        """The relative Lorenz curve."""
        return relative_lorenz(self.loss, self.endowment)

    @cached_property
    def gain(self) -> Floats:
        """What an owner made over this run before the policy imposed a loss on it; negative where it lost anyway."""
        change = equity_kept(self.run) - numbers(self.run.accounts, "equity_start")
        return self.population.total(change) + self.loss

    @cached_property
    def floor(self) -> Floats:
        """The most equal way to bear the same loss, nobody above its own loss or its gain; see `floor_of`."""
        return floor_of(self.loss, self.endowment, np.maximum(self.gain, 0.0))

    @cached_property
    def total_loss(self) -> Floats:
        """By how much less an owner ended up with than in the reference run, over all its accounts; at least 0.

        What it sent as margin is its own money, and in neither run part of what it ended up with.
        """
        ours, theirs = (equity_kept(run) for run in (self.run, self.yardstick.reference))
        return np.maximum(self.population.total(theirs - ours), 0.0)

    @cached_property
    def accounts(self) -> Units:
        """The loss divided over accounts, grouped by venue."""
        return self.yardstick.positions.accounts(self.by_account)

    @cached_property
    def positions(self) -> Units:
        """The loss divided over positions, grouped by market."""
        return self.yardstick.positions.positions(self.run, self.by_account)
