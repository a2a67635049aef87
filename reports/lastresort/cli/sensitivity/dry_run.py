"""What a sensitivity analysis would take, before it takes it."""

from dataclasses import dataclass, replace

import typer

from lastresort.cli.progress import spelled
from lastresort.cli.tables import print_document, print_table
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.rehearsal import rehearse
from lastresort.scores.sensitivity.ends import places
from lastresort.scores.sensitivity.folder import SensitivityFolder
from lastresort.scores.sensitivity.planning import placing_of
from lastresort.scores.sensitivity.points import Placing, Point
from lastresort.scores.sensitivity.samples import Sample, morris_sample, sobol_sample
from lastresort.scores.sensitivity.sensitivity_plan import MOST_FACTORS, SensitivityPlan
from lastresort.study.design import Design
from lastresort.study.forecast import forecast


@dataclass(frozen=True)
class Stage:
    """A part of an analysis: its points, and the keys of the runs that these take."""

    name: str
    points: int
    keys: frozenset[str]


def show_forecast(
    plan: SensitivityPlan, catalogue: Catalogue, folder: SensitivityFolder, jobs: int, json: bool
) -> None:
    """Print how many points and runs there are, and how long they take; nothing is written.

    Which factors Sobol has may not be known yet; the first ones stand in for them. Time is that of runs in the folder,
    or of a pilot, with everything as it is.
    """
    rehearse(plan.policies, catalogue, plan.plugin_files, plan.patience)
    placing = placing_of(plan, catalogue)
    stages = [_stage(name, points, plan, catalogue) for name, points in _points(plan, placing).items()]
    keys, stored = frozenset[str]().union(*(stage.keys for stage in stages)), set(folder.store.keys())
    usual = placing.point(plan.factors, {})
    (cost,) = forecast({plan.name: _design(usual, plan, catalogue)}, folder.store)
    left = len(keys - stored)
    seconds = left * cost.cost.seconds / jobs
    if json:
        print_document(
            {
                "analysis": plan.name,
                "stages": [{"stage": one.name, "points": one.points, "runs": len(one.keys)} for one in stages],
                "runs": len(keys),
                "to_do": left,
                "seconds": seconds,
                "bytes": left * cost.cost.size,
            }
        )
        return
    print_table(plan.name, [_row(one) for one in stages])
    typer.echo(
        f"{len(plan.factors) - 1} factors and chance: {left:,} of {len(keys):,} runs to do, about {spelled(seconds)} "
        f"with {jobs} jobs at {cost.cost.seconds:.2f} s a run ({cost.cost.what}), and "
        f"{left * cost.cost.size / 1e6:,.0f} MB; scoring comes on top"
    )


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


def _row(stage: Stage) -> dict[str, str]:
    return {"stage": stage.name, "points": f"{stage.points:,}", "runs": f"{len(stage.keys):,}"}
