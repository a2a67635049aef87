"""Whether the loss was paid, by whom, and how much was taken from users beyond what was needed."""

import numpy as np

from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.centralization import collected
from lastresort.scores.measures.owners import numbers
from lastresort.simulation.recording.record import PAID

MATERIAL = 1.0
"""Dollars up to which a sum counts as nothing: what is left of rounding."""


def solvency(burdens: Burdens) -> dict[str, float]:
    """Payments of one run over all books, in USD; `solvent` is 1 where nothing above a dollar stayed unpaid, else 0.

    `users_paid` is the users' part of the deficit: haircuts, charges and default fund, net of what forced closes gave
    them, at least 0. `taken` is the direct loss of all accounts before any benefit, so that `overshoot`, the excess of
    `taken` over `users_paid`, is what a perfect rule could have left them. `net_loss` adds up the owners who lost more
    than they gained. `fund_start` is what all funds held in the first minute.
    """
    run, books = burdens.run, burdens.run.books
    unpaid = float(books["unpaid"].sum())
    users_paid, taken = material(collected(run)), float(burdens.by_account.sum())
    net = burdens.yardstick.owners.total(burdens.by_account - numbers(run.accounts, "direct_benefit"))
    return {
        "haircut": float(books["haircut"].sum()),
        "charged": float(books["charged"].sum()),
        **{name: float(books[name].sum()) for name in PAID},
        "unpaid": unpaid,
        "deficit": float(run.totals["deficit"]),
        "solvent": float(material(unpaid) == 0.0),
        "fund_start": float(numbers(run.series, "fund")[0]),
        "users_paid": users_paid,
        "taken": taken,
        "overshoot": max(0.0, taken - users_paid),
        "net_loss": float(np.maximum(net, 0.0).sum()),
    }


def material(dollars: float) -> float:
    """A sum, or 0 where it is negative or no more than a dollar."""
    return dollars if dollars > MATERIAL else 0.0
