"""How large a crash was: how deep prices fell, and how much was liquidated, closed and deleveraged."""

from typing import TYPE_CHECKING

import numpy as np

from lastresort.simulation.recording.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

BILLION = 1e9


def btc_trough(record: RunRecord) -> float:
    """Lowest price of BTC against the start, in per cent, averaged over venues by open interest."""
    return 100 * _over_venues(_market(record, "btc"), "trough")


def btc_exogenous(record: RunRecord) -> float:
    """The same for the fundamental price alone: what the headlines did without any trading."""
    return 100 * _over_venues(_market(record, "btc"), "exogenous_trough")


def small_caps_trough(record: RunRecord) -> float:
    """Each small market's own lowest price against the start, in per cent, averaged over the markets."""
    small = record.books[record.books["tier"] == "small"]
    return 100 * float(np.mean([_over_venues(books, "trough") for _, books in small.groupby("market")]))


def liquidated(record: RunRecord) -> float:
    """Notional seized from accounts, long and short, in billions of USD."""
    return float(record.books[["liquidated_long", "liquidated_short"]].to_numpy().sum()) / BILLION


def long_share(record: RunRecord) -> float:
    """Share of the liquidated notional that was long, in per cent; NaN where nothing was liquidated."""
    total = liquidated(record) * BILLION
    return 100 * float(record.books["liquidated_long"].sum()) / total if total > 0 else float("nan")


def open_interest_drop(record: RunRecord) -> float:
    """Open interest at the start minus its minimum, in billions of USD."""
    open_interest = record.series["open_interest"]
    return float(open_interest.iloc[0] - open_interest.min()) / BILLION


def with_adl(record: RunRecord) -> float:
    """100 where any position was deleveraged in the run, else 0."""
    return 100.0 if float(record.books["deleveraged"].sum()) > 0 else 0.0


def _market(record: RunRecord, market: str) -> "pd.DataFrame":
    return record.books[record.books["market"] == market]


def _over_venues(books: "pd.DataFrame", column: str) -> float:
    return float(np.average(books[column], weights=books["open_interest_start"]))
