"""A sensitivity analysis from its plan to what came of it: sample, run, analyse, and look for flips."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from lastresort.analysis.sensitivity.ends import confirmations, importance, judged_ends, most_important, places
from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.findings import Confirmation, End, Flip, Morris, Sobol
from lastresort.analysis.sensitivity.flips import flips
from lastresort.analysis.sensitivity.indices import morris_indices, sobol_indices
from lastresort.analysis.sensitivity.outputs import Output, Tables, measured
from lastresort.analysis.sensitivity.points import Placing, Point
from lastresort.analysis.sensitivity.samples import Sample, morris_sample, sobol_sample
from lastresort.analysis.sensitivity.sensitivity_plan import MOST_FACTORS, SensitivityPlan
from lastresort.analysis.sensitivity.sentences import answer
from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.plugins.score import Score

if TYPE_CHECKING:
    import pandas as pd

DECLARED, RANKED = "declared", "those that Morris ranks highest"

Measure = Callable[[Sequence[Point]], list[Tables | None]]
"""Runs and scores points, and returns the score table of each by policy; None where a run failed."""


@dataclass(frozen=True)
class Analysed:
    """What came of a plan, without what decided it; `samples` has a row per point, with all values and outputs."""

    morris: Morris | None
    sobol: Sobol | None
    flips: tuple[Flip, ...]
    ends: tuple[End, ...]
    confirmations: tuple[Confirmation, ...]
    answers: tuple[str, ...]
    samples: "pd.DataFrame"


@dataclass
class AnalysisRun:
    """An analysis under way."""

    plan: SensitivityPlan
    placing: Placing
    measure: Measure
    _tables: "list[pd.DataFrame]" = field(default_factory=list)

    def run(self) -> Analysed:
        """Screen, decompose, look for flips and confirm them, as far as the plan asks for it.

        Raises InputError where SALib is missing, and where too few points are left to rank the factors.
        """
        import pandas as pd

        morris, found = self._screen() if self.plan.screened else (None, [])
        sobol: Sobol | None = None
        if self.plan.method != "morris":
            sobol, closer = self._decompose(morris)
            looked_at = {(one.output, one.factor) for one in closer}
            found = [one for one in found if (one.output, one.factor) not in looked_at] + closer
        ends, confirmed = self._confirm(found, morris, sobol)
        table = pd.concat(self._tables, ignore_index=True)
        answers = tuple(
            answer(
                one, [flip for flip in found if flip.output == one.name], self.plan.factors, self._better(one, table)
            )
            for one in self._differences
        )
        return Analysed(morris, sobol, tuple(found), ends, confirmed, answers, table)

    def _better(self, output: Output, table: "pd.DataFrame") -> tuple[int, int]:
        """At how many points the policy of a difference is better, and of how many."""
        values = table[output.name].dropna().to_numpy(np.float64)
        lower = self._scores[output.score].direction == "lower is better"
        return int(np.count_nonzero(values < 0 if lower else values > 0)), len(values)

    @property
    def _differences(self) -> list[Output]:
        return [output for output in self.plan.outputs if output.against]

    @property
    def _scores(self) -> Mapping[str, Score]:
        return {score.name: score for score in self.plan.scores}

    @property
    def _lower_is_better(self) -> list[bool]:
        return [self._scores[output.score].direction == "lower is better" for output in self.plan.outputs]

    def _screen(self) -> tuple[Morris, list[Flip]]:
        plan = self.plan
        sample = morris_sample(plan.factors, plan.trajectories, plan.levels, plan.draw)
        values = self._values(sample)
        found = morris_indices(sample, values, plan.outputs, plan.levels, plan.draw)
        return found, flips(sample, values, plan.outputs, self._lower_is_better)

    def _decompose(self, morris: Morris | None) -> tuple[Sobol, list[Flip]]:
        plan = self.plan
        chosen = plan.sobol_factors or self._ranked(morris)
        factors = (*(factor for factor in plan.factors if factor.name in chosen), plan.chance)
        sample = sobol_sample(factors, plan.samples, plan.draw)
        values = self._values(sample)
        told = DECLARED if plan.sobol_factors else RANKED
        found = sobol_indices(sample, values, plan.outputs, told, plan.draw)
        return found, flips(sample, values, plan.outputs, self._lower_is_better)

    def _ranked(self, morris: Morris | None) -> tuple[str, ...]:
        if morris is None or not morris.indices:
            raise InputError(
                f"'{self.plan.name}': too few complete trajectories to choose factors for Sobol; allowed: a list of "
                "them under sobol_factors"
            )
        assumptions = [factor for factor in self.plan.factors if not factor.by_chance]
        weights = importance(assumptions, {output.name for output in self._differences}, morris, None)
        ranked = sorted(assumptions, key=lambda factor: -weights[factor.name])
        return tuple(factor.name for factor in ranked[:MOST_FACTORS])

    def _values(self, sample: Sample) -> Floats:
        """Outputs of all points, `[points, outputs]`; NaN where a run failed or a score is not defined."""
        names = [factor.name for factor in sample.factors]
        rows = [dict(zip(names, row, strict=True)) for row in sample.values.tolist()]
        tables = self.measure([self.placing.point(sample.factors, row) for row in rows])
        empty = np.full(len(self.plan.outputs), np.nan)
        values = np.array([measured(self.plan.outputs, one, self._scores) if one else empty for one in tables])
        self._keep(sample, values)
        return values

    def _keep(self, sample: Sample, values: Floats) -> None:
        import pandas as pd

        labels = pd.DataFrame({"method": [sample.method] * len(values), "block": sample.blocks + 1})
        moved = pd.DataFrame(sample.values, columns=[factor.name for factor in sample.factors])
        found = pd.DataFrame(values, columns=[output.name for output in self.plan.outputs])
        self._tables.append(pd.concat([labels, moved, found], axis="columns"))

    def _confirm(
        self, found: Sequence[Flip], morris: Morris | None, sobol: Sobol | None
    ) -> tuple[tuple[End, ...], tuple[Confirmation, ...]]:
        plan = self.plan
        if not plan.confirm_seeds:
            return (), ()
        chosen: list[Factor] = most_important(plan.factors, plan.confirm_factors, found, morris, sobol)
        where = places(chosen)
        points = [self.placing.point(chosen, one.values) for one in where]
        tables = self.measure([replace(point, seeds=plan.confirming) for point in points])
        ends = judged_ends(where, tables, self._differences, self._scores)
        return ends, confirmations(ends, chosen, self._differences)
