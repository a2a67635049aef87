"""Cash that waits for a destination, and the news of the tick."""

import numpy as np

from lastresort.mechanisms.contract import CashView, EventView
from lastresort.plugins.testing.small_crash import engine
from lastresort.plugins.testing.small_crash.moments import Moment
from lastresort.plugins.testing.small_crash.reading import read_only


def cash_view(moment: Moment) -> CashView:
    """Fees and surpluses on their way."""
    kind, pool, amount = (np.array(column) for column in zip(*engine.CASH_FLOWS[moment], strict=True))
    pools = engine.POOLS_AT[moment]
    return read_only(
        CashView(
            time=moment.time,
            kind=kind,
            pool=pool,
            amount=amount.astype(np.float64),
            pool_balance=np.array(pools.balance, dtype=np.float64),
            pool_peak=np.array(pools.peak, dtype=np.float64),
            claims=pools.claims,
        )
    )


def event_view(moment: Moment) -> EventView | None:
    """What happened in the tick; None where nothing did."""
    if not engine.EVENTS[moment]:
        return None
    kind, market, contracts, dollars = (np.array(column) for column in zip(*engine.EVENTS[moment], strict=True))
    return read_only(
        EventView(
            time=moment.time,
            kind=kind,
            market=market,
            contracts=contracts.astype(np.float64),
            dollars=dollars.astype(np.float64),
            pool_balance=np.array(engine.POOLS_AT[moment].balance, dtype=np.float64),
        )
    )
