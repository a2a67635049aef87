"""In which order a rule closes accounts, found by asking for ever more contracts."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import Candidates, LossEvent


@pytest.fixture(scope="session")
def queue_of(loss_event: Callable[..., LossEvent]) -> Callable[..., str]:
    """Name the accounts A, B, C, ... and spell the order in which `rule` closes them; positions exceed one contract."""

    def spell(rule: Callable[[], Deleveraging], holders: Candidates, **fields: float) -> str:
        side = -np.sign(holders.quantity[0])
        size, known = np.abs(holders.quantity), list[int]()
        while True:
            contracts = side * (size[known].sum() + 1)
            close = rule().allocate(loss_event(holders, contracts, **fields)).close
            assert close[known] == pytest.approx(size[known]), "those first in the queue are closed whole"
            fresh = [row for row in range(len(size)) if close[row] > 0 and row not in known]
            if not fresh:
                return "".join(chr(ord("A") + row) for row in known)
            assert len(fresh) == 1, "one more contract closes one more account"
            known += fresh

    return spell
