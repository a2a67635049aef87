"""Figures of the sensitivity analysis: screening, and shares of the variance."""

from collections.abc import Sequence
from functools import partial

from lastresort.reports import notation
from lastresort.reports.document import Plate
from lastresort.reports.figures import morris as morris_figure
from lastresort.reports.figures import sobol as sobol_figure
from lastresort.reports.figures.canvas import plate
from lastresort.scores.sensitivity import Sensitivity

MOST = 4
"""Differences that are shown; the others stand in the tables."""


def morris(found: Sensitivity) -> Plate:
    """Elementary effects on the differences between policies."""
    outcomes = {name: _effects(found, name) for name in _shown(found)}
    said = [f"{name}: {_first([(one.factor, one.mean) for one in effects])}" for name, effects in outcomes.items()]
    return plate(
        "morris",
        f"Elementary effects. {'; '.join(said)}.",
        "Mean size of the effects of each factor over its range, with 95 % interval, against their spread. Far right: "
        "it matters; above the dashed line: how much depends on the other factors. Grey: chance.",
        partial(morris_figure.draw, outcomes),
    )


def sobol(found: Sensitivity) -> Plate:
    """First-order and total indices of the differences between policies."""
    outcomes = {name: indices for name in _shown(found) if (indices := _indices(found, name))}
    said = [f"{name}: {_first([(one.factor, one.total) for one in indices])}" for name, indices in outcomes.items()]
    return plate(
        "sobol",
        f"Shares of the variance. {'; '.join(said)}.",
        "Share of the variance of each difference that a factor explains by itself (first order) and together with "
        "all it acts with (total), with 95 % intervals. Grey: chance.",
        partial(sobol_figure.draw, outcomes),
    )


def _shown(found: Sensitivity) -> list[str]:
    return [output.name for output in found.differences][:MOST]


def _effects(found: Sensitivity, output: str) -> list[morris_figure.Effect]:
    assert found.morris
    return [
        morris_figure.Effect(
            found.factor(name).label,
            one.mu_star,
            one.mu_star - one.mu_star_conf,
            one.mu_star + one.mu_star_conf,
            one.sigma,
            found.factor(name).by_chance,
        )
        for name, one in found.morris.of(output).items()
    ]


def _indices(found: Sensitivity, output: str) -> list[sobol_figure.Index]:
    assert found.sobol
    return [
        sobol_figure.Index(
            found.factor(name).label,
            one.S1,
            one.S1 - one.S1_conf,
            one.S1 + one.S1_conf,
            one.ST,
            one.ST - one.ST_conf,
            one.ST + one.ST_conf,
            found.factor(name).by_chance,
        )
        for name, one in found.sobol.of(output).items()
    ]


def _first(sizes: Sequence[tuple[str, float]]) -> str:
    name, size = max(sizes, key=lambda pair: pair[1], default=("nothing", 0.0))
    return f"{name} first, {notation.number(size)}"
