"""Samples of known functions, and plans whose runs are a formula."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.analysis.sensitivity.analysis_run import AnalysisRun
from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.outputs import Tables
from lastresort.analysis.sensitivity.planning import placing_of
from lastresort.analysis.sensitivity.points import Point
from lastresort.analysis.sensitivity.sensitivity_file import SensitivityFile
from lastresort.analysis.sensitivity.sensitivity_plan import SensitivityPlan
from lastresort.mechanisms.contract import Floats
from lastresort.plugins.catalogue import Catalogue
from lastresort.scores import SCORES, registration
from lastresort.scores.table import NEEDED

Formula = Callable[[Point], float]

DECLARED: dict[str, Any] = {
    "name": "formula",
    "scenario": "oct-2025",
    "scores": ["mnf"],
    "factors": {
        "scenarios.*.desks.rehedge_time": {"low": 0.1, "high": 1.1},
        "scenarios.*.desks.orphan_sold": {"low": 0.0, "high": 1.0},
        "scenarios.*.rails.service": {"low": 1.0, "high": 3.0},
    },
    "thresholds": {},
}


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """All built-in rules and scores."""
    return Catalogue.load((), (registration,))


@pytest.fixture(scope="session")
def plan_of(catalogue: Catalogue) -> Callable[..., SensitivityPlan]:
    """Plan an analysis of three numbers of a scenario, with some keys of its file changed."""
    judging = [score.name for score in SCORES if score.direction != "descriptive"]

    def plan(**keys: Any) -> SensitivityPlan:
        return SensitivityFile.model_validate(DECLARED | keys).plan(catalogue, judging)

    return plan


@pytest.fixture(scope="session")
def analysis_of(catalogue: Catalogue) -> Callable[[SensitivityPlan, Formula], AnalysisRun]:
    """An analysis whose difference on `mnf` is what a formula says of the point; the baseline scores 0."""

    def analysis(plan: SensitivityPlan, formula: Formula) -> AnalysisRun:
        def measure(points: Sequence[Point]) -> list[Tables | None]:
            return [_tables(plan, formula(point), len(point.seeds)) for point in points]

        return AnalysisRun(plan, placing_of(plan, catalogue), measure)

    return analysis


def _tables(plan: SensitivityPlan, value: float, seeds: int) -> Tables:
    nothing = pd.DataFrame(0.0, index=range(seeds), columns=sorted(NEEDED))
    return {name: nothing.assign(mnf=0.0 if name == plan.baseline else value) for name in plan.contenders}


@pytest.fixture
def unit_factors() -> Callable[[int], tuple[Factor, ...]]:
    """So many factors from 0 to 1."""
    first = Factor(name="x1", label="x1", kind="scenario", low=0.0, high=1.0)
    return lambda number: tuple(replace(first, name=f"x{k + 1}", label=f"x{k + 1}") for k in range(number))


def ishigami(unit: Floats) -> Floats:
    """Ishigami's function with a = 7 and b = 0.1 of places from 0 to 1, `[points, 3]`."""
    x = np.pi * (2 * unit - 1)
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


@pytest.fixture
def known_function() -> Callable[[Floats], Floats]:
    """A function whose indices are known in closed form."""
    return ishigami
