"""The price path of a run: free by itself, noted on request, or that of another run.

A policy acts on accounts directly, and through the prices that its closes and sales move. To tell the two apart, a run
follows the path of another one, of the same scenario, seed and variation: it takes the same ticks, and whatever it
trades at the ladder price of its tick, the next tick opens where the other run's did.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.mechanisms.contract import Floats

if TYPE_CHECKING:
    from lastresort.simulation.market.prices import Prices
    from lastresort.simulation.market.quotes import Quotes

MOMENT = 1e-6


@dataclass(frozen=True)
class PricePath:
    """Ticks of a run: `time` `[T]` in seconds, then one row `[V + 1, M]` of each (spot last) per tick.

    `opening` and `closing` are log displacements before and after a tick's trades, `bid` and `ask` near depth after it,
    in contracts per unit log price.
    """

    time: Floats
    opening: Floats
    closing: Floats
    bid: Floats
    ask: Floats

    def at(self, now: float) -> int:
        """The latest tick that is not after `now`."""
        return int(np.searchsorted(self.time, now + MOMENT)) - 1


class Course:
    """Where prices and depth go during a run; this one leaves them to trading and recovery.

    `to_the_end` asks a run for all of its tail, also where no window of a fill is open any more.
    """

    to_the_end = False

    def step(self, now: float, step: float) -> float:
        """Length of the tick after `now`, in seconds, where the run itself wants `step`."""
        return step

    def open(self, now: float, prices: "Prices") -> None:
        """Displacements have recovered; marks come next, then trades."""

    def close(self, now: float, prices: "Prices") -> None:
        """The tick has traded."""

    def quote(self, now: float, quotes: "Quotes") -> None:
        """Depth has moved towards its target."""


FREE = Course()


class Noted(Course):
    """Notes the path of a run, for runs that may need more of its tail, and changes nothing."""

    to_the_end = True

    def __init__(self) -> None:
        self._time: list[float] = []
        self._rows: tuple[list[Floats], ...] = ([], [], [], [])

    @property
    def path(self) -> PricePath:
        """What has been noted so far."""
        return PricePath(np.array(self._time), *(np.array(rows) for rows in self._rows))

    def open(self, now: float, prices: "Prices") -> None:
        """Note the time and the opening displacements."""
        self._time.append(now)
        self._rows[0].append(prices.displacement.copy())

    def close(self, now: float, prices: "Prices") -> None:
        """Note the closing displacements."""
        self._rows[1].append(prices.displacement.copy())

    def quote(self, now: float, quotes: "Quotes") -> None:
        """Note the depth of both sides."""
        self._rows[2].append(quotes.bid.copy())
        self._rows[3].append(quotes.ask.copy())


class Imposed(Course):
    """Holds a run to the `path` of another: to its ticks, its prices and its depth."""

    def __init__(self, path: PricePath) -> None:
        self._path = path

    def step(self, now: float, step: float) -> float:
        """To the next tick of the path."""
        following = self._path.at(now) + 1
        return float(self._path.time[following]) - now if following < len(self._path.time) else step

    def open(self, now: float, prices: "Prices") -> None:
        """Open where the other run did."""
        prices.displacement = self._path.opening[self._path.at(now)].copy()

    def close(self, now: float, prices: "Prices") -> None:
        """Forget what trades have moved."""
        prices.displacement = self._path.closing[self._path.at(now)].copy()
        prices.refresh_mids()

    def quote(self, now: float, quotes: "Quotes") -> None:
        """Quote as the other run's makers did."""
        tick = self._path.at(now)
        quotes.bid, quotes.ask = self._path.bid[tick], self._path.ask[tick]
        quotes.renew_depth()
