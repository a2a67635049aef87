"""Who is asked in a scope of loss sharing, in books that are made up to try a rule."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Scope


def in_scope(scope: Scope, exposure: Floats, bid: Floats) -> Bools:
    """Return which accounts `[n]` are asked.

    `exposure` is each one's position times the side of the engine, so that the opposite side is below 0; `bid` is NaN
    for those who do not volunteer.
    """
    inside: dict[Scope, Bools] = {
        Scope.OPPOSITE: exposure < 0,
        Scope.HOLDERS: exposure != 0,
        Scope.EVERYBODY: np.ones(len(exposure), dtype=np.bool_),
        Scope.PROVIDERS: ~np.isnan(bid),
    }
    return inside[scope]
