"""B1 (isolated), B2: each market has an insurance fund of its own."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.building_blocks.pools import from_own_pools, spendable
from lastresort.mechanisms.contract import (
    Absorption,
    Evidence,
    Floats,
    MarginTerms,
    MarginView,
    Mechanism,
    Phases,
    PhaseView,
    ResidualView,
)


class PerMarketFund(Mechanism):
    """Pay each market's loss from the part of its pool that its open interest built up, and from no other market's.

    Market m may spend usable x peak x OI_m / (sum of OI over the markets of its pool) over the whole run. Venues keep
    one fund per symbol (OKX: per underlying and currency); here each is carved out of a pool. Which markets share a
    pool is read from what their pools hold at the first tick: pools that then hold the same count as one. Without
    having seen the markets the rule has no opinion.
    """

    name: ClassVar[str] = "per-market-fund"
    source: ClassVar[str] = "Bybit help centre, Insurance Fund (isolated pools); OKX help 6974388462605"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    usable: float = Field(0.30, ge=0, le=1, description="share of the fund's peak that may be spent")

    _fund: Floats | None = PrivateAttr(None)
    _interest: Floats | None = PrivateAttr(None)
    _paid: Tally = PrivateAttr(default_factory=Tally)

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Learn, once, which markets share a pool."""
        if self._fund is None:
            self._fund = view.fund.copy()
        return None

    def require_margin(self, view: MarginView) -> MarginTerms | None:
        """Learn, once, each market's open interest."""
        if self._interest is None:
            self._interest = view.initial_open_interest.copy()
        return None

    def absorb(self, view: ResidualView) -> Absorption | None:
        """Pay deficits now, promise the rest against shortfalls, each market within its own share."""
        if self._fund is None or self._interest is None:
            return None
        share = _share_of_pool(self._fund, self._interest)[view.market]
        own = share * self.usable * view.pool_peak[view.pool] - self._paid.of(view.market)
        answer = from_own_pools(view, spendable(view, self.usable), np.maximum(own, 0.0))
        self._paid.add(view.market, answer.pay)
        return answer


def _share_of_pool(fund: Floats, interest: Floats) -> Floats:
    """Each market's share of the open interest in its pool, `[M]`; markets of one pool show the same `fund`."""
    pool = np.unique(fund, return_inverse=True)[1]
    total = np.bincount(pool, weights=interest)[pool]
    return np.divide(interest, total, out=np.zeros_like(interest), where=total > 0)
