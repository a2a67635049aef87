"""The numbers to take away."""

from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.document import Attachment, Block, Paragraph, Section

WORDS = (
    "Estimates and differences as in this report, and the scores of every run behind them. All are CSV; the runs "
    "themselves, every account of them, lie as Parquet beside this report."
)


def downloads(dossier: Dossier) -> Section:
    """Files in the page."""
    blocks: list[Block] = [Paragraph((WORDS,))]
    for chapter in dossier.chapters:
        blocks += _files(chapter)
    return Section("data", "Data", blocks)


def _files(chapter: Chapter) -> list[Block]:
    scenario = chapter.results.scenario.name.replace(" ", "_")
    estimates = chapter.comparison.to_pandas().to_csv(index=False, lineterminator="\n")
    scores = chapter.table.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    title = chapter.results.scenario.title
    return [
        Attachment(f"{scenario}-estimates.csv", f"“{title}”: every score of every policy, with interval", estimates),
        Attachment(
            f"{scenario}-scores.csv", f"“{title}”: the scores of every run, one row per policy and seed", scores
        ),
    ]
