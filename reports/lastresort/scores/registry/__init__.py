"""The built-in scores: what each means, how it is computed from the score table, and which way is better."""

from lastresort.scores.registry.families import FAMILIES, SCORES
from lastresort.scores.registry.primary import PRIMARY, PrimaryScore, smallest_difference

__all__ = ["FAMILIES", "PRIMARY", "SCORES", "PrimaryScore", "smallest_difference"]
