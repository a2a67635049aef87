"""The two headline scores, on which policies are compared."""

from dataclasses import dataclass

from lastresort.plugins.score import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryScore(Score):
    """A score on which policies are compared; the others are exploratory.

    `smallest_difference` (in `unit`) is the smallest difference of interest.
    """

    smallest_difference: float


LC_STAR = PrimaryScore(
    name="lc_star",
    title="Loss centralization LC*",
    meaning="How much of the deficit reached users, times how unequally they bore it for their size.",
    formula="sum(L G) / sum(D_ref)",
    unit="fraction",
    direction="lower is better",
    column="gini",
    weight="loss",
    per="reference_deficit",
    smallest_difference=0.02,
)

MNF = PrimaryScore(
    name="mnf",
    title="Market-neutral failure MNF",
    meaning="Share of hedged strategies, by gross notional, that failed here and not in the reference run.",
    formula="mean(sum(omega 1{F and not F_ref}))",
    unit="fraction",
    direction="lower is better",
    column="mnf",
    smallest_difference=0.02,
)

PRIMARY = (LC_STAR, MNF)
"""The two headline scores, on which policies are compared."""


def smallest_difference(score: Score) -> float:
    """The smallest difference of interest, in the score's unit; 0 for a score without one."""
    return score.smallest_difference if isinstance(score, PrimaryScore) else 0.0
