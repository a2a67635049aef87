"""Samples of points: places of all factors from 0 to 1, and the values they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.library import library
from lastresort.mechanisms.contract import Bools, Floats, Ints

Method = Literal["morris", "sobol"]


@dataclass(frozen=True)
class Sample:
    """Points `[points, factors]` in blocks of equal size: a trajectory of Morris, or a base sample of Sobol.

    `unit` are places from 0 to 1, as SALib knows them; `values` are what the factors are there.
    """

    method: Method
    factors: tuple[Factor, ...]
    unit: Floats
    values: Floats

    @property
    def block_size(self) -> int:
        """Points in a block."""
        return len(self.factors) + (1 if self.method == "morris" else 2)

    @property
    def blocks(self) -> Ints:
        """Number of the block of each point, `[points]`."""
        return np.arange(len(self.unit)) // self.block_size

    def complete(self, outputs: Floats) -> Bools:
        """Whether each point belongs to a block in which every output is there, `[points]`.

        A block with a hole says nothing: its other points are left out with it.
        """
        whole = ~np.isnan(outputs.reshape(len(outputs), -1)).any(axis=1)
        return np.repeat(whole.reshape(-1, self.block_size).all(axis=1), self.block_size)

    def kept(self, points: Bools) -> "Sample":
        """Return the sample with some of its blocks only."""
        return Sample(self.method, self.factors, self.unit[points], self.values[points])


def problem_of(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return a fresh description of the factors for SALib, all of them from 0 to 1."""
    names = [factor.name for factor in factors]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def morris_sample(factors: tuple[Factor, ...], trajectories: int, levels: int, draw: int) -> Sample:
    """Return trajectories in which one factor moves at a time, by half its levels (Morris 1991).

    Seeds have no order, so each trajectory moves between two groups of seeds that are drawn for it alone.
    """
    unit = library("sample.morris").sample(problem_of(factors), trajectories, num_levels=levels, seed=draw)
    sample = Sample("morris", factors, unit, _values(factors, unit))
    generator = np.random.Generator(np.random.Philox(key=draw))
    for place, factor in enumerate(factors):
        if factor.by_chance:
            pairs = np.array([generator.permutation(np.array(factor.levels))[:2] for _ in range(trajectories)])
            sample.values[:, place] = pairs[sample.blocks, (unit[:, place] >= 0.5).astype(np.int64)]
    return sample


def sobol_sample(factors: tuple[Factor, ...], samples: int, draw: int) -> Sample:
    """Return Saltelli's crossed samples on a scrambled Sobol sequence, `samples` (factors + 2) points."""
    unit = library("sample.sobol").sample(problem_of(factors), samples, calc_second_order=False, seed=draw)
    return Sample("sobol", factors, unit, _values(factors, unit))


def _values(factors: Sequence[Factor], unit: Floats) -> Floats:
    return np.column_stack([factor.values(unit[:, place]) for place, factor in enumerate(factors)])
