"""Charges by hand: in proportion, within profit and means, with and without a claim."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.building_blocks.charging import charge_in_proportion, charges
from lastresort.mechanisms.contract import Candidates, LossEvent


@pytest.fixture
def three_accounts(candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]) -> LossEvent:
    """60 USD to collect from accounts that can spend 100, 10 and 100."""
    return loss_event(candidates([1, 1, 1], equity=[100.0, 10.0, 100.0]), dollars=60.0)


def test_nobody_is_charged_more_than_it_has(three_accounts: LossEvent) -> None:
    answer = charges(three_accounts, np.array([30.0, 30.0, 0.0]))
    assert answer.charge == pytest.approx([30, 10, 0])
    assert not answer.close.any()
    assert not answer.claim


def test_what_one_cannot_pay_the_others_share(three_accounts: LossEvent) -> None:
    """Weights 1, 1, 2 make 15, 15, 30; the second has 10, so the others pay 50 as 1 : 2, the third at most 25."""
    weight = np.array([1.0, 1.0, 2.0])
    open_ended = charge_in_proportion(three_accounts, weight, np.full(3, 1e9), claim=True)
    assert open_ended.charge == pytest.approx([50 / 3, 10, 100 / 3])
    assert open_ended.claim
    capped = charge_in_proportion(three_accounts, weight, np.array([1e9, 1e9, 25.0]))
    assert capped.charge == pytest.approx([25, 10, 25])
