"""Indices of sensitivity, output by output, from the values of a sample; computed by SALib."""

import warnings
from collections.abc import Sequence

import numpy as np

from lastresort.analysis.sensitivity.findings import Morris, MorrisIndex, Sobol, SobolIndex
from lastresort.analysis.sensitivity.library import library
from lastresort.analysis.sensitivity.outputs import Output
from lastresort.analysis.sensitivity.samples import Sample, problem_of
from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics import CONFIDENCE, rounding

RESAMPLES = 1000
FEWEST = 2
"""Blocks without which nothing can be said."""


def morris_indices(sample: Sample, values: Floats, outputs: Sequence[Output], levels: int, draw: int) -> Morris:
    """Return the elementary effects of every factor on every output, `values` being `[points, outputs]`.

    Effects are those of the whole range, were they linear. Trajectories with a hole are left out and counted; where
    fewer than two are left, there are no indices.
    """
    kept = sample.complete(values)
    whole, total = sample.kept(kept), len(sample.unit) // sample.block_size
    used = int(kept.sum()) // sample.block_size
    found: list[MorrisIndex] = []
    for place, output in enumerate(outputs if used >= FEWEST else ()):
        analysed = library("analyze.morris").analyze(
            problem_of(sample.factors),
            whole.unit,
            np.ascontiguousarray(values[kept, place]),
            num_resamples=RESAMPLES,
            conf_level=CONFIDENCE,
            num_levels=levels,
            seed=draw,
        )
        columns = [np.asarray(analysed[name], np.float64) for name in ("mu", "mu_star", "mu_star_conf", "sigma")]
        found += [
            MorrisIndex(output.name, factor.name, *map(float, numbers))
            for factor, *numbers in zip(sample.factors, *columns, strict=True)
        ]
    return Morris(used, total - used, levels, len(sample.unit), tuple(found))


def sobol_indices(sample: Sample, values: Floats, outputs: Sequence[Output], chosen: str, draw: int) -> Sobol:
    """Return first-order and total indices of every factor on every output that varies, otherwise as Morris.

    The estimators are those of Saltelli et al. (2010); sampling error may take them below 0 or above 1.
    """
    kept = sample.complete(values)
    total = len(sample.unit) // sample.block_size
    used = int(kept.sum()) // sample.block_size
    found = [
        index
        for place, output in enumerate(outputs if used >= FEWEST else ())
        for index in _of_output(sample, values[kept, place], output.name, draw)
    ]
    names = tuple(factor.name for factor in sample.factors)
    return Sobol(used, total - used, len(sample.unit), names, chosen, tuple(found))


def _of_output(sample: Sample, values: Floats, output: str, draw: int) -> list[SobolIndex]:
    if np.ptp(values) <= rounding(float(np.max(np.abs(values)))):
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a resample without variation gives 0, as SALib has it
        analysed = library("analyze.sobol").analyze(
            problem_of(sample.factors),
            np.ascontiguousarray(values),
            calc_second_order=False,
            num_resamples=RESAMPLES,
            conf_level=CONFIDENCE,
            seed=draw,
        )
    columns = [np.asarray(analysed[name], np.float64) for name in ("S1", "S1_conf", "ST", "ST_conf")]
    return [
        SobolIndex(output, factor.name, *map(float, numbers))
        for factor, *numbers in zip(sample.factors, *columns, strict=True)
    ]
