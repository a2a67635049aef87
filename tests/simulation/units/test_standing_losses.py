"""The largest loss that stood unpaid for a quarter of an hour, against courses of what is owed written by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.recording.standing_losses import StandingLosses
from lastresort.simulation.universe import Universe


@pytest.fixture
def prices(universe: Universe) -> Prices:
    """Prices of the start."""
    return Prices(universe)


def stood(ledger: Ledger, prices: Prices, owed: Sequence[tuple[float, float]], step: float = 300.0) -> list[float]:
    """What has stood at each of two venues whose engines owe so much, a pair every `step` seconds."""
    losses = StandingLosses(2)
    for place, course in enumerate(owed):
        ledger.engine_cash[:, 1] = -np.array(course)
        losses.look(step * place, ledger, prices)
    return [float(largest) for largest in losses.largest]


def test_what_is_paid_within_a_quarter_of_an_hour_never_stood(ledger: Ledger, prices: Prices) -> None:
    assert stood(ledger, prices, [(0, 5), (9e6, 0), (9e6, 0), (9e6, 0), (0, 7), (8e6, 0)]) == [0.0, 0.0]


def test_the_least_that_was_owed_all_the_while_stood(ledger: Ledger, prices: Prices) -> None:
    """The left venue owes at least 6 for a quarter of an hour and 4 for the next, the right one 2."""
    course = [(6.0, 2.0), (9.0, 2.0), (8.0, 3.0), (7.0, 2.0), (4.0, 0.0), (0.0, 9.0)]
    assert stood(ledger, prices, course) == [6.0, 2.0]


def test_looks_in_between_do_not_count(ledger: Ledger, prices: Prices) -> None:
    """Once a minute for nine minutes is not a quarter of an hour."""
    assert stood(ledger, prices, [(6.0, 6.0)] * 10, step=60.0) == [0.0, 0.0]
    assert stood(ledger, prices, [(6.0, 6.0)] * 16, step=60.0) == [6.0, 6.0]


def test_what_accounts_owe_counts_too(ledger: Ledger, prices: Prices) -> None:
    """A rule that does not liquidate leaves its losses with accounts under water."""
    prices.valuation = 0.5 * prices.valuation
    losses = StandingLosses(2)
    for place in range(4):
        losses.look(300.0 * place, ledger, prices)
    assert losses.largest == pytest.approx(ledger.debts(prices.valuation).sum(axis=1))
    assert (losses.largest > 0).all()
