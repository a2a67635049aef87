"""The course of the crash over the seeds: minute series of the runs, reduced to bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lastresort.reports.bands import Band, Floats, band

BIN = 5
"""Minutes over which liquidations are summed."""

FLOWS = ("liquidated_long", "liquidated_short")
PRICE = "price_"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bands over the seeds of one policy, `columns` by name of the run's series, time in hours.

    Liquidations are USD per five minutes; everything else is as in the run's series.
    """

    columns: Mapping[str, Band]

    @property
    def tiers(self) -> list[str]:
        """Names of the price tiers, in the order of the series."""
        return [name.removeprefix(PRICE) for name in self.columns if name.startswith(PRICE)]

    @property
    def peak(self) -> float:
        """Hour at which liquidations were heaviest, in the median over the seeds; 0 for runs of a few minutes."""
        longs, shorts = (self.columns[name] for name in FLOWS)
        return float(longs.at[(longs.median + shorts.median).argmax()]) if len(longs.at) else 0.0

    def between(self, start: float, end: float) -> "Timeline":
        """The part from hour `start` to hour `end`."""
        return Timeline({name: column.between(start, end) for name, column in self.columns.items()})


def timeline(runs: Sequence[pd.DataFrame]) -> Timeline:
    """Reduce the series of one policy, one frame per seed, all on the same minutes."""
    hours = runs[0]["time"].to_numpy(dtype=np.float64) / 3600
    return Timeline({str(name): _column(hours, runs, str(name)) for name in runs[0].columns if name != "time"})


def prices_only(series: pd.DataFrame) -> pd.DataFrame:
    """The minutes and prices of a run's series, for policies of which no more is shown."""
    return series[[name for name in series.columns if name == "time" or str(name).startswith(PRICE)]].copy()


def _column(hours: Floats, runs: Sequence[pd.DataFrame], name: str) -> Band:
    values = np.stack([run[name].to_numpy(dtype=np.float64) for run in runs])
    if name in FLOWS:
        return band(hours[BIN::BIN], np.diff(values[:, ::BIN], axis=1))
    return band(hours, values)
