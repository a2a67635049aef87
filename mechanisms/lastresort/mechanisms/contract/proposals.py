"""What a rule may say: proposals that the engine validates, posts to the ledger, and charges to nobody unnamed.

Units, signs and shapes are those of the view the proposal answers; a scalar stands for the same value in every row.
"""

from dataclasses import dataclass
from enum import IntEnum

from lastresort.mechanisms.contract.arrays import Floats, Ints


class Payer(IntEnum):
    """Who pays a loss or takes a position that no account bears."""

    FUND = 0
    BACKSTOP = 1


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices that count, `[M]` each: for margin triggers, for valuation, and for settling shared losses."""

    trigger: Floats
    valuation: Floats
    settlement: Floats


@dataclass(frozen=True, slots=True)
class Phases:
    """Trading phase of each market `[M]` and the time until which it holds."""

    phase: Ints
    until: Floats


@dataclass(frozen=True, slots=True)
class Admission:
    """Share of each order or transfer that passes, `[n]` in [0, 1]; the rest is refused and may come again."""

    fraction: Floats


@dataclass(frozen=True, slots=True)
class MarginTerms:
    """Margin per market `[M]`: multiple (>= 0) of isolated maintenance rates, and the cross-margin rate."""

    isolated_scale: Floats
    cross_rate: Floats


@dataclass(frozen=True, slots=True)
class Liquidation:
    """Share of each breached position the engine takes over, `[n]` in [0, 1], and the most it may keep as penalty.

    The engine takes a position at mark x (1 - side x min(penalty, equity / notional)): the account never pays more
    than `penalty` of the notional and never ends below zero.
    """

    seize: Floats
    penalty: Floats | float


@dataclass(frozen=True, slots=True)
class Routing:
    """Share of each cash flow for the insurance fund, `[n]` in [0, 1]; the rest goes to the venue's treasury."""

    to_fund: Floats


@dataclass(frozen=True, slots=True)
class Absorption:
    """What one backstop does, `[n]`: USD paid now, USD it stands ready to pay, share of the inventory it takes.

    Inventory is taken at the engine's bankruptcy price. `pay` may not exceed the payer's money.
    """

    payer: Payer
    pay: Floats
    standby: Floats
    take: Floats


@dataclass(frozen=True, slots=True)
class LossSharing:
    """Severity, `[n]`: share of the engine's inventory to place with accounts, and USD to collect from accounts."""

    contracts: Floats
    dollars: Floats


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who bears one loss event, `[n]` rows as in its candidates.

    `close` counts contracts (>= 0) closed against the engine, at `winner_price` for the account and `loser_price` for
    the engine; `gap_payer` pays the difference where the two differ. `charge` is USD (>= 0) taken from the account.
    """

    close: Floats
    charge: Floats
    winner_price: Floats | float
    loser_price: float
    gap_payer: Payer = Payer.FUND
