"""Seeds for those still in the race, until the best policy is selected or the budget is spent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.seeds.selection import FIRST_STAGE, Selection, check_settings, select_best
from lastresort.scores.statistics import CONFIDENCE

MOST_SEEDS = 200
"""Seeds after which the race ends, where nothing else is said."""

if TYPE_CHECKING:
    import pandas as pd

Run = Callable[[tuple[str, ...], tuple[int, ...]], "pd.DataFrame"]
"""Does the runs of some policies on some seeds and returns the score table of everything it has done, without policies
of which a run failed."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What makes a policy the best, and what finding it may cost; `smallest_difference` in the score's unit."""

    score: Score
    smallest_difference: float
    first_stage: int = FIRST_STAGE
    most_seeds: int = MOST_SEEDS
    confidence: float = CONFIDENCE

    def check(self, policies: Sequence[str]) -> None:
        """Raise InputError unless the best of `policies` can be looked for."""
        check_settings(self.score, policies, self.smallest_difference, self.first_stage, self.confidence)
        if len(policies) == 1:
            raise InputError(f"selection: found one policy, '{policies[0]}'; allowed: two or more to select from")
        if self.most_seeds < self.first_stage:
            raise InputError(
                f"selection: found {self.most_seeds} seeds at most; allowed: at least the first stage, "
                f"{self.first_stage}"
            )


@dataclass(frozen=True, slots=True)
class Race:
    """Where the race ended: `found` is None where every policy failed, `failed` are those that did."""

    found: Selection | None
    failed: tuple[str, ...]


def until_selected(run: Run, policies: Sequence[str], goal: Goal, first: int = 1) -> Race:
    """Run all policies on the first stage, then the survivors on further seeds, from the seed `first` on.

    A policy that fails is out, and the race is looked at as if it had never taken part: whom it alone had beaten is in
    again. The same runs lead to the same end, so that an interrupted race can be run again. It ends, since each call of
    `run` adds a seed for every survivor or loses a policy.
    """
    goal.check(policies)
    racing, stage = tuple(policies), goal.first_stage
    while True:
        table = run(racing, tuple(range(first, first + stage)))
        standing = [name for name in policies if name in set(table["policy"])]
        failed = tuple(name for name in policies if name not in standing)
        if not standing:
            return Race(None, failed)
        found = select_best(table, goal.score, standing, goal.smallest_difference, goal.first_stage, goal.confidence)
        if not found.add or found.seeds >= goal.most_seeds:
            return Race(found, failed)
        racing, stage = found.survivors, min(found.seeds + found.add, goal.most_seeds)
