"""Does a rule amplify the crash? Its excess drawdown against each reference run, paired by seed."""

from collections.abc import Mapping, Sequence

import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.scores import Estimate
from lastresort.scores.statistics import mean_differences

Differences = Mapping[str, Mapping[str, Estimate]]
"""Differences in excess drawdown (fraction of price, positive = deeper fall), by reference, then policy."""


def against_references(table: pd.DataFrame, policies: Sequence[Policy]) -> Differences:
    """Each policy minus each reference, without the reference itself."""
    found = {}
    for reference in policies:
        if reference.role == "reference":
            others = [policy.name for policy in policies if policy is not reference]
            ours = [_excess(table, name) for name in others]
            theirs = [_excess(table, reference.name)] * len(others)
            found[reference.name] = dict(zip(others, mean_differences(ours, theirs), strict=True))
    return found


def _excess(table: pd.DataFrame, policy: str) -> Floats:
    return table[table["policy"] == policy].sort_values("seed")["excess_drawdown"].to_numpy("float64")
