"""Does a rule amplify the crash? Its excess drawdown against each reference run, paired by seed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lastresort.mechanisms.policy import Policy
from lastresort.scores import Estimate
from lastresort.scores.statistics import estimate, ratio_difference


def against_references(table: pd.DataFrame, policies: Sequence[Policy]) -> dict[str, dict[str, Estimate]]:
    """Differences in excess drawdown (fraction of price, positive = deeper fall), by reference, then policy."""
    return {
        reference.name: {
            policy.name: _difference(table, policy, reference) for policy in policies if policy is not reference
        }
        for reference in policies
        if reference.role == "reference"
    }


def _difference(table: pd.DataFrame, policy: Policy, reference: Policy) -> Estimate:
    ours, theirs = (_excess(table, name) for name in (policy.name, reference.name))
    runs = np.ones(len(ours))
    return estimate(ratio_difference, (ours, runs, theirs, runs))


def _excess(table: pd.DataFrame, policy: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return table[table["policy"] == policy].sort_values("seed")["excess_drawdown"].to_numpy(np.float64)
