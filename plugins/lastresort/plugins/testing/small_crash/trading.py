"""The venue before anybody is liquidated: prices, phases, orders and margin terms."""

import numpy as np

from lastresort.mechanisms.contract import Floats, MarginView, OrderKind, OrderView, Phase, PhaseView, PriceView
from lastresort.plugins.testing.small_crash import engine
from lastresort.plugins.testing.small_crash.holdings import after, before
from lastresort.plugins.testing.small_crash.losses import deficit
from lastresort.plugins.testing.small_crash.moments import CALM, MARKETS, Moment
from lastresort.plugins.testing.small_crash.reading import read_only

FUNDING_INTERVAL = 28_800.0


def price_view(moment: Moment) -> PriceView:
    """Feeds; funding is the premium, paid every eight hours."""
    premium = np.log(np.array(moment.mark) / np.array(moment.index))
    return read_only(
        PriceView(
            time=moment.time,
            index=np.array(moment.index),
            mid=np.array(moment.mid),
            mark=np.array(moment.mark),
            previous_mark=np.array(moment.previous_mark),
            premium=premium,
            funding_rate=premium,
            funding_due=np.full(len(MARKETS), FUNDING_INTERVAL - moment.time),
        )
    )


def phase_view(moment: Moment) -> PhaseView:
    """Trading state: nobody has halted anything."""
    return read_only(
        PhaseView(
            time=moment.time,
            index=np.array(moment.index),
            mid=np.array(moment.mid),
            mark=np.array(moment.mark),
            phase=np.full(len(MARKETS), int(Phase.OPEN)),
            until=np.zeros(len(MARKETS)),
            deficit=deficit(moment),
            fund=np.array(engine.POOLS_AT[moment].balance, dtype=np.float64),
        )
    )


def order_view(moment: Moment) -> OrderView:
    """The orders of the tick, one row per market and kind."""
    market, kind, quantity = (np.array(column) for column in zip(*engine.ORDERS[moment], strict=True))
    return read_only(
        OrderView(
            time=moment.time,
            market=market,
            kind=kind,
            quantity=quantity.astype(np.float64),
            index=np.array(moment.index)[market],
            mark=np.array(moment.mark)[market],
            mid=np.array(moment.mid)[market],
            open_interest=open_interest(moment)[market],
            initial_open_interest=open_interest(CALM)[market],
            insolvent=float(deficit(moment).sum()),
            venue_equity=float(after(moment).equity.sum()),
        )
    )


def transfer_view(moment: Moment) -> OrderView:
    """The saver's withdrawal."""
    one = np.ones(1)
    return read_only(
        OrderView(
            time=moment.time,
            market=np.array([-1]),
            kind=np.array([int(OrderKind.TRANSFER)]),
            quantity=np.array([engine.TRANSFERS[moment]]),
            index=one,
            mark=one,
            mid=one,
            open_interest=one,
            initial_open_interest=one,
            insolvent=float(deficit(moment).sum()),
            venue_equity=float(after(moment).equity.sum()),
        )
    )


def margin_view(moment: Moment) -> MarginView:
    """What margin terms may depend on."""
    return read_only(
        MarginView(
            time=moment.time,
            mark=np.array(moment.mark),
            open_interest=open_interest(moment),
            initial_open_interest=open_interest(CALM),
            volatility=np.array(moment.volatility),
        )
    )


def open_interest(moment: Moment) -> Floats:
    """Contracts that are open when the moment begins, `[M]`."""
    longs: Floats = np.maximum(before(moment).quantity, 0.0).sum(axis=0)
    return longs
