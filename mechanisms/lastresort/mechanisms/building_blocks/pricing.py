"""P1-P7, P9: at which prices a deleveraged account and the engine trade, and who pays the gap between the two."""

from enum import StrEnum

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, LossEvent

FUND_FLOOR = 0.30
"""Share of its peak that a fund may spend on prices (Bybit v5 API, ADL alert: draw-down of 30 %)."""


class PriceRule(StrEnum):
    """How forced closes are priced.

    bankruptcy (P1)     the price that leaves the engine with nothing; those closed bear the whole gap to the mark
    mark (P2)           the mark; the loss stays with the engine for the stages that follow
    previous-mark (P3)  the mark of the tick before (Hyperliquid)
    oracle (P4)         the index (GMX, Ethereal)
    asymmetric (P5)     mark for those closed, bankruptcy price for the engine; the fund pays the gap while it lasts
    fund-floor (P6)     as asymmetric, but the fund spends at most 30 % of its peak (Bybit)
    budget (P7)         the gap to the mark that collects the uncovered loss, at most P1's (arXiv 2512.01112)
    settlement (P9)     the mark at the last settlement (tear-up)
    """

    BANKRUPTCY = "bankruptcy"
    MARK = "mark"
    PREVIOUS_MARK = "previous-mark"
    ORACLE = "oracle"
    ASYMMETRIC = "asymmetric"
    FUND_FLOOR = "fund-floor"
    BUDGET = "budget"
    SETTLEMENT = "settlement"


PUBLISHED = {
    PriceRule.BANKRUPTCY: "bankruptcy_price",
    PriceRule.MARK: "mark",
    PriceRule.PREVIOUS_MARK: "previous_mark",
    PriceRule.ORACLE: "index",
    PriceRule.SETTLEMENT: "last_settlement",
}
"""Column of the loss event that is the price of a rule."""


def two_prices(event: LossEvent, rule: PriceRule) -> tuple[float, float]:
    """Prices for those closed and for the engine, USD per contract; equal unless the fund pays the gap between them.

    With nothing to close, both are the mark.
    """
    if not event.contracts:
        return event.mark, event.mark
    if rule is PriceRule.ASYMMETRIC:
        return _paid_by_fund(event, max(event.fund, 0.0)), event.bankruptcy_price
    if rule is PriceRule.FUND_FLOOR:
        spendable = max(event.fund - (1 - FUND_FLOOR) * event.fund_peak, 0.0)
        return _paid_by_fund(event, spendable), event.bankruptcy_price
    price = _one_price(event, rule)
    return price, price


def capacity(event: LossEvent, price: float) -> Floats:
    """Contracts each candidate can close at `price` without owing more than it has, `[n]`; none on the engine's side.

    A position whose own bankruptcy price lies inside the gap is cut to what its margin pays for. An account below zero
    closes only if that brings it back: nobody may end below zero (dydxprotocol/v4-chain, deleveraging test).
    """
    holders = event.candidates
    size = np.where(holders.quantity * event.contracts < 0, np.abs(holders.quantity), 0.0)
    loss = np.sign(holders.quantity) * (event.mark - price)
    size = np.minimum(size, np.divide(holders.spendable, loss, out=size.copy(), where=loss > 0))
    broke = np.flatnonzero((holders.spendable <= 0) & (size > 0))
    if len(broke):
        size[broke[holders.equity[broke] < loss[broke] * size[broke]]] = 0.0
    return size


def closes(event: LossEvent, close: Floats, rule: PriceRule = PriceRule.BANKRUPTCY) -> Allocation:
    """Close `close` `[n]` contracts at the prices of `rule`, nobody beyond its capacity; the engine keeps the rest."""
    return closes_at(event, close, *two_prices(event, rule))


def closes_at(event: LossEvent, close: Floats, winner: float, loser: float) -> Allocation:
    """As `closes`, at one price for those closed and one for the engine; the fund pays or keeps the gap."""
    return closes_within(capacity(event, winner), close, winner, loser)


def closes_within(size: Floats, close: Floats, winner: float, loser: float) -> Allocation:
    """As `closes_at`, where the capacities `size` `[n]` at the price of those closed are known already."""
    close = np.minimum(close, size)
    return Allocation(close=close, charge=np.zeros_like(close), winner_price=winner, loser_price=loser)


def _one_price(event: LossEvent, rule: PriceRule) -> float:
    if rule is PriceRule.BUDGET:
        return _towards_bankruptcy(event, event.uncovered)
    return float(getattr(event, PUBLISHED[rule]))


def _paid_by_fund(event: LossEvent, spendable: float) -> float:
    """From the bankruptcy price towards the mark, as far as `spendable` pays for every contract of the event."""
    return _towards_bankruptcy(event, max(_loss_at_mark(event) - spendable, 0.0))


def _towards_bankruptcy(event: LossEvent, dollars: float) -> float:
    """The price at which all contracts of the event cost those closed `dollars`, at most what the engine lacks."""
    lost = _loss_at_mark(event)
    if lost <= 0:
        return event.mark
    return event.mark + (event.bankruptcy_price - event.mark) * min(1.0, dollars / lost)


def _loss_at_mark(event: LossEvent) -> float:
    """What the engine lacks if all contracts of the event close at the mark, USD (negative: gains)."""
    return (event.bankruptcy_price - event.mark) * event.contracts
