"""The numbers to take away."""

from lastresort.reports.document import Attachment, Block, Paragraph, Section
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.topics.choosing import CRITERIA

WORDS = (
    "Every estimate of this report, and what each run adds to the scores that policies are compared and chosen by. "
    "Both are CSV. The whole score table, scores.csv, and the runs themselves, every account of them, lie beside this "
    "report."
)
LABELS = ("policy", "seed")

COLUMNS = tuple(
    dict.fromkeys(
        name for score in CRITERIA for name in (score.name, score.weight, score.per, "loss", "beta", "deficit") if name
    )
)
"""Columns of the score table that are in the page; all of them would make it too large to send."""


def downloads(report: ReportInput) -> Section:
    """Files in the page."""
    blocks: list[Block] = [Paragraph((WORDS,))]
    for results in report.scenarios:
        blocks += _files(results)
    return Section("data", "Data", blocks)


def _files(results: ScenarioResults) -> list[Block]:
    scenario = results.runs.scenario.name.replace(" ", "_")
    estimates = results.comparison.to_pandas().to_csv(index=False, lineterminator="\n")
    shown = results.table[[*LABELS, *COLUMNS]]
    scores = shown.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    title = results.runs.scenario.title
    return [
        Attachment(f"{scenario}-estimates.csv", f"“{title}”: every score of every policy, with interval", estimates),
        Attachment(
            f"{scenario}-scores.csv", f"“{title}”: the main scores of every run, one row per policy and seed", scores
        ),
    ]
