"""Thresholds of the scores as factors: moving one needs no new run, the same records are scored again."""

from collections.abc import Mapping
from dataclasses import replace

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.ranges import Range
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.scores.measures.thresholds import DEFAULT, Thresholds
from lastresort.simulation.recording.column_families import LEVELS

PREFIX = "thresholds."
FIELDS = {"delta": "delta", "tau": "naked_seconds", "lambda": "cost"}
"""What files call a threshold, and what `Thresholds` does."""

UNITS = {"delta": "of gross", "tau": "s", "lambda": "of capital"}

RECORDED = tuple(sorted(LEVELS.values()))
"""Levels of delta whose spells are in the record of a run."""


def threshold_factor(name: str, given: Range, place: str) -> Factor:
    """Return the factor of a threshold; raises InputError for one that does not exist or is not recorded."""
    here = f"{place}, '{name}'"
    if name not in FIELDS:
        raise InputError(f"{here}: unknown threshold; allowed: {one_of(FIELDS)}{did_you_mean(name, FIELDS)}")
    if given.times:
        raise InputError(f"{here}: found times; allowed: the threshold's own values")
    if given.low < 0:
        raise InputError(f"{here}: found {given.low:g}; allowed: 0 or more")
    if name == "delta" and not (given.levels and set(given.levels) <= set(RECORDED)):
        shown = f"levels of {one_of(f'{level:g}' for level in RECORDED)}"
        raise InputError(f"{here}: found {given.told}; allowed: a list of {shown}, which are recorded")
    return Factor(
        name=f"{PREFIX}{name}",
        label=f"threshold {name}",
        kind="threshold",
        low=given.low,
        high=given.high,
        scale=given.scale,
        levels=tuple(given.levels),
        nominal=float(getattr(DEFAULT, FIELDS[name])),
        unit=UNITS[name],
        because=given.because,
    )


def thresholds_at(values: Mapping[str, float]) -> Thresholds:
    """Return the thresholds of a point, given the values of its factors by name; those not varied are the usual."""
    moved = {FIELDS[name.removeprefix(PREFIX)]: value for name, value in values.items() if name.startswith(PREFIX)}
    return replace(DEFAULT, **moved)
