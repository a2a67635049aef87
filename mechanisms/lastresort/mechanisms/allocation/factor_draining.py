"""Leverage is drained as leverage-draining does, but in exposure to one common factor, and in all markets together."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.filling import level_leverage
from lastresort.mechanisms.building_blocks.pricing import PriceRule, capacity, closes_within, two_prices
from lastresort.mechanisms.contract import (
    Allocation,
    Evidence,
    Floats,
    Ints,
    JointAllocation,
    JointLoss,
    LossEvent,
    Mechanism,
)

ROUNDS = 100
"""Rounds over all markets at most; each halves what is missing or better, in books of a few markets."""

STILL = 1e-9
"""Change of a round, share of the contracts to be placed, at which the answer stands."""


class FactorDraining(Mechanism):
    """Close the accounts with most exposure to the common factor per dollar of equity first, down to one such leverage.

    X_i = net delta of account i, USD weighted by beta, over all its legs on the venue; k_im contracts closed in market
    m change it by b_m k_im, b_m = beta_m x p_m x side of the engine (long: 1), and the equity e_i by -l_m k_im, l_m
    what the price costs against the mark p_m. Given what the other markets close, those of market m are k_im =
    min(capacity_im, (n_im - M_m (e_i - l_m n_im))+), sum over i = Q_m, where n_im = -X_i / b_m is how many contracts
    would make the account flat. Markets take turns until nothing moves. An account that is flat, or whose position here
    offsets a larger exposure, is closed last; one without equity never.

    Derived, as only the abstract was read. It says that with one dominant factor the rule of leverage-draining holds in
    a factor-adjusted leverage, so that hedged portfolios are closed less. After a return r of the factor against it
    account i owes (r |X_i| - e_i)+, which is that rule's objective with |X_i| for notional. Over several markets, whose
    closes all move the same X_i, the sum of (X_i + sum of b_m k_im)^2 / e_i is minimised market by market: each turn
    has one answer, no turn raises the sum, and as the markets' conditions do not overlap the turns end at its minimum.
    The smallest largest leverage is there too, where all engines are on one side (separable convex costs over a flow).
    Where an account cannot pay for all, the market that comes first is paid for.
    """

    name: ClassVar[str] = "factor-draining"
    source: ClassVar[str] = (
        "Campbell, Hey, Moallemi and Nutz, Risk-Based Auto-Deleveraging, arXiv 2603.15963 (abstract)"
    )
    evidence: ClassVar[Evidence] = Evidence.DERIVED
    needs: ClassVar[tuple[str, ...]] = ("LossEvent.beta",)

    price: PriceRule = Field(PriceRule.BANKRUPTCY, description="prices of forced closes, see PriceRule")

    def allocate_jointly(self, view: JointLoss) -> JointAllocation:
        """Let the markets take turns until nothing moves."""
        accounts = _Accounts.of(view.events)
        markets = [_Market.of(event, self.price, accounts.account) for event in view.events]
        for _ in range(ROUNDS):
            moved = [market.drain_given_others(accounts) for market in markets]
            if max(moved) <= STILL:
                break
        return JointAllocation(tuple(market.answer() for market in markets))


@dataclass
class _Accounts:
    """Everybody in any of the events `[a]`, as closes so far leave them: USD of exposure, equity and spendable."""

    account: Ints
    exposure: Floats
    equity: Floats
    spendable: Floats

    @classmethod
    def of(cls, events: tuple[LossEvent, ...]) -> Self:
        """Accounts before any close; an account shows the same in every event."""
        holders = [event.candidates for event in events]
        account, first = np.unique(np.concatenate([one.account for one in holders]), return_index=True)
        columns = ("net_delta", "equity", "spendable")
        return cls(account, *(np.concatenate([getattr(one, name) for one in holders])[first] for name in columns))

    def bear(self, rows: Ints, close: Floats, exposed: float, cost: float) -> None:
        """Close so many more contracts, each of which changes exposure by `exposed` and equity by -`cost`."""
        self.exposure[rows] += exposed * close
        self.equity[rows] -= cost * close
        self.spendable[rows] -= max(cost, 0.0) * close


@dataclass
class _Market:
    """One event, who is in it, and what is closed there so far, contracts `[n]`."""

    event: LossEvent
    winner: float
    loser: float
    rows: Ints
    size: Floats
    close: Floats

    @classmethod
    def of(cls, event: LossEvent, price: PriceRule, account: Ints) -> Self:
        """Nothing is closed yet, and nobody without equity will be."""
        winner, loser = two_prices(event, price)
        size = np.where(event.candidates.equity > 0, capacity(event, winner), 0.0)
        return cls(event, winner, loser, np.searchsorted(account, event.candidates.account), size, np.zeros_like(size))

    def drain_given_others(self, accounts: _Accounts) -> float:
        """Close anew, given what the other markets close; how much moved, share of what is to be placed."""
        total, side = abs(self.event.contracts), float(np.sign(self.event.contracts))
        exposed, cost = side * self.event.beta * self.event.mark, side * (self.winner - self.event.mark)
        accounts.bear(self.rows, -self.close, exposed, cost)
        flat = -accounts.exposure[self.rows] / exposed if exposed else np.zeros(len(self.rows))
        paid_for = np.maximum(accounts.spendable[self.rows] / cost, 0.0) if cost > 0 else self.size
        close = level_leverage(total, flat, accounts.equity[self.rows], cost, np.minimum(self.size, paid_for))
        accounts.bear(self.rows, close, exposed, cost)
        moved = float(np.abs(close - self.close).sum())
        self.close = close
        return moved / total if total else 0.0

    def answer(self) -> Allocation:
        """What stands, at the prices of the rule."""
        return closes_within(self.size, self.close, self.winner, self.loser)
