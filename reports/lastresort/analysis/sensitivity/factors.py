"""What is varied: an assumption of the scenario or of a policy, a threshold of the scores, or the seed."""

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator

from lastresort.mechanisms.contract import Floats

Kind = Literal["scenario", "policy", "threshold", "chance"]
Scale = Literal["linear", "log"]

Number = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]
"""A number, or null in JSON and NaN here where it is not defined."""

CHANCE = "replicate"
"""Name of the factor that stands for the seeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A number that is not known, and where it may lie: a range, or `levels` where those are not empty.

    name     the path in the file, `thresholds.NAME`, or `replicate`
    label    what tables call it
    kind     scenario, policy, threshold or chance; the levels of chance are numbers of groups of seeds
    low      the lowest value
    high     the highest
    scale    whether values are drawn evenly, or evenly in their logarithm
    levels   all values it takes, each as often as the others
    times    the values multiply what stands in the scenario or the policy
    whole    values are rounded
    nominal  what is assumed otherwise; NaN where there is no one such number
    unit     of the values; empty where they multiply, or have none
    because  where the range comes from
    """

    name: str
    label: str
    kind: Kind
    low: float
    high: float
    scale: Scale = "linear"
    levels: tuple[float, ...] = ()
    times: bool = False
    whole: bool = False
    nominal: Number = math.nan
    unit: str = ""
    because: str = ""

    @property
    def by_chance(self) -> bool:
        """Whether this is no assumption but the seed."""
        return self.kind == "chance"

    def values(self, unit: Floats) -> Floats:
        """Return the values at some places of the range, given from 0 to 1; the two arrays have the same shape."""
        if self.levels:
            place = np.minimum((unit * len(self.levels)).astype(np.int64), len(self.levels) - 1)
            return np.asarray(self.levels, np.float64)[place]
        low, high = (math.log(end) if self.scale == "log" else end for end in (self.low, self.high))
        between = low + (high - low) * unit
        raw = np.exp(between) if self.scale == "log" else between
        return np.asarray(np.rint(raw) if self.whole else np.clip(raw, self.low, self.high), np.float64)

    def value(self, unit: float) -> float:
        """Return the value at one place of the range."""
        return float(self.values(np.array([unit]))[0])

    @property
    def range(self) -> str:
        """The range in words, as in "60 to 1,800 s" or "x 0.5 to x 2"."""
        return f"{self.shown(self.low)} to {self.shown(self.high)} {self.unit}".rstrip()

    def shown(self, value: float) -> str:
        """Return a value of this factor as it stands in a sentence."""
        number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        return f"x {number}{'' if '.' in number else '.0'}" if self.times else number
