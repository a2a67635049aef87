"""Quantiles of resampled values, and how far off they are because resamples are drawn at random."""

import numpy as np

from lastresort.mechanisms.contract import Floats


def quantiles(ordered: Floats, levels: Floats) -> Floats:
    """Quantiles `[k, q]` at `levels` `[k, q]` of ascending rows `[k, m]`, between neighbours in proportion.

    NaN stand last in a row and are left out; a row of NaN has NaN quantiles, and so has a level of NaN.
    """
    defined = np.count_nonzero(~np.isnan(ordered), axis=-1, keepdims=True)
    places = np.clip(levels, 0.0, 1.0) * np.maximum(defined - 1, 0)
    below = np.floor(np.nan_to_num(places)).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(defined - 1, 0))
    low, high = (np.take_along_axis(ordered, place, axis=-1) for place in (below, above))
    share = places - below
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(share == 0, low, low + share * (high - low)))


def quantile_errors(ordered: Floats, levels: Floats, spreads: Floats | None = None) -> Floats:
    """Standard errors `[k, q]` of quantiles as `quantiles` gives them, from the resamples that lie around them.

    `spreads` are the standard errors of the levels; by default sqrt(p (1 - p) / m), the binomial one (David and
    Nagaraja, "Order Statistics", 2003, section 7.1).
    """
    inside = np.clip(levels, 0.0, 1.0)
    if spreads is None:
        spreads = np.sqrt(inside * (1 - inside) / np.maximum(np.count_nonzero(~np.isnan(ordered), axis=-1), 1)[:, None])
    with np.errstate(invalid="ignore"):
        return np.asarray((quantiles(ordered, inside + spreads) - quantiles(ordered, inside - spreads)) / 2)
