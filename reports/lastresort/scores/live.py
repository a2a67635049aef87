"""Scores while runs come in: each pair is measured once, when both of its runs are there, and written down."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import scipy

from lastresort.experiments import Progress, RunStore
from lastresort.experiments.design import REFERENCE
from lastresort.experiments.folders.writing import writing_to
from lastresort.experiments.planning import Comparison
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score
from lastresort.scores.comparison import BASELINE
from lastresort.scores.measures.measurement import Measurement
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.scores.registry import PRIMARY
from lastresort.scores.statistics import CONFIDENCE, influences, ratio
from lastresort.scores.statistics.terms import terms
from lastresort.scores.table import journal_of, measurement_keys, write_down

if TYPE_CHECKING:
    import pandas as pd

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A difference over the seeds so far: `value` with a 95 % interval, NaN where it cannot be told yet."""

    comparison: Comparison
    value: float
    low: float
    high: float
    seeds: int


class LiveScores:
    """Measures runs as they are stored, and knows the differences between policies so far.

    `declared` are the comparisons to look at; without any, every policy that is seen is compared with the baseline on
    both headline scores. What is measured goes to the journal of the store, where the score table finds it.
    """

    def __init__(self, store: RunStore, declared: Sequence[Comparison] = (), scores: Mapping[str, Score] | None = None):
        self._store = store
        self._journal = journal_of(store)
        self._read = lru_cache(maxsize=4)(store.read)
        self._yardstick = lru_cache(maxsize=2)(lambda key: Yardstick(self._read(key)))
        self._declared = declared
        self._scores = {score.name: score for score in PRIMARY} if scores is None else scores
        self._known = self._kept(self._journal.read())
        self._keys: dict[tuple[str, int], dict[str, str]] = {}
        self._measured: dict[tuple[str, str], dict[int, Numbers]] = {}

    def see(self, step: Progress) -> None:
        """Take note of a run that is over: measure it, or all that waited for it if it is the reference of its seed."""
        if step.failed or not step.done:
            return
        there = self._keys.setdefault((step.scenario, step.seed), {})
        there[step.policy] = step.key
        if REFERENCE in there:
            for policy in list(there) if step.policy == REFERENCE else [step.policy]:
                self._measure(step.scenario, policy, step.seed, there)

    def glimpses(self) -> list[Glimpse]:
        """The differences so far, in the order of their declaration; those with seeds in common only."""
        return [glimpse for one in self._declared or self._against_baseline() if (glimpse := self._glimpse(one))]

    def _measure(self, scenario: str, policy: str, seed: int, there: Mapping[str, str]) -> None:
        import pandas as pd

        (name,) = measurement_keys({(key, seed): value for key, value in there.items()}, [(policy, seed)])
        if name not in self._known:
            try:
                found = Measurement(self._read(there[policy]), self._yardstick(there[REFERENCE]))
                numbers = found.numbers
            except InputError:
                return  # a damaged run is told when the score table is made
            with writing_to(self._store.directory):
                write_down(self._journal, name, found)
            self._known |= self._kept(pd.DataFrame([numbers], index=[name]))
        self._measured.setdefault((scenario, policy), {})[seed] = self._known[name]

    def _against_baseline(self) -> Iterator[Comparison]:
        for scenario in dict.fromkeys(scenario for scenario, _ in self._measured):
            others = [name for where, name in self._measured if where == scenario and name not in (BASELINE, REFERENCE)]
            for policy in others:
                yield from (Comparison(scenario, policy, BASELINE, score.name) for score in PRIMARY)

    def _glimpse(self, one: Comparison) -> Glimpse | None:
        import pandas as pd

        score = self._scores[one.score]
        ours, theirs = (self._measured.get((one.scenario, name), {}) for name in (one.policy, one.against))
        seeds = sorted(ours.keys() & theirs.keys())
        if not seeds or score.name not in ours[seeds[0]]:
            return None
        own, other = (terms(pd.DataFrame([found[seed] for seed in seeds]), score) for found in (ours, theirs))
        value = float(ratio(*own) - ratio(*other))
        reach = math.nan
        if len(seeds) > 1:
            spread = float((influences(*own) - influences(*other)).std(ddof=1))
            reach = float(scipy.stats.t.isf((1 - CONFIDENCE) / 2, len(seeds) - 1)) * spread / math.sqrt(len(seeds))
        return Glimpse(one, value, value - reach, value + reach, len(seeds))

    def _kept(self, table: "pd.DataFrame") -> dict[str, Numbers]:
        """Of measurements by key, what the differences need: a large study has many."""
        shown = {self._scores[one.score] for one in self._declared} if self._declared else set(PRIMARY)
        needed = {name for score in shown for name in (score.name, score.weight, score.per)}
        kept = table[[name for name in table.columns if name in needed]].astype(np.float64)
        rows = kept.to_dict("records")
        return {
            str(name): {str(column): number for column, number in row.items()}
            for name, row in zip(kept.index, rows, strict=True)
        }
