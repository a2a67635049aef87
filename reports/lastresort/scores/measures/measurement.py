"""Everything that is measured of one run against the reference run of its seed, from one look at its record."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.centralization import centralization
from lastresort.scores.measures.clearing_house import clearing_house
from lastresort.scores.measures.courses import course
from lastresort.scores.measures.failure_curves import failure_curves
from lastresort.scores.measures.groupings import groupings, labels
from lastresort.scores.measures.market import market
from lastresort.scores.measures.neutrality import DEFAULT, HedgedPair, Thresholds, neutrality
from lastresort.scores.measures.owners import numbers
from lastresort.scores.measures.papers import papers
from lastresort.scores.measures.rehedging import spells
from lastresort.scores.measures.repairs import repairs
from lastresort.scores.measures.solvency import solvency
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord

Profile = Mapping[str, NDArray[Any]]
"""Columns of one run by name."""

LORENZ_GRID: Floats = np.linspace(0.0, 1.0, 101)
"""Shares of endowment at which Lorenz curves of different runs are compared."""


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
        """Every measure by its column of the score table: dollars in USD, shares as fractions, NaN where not finite."""
        reference = self.yardstick.reference
        found = {
            **centralization(self._burdens),
            **neutrality(self._pair, self.thresholds),
            **repairs(self._pair, self.run, reference),
            **solvency(self._burdens),
            **market(self.run),
            **clearing_house(self._burdens),
            **papers(self._burdens),
        }
        return {name: value if math.isfinite(value) else math.nan for name, value in found.items()}

    @cached_property
    def profile(self) -> dict[str, NDArray[Any]]:
        """Columns by name, `[n]` each: float64 in USD or as fractions, float32 for series, flags and texts.

        lorenz                     relative Lorenz curve at `LORENZ_GRID`; NaN without user loss
        loss_by_*, endowment_by_*  see `groupings`; the labels are in `cohorts`, `venues` and `assets`
        mnf_by_*                   market-neutral failure over its thresholds, see `failure_curves`
        rehedge_*                  `seconds`, `observed` and `cohort` of hedged strategies that were naked, see `Spells`
        series_*                   the course of the run in steps of five minutes, see `course`
        """
        naked = spells(self._pair.ours, float(numbers(self.run.series, "time").max()))
        return {
            "lorenz": np.interp(LORENZ_GRID, *self._burdens.curve),
            **groupings(self._burdens),
            **labels(self._burdens),
            **failure_curves(self._pair),
            "rehedge_seconds": naked.seconds,
            "rehedge_observed": naked.observed,
            "rehedge_cohort": naked.cohort,
            **course(self.run),
        }

    @cached_property
    def _burdens(self) -> Burdens:
        return Burdens(self.run, self.yardstick)

    @cached_property
    def _pair(self) -> HedgedPair:
        return HedgedPair.of(self.run, self.yardstick, self.thresholds)
