"""Companion scores of the market itself: what was liquidated and deleveraged, how deep prices fell, for how long."""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.cascade import cascade
from lastresort.scores.measures.owners import numbers
from lastresort.scores.measures.recovery import recoveries
from lastresort.simulation.recording.record import RunRecord

GAPS = ("gap_btc", "gap_small")


def market(run: RunRecord) -> dict[str, float]:
    """Market of one run over all books: dollars in USD, prices and open interest as fractions, times in seconds.

    `halted_time` is weighted by open interest at the start; `gap_btc` and `gap_small` are the largest of the run;
    `cascade_size` is `liquidated` over open interest at the start.
    """
    books = run.books
    interest = numbers(books, "open_interest_start")
    total = open_interest(run)
    liquidated = float(books["liquidated_long"].sum() + books["liquidated_short"].sum())
    return {
        "liquidated": liquidated,
        "deleveraged": float(books["deleveraged"].sum()),
        "excess_drawdown": excess_drawdown(run),
        "open_interest_drop": 1.0 - float(books["open_interest_end"].sum()) / total,
        "halted_time": _mean(numbers(books, "halted"), interest),
        **{gap: float(numbers(run.series, gap).max()) for gap in GAPS},
        "cascade_size": liquidated / total,
        **cascade(run),
        **recoveries(run),
    }


def excess_drawdown(run: RunRecord) -> float:
    """How much deeper prices fell than fundamentals alone: exogenous trough minus trough, weighted by open interest."""
    deeper = numbers(run.books, "exogenous_trough") - numbers(run.books, "trough")
    return _mean(deeper, numbers(run.books, "open_interest_start"))


def open_interest(run: RunRecord) -> float:
    """Open interest at the start over all books, USD; NaN where there was none."""
    total = float(run.books["open_interest_start"].sum())
    return total if total > 0 else math.nan


def _mean(value: Floats, weight: Floats) -> float:
    return float(np.average(value, weights=weight)) if weight.sum() > 0 else math.nan
