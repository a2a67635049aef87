"""Figures of the choice: regret over the scenarios, and how ranks depend on what one weighs."""

from functools import partial

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation
from lastresort.reports.document import FigureBlock
from lastresort.reports.figures import ranks as ranks_figure
from lastresort.reports.figures import regret as regret_figure
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.scenario_results import ReportInput
from lastresort.scores import SCORES, Estimate
from lastresort.scores.decisions.decision import Decision


def regret(report: ReportInput, found: Decision, criterion: str) -> FigureBlock:
    """Regret of each policy in each scenario on one score."""
    title = next(score.title for score in SCORES if score.name == criterion)
    keys, regrets = report.keys(found.policies), found.regrets[criterion]
    cells = [[_at(regrets[name].by_scenario.get(scenario)) for scenario in found.scenarios] for name in found.policies]
    largest: Floats = np.array([_at(regrets[name].largest) for name in found.policies])
    value, low, high = np.moveaxis(np.array(cells), -1, 0)
    drawn = regret_figure.Regrets(
        policies=keys,
        scenarios=[report.scenario_title(name) for name in found.scenarios],
        value=value,
        low=low,
        high=high,
        largest=largest[:, 0],
        largest_low=largest[:, 1],
        largest_high=largest[:, 2],
        chosen=int(np.argmin(largest[:, 0])) if np.isfinite(largest[:, 0]).all() else None,
        what=title,
    )
    pairs = zip(keys, largest[:, 0], strict=True)
    said = [f"{key.title}: at most {notation.number(float(most))}" for key, most in pairs]
    return figure_block(
        f"regret-{criterion}",
        f"Regret on {title}. {'; '.join(said)}.",
        f"How much worse each policy is on {title} than the best policy of the same scenario, with 95 % interval. "
        "Framed: the smallest largest regret (minimax).",
        partial(regret_figure.draw, drawn),
    )


def ranks(report: ReportInput, found: Decision) -> FigureBlock:
    """How probable each rank is, whatever one weighs."""
    keys = report.keys(found.policies)
    chances = np.array([found.ranks[name] for name in found.policies])
    pairs = zip(keys, chances[:, 0], strict=True)
    said = [f"{key.title}: first in {notation.percent(float(first), 0)}" for key, first in pairs]
    return figure_block(
        "rank-probabilities",
        f"Rank acceptability. {'; '.join(said)}.",
        "Probability of each rank over all weights of the criteria alike, and over resamples of seeds (SMAA). It says "
        "how far the ranking depends on what one weighs; it recommends no weights.",
        partial(ranks_figure.draw, keys, chances, "weights and resamples"),
    )


def _at(found: Estimate | None) -> tuple[float, float, float]:
    return (found.value, found.low, found.high) if found else (float("nan"),) * 3
