"""Severity policies: what they do to the severity in force."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, LossSharing, ResidualView


def scaled(view: ResidualView, factor: Floats | Bools | float) -> LossSharing:
    """The severity in force times `factor` `[n]` in [0, 1]; a trigger's factor is whether it has fired.

    What was set before a backstop took inventory or paid may be more than what is left: then it is all of that.
    """
    contracts, dollars = np.minimum(view.contracts, 1.0), np.minimum(view.dollars, view.deficit)
    return LossSharing(contracts=contracts * factor, dollars=dollars * factor)


def whole_inventory(view: ResidualView, on: Bools) -> LossSharing:
    """All of the inventory where the rule is on, covered or not; nothing elsewhere."""
    return LossSharing(contracts=(on & (view.inventory != 0)).astype(np.float64), dollars=scaled(view, on).dollars)
