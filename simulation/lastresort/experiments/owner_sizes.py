"""How large the owners of positions are at the start, one side of the market at a time."""

import math
from typing import TYPE_CHECKING

import numpy as np

from lastresort.experiments import inequality
from lastresort.mechanisms.contract import Floats
from lastresort.simulation.recording.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd


def short_gini(record: RunRecord) -> float:
    """Gini coefficient of what owners were short at the start, notional over all their accounts."""
    return inequality.gini(_short(record.accounts))


def short_top_percent(record: RunRecord) -> float:
    """Share of all shorts at the start that the largest 1 % of their owners held, in per cent."""
    return _top_percent(_short(record.accounts))


def directional_short_gini(record: RunRecord) -> float:
    """The same Gini coefficient for traders who are short on isolated margin and hedge nothing."""
    return inequality.gini(_short(_directional(record.accounts)))


def directional_short_top_percent(record: RunRecord) -> float:
    """The same share of the largest 1 % for traders who are short on isolated margin and hedge nothing, in per cent."""
    return _top_percent(_short(_directional(record.accounts)))


def long_gini(record: RunRecord) -> float:
    """Gini coefficient of what owners were long at the start, notional over all their accounts."""
    return inequality.gini(_long(record.accounts))


def long_top_percent(record: RunRecord) -> float:
    """Share of all longs at the start that the largest 1 % of their owners held, in per cent."""
    return _top_percent(_long(record.accounts))


def _directional(accounts: "pd.DataFrame") -> "pd.DataFrame":
    return accounts[accounts["cohort"] == "short"]


def _short(accounts: "pd.DataFrame") -> Floats:
    return _by_owner(accounts, accounts["short_start"])


def _long(accounts: "pd.DataFrame") -> Floats:
    return _by_owner(accounts, accounts["gross_start"] - accounts["short_start"])


def _by_owner(accounts: "pd.DataFrame", notional: "pd.Series") -> Floats:
    """Notional of every owner who holds a dollar or more, USD."""
    held = notional.groupby(accounts["owner"]).sum().to_numpy(np.float64)
    return held[held >= 1.0]


def _top_percent(held: Floats) -> float:
    return 100 * inequality.top_share(held, math.ceil(len(held) / 100)) if len(held) else math.nan
