"""What the liquidation engine holds and what stands behind it, at each moment."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import CashKind, EventKind, Floats, OrderKind
from lastresort.plugins.testing.small_crash.holdings import PENALTY, after, before
from lastresort.plugins.testing.small_crash.moments import CALM, FIRST_BREACH, MAJOR, RECOVERY, SMALL, TROUGH, Moment

CAPITAL = 100_000.0
VAULT_OF_POOL = ("majors vault", "small vault")

UNPAID = {CALM: (0.0, 0.0), FIRST_BREACH: (0.0, 0.0), TROUGH: (0.0, 0.0), RECOVERY: (80_000.0, 0.0)}
"""USD `[M]` lost by selling earlier inventory, and not paid by anybody yet."""


@dataclass(frozen=True)
class Pools:
    """Insurance pools `[P]` in USD, what each market has brought its pool since the start, and IOUs owed."""

    balance: tuple[float, float]
    peak: tuple[float, float]
    result: tuple[float, float]
    claims: float = 0.0


POOLS_AT = {
    CALM: Pools(balance=(400_000, 150_000), peak=(400_000, 150_000), result=(0, 0)),
    FIRST_BREACH: Pools(balance=(400_000, 150_000), peak=(400_000, 150_000), result=(0, 0)),
    TROUGH: Pools(balance=(405_000, 146_800), peak=(405_000, 150_000), result=(5_000, -3_200)),
    RECOVERY: Pools(balance=(285_000, 105_000), peak=(405_000, 150_000), result=(-115_000, -45_000), claims=60_000),
}

CASH_FLOWS = {
    CALM: ((CashKind.TRADING_FEE, MAJOR, 1_200), (CashKind.TRADING_FEE, SMALL, 300)),
    FIRST_BREACH: (
        (CashKind.TRADING_FEE, MAJOR, 6_000),
        (CashKind.TRADING_FEE, SMALL, 2_500),
        (CashKind.LIQUIDATION_SURPLUS, MAJOR, 5_000),
    ),
    TROUGH: ((CashKind.TRADING_FEE, MAJOR, 9_000), (CashKind.TRADING_FEE, SMALL, 4_000)),
    RECOVERY: (
        (CashKind.TRADING_FEE, MAJOR, 3_000),
        (CashKind.TRADING_FEE, SMALL, 1_000),
        (CashKind.LIQUIDATION_SURPLUS, SMALL, 12_000),
    ),
}
"""Kind, pool and USD of the cash that waits for a destination."""

ORDERS = {
    CALM: (
        (MAJOR, OrderKind.OPEN, 50_000),
        (MAJOR, OrderKind.CLOSE, -30_000),
        (SMALL, OrderKind.OPEN, 20_000),
    ),
    FIRST_BREACH: (
        (MAJOR, OrderKind.OPEN, -200_000),
        (MAJOR, OrderKind.LIQUIDATION, -400_000),
        (SMALL, OrderKind.CLOSE, -300_000),
        (SMALL, OrderKind.LIQUIDATION, -100_000),
    ),
    TROUGH: (
        (MAJOR, OrderKind.LIQUIDATION, -2_600_000),
        (SMALL, OrderKind.OPEN, -400_000),
        (SMALL, OrderKind.LIQUIDATION, -2_200_000),
    ),
    RECOVERY: (
        (MAJOR, OrderKind.OPEN, 600_000),
        (SMALL, OrderKind.OPEN, 250_000),
        (SMALL, OrderKind.CLOSE, 150_000),
        (SMALL, OrderKind.LIQUIDATION, 400_000),
    ),
}
"""Market, kind and signed contracts of the orders that wait to pass."""

TRANSFERS = {CALM: 50_000.0, FIRST_BREACH: 100_000.0, TROUGH: 250_000.0, RECOVERY: 100_000.0}
"""What the saver wants to withdraw, USD."""

EVENTS = {
    CALM: (),
    FIRST_BREACH: (
        (EventKind.LIQUIDATION_ORDER, MAJOR, -400_000, 0),
        (EventKind.TAKEOVER, SMALL, 100_000, 1_200),
        (EventKind.ABSORPTION, SMALL, 0, 1_200),
    ),
    TROUGH: (
        (EventKind.TAKEOVER, MAJOR, 2_600_000, 408_436),
        (EventKind.TAKEOVER, SMALL, 2_200_000, 272_364),
        (EventKind.ABSORPTION, SMALL, 0, 41_800),
        (EventKind.DELEVERAGING, SMALL, 1_500_000, 180_000),
        (EventKind.ASSIGNMENT, MAJOR, 500_000, 0),
        (EventKind.CHARGE, MAJOR, 0, 60_000),
        (EventKind.HALT, SMALL, 0, 0),
    ),
    RECOVERY: (
        (EventKind.TAKEOVER, SMALL, -400_000, 28_800),
        (EventKind.UNPAID, MAJOR, 0, 80_000),
        (EventKind.REPAYMENT, MAJOR, 0, 15_000),
        (EventKind.SETTLEMENT, SMALL, 0, 0),
    ),
}
"""Kind, market, signed contracts and USD of what happened in the tick."""


def taken_over(moment: Moment) -> Floats:
    """Positions that the engine has taken over at this moment, `[A, M]` signed contracts."""
    left_alone = before(moment).quantity == after(moment).quantity
    return np.where(left_alone, 0.0, before(moment).quantity)


def inventory(moment: Moment) -> Floats:
    """What the engine holds, `[M]` signed contracts."""
    held: Floats = taken_over(moment).sum(axis=0)
    return held


def cash(moment: Moment) -> Floats:
    """What it has paid for its inventory and lost on earlier inventory, `[M]` USD (negative)."""
    unit = before(moment)
    notional = unit.notional.sum(axis=1)
    rate = np.divide(unit.equity, notional, out=np.zeros_like(notional), where=notional > 0)
    quantity = taken_over(moment)
    price = unit.mark * (1 - np.sign(quantity) * np.minimum(PENALTY, rate)[:, None])
    booked: Floats = -(quantity * price).sum(axis=0) - np.array(UNPAID[moment])
    return booked
