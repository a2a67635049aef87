"""Accounts below maintenance margin, and for how long they have been."""

import numpy as np

from lastresort.mechanisms.contract import BreachView
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS
from lastresort.plugins.testing.small_crash.holdings import IDS, ISOLATED, before
from lastresort.plugins.testing.small_crash.moments import CALM, FIRST_BREACH, RECOVERY, TROUGH, Moment, sale_price
from lastresort.plugins.testing.small_crash.reading import read_only

HISTORY = {
    CALM: {},
    FIRST_BREACH: {},
    TROUGH: {"whale long": (60.0, 1)},
    RECOVERY: {"momentum short": (240.0, 2)},
}
"""Age of the breach in seconds, and orders sent during it; nothing for those who are breached for the first time."""


def breach_view(moment: Moment) -> BreachView | None:
    """Positions below maintenance margin before the engine steps in; None where there are none."""
    unit = before(moment)
    breached = (unit.equity < unit.maintenance)[:, None] & (unit.quantity != 0)
    row, market = np.nonzero(breached)
    if not len(row):
        return None
    quantity, mark, equity = unit.quantity[row, market], unit.mark[market], unit.equity[row]
    average = np.array([sale_price(moment, quantity[k], market[k]) for k in range(len(row))])
    history = [HISTORY[moment].get(ACCOUNTS[k].name, (0.0, 0)) for k in row]
    return read_only(
        BreachView(
            time=moment.time,
            account=IDS[row],
            market=market,
            quantity=quantity,
            mark=mark,
            bankruptcy_price=mark - equity / quantity,
            equity=equity,
            maintenance=unit.maintenance[row],
            unit_notional=unit.notional.sum(axis=1)[row],
            isolated=ISOLATED[row],
            hedge=unit.hedge[row, market],
            impact=np.sign(quantity) * (1 - average / mark),
            since=np.array([since for since, _ in history]),
            orders=np.array([orders for _, orders in history]),
            vault=np.array([ACCOUNTS[k].vault for k in row]),
        )
    )
