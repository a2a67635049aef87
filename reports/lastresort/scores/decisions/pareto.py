"""Which policies no other policy beats on every score."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats


def non_dominated(scores: Floats, epsilon: Floats | float = 0.0) -> Bools:
    """Flag the policies `[..., P]` that nobody dominates, given `scores` `[..., P, S]`, lower is better in each.

    A policy dominates another if it is worse on no score and better on one by at least `epsilon` (a number, or one per
    score, `[S]`, in the unit of the score); at 0, better at all is enough.
    """
    ours, theirs = scores[..., :, None, :], scores[..., None, :, :]
    ahead = (theirs < ours) & (ours - theirs >= epsilon)
    dominated = np.all(theirs <= ours, axis=-1) & np.any(ahead, axis=-1)
    return np.asarray(~dominated.any(axis=-1))


def probabilities(scores: Floats, epsilon: Floats | float = 0.0) -> Floats:
    """Share of resamples `[P]` in which each policy is non-dominated, given `scores` `[resamples, P, S]`.

    Resamples with an undefined score are left out; NaN for every policy where none remains.
    """
    defined = scores[~np.isnan(scores).any(axis=(1, 2))]
    if not len(defined):
        return np.full(scores.shape[1], np.nan)
    return np.asarray(non_dominated(defined, epsilon).mean(axis=0))
