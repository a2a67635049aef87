"""The withdrawal gate by hand: it closes on an unpaid loss and opens some time after it is paid."""

from collections.abc import Callable

import pytest

from lastresort.mechanisms.brakes.withdrawal_gate import WithdrawalGate
from lastresort.mechanisms.contract import OrderKind, OrderView

Orders = Callable[..., OrderView]


def leaves(gate: WithdrawalGate, orders: Orders, time: float, insolvent: float = 0.0) -> float:
    """Share of a transfer that passes."""
    said = gate.admit(orders([OrderKind.TRANSFER], [1e6], time=time, insolvent=insolvent))
    return 1.0 if said is None else float(said.fraction[0])


def test_transfers_wait_fifty_blocks_after_a_loss(orders: Orders) -> None:
    """dYdX v4: 50 blocks after negative collateral was last seen, here of 1.1 seconds."""
    gate = WithdrawalGate()
    assert leaves(gate, orders, 0) == 1
    assert leaves(gate, orders, 100, insolvent=1.0) == 0
    assert leaves(gate, orders, 150, insolvent=1.0) == 0
    assert leaves(gate, orders, 204.9) == 0, "55 s since the loss was last seen, not first"
    assert leaves(gate, orders, 205) == 1


@pytest.mark.parametrize("kind", [OrderKind.OPEN, OrderKind.CLOSE, OrderKind.LIQUIDATION])
def test_a_loss_seen_with_the_orders_of_a_tick_counts_and_orders_pass(orders: Orders, kind: OrderKind) -> None:
    gate = WithdrawalGate()
    assert gate.admit(orders([kind], [10], time=50, insolvent=1.0)) is None
    assert leaves(gate, orders, 60) == 0


def test_without_hold_the_gate_is_shut_only_while_there_is_a_loss(orders: Orders) -> None:
    """Derive: blocked while the insolvent accounts need more than there is."""
    gate = WithdrawalGate(hold=0)
    assert [leaves(gate, orders, time, insolvent) for time, insolvent in [(0, 0), (1, 5), (1, 0), (2, 0)]] == [
        1,
        0,
        1,
        1,
    ]


def test_orders_and_transfers_together(orders: Orders) -> None:
    said = WithdrawalGate().admit(orders([OrderKind.CLOSE, OrderKind.TRANSFER], [10, 10], insolvent=1.0))
    assert said is not None
    assert list(said.fraction) == [1, 0]
