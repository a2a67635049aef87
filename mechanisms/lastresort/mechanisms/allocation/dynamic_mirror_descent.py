"""A29: mirror descent that goes on from event to event and remembers who was asked for too much."""

from typing import ClassVar, NamedTuple

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.allocation.haircuts import within_profit
from lastresort.mechanisms.allocation.mirror_descent import open_leverage, projected
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.contract import Evidence, Floats, Ints, LossEvent


class Memory(NamedTuple):
    """What one market remembers: events so far and, per account (sorted), its last haircut and its dual variable."""

    events: int
    account: Ints
    share: Floats
    dual: Floats


NOTHING = Memory(0, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


class DynamicMirrorDescent(Deleveraging):
    """Take one step of mirror descent per event; accounts asked for more than their cap are spared next time.

    h <- Proj(h - eta_t (g + y)), then y <- (y + gamma_t (h - hbar))+, steps falling as 1 / sqrt(t), per market, over
    the whole run; g, Proj and the meaning of h as in mirror-descent. The dual variables y price the followers'
    constraint h <= hbar of mirror descent with incentive constraints (MDIC). The leader's constraint on revenue is
    about how much is seized in total, which is for the severity rule above to say (the paper's separation principle).
    """

    name: ClassVar[str] = "dynamic-mirror-descent"
    source: ClassVar[str] = "mirror descent with incentive constraints (MDIC), arXiv 2512.01112"
    evidence: ClassVar[Evidence] = Evidence.PAPER

    price: PriceRule = Field(PriceRule.BUDGET, description="prices of forced closes, see PriceRule")
    step: float = Field(0.1, ge=0, description="length of the first step; the t-th is shorter by the square root of t")
    dual_step: float = Field(1.0, ge=0, description="the same for the dual variables (guess)")
    hbar: float = Field(0.25, ge=0, le=1, description="haircut per event beyond which an account is spared (guess)")

    _memory: dict[int, Memory] = PrivateAttr(default_factory=dict)

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        most = within_profit(event, self.price, size)
        close, rows = np.zeros_like(size), np.flatnonzero(most)
        rows = rows[np.argsort(event.candidates.account[rows])]
        before = self._memory.get(event.market, NOTHING)
        after = self._stepped(before, event, rows, most[rows])
        self._memory[event.market] = _merged(before, after)
        close[rows] = after.share * most[rows]
        return close

    def _stepped(self, before: Memory, event: LossEvent, rows: Ints, weight: Floats) -> Memory:
        account = event.candidates.account[rows]
        share, dual = (_recalled(before.account, column, account) for column in (before.share, before.dual))
        pace = 1 / np.sqrt(before.events + 1)
        slope = open_leverage(event.candidates.leverage[rows]) + dual
        share = projected(share - self.step * pace * slope, weight, abs(event.contracts))
        dual = np.maximum(dual + self.dual_step * pace * (share - self.hbar), 0.0)
        return Memory(before.events + 1, account, share, dual)


def _recalled(known: Ints, column: Floats, account: Ints) -> Floats:
    """What the column over the `known` accounts says about each `account`, zero for strangers."""
    place = np.searchsorted(known, account)
    return np.where(np.append(known, -1)[place] == account, np.append(column, 0.0)[place], 0.0)


def _merged(before: Memory, after: Memory) -> Memory:
    """The newer of two memories, with the accounts that only the older one knows."""
    kept = ~np.isin(before.account, after.account)
    account, share, dual = (np.concatenate([old[kept], new]) for old, new in zip(before[1:], after[1:], strict=True))
    order = np.argsort(account)
    return Memory(after.events, account[order], share[order], dual[order])
