"""When it happens and at which prices: columns `[M]` for the major and the small market, USD per contract."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats

MARKETS = ("major", "small")
POOLS = ("majors", "small markets")
MAJOR, SMALL = range(len(MARKETS))


@dataclass(frozen=True)
class Moment:
    """One moment of the crash.

    `volatility` is relative to normal. `depth` is what can be sold (or bought) at once before the average price is 1 %
    from the mid, in USD.
    """

    title: str
    time: float
    index: tuple[float, float]
    mark: tuple[float, float]
    previous_mark: tuple[float, float]
    mid: tuple[float, float]
    volatility: tuple[float, float]
    depth: tuple[float, float]


CALM = Moment(
    title="calm",
    time=0.0,
    index=(1.0, 1.0),
    mark=(1.0, 1.0),
    previous_mark=(1.0, 1.0),
    mid=(1.0, 1.0),
    volatility=(1.0, 1.0),
    depth=(20e6, 1e6),
)
FIRST_BREACH = Moment(
    title="first breach",
    time=60.0,
    index=(0.942, 0.81),
    mark=(0.94, 0.80),
    previous_mark=(0.95, 0.84),
    mid=(0.935, 0.78),
    volatility=(6.0, 9.0),
    depth=(8e6, 200e3),
)
TROUGH = Moment(
    title="trough",
    time=120.0,
    index=(0.885, 0.57),
    mark=(0.88, 0.55),
    previous_mark=(0.89, 0.57),
    mid=(0.872, 0.52),
    volatility=(12.0, 20.0),
    depth=(2e6, 100e3),
)
RECOVERY = Moment(
    title="recovery",
    time=3600.0,
    index=(0.93, 0.70),
    mark=(0.93, 0.70),
    previous_mark=(0.929, 0.698),
    mid=(0.931, 0.702),
    volatility=(3.0, 4.0),
    depth=(6e6, 250e3),
)
MOMENTS = (CALM, FIRST_BREACH, TROUGH, RECOVERY)
LAST_SETTLEMENT = {CALM: CALM, FIRST_BREACH: CALM, TROUGH: CALM, RECOVERY: TROUGH}
"""The venue settles at the start and at the trough."""


def sale_price(moment: Moment, quantity: Floats, market: int) -> Floats:
    """Average price of selling `quantity` (buying it back where negative) into the book of the moment."""
    mid = moment.mid[market]
    slide = 0.01 * np.abs(quantity) * mid / moment.depth[market]
    price: Floats = mid * (1 - np.sign(quantity) * slide)
    return price
