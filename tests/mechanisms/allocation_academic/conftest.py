"""Winners whose every closed contract costs one dollar, so that contracts and dollars are the same numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import Candidates, LossEvent


@pytest.fixture(scope="session")
def winners(candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]) -> Callable[..., LossEvent]:
    """Make shorts that entered at 2 with the mark at 1: each holds as many contracts as it has dollars of profit.

    The engine holds `budget` longs that it took over at 2 and has lost as many dollars.
    """

    def make(profits: Sequence[float], budget: float, lot: float = 1.0, **columns: Any) -> LossEvent:
        holders = candidates(-np.asarray(profits, dtype=np.float64), entry_price=2.0, **columns)
        return loss_event(holders, budget, bankruptcy_price=2.0, uncovered=budget, lot=lot)

    return make
