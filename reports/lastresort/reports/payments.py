"""What every payer of the waterfall paid, over the seeds."""

from lastresort.reports.bands import Spread, spread
from lastresort.reports.chapters import Chapter
from lastresort.reports.figures.waterfall import PAYERS


def payments(chapter: Chapter, policy: str) -> dict[str, Spread]:
    """What each layer paid under a policy, and the whole `deficit`, in USD."""
    rows = chapter.rows(policy)
    return {name: spread(rows[name]) for name in (*PAYERS, "deficit")}
