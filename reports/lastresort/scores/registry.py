"""Every built-in score by its family, in the order in which reports show them."""

from collections.abc import Mapping

from lastresort.plugins.score import Score
from lastresort.scores.measures.centralization import CENTRALIZATION, LC
from lastresort.scores.measures.clearing_house import CLEARING_HOUSE
from lastresort.scores.measures.hedge_repair import REPAIRS
from lastresort.scores.measures.market import MARKET_QUALITY
from lastresort.scores.measures.neutrality import MNF, NEUTRALITY
from lastresort.scores.measures.papers import PAPERS
from lastresort.scores.measures.solvency import SOLVENCY

PRIMARY = (LC, MNF)
"""The two headline scores, on which policies are compared."""

FAMILIES: Mapping[str, tuple[Score, ...]] = {
    "Loss centralization": CENTRALIZATION,
    "Market-neutral failure": (*NEUTRALITY, *REPAIRS),
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
