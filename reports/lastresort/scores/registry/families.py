"""Every built-in score by its family, in the order in which reports show them."""

from collections.abc import Mapping

from lastresort.plugins.score import Score
from lastresort.scores.registry.centralization import CENTRALIZATION
from lastresort.scores.registry.clearing_house import CLEARING_HOUSE
from lastresort.scores.registry.market_quality import MARKET_QUALITY
from lastresort.scores.registry.neutrality import NEUTRALITY
from lastresort.scores.registry.papers import PAPERS
from lastresort.scores.registry.primary import PRIMARY
from lastresort.scores.registry.solvency import SOLVENCY

FAMILIES: Mapping[str, tuple[Score, ...]] = {
    "Loss centralization": CENTRALIZATION,
    "Market-neutral failure": NEUTRALITY,
    "Solvency": SOLVENCY,
    "Market quality": MARKET_QUALITY,
    "Clearing-house criteria": CLEARING_HOUSE,
    "Deleveraging papers": PAPERS,
}
"""Built-in scores by the title of their family; the two headline scores lead theirs."""

SCORES: tuple[Score, ...] = (
    *PRIMARY,
    *(score for family in FAMILIES.values() for score in family if score not in PRIMARY),
)
"""Every score, the two headline scores first."""
