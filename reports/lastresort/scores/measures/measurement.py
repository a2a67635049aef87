"""Everything that is measured of one run against the reference run of its seed, from one look at its record."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from lastresort.plugins.score import Score
from lastresort.scores.measures import centralization, clearing_house, hedge_repair, neutrality, papers, solvency
from lastresort.scores.measures.courses import course
from lastresort.scores.measures.failure_curves import failure_curves
from lastresort.scores.measures.groupings import groupings, labels
from lastresort.scores.measures.look import FromLook, Look
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.scores.registry import SCORES
from lastresort.simulation.recording.record import RunRecord

Profile = Mapping[str, NDArray[Any]]
"""Columns of one run by name."""

BESIDE = (centralization, neutrality, hedge_repair, solvency, clearing_house, papers)
"""Families that have columns beside their scores: weights of scores, and shares by cohort."""


@dataclass(frozen=True)
class Measurement:
    """One run, measured when asked: `numbers` for the score table, and the `profile` that figures are drawn from.

    Both raise InputError where the two runs do not belong together.
    """

    run: RunRecord
    yardstick: Yardstick
    thresholds: Thresholds = DEFAULT

    @cached_property
    def numbers(self) -> dict[str, float]:
        """Every score and column by its name: dollars in USD, shares as fractions, NaN where not finite."""
        found = {score.name: self._value(score) for score in SCORES}
        for family in BESIDE:
            found |= family.columns(self._look)
        return {name: value if math.isfinite(value) else math.nan for name, value in found.items()}

    @cached_property
    def profile(self) -> dict[str, NDArray[Any]]:
        """Columns by name, `[n]` each: float64 in USD or as fractions, float32 for series, flags and texts.

        loss_by_*, endowment_by_*  see `groupings`; the labels are in `cohorts` and `venues`
        mnf_by_*                   market-neutral failure over its thresholds, see `failure_curves`
        rehedge_*                  `seconds`, `observed` and `cohort` of hedged books that were unhedged, see `Spells`
        series_*                   the course of the run in steps of five minutes, see `course`
        """
        naked = hedge_repair.naked_spells(self._look)
        return {
            **groupings(self._look),
            **labels(self._look),
            **failure_curves(self._look),
            "rehedge_seconds": naked.seconds,
            "rehedge_observed": naked.observed,
            "rehedge_cohort": naked.cohort,
            **course(self.run),
        }

    @cached_property
    def _look(self) -> Look:
        return Look(self.run, self.yardstick, self.thresholds)

    def _value(self, score: Score) -> float:
        if isinstance(score.measure, FromLook):
            return score.measure.part(self._look)
        return score.measure(self.run, self.yardstick.reference)
