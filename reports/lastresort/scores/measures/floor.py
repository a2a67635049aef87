"""The most equal burdens that the same users' loss could have meant, were nobody asked for more than there was."""

import numpy as np

from lastresort.mechanisms.contract import Floats


def floor_of(loss: Floats, endowment: Floats, cap: Floats) -> Floats:
    """The loss `[n]` in proportion to endowment, each owner's up to its cap, and the rest spread again (USD).

    All columns `[n]`; a cap below the owner's actual loss is raised to it, so that the whole loss has a place. No other
    way to place it under these caps has a higher Lorenz curve anywhere, so none is lower by any Schur-convex measure.
    Whole lots are ignored: a bound that a rule with lots may not reach. Own definition; the rule is constrained equal
    burdens, as in the min-max benchmark of arXiv 2512.01112.
    """
    cap = np.maximum(cap, loss)
    return np.minimum(level(float(loss.sum()), endowment, cap) * endowment, cap)


def level(total: float, endowment: Floats, cap: Floats) -> float:
    """The common burden of owners below their caps; the largest of all where the caps hold no more than the total."""
    if not total > 0:
        return 0.0
    ratio = cap / endowment
    order = np.argsort(ratio, kind="stable")
    weight, filled = endowment[order], np.cumsum(cap[order])
    below = np.concatenate(([0.0], filled[:-1]))
    remaining = np.cumsum(weight[::-1])[::-1]
    levels = (total - below) / remaining
    fits = levels <= ratio[order]
    return float(levels[np.argmax(fits)]) if fits.any() else float(ratio[order[-1]])
