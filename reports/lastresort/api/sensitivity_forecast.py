"""What a sensitivity analysis would take, before it takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lastresort.analysis.sensitivity.ends import places
from lastresort.analysis.sensitivity.planning import placing_of
from lastresort.analysis.sensitivity.points import Placing, Point
from lastresort.analysis.sensitivity.samples import Sample, morris_sample, sobol_sample
from lastresort.analysis.sensitivity.sensitivity_file import SensitivityFile
from lastresort.analysis.sensitivity.sensitivity_plan import MOST_FACTORS, SensitivityPlan
from lastresort.api import CORES
from lastresort.api.given_rules import Given
from lastresort.api.sensitivity_run import analysis, folder_of, planned
from lastresort.api.shown import Shown
from lastresort.api.spelled import spelled
from lastresort.api.studies import Settings
from lastresort.experiments.design import Design
from lastresort.experiments.experiment import check_jobs
from lastresort.experiments.forecast import Cost, forecast
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.rehearsal import rehearse


@dataclass(frozen=True)
class Stage:
    """A part of an analysis: its points, and the keys of the runs that these take."""

    name: str
    points: int
    keys: frozenset[str]


@dataclass(frozen=True, repr=False)
class SensitivityForecast(Shown):
    """Points and runs of each stage, how many `runs` there are in all and are `left`, and what each of them takes."""

    name: str
    factors: int
    jobs: int
    stages: tuple[Stage, ...]
    runs: int
    left: int
    cost: Cost

    @property
    def seconds(self) -> float:
        """How long the runs to do take, scoring aside."""
        return self.left * self.cost.seconds / self.jobs

    @property
    def size(self) -> float:
        """Bytes that they take."""
        return self.left * self.cost.size

    @property
    def title(self) -> str:
        """What the analysis is called."""
        return self.name

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each stage."""
        return [{"stage": one.name, "points": f"{one.points:,}", "runs": f"{len(one.keys):,}"} for one in self.stages]

    @property
    def sentence(self) -> str:
        """The sum, and how far it is to be believed."""
        return (
            f"{self.factors - 1} factors and chance: {self.left:,} of {self.runs:,} runs to do, about "
            f"{spelled(self.seconds)} with {self.jobs} jobs at {self.cost.seconds:.2f} s a run ({self.cost.what}), and "
            f"{self.size / 1e6:,.0f} MB; scoring comes on top"
        )

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        return {
            "analysis": self.name,
            "stages": [{"stage": one.name, "points": one.points, "runs": len(one.keys)} for one in self.stages],
            "runs": self.runs,
            "to_do": self.left,
            "seconds": self.seconds,
            "bytes": self.size,
        }


def forecast_sensitivity(
    what: str | Path | SensitivityFile,
    out: str | Path | None = None,
    settings: Settings = (),
    options: Mapping[str, Any] | None = None,
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    *,
    jobs: int = CORES,
) -> SensitivityForecast:
    """Say how many points and runs an analysis has and how long they take; nothing is written.

    Arguments are those of `sensitivity`. Which factors Sobol has may not be known yet; the first ones stand in for
    them. Time is that of runs in the folder, or of a pilot, with everything as it is.
    """
    check_jobs(jobs)
    file = analysis(what, options or {}, policies, plugins, out)
    plan, catalogue = planned(file, settings)
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    placing, store = placing_of(plan, catalogue), folder_of(file, out).store
    stages = [_stage(name, points, plan, catalogue) for name, points in _points(plan, placing).items()]
    keys = frozenset[str]().union(*(stage.keys for stage in stages))
    (found,) = forecast({plan.name: _design(placing.point(plan.factors, {}), plan, catalogue)}, store)
    left = len(keys - set(store.keys()))
    return SensitivityForecast(plan.name, len(plan.factors), jobs, tuple(stages), len(keys), left, found.cost)


def _points(plan: SensitivityPlan, placing: Placing) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    if plan.screened:
        found["morris"] = _placed(morris_sample(plan.factors, plan.trajectories, plan.levels, plan.draw), placing)
    if plan.method != "morris":
        chosen = plan.sobol_factors or tuple(factor.name for factor in plan.factors[:MOST_FACTORS])
        factors = (*(factor for factor in plan.factors if factor.name in chosen), plan.chance)
        found["sobol"] = _placed(sobol_sample(factors, plan.samples, plan.draw), placing)
    if plan.confirm_seeds:
        where = places(plan.factors[: min(plan.confirm_factors, len(plan.factors) - 1)])
        usual = [placing.point(plan.factors, one.values) for one in where]
        found["ends"] = [replace(point, seeds=plan.confirming) for point in usual]
    return found


def _placed(sample: Sample, placing: Placing) -> list[Point]:
    names = [factor.name for factor in sample.factors]
    return [placing.point(sample.factors, dict(zip(names, row, strict=True))) for row in sample.values.tolist()]


def _stage(name: str, points: list[Point], plan: SensitivityPlan, catalogue: Catalogue) -> Stage:
    keys = {key for point in points for key in _design(point, plan, catalogue).keys().values()}
    return Stage(name, len(points), frozenset(keys))


def _design(point: Point, plan: SensitivityPlan, catalogue: Catalogue) -> Design:
    return Design(point.scenario, point.policies, point.seeds, catalogue, plan.plugin_files, plan.patience)
