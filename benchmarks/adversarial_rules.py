"""Rules that would win a ranking without doing users any good: what a score must not reward.

A plugin file: each rule attacks the scores at one point, and `benchmarks/adversaries.py` builds a policy around it.
"""

from typing import ClassVar

import numpy as np
from pydantic import Field, PrivateAttr

from lastresort.mechanisms.brakes.circuit_breaker import CircuitBreaker
from lastresort.mechanisms.brakes.interruption import trading
from lastresort.mechanisms.brakes.tiers import by_tier
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.building_blocks.filling import in_order
from lastresort.mechanisms.building_blocks.pricing import PriceRule
from lastresort.mechanisms.building_blocks.ranking import profit_times_leverage
from lastresort.mechanisms.building_blocks.scaling import whole_inventory
from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Floats,
    LossEvent,
    LossSharing,
    MarginTerms,
    MarginView,
    Mechanism,
    OrderKind,
    OrderView,
    Payer,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
)


class ClosesAtMark(Deleveraging):
    """Close all that the engine holds at the mark, before the fund has paid: no loss for who goes by the mark.

    The queue decides who is closed; the whole loss is left for the stages that follow.
    """

    name: ClassVar[str] = "closes-at-mark"
    source: ClassVar[str] = "adversary of this project: a price that the rule itself may set is no yardstick"

    price: PriceRule = Field(PriceRule.MARK, description="prices of forced closes, see PriceRule")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Place everything, whoever could have paid."""
        return whole_inventory(view, np.ones(len(view.market), dtype=bool))

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        return in_order(abs(event.contracts), size, profit_times_leverage(event.candidates))


class ClosesAtMid(ClosesAtMark):
    """Close all that the engine holds at the middle of the book, before the fund has paid."""

    name: ClassVar[str] = "closes-at-mid"
    source: ClassVar[str] = "adversary of this project: a price known at the close is no yardstick"

    _mid: Floats | None = PrivateAttr(None)

    def set_prices(self, view: PriceView) -> None:
        """No opinion on prices; the mids are noted."""
        self._mid = view.mid.copy()

    def _prices(self, event: LossEvent) -> tuple[float, float]:
        price = event.mark if self._mid is None else float(self._mid[event.market])
        return price, price


class ClosesInsideHalts(CircuitBreaker, ClosesAtMark):
    """Halt a market early, and close all that was taken over meanwhile at the mid that stood still during the halt."""

    name: ClassVar[str] = "closes-inside-halts"
    source: ClassVar[str] = "adversary of this project: a book that nobody may trade in has no fair price"

    limit: float = Field(0.05, gt=0, lt=1, description="largest move within the window, fraction")
    window: float = Field(900.0, gt=0, description="length of the rolling window, seconds")

    _stood: Floats | None = PrivateAttr(None)

    def set_phase(self, view: PhaseView) -> Phases | None:
        """Interrupt, and note the mids of markets that stand still."""
        stood = np.full(len(view.mid), np.nan) if self._stood is None else self._stood
        self._stood = np.where(trading(view), stood, view.mid)
        return super().set_phase(view)

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Place everything in markets that were halted before, nothing elsewhere."""
        stood = np.full(len(view.market), np.nan) if self._stood is None else self._stood[view.market]
        return whole_inventory(view, ~np.isnan(stood))

    def _prices(self, event: LossEvent) -> tuple[float, float]:
        price = event.mark if self._stood is None else float(self._stood[event.market])
        return price, price


class ClosesAtTheEnd(ClosesAtMark):
    """Sell nothing into the book, and close what the engine holds on the last pass of the run.

    Nobody trades after it; the price leaves the engine with nothing.
    """

    name: ClassVar[str] = "closes-at-the-end"
    source: ClassVar[str] = "adversary of this project: the run must trade on after its last close"

    price: PriceRule = Field(PriceRule.BANKRUPTCY, description="prices of forced closes, see PriceRule")

    def admit(self, view: OrderView) -> Admission:
        """The engine keeps what it holds."""
        return Admission(fraction=np.where(view.kind == OrderKind.LIQUIDATION, 0.0, 1.0))

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Place everything on the last pass, nothing before."""
        return whole_inventory(view, np.full(len(view.market), view.final))


class OutsideMoney(Mechanism):
    """Pay every loss out of somebody else's pocket."""

    name: ClassVar[str] = "outside-money"
    source: ClassVar[str] = "adversary of this project: what outside money pays costs somebody"

    def absorb(self, view: ResidualView) -> Absorption:
        """Losses now, and those that selling would make."""
        ahead = view.shortfall - view.deficit
        return Absorption(payer=Payer.BACKSTOP, pay=view.deficit, standby=ahead, take=np.zeros(len(ahead)))


class OwnMark(ClosesAtMark):
    """Settle at a mark of one's own, far from the book, and close at it: at that mark nobody has lost anything."""

    name: ClassVar[str] = "own-mark"
    source: ClassVar[str] = "adversary of this project: the settlement mark is the rule's own"

    factor: float = Field(1.5, gt=0, description="settlement mark over the usual mark")

    def set_prices(self, view: PriceView) -> Prices:
        """The usual mark for margins and equity, one's own for settlement."""
        return Prices(trigger=view.mark, valuation=view.mark, settlement=self.factor * view.mark)

    def _close(self, event: LossEvent, size: Floats) -> Floats:
        """Nobody is closed who could not pay for it at the usual mark."""
        holders = event.candidates
        held = np.abs(holders.quantity)
        usual = np.divide(holders.notional, held, out=np.full_like(held, event.mark), where=held > 0)
        lost = np.maximum(np.sign(holders.quantity) * (usual - event.mark), 0.0)
        size = np.minimum(size, np.divide(holders.spendable, lost, out=size.copy(), where=lost > 0))
        return super()._close(event, size)


class RaisesMargins(Mechanism):
    """Ask for a multiple of the usual maintenance margin from the start, so that sound accounts are liquidated."""

    name: ClassVar[str] = "raises-margins"
    source: ClassVar[str] = "adversary of this project: equity of seized accounts pays all losses"

    scale: float = Field(4.0, gt=0, description="multiple of the usual maintenance margins")
    cross: tuple[float, ...] = Field(
        (0.01, 0.02, 0.04), min_length=1, description="usual cross-margin rate per tier, fraction of notional"
    )
    tiers: tuple[int, ...] = Field((2, 8), description="first market of the second tier, of the third, and so on")

    def require_margin(self, view: MarginView) -> MarginTerms:
        """The same multiple everywhere."""
        markets = len(view.mark)
        return MarginTerms(
            isolated_scale=np.full(markets, self.scale),
            cross_rate=self.scale * by_tier(self.cross, self.tiers, markets),
        )


class TriggersEarly(Mechanism):
    """Check margins at a share of the usual mark, so that longs are liquidated while they still have equity."""

    name: ClassVar[str] = "triggers-early"
    source: ClassVar[str] = "adversary of this project: the trigger mark is the rule's own"

    share: float = Field(0.97, gt=0, description="trigger mark over the usual mark")

    def set_prices(self, view: PriceView) -> Prices:
        """A lower mark for margins, the usual one for equity and settlement."""
        return Prices(trigger=self.share * view.mark, valuation=view.mark, settlement=view.mark)
