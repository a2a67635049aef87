"""Choosing under uncertainty: regret, and weights to try; never one weighted total."""

from collections.abc import Sequence

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.score import Score
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, Control, Note, Paragraph, Section, Table
from lastresort.reports.scenario_results import ReportInput
from lastresort.reports.table_cells import policy_row
from lastresort.scores import SCORES
from lastresort.scores.decisions.decision import Decision
from lastresort.scores.decisions.outcomes import resample_outcomes
from lastresort.scores.decisions.regret import Regret

CRITERIA = tuple(score for score in SCORES if score.name in ("lc_bp", "mnf"))
"""Scores that a decision rests on: what users lost, counted double where it ruins them, and whose hedge breaks."""

MOST_DRAWS = 200
"""Resamples that the page ranks again with other weights."""

WORDS = (
    "No weighting of what users lose and of whose hedge breaks is right for everybody, so there is no total score "
    "here. What can be said without weights: how much each policy can be regretted over several scenarios, and which "
    "policies are dominated by none."
)


def choosing(report: ReportInput, found: Decision) -> Section:
    """Everything that helps to choose and does not choose; what compares scenarios only where there are several."""
    across: list[Block] = [_undominated(report, found), _regrets(report, found), Note((found.method,))]
    shown = across if len(found.scenarios) > 1 else []
    return Section("decision", "Choosing", [Paragraph((WORDS,)), *shown, _weights(report, found)])


def criteria(found: Decision) -> list[Score]:
    """The scores that a decision rests on."""
    by_name = {score.name: score for score in SCORES}
    return [by_name[name] for name in found.criteria]


def _undominated(report: ReportInput, found: Decision) -> Table:
    """All scenarios together; what one scenario says stands beside its trade-off."""
    columns = [Column("Not dominated"), Column("Beyond small differences"), Column("Scenarios satisfied")]
    rows = []
    for name in found.policies:
        chances = (found.non_dominated[name], found.epsilon_non_dominated[name])
        shares = [Cell(notation.percent(chance, 0)) for chance in chances]
        satisfied = table_cells.scaled(found.satisfying[name], 0.01, 0)
        rows.append(policy_row(report.first.policy(name), [*shares, satisfied]))
    titles = notation.listed([score.title for score in criteria(found)])
    caption = f"Who is dominated by nobody, on {titles}, in all scenarios together, %."
    return Table("not-dominated", caption, columns, [("", rows)], lead="Policy")


def _regrets(report: ReportInput, found: Decision) -> Table:
    shown = [score for score in criteria(found) if score.name in found.regrets]
    columns = [Column(title, score.title) for score in shown for title in ("largest", "90th percentile")]
    rows = []
    for name in found.policies:
        pairs = [_pair(found.regrets[score.name][name]) for score in shown]
        rows.append(policy_row(report.first.policy(name), [cell for pair in pairs for cell in pair]))
    return Table("regrets", "Regret over the scenarios, with 95 % interval.", columns, [("", rows)], "wide", "Policy")


def _pair(regret: Regret) -> Sequence[Cell]:
    return table_cells.estimated(regret.largest), table_cells.estimated(regret.high)


def _scaled(scores: Floats) -> Floats:
    """Scores `[..., P, S]` from 0 for the best policy to 1 for the worst of the same draw; 0 where all are level."""
    best, worst = scores.min(axis=-2, keepdims=True), scores.max(axis=-2, keepdims=True)
    span = worst - best
    return np.asarray((scores - best) / np.where(span > 0, span, 1.0))


def _weights(report: ReportInput, found: Decision) -> Control:
    """Resamples of the first scenario, each criterion from 0 for the best policy to 1 for the worst."""
    chosen = criteria(found)
    outcomes = resample_outcomes({found.scenarios[0]: report.first.table}, found.policies, chosen)
    draws = np.nan_to_num(_scaled(outcomes.resampled[:MOST_DRAWS, 0]))
    data = {
        "criteria": [
            {"name": one.name, "title": one.title, "unit": one.unit, "meaning": one.meaning} for one in chosen
        ],
        "policies": [{"name": key.name, "title": key.title} for key in report.keys(found.policies)],
        "draws": [[[round(float(value), 3) for value in policy] for policy in draw] for draw in draws],
        "start": [1.0] * len(chosen),
    }
    instead = ("On the page, sliders weigh the criteria and rank the policies again over resamples of seeds.",)
    title = "Weigh the criteria yourself"
    if len(found.scenarios) > 1:
        title += f", in “{report.first.runs.scenario.title}”"
    return Control("weights", "weights", title, data, instead)
