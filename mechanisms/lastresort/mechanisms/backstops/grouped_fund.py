"""B1 (grouped): a few contracts share a pool, and none of them may draw it down too far within hours."""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.backstops.per_market_fund import PerMarketFund
from lastresort.mechanisms.building_blocks.drawdown import ResultPeaks
from lastresort.mechanisms.building_blocks.memory import Tally
from lastresort.mechanisms.building_blocks.pools import from_own_pools, in_pools, spendable
from lastresort.mechanisms.contract import Absorption, Evidence, Floats, Ints, ResidualView


class GroupedFund(PerMarketFund):
    """Pay a market's loss from the fund of its group until the market has cost it `stop`, or the group's fund is gone.

    Group g has usable x peak x OI_g / (sum of OI over the markets of its pool); a market gets nothing while it is
    `stop` of that below its highest result within the window. Bybit forms groups by volatility and liquidity, of up to
    nine contracts and 2 to 4 M USDT, and moves contracts between them; here they are the markets of a pool in their
    order, `contracts` at a time. Its pool of 8 M for new listings is left out, as nothing is listed during a run.
    """

    name: ClassVar[str] = "grouped-fund"
    source: ClassVar[str] = (
        "Bybit announcement, enhanced insurance fund mechanism (from 19 December 2025: groups of up to nine contracts, "
        "draw-down of 30 % within 8 hours); figures from reports of it"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    usable: float = Field(1.0, ge=0, le=1, description="share of the group's fund that may be spent")
    contracts: int = Field(9, ge=1, description="most markets that share a fund")
    stop: float = Field(
        0.30, gt=0, le=1, description="draw-down at which a market gets nothing, share of the group's fund"
    )
    window: float = Field(28800.0, gt=0, description="length of the rolling window, seconds")

    _results: ResultPeaks = PrivateAttr(default_factory=ResultPeaks)
    _spent: Tally = PrivateAttr(default_factory=Tally)

    def absorb(self, view: ResidualView) -> Absorption | None:
        """Pay deficits now, promise the rest against shortfalls, within the group's fund and the market's draw-down."""
        if self._fund is None or self._interest is None:
            return None
        groups, share = _groups(self._fund, self._interest, self.contracts)
        group = groups[view.market]
        whole = self.usable * view.pool_peak[view.pool]
        within = np.maximum(self.stop * share[group] * whole - self._results.fallen(view, self.window), 0.0)
        money = np.zeros(len(share))
        money[group] = np.maximum(share[group] * whole - self._spent.of(group), 0.0)
        answer = from_own_pools(view, spendable(view, self.usable), _most(view, money, group, within))
        self._results.fallen(view, self.window, answer.pay)
        paid = np.bincount(group, weights=answer.pay, minlength=len(share))
        self._spent.add(np.arange(len(share)), np.asarray(paid, dtype=np.float64))
        return answer


def _most(view: ResidualView, money: Floats, group: Ints, within: Floats) -> Floats:
    """What each market may get from its group's `money` `[g]`: deficits first, then losses ahead, at most `within`."""
    now = in_pools(money, group, np.minimum(view.deficit, within))
    left = np.maximum(money - np.bincount(group, now, len(money)), 0.0)
    return now + in_pools(left, group, np.minimum(view.shortfall - view.deficit, within - now))


def _groups(fund: Floats, interest: Floats, contracts: int) -> tuple[Ints, Floats]:
    """Group of each market `[M]`, and share `[g]` of its pool's open interest; markets of one pool show one `fund`."""
    pool = np.unique(fund, return_inverse=True)[1].reshape(-1)
    place = np.array([np.count_nonzero(pool[:row] == pool[row]) for row in range(len(pool))], dtype=np.int64)
    named = np.unique(pool * len(pool) + place // contracts, return_inverse=True)[1]
    group = np.asarray(named.reshape(-1), dtype=np.int64)
    total = np.bincount(pool, weights=interest)[pool]
    share = np.divide(interest, total, out=np.zeros_like(interest), where=total > 0)
    return group, np.asarray(np.bincount(group, weights=share), dtype=np.float64)
