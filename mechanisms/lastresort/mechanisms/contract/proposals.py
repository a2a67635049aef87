"""What a rule may say: proposals that the engine validates, posts to the ledger, and charges to nobody unnamed.

Units, signs and shapes are those of the view the proposal answers; a scalar stands for the same value in every row.
"""

from dataclasses import dataclass
from enum import IntEnum

from lastresort.mechanisms.contract.arrays import Bools, Floats, Ints
from lastresort.mechanisms.contract.views import Scope


class Payer(IntEnum):
    """Who pays a loss or takes a position that no account is asked to bear.

    FUND: the venue's insurance pools. BACKSTOP: an unlimited outside pocket, for reference policies. VAULT: depositors'
    accounts that take positions over, one per pool. CAPITAL: the venue's own money. DEFAULT_FUND: contributions of the
    venue's members, who bear it in proportion to them.
    """

    FUND = 0
    BACKSTOP = 1
    VAULT = 2
    CAPITAL = 3
    DEFAULT_FUND = 4


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices that count, `[M]` each: for margin triggers, for valuation, and for settling shared losses.

    `funding_cap` is the largest funding rate per payment and `funding_interval` the seconds between payments, `[M]` or
    one number; None leaves the venue's own.
    """

    trigger: Floats
    valuation: Floats
    settlement: Floats
    funding_cap: Floats | float | None = None
    funding_interval: Floats | float | None = None


@dataclass(frozen=True, slots=True)
class Phases:
    """Trading phase of each market `[M]`, the time until which it holds, and the prices it may trade at.

    Nothing trades below `low` or above `high` (USD per contract); orders that would are cut. Bands of several rules
    intersect, and hold for this tick.
    """

    phase: Ints
    until: Floats
    low: Floats | float = 0.0
    high: Floats | float = float("inf")


@dataclass(frozen=True, slots=True)
class Admission:
    """Share of each order or transfer that passes, `[n]` in [0, 1]; the rest is refused and may come again.

    The venue keeps `haircut` (in [0, 1)) of a transfer that passes, for its insurance fund.
    """

    fraction: Floats
    haircut: Floats | float = 0.0


@dataclass(frozen=True, slots=True)
class MarginTerms:
    """Margin per market `[M]`: multiple (>= 0) of isolated maintenance rates, and the cross-margin rate."""

    isolated_scale: Floats
    cross_rate: Floats


@dataclass(frozen=True, slots=True)
class Liquidation:
    """What happens to each breached position `[n]`: taken over, sent to the book in the account's name, or left alone.

    The engine takes the share `seize` over at mark x (1 - side x min(penalty, equity / notional)): the account never
    pays more than `penalty` of the notional and never ends below zero. The share `order` goes to the book at once
    (immediate or cancel) at prices no worse than `limit` (USD per contract, NaN for any); fills pay `order_fee` of
    their value, as far as the equity reaches, to the insurance fund. `seize` + `order` <= 1. A position of which a
    stage takes and sends nothing is put to the next stage, unless `wait` is true.
    """

    seize: Floats
    penalty: Floats | float
    order: Floats | float = 0.0
    limit: Floats | float = float("nan")
    order_fee: Floats | float = 0.0
    wait: Bools | bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """Share of each cash flow for the insurance fund and for repaying IOUs, `[n]` in [0, 1] and at most 1 together.

    The rest goes to the venue's treasury. IOUs are repaid in proportion, and never beyond what is owed.
    """

    to_fund: Floats
    to_claims: Floats | float = 0.0


@dataclass(frozen=True, slots=True)
class Absorption:
    """What one backstop does, `[n]`: USD paid now, USD it stands ready to pay, share of the inventory it takes.

    Inventory is taken at the engine's bankruptcy price, by the backstop or by the vault of the market's pool. `pay` may
    not exceed the payer's money. `drawn` `[P]` (in [0, 1], sum 1) says which insurance pools pay; None means each
    market's own.
    """

    payer: Payer
    pay: Floats
    standby: Floats
    take: Floats
    drawn: Floats | None = None


@dataclass(frozen=True, slots=True)
class LossSharing:
    """Severity, `[n]`: share of the engine's inventory to place with accounts, USD to collect, and from whom."""

    contracts: Floats
    dollars: Floats
    scope: Scope = Scope.OPPOSITE


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who bears one loss event, `[n]` rows as in its candidates.

    `close` counts contracts (>= 0) that accounts of the opposite side close against the engine, `assign` contracts that
    accounts take over from it as a position, at most their `room`; volunteers (Scope.PROVIDERS) may also take over what
    offsets a position of theirs, which is then no forced close. Both trade at `winner_price` for the account and
    `loser_price` for the engine, and `gap_payer` (FUND or BACKSTOP) pays the difference where the two differ. `charge`
    is USD (>= 0) taken from the account; with `claim` the venue owes it to the account (an IOU, repaid through
    `route_cash`).
    """

    close: Floats
    charge: Floats
    winner_price: Floats | float
    loser_price: float
    gap_payer: Payer = Payer.FUND
    assign: Floats | float = 0.0
    claim: bool = False
