"""Differences between two policies over the same seeds, each estimated and tested in the way that its runs allow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.statistics import binary
from lastresort.scores.statistics.bootstrap import estimate_ratio_differences
from lastresort.scores.statistics.estimates import Estimate, no_wider_than
from lastresort.scores.statistics.pairing import Pairing, Terms, measure_pairing
from lastresort.scores.statistics.ratios import influences
from lastresort.scores.statistics.significance import p_value


@dataclass(frozen=True, slots=True)
class Tested:
    """A difference of two ratios of sums, first minus second, with the p value of "no difference"."""

    estimate: Estimate
    p_value: float
    pairing: Pairing


def estimate_differences(pairs: Sequence[tuple[Terms, Terms]]) -> list[Tested]:
    """Estimate and test the difference of each pair of ratios of sums, in the order given; `[seeds]` each.

    Ones and zeros by Newcombe's interval and McNemar's test, all else by resampling and Student's t, paired where
    pairing is worth it.
    """
    found: dict[int, Tested] = {}
    numbers: dict[int, list[int]] = {}
    for place, (ours, theirs) in enumerate(pairs):
        if binary.is_binary(np.array([ours[0], theirs[0]]), np.array([ours[1], theirs[1]])):
            found[place] = _binary(ours, theirs)
        else:
            numbers.setdefault(len(ours[0]), []).append(place)
    for places in numbers.values():
        found |= dict(zip(places, _resampled([pairs[place] for place in places]), strict=True))
    return [found[place] for place in range(len(pairs))]


def _binary(ours: Terms, theirs: Terms) -> Tested:
    estimate = binary.estimate_share_difference(ours[0], theirs[0])
    return Tested(estimate, binary.mcnemar(ours[0], theirs[0]), replace(measure_pairing(ours, theirs), paired=True))


def _resampled(pairs: Sequence[tuple[Terms, Terms]]) -> list[Tested]:
    """Pairs with the same number of seeds, estimated at once."""
    pairings = [measure_pairing(*pair) for pair in pairs]
    terms = np.array(pairs, dtype=np.float64)  # [pairs, side, numerator or denominator, seeds]
    estimates = estimate_ratio_differences(
        (terms[:, 0, 0], terms[:, 0, 1]), (terms[:, 1, 0], terms[:, 1, 1]), [one.paired for one in pairings]
    )
    return [
        Tested(no_wider_than(one, _per_seed(*pair)), p_value(one, terms.shape[-1]), pairing)
        for one, pair, pairing in zip(estimates, pairs, pairings, strict=True)
    ]


def _per_seed(ours: Terms, theirs: Terms) -> Floats:
    """How far each seed, alone, would move each side from the other, `[2 seeds]` for sides of unequal weights."""
    if np.array_equal(ours[1], theirs[1]):
        return np.asarray((ours[0] - theirs[0]) / ours[1].mean()) if ours[1].mean() > 0 else np.empty(0)
    return np.asarray(influences(*ours) - influences(*theirs))
