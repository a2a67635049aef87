"""The most levered accounts are closed down to one common leverage."""

from typing import ClassVar

import numpy as np

from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import level_leverage
from lastresort.mechanisms.contract import Evidence, Floats, LossEvent


class LeverageDraining(Deleveraging):
    """Close the most levered opposite accounts first, all of them down to the same leverage L.

    At the mark: k_i = min(capacity_i, (n_i - L e_i / p)+) contracts, sum k = Q; n_i contracts of notional, e_i USD of
    equity, p the mark. At a price that costs l USD a contract the leverage that a close leaves is p (n_i - k_i) / (e_i
    - l k_i), and to have it equal for all, k_i = min(capacity_i, (n_i - M (e_i - l n_i))+) with M = L / (p - l L). Who
    could not pay for a whole close (e_i <= l n_i) is closed first, as far as it can pay. An account without equity is
    never asked.

    Derived, as only the abstract was read. It says that the rule alone minimises an expected loss and the largest
    leverage, levels leverage like water, and hangs on no distribution and no path. After a return r of the mark against
    it, account i owes the venue (r p (n_i - k_i) - (e_i - l k_i))+. The derivative of its expectation in k_i is -E[r p
    - l; r > 1 / L_i], L_i the leverage that is left: it is the same function of L_i for all and, while p > l L_i,
    larger for a larger L_i, whatever the law of r. So in an optimum all accounts that are cut stand at one leverage,
    and all others at a lower one or at their capacity; and closing in two parts ends where closing at once does. The
    abstract is about isolated margin and silent on prices. Of an account with several positions the whole notional
    counts here, and this market's position is closed.
    """

    name: ClassVar[str] = "leverage-draining"
    source: ClassVar[str] = (
        "Campbell, Hey, Moallemi and Nutz, Risk-Based Auto-Deleveraging, arXiv 2603.15963 (abstract)"
    )
    evidence: ClassVar[Evidence] = Evidence.DERIVED

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        holders = event.candidates
        held = np.maximum(holders.leverage * np.maximum(holders.equity, 0.0) / event.mark, size)
        cost = float(np.sign(event.contracts)) * (self._prices(event)[0] - event.mark)
        return level_leverage(abs(event.contracts), held, holders.equity, cost, size)
