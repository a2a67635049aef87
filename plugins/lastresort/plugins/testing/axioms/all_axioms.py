"""All axioms, in the order in which they are told."""

from lastresort.plugins.testing.axioms import (
    anonymity,
    composition,
    consistency,
    deficit_monotonicity,
    hedge_neutrality,
    monotonicity,
    no_run_incentive,
    predictability,
    profits_only,
    scale_invariance,
    sybil_resistance,
)
from lastresort.plugins.testing.axioms.axiom import Axiom

AXIOMS: dict[str, Axiom] = {
    module.AXIOM.name: module.AXIOM
    for module in (
        sybil_resistance,
        scale_invariance,
        anonymity,
        monotonicity,
        consistency,
        composition,
        deficit_monotonicity,
        profits_only,
        hedge_neutrality,
        no_run_incentive,
        predictability,
    )
}
