"""The course of the crash over the seeds: five-minute series of the runs, reduced to bands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lastresort.reports.bands import Band, band
from lastresort.scores import Profile

BIN = 5
"""Minutes over which liquidations are summed."""

SERIES = "series_"
TIME = "series_time"
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


def timeline_of(profiles: Sequence[Profile]) -> Timeline:
    """The course under one policy, from what was noted of its runs."""
    first = profiles[0]
    hours = np.asarray(first[TIME], np.float64) / 3600
    names = [name for name in first if name.startswith(SERIES) and name != TIME]
    columns = {name: np.array([profile[name] for profile in profiles], np.float64) for name in names}
    return Timeline({name.removeprefix(SERIES): band(hours, runs) for name, runs in columns.items()})
