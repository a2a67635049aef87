"""What a decision rests on."""

from lastresort.scores import SCORES
from lastresort.scores.registry import smallest_difference

MARGIN = 0.02
"""Smallest difference of interest of a criterion that declares none: that of the headline scores."""

CRITERIA = tuple(score for score in SCORES if score.name in ("lc_star", "mnf", "unpaid_share", "fund_use"))
"""Scores that a decision rests on: who bears the loss, whose hedge breaks, what stays unpaid, and what funds pay."""

SMALLEST = {score.name: smallest_difference(score) or MARGIN for score in CRITERIA}
"""Smallest differences of interest; where none is declared, the same two hundredths as for the headline scores."""
