"""Companion scores of the market itself: what was liquidated and deleveraged, who paid, how deep prices fell."""

import numpy as np

from lastresort.simulation.recording.record import PAID, RunRecord


def market(run: RunRecord) -> dict[str, float]:
    """Totals of one run over all books: dollars in USD, `excess_drawdown` and `open_interest_drop` as fractions."""
    books = run.books
    return {
        "liquidated": float(books["liquidated_long"].sum() + books["liquidated_short"].sum()),
        "deleveraged": float(books["deleveraged"].sum()),
        "charged": float(books["charged"].sum()),
        **{name: float(books[name].sum()) for name in PAID},
        "unpaid": float(books["unpaid"].sum()),
        "deficit": float(run.totals["deficit"]),
        "excess_drawdown": excess_drawdown(run),
        "open_interest_drop": float(1 - books["open_interest_end"].sum() / books["open_interest_start"].sum()),
    }


def excess_drawdown(run: RunRecord) -> float:
    """How much deeper prices fell than fundamentals alone: exogenous trough minus trough, weighted by open interest."""
    deeper = run.books["exogenous_trough"] - run.books["trough"]
    return float(np.average(deeper, weights=run.books["open_interest_start"]))
