"""What a sensitivity analysis finds, one thing each: indices, flips, ends of ranges, runs that failed."""

from dataclasses import dataclass
from typing import Literal

from lastresort.analysis.sensitivity.factors import Number

Outcome = Literal["never", "flips", "cannot be told"]


@dataclass(frozen=True, slots=True)
class MorrisIndex:
    """Elementary effects of a factor on an output, in the units of the output, for the whole range of the factor.

    `mu` is their mean, `mu_star` the mean of their sizes, `mu_star_conf` half its 95 % interval, and `sigma` their
    standard deviation: large where the factor acts with others, or not in a straight line.
    """

    output: str
    factor: str
    mu: Number
    mu_star: Number
    mu_star_conf: Number
    sigma: Number


@dataclass(frozen=True, slots=True)
class Morris:
    """A screening: complete trajectories, those left out, levels of the grid, points, and the indices."""

    trajectories: int
    left_out: int
    levels: int
    points: int
    indices: tuple[MorrisIndex, ...]

    def of(self, output: str) -> dict[str, MorrisIndex]:
        """Return the indices of one output by factor."""
        return {one.factor: one for one in self.indices if one.output == output}


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """Shares of the variance of an output: `S1` by a factor alone, `ST` by it and whatever it acts with.

    `S1_conf` and `ST_conf` are half of their 95 % intervals.
    """

    output: str
    factor: str
    S1: Number
    S1_conf: Number
    ST: Number
    ST_conf: Number


@dataclass(frozen=True, slots=True)
class Sobol:
    """A decomposition of variances: complete base samples, those left out, points, factors, who chose these, indices.

    Outputs that do not vary have no indices.
    """

    samples: int
    left_out: int
    points: int
    factors: tuple[str, ...]
    chosen: str
    indices: tuple[SobolIndex, ...]

    def of(self, output: str) -> dict[str, SobolIndex]:
        """Return the indices of one output by factor."""
        return {one.factor: one for one in self.indices if one.output == output}


@dataclass(frozen=True, slots=True)
class Level:
    """The mean of a difference where a factor is about `value`, over the ranges of all others, with a 95 % interval.

    The intervals of all levels of a factor hold together.
    """

    value: float
    mean: Number
    low: Number
    high: Number
    points: int

    @property
    def sign(self) -> int:
        """1 or -1 where the interval is clear of zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True, slots=True)
class Flip:
    """Whether a difference changes its sign within the range of a factor, the others lying anywhere in theirs.

    `at` is where, with a 95 % interval; NaN where it does not, where it cannot be told, or where it does so twice.
    """

    output: str
    factor: str
    outcome: Outcome
    at: Number
    at_low: Number
    at_high: Number
    levels: tuple[Level, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class End:
    """A paired difference with one factor at the end of its range, all others as they are otherwise.

    `factor` is empty, and `value` NaN, where all are as they are. p values are adjusted by Holm over all ends.
    """

    output: str
    factor: str
    value: Number
    difference: Number
    low: Number
    high: Number
    p_adjusted: Number
    verdict: str
    seeds: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the two ends of a factor's range, run on many seeds, say of a flip."""

    output: str
    factor: str
    outcome: Outcome
    sentence: str


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that its policy ended, and why; its block is left out."""

    policy: str
    seed: int
    reason: str
