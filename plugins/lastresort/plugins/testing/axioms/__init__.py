"""Axioms of loss allocation: what a rule can be proved not to have, by a counterexample that fits on a screen."""

from lastresort.plugins.testing.axioms.all_axioms import AXIOMS
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.checking import CASES, Outcome, Verdict, counterexample, verdict
from lastresort.plugins.testing.axioms.matrix import matrix, not_applicable, verdicts

__all__ = [
    "AXIOMS",
    "CASES",
    "Axiom",
    "Comparison",
    "Outcome",
    "Verdict",
    "counterexample",
    "matrix",
    "not_applicable",
    "verdict",
    "verdicts",
]
