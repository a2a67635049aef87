"""When the crash of October 2025 came and in what shape, read off a run's series: one sample a minute.

Clock times are those of the day in UTC; the scenario starts at 12:00. What lies between two samples is interpolated on
a straight line. The deepest sample stands for the trough, as in the one-minute closes that the public figures were
read from: a low between two samples is not seen, so the trough may lie a minute beside the true one, and what came
back in the first minute after it counts from the sample and not from the low.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from lastresort.experiments.magnitudes import BILLION
from lastresort.mechanisms.contract import Floats
from lastresort.simulation.recording.record import RunRecord

if TYPE_CHECKING:
    import pandas as pd

MINUTE = 60.0
HEADLINE = 31_800.0
"""20:50, when the tariff was announced."""

RECEDED = 34_200.0
"""21:30, the end of the forty minutes that Amberdata counted apart."""

COUNTED = (3_600.0, 54_000.0)
"""13:00 to 03:00, the hours that Amberdata counted."""


def btc_change(record: RunRecord, minutes: float) -> float:
    """Price of BTC so many minutes after the headline against that at the headline, in per cent."""
    price = _price(record, np.array([HEADLINE, HEADLINE + minutes * MINUTE]))
    return 100 * float(price[1] / price[0] - 1)


def minutes_to_trough(record: RunRecord) -> float:
    """Minutes from the headline to the lowest sample of BTC after it; NaN where the run ends before."""
    return (_trough(record)[0] - HEADLINE) / MINUTE


def recovery(record: RunRecord, minutes: float) -> float:
    """Share of BTC's fall from the headline to its trough that was made up so many minutes after the trough.

    NaN where BTC never fell below its price at the headline, or where the run ends earlier.
    """
    time, low = _trough(record)
    then = time + minutes * MINUTE
    before, after = _price(record, np.array([HEADLINE, then]))
    if not low < before or then > record.series["time"].iloc[-1]:
        return math.nan
    return float((after - low) / (before - low))


def share_before_headline(record: RunRecord) -> float:
    """Share of the liquidations from 13:00 to 03:00 that came before the headline, in per cent."""
    return _share(record, COUNTED[0], HEADLINE)


def share_in_forty_minutes(record: RunRecord) -> float:
    """Share of the liquidations from 13:00 to 03:00 that came from 20:50 to 21:30, in per cent."""
    return _share(record, HEADLINE, RECEDED)


def share_afterwards(record: RunRecord) -> float:
    """Share of the liquidations from 13:00 to 03:00 that came after 21:30, in per cent."""
    return _share(record, RECEDED, COUNTED[1])


def peak_minute(record: RunRecord) -> float:
    """Largest notional liquidated between two samples, a minute apart, in billions of USD."""
    return float(np.max(np.diff(_liquidated(record.series), prepend=0.0))) / BILLION


def adl_before_headline(record: RunRecord) -> float:
    """100 where any position was deleveraged before the headline, else 0."""
    return 100.0 if (_deleveraging(record) < HEADLINE).any() else 0.0


def adl_after_headline(record: RunRecord) -> float:
    """100 where any position was deleveraged at the headline or after it, else 0."""
    return 100.0 if (_deleveraging(record) >= HEADLINE).any() else 0.0


def crash_basis(record: RunRecord, tier: str) -> float:
    """Mean distance of a tier's perpetuals from their index from 20:50 to 21:30, in per cent: below 0 under spot.

    The mean of `premium_<tier>`, the logarithm of mid over index averaged over venues and markets by open interest; NaN
    without a sample.
    """
    time = _column(record.series, "time")
    during = (time >= HEADLINE) & (time <= RECEDED)
    premium = _column(record.series, f"premium_{tier}")[during]
    return 100 * float(np.mean(premium)) if len(premium) else math.nan


def _trough(record: RunRecord) -> tuple[float, float]:
    """Time and price of the lowest sample of BTC after the headline, NaN without any."""
    later = record.series[record.series["time"] > HEADLINE]
    if not len(later):
        return math.nan, math.nan
    place = int(np.argmin(_column(later, "price_btc")))
    return float(_column(later, "time")[place]), float(_column(later, "price_btc")[place])


def _price(record: RunRecord, time: Floats) -> Floats:
    return np.interp(time, _column(record.series, "time"), _column(record.series, "price_btc"))


def _share(record: RunRecord, start: float, end: float) -> float:
    """Share of the liquidations of the counted hours from `start` to `end`, in per cent; NaN without any."""
    first, one, other, last = np.interp(
        [COUNTED[0], start, end, COUNTED[1]], _column(record.series, "time"), _liquidated(record.series)
    )
    return 100 * float((other - one) / (last - first)) if last > first else math.nan


def _liquidated(series: "pd.DataFrame") -> Floats:
    """What had been liquidated by each sample, USD."""
    return _column(series, "liquidated_long") + _column(series, "liquidated_short")


def _deleveraging(record: RunRecord) -> Floats:
    """Times at which positions were deleveraged."""
    return _column(record.events[record.events["kind"] == "deleveraging"], "time")


def _column(table: "pd.DataFrame", name: str) -> Floats:
    return table[name].to_numpy(np.float64)
