"""What a rule may see: frozen column views of one venue.

Every array is read-only. `[M]` has one row per market of the venue, `[n]` one row per item the question is about.
Money is in USD, quantities in contracts (one contract is worth 1 USD at the start of the run; long positive, short
negative), prices in USD per contract, times in seconds since the start of the run, rates are fractions.
Nothing of other venues is visible, except the `attested_hedge` column of `Candidates`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from lastresort.mechanisms.contract.arrays import Bools, Floats, Ints


class Phase(IntEnum):
    """Trading phase of one market.

    Nobody trades in a halt or an auction; in an auction quotes gather meanwhile, for one uniform price at the
    reopening. Settlement closes every position at the settlement price and the market for the rest of the run.
    """

    OPEN = 0
    REDUCE_ONLY = 1
    HALT = 2
    AUCTION = 3
    SETTLE = 4


class Scope(IntEnum):
    """Which accounts of a venue are asked to bear a loss.

    OPPOSITE: holders of the side opposite to the engine's inventory. HOLDERS: both sides of the market. EVERYBODY: all
    accounts of the venue. PROVIDERS: liquidity providers who volunteer to take positions over.
    """

    OPPOSITE = 0
    HOLDERS = 1
    EVERYBODY = 2
    PROVIDERS = 3


class OrderKind(IntEnum):
    """Why an order or transfer exists."""

    OPEN = 0
    CLOSE = 1
    LIQUIDATION = 2
    TRANSFER = 3


class CashKind(IntEnum):
    """Where a cash flow comes from."""

    TRADING_FEE = 0
    LIQUIDATION_SURPLUS = 1


class EventKind(IntEnum):
    """What happened to the money or contracts of a market."""

    TAKEOVER = 0
    ABSORPTION = 1
    DELEVERAGING = 2
    CHARGE = 3
    HALT = 4
    UNPAID = 5
    LIQUIDATION_ORDER = 6
    ASSIGNMENT = 7
    SETTLEMENT = 8
    REPAYMENT = 9


@dataclass(frozen=True, slots=True)
class PriceView:
    """Feeds of one venue before any margin check: columns `[M]` in USD per contract; `premium` is log mark over index.

    `funding_rate` `[M]` is what longs would pay per payment if it were due now, `funding_due` the seconds until it is.
    """

    time: float
    index: Floats
    mid: Floats
    mark: Floats
    previous_mark: Floats
    premium: Floats
    funding_rate: Floats
    funding_due: Floats


@dataclass(frozen=True, slots=True)
class PhaseView:
    """Trading state of one venue: prices `[M]` in USD per contract, `phase` `[M]`, `until` `[M]` in seconds.

    `deficit` `[M]` is what the liquidation engine has lost in each market (USD, >= 0), `fund` what its pool holds.
    """

    time: float
    index: Floats
    mid: Floats
    mark: Floats
    phase: Ints
    until: Floats
    deficit: Floats
    fund: Floats


@dataclass(frozen=True, slots=True)
class OrderView:
    """Orders and transfers waiting to pass, `[n]`; `quantity` is signed contracts, for transfers USD (market -1).

    Orders come as one row per market and kind. Prices `[n]` in USD per contract, open interest `[n]` in contracts; for
    transfers all five are 1. `insolvent` (USD, >= 0) is what the venue's engines have lost and nobody has paid,
    `venue_equity` (USD) what its accounts own together.
    """

    time: float
    market: Ints
    kind: Ints
    quantity: Floats
    index: Floats
    mark: Floats
    mid: Floats
    open_interest: Floats
    initial_open_interest: Floats
    insolvent: float
    venue_equity: float


@dataclass(frozen=True, slots=True)
class MarginView:
    """What margin terms may depend on, `[M]`: open interest in contracts, volatility relative to normal."""

    time: float
    mark: Floats
    open_interest: Floats
    initial_open_interest: Floats
    volatility: Floats


@dataclass(frozen=True, slots=True)
class BreachView:
    """Positions of accounts below maintenance margin, one row per position `[n]`.

    `equity`, `maintenance` and `unit_notional` (USD) are those of the margin unit the position belongs to: the
    position itself where `isolated`, the whole account otherwise. `mark` and `bankruptcy_price` are USD per contract;
    at its bankruptcy price a position uses up its share, by notional, of the margin unit's equity. `hedge` counts
    contracts offset by other legs of the same unit (> 0). `impact` is the fraction of its value that selling the whole
    position into today's book would lose against the mark. `since` is the age of the breach in seconds, `orders` how
    many orders were sent in the account's name during it. `vault` marks accounts of the venue's backstop vault.
    """

    time: float
    account: Ints
    market: Ints
    quantity: Floats
    mark: Floats
    bankruptcy_price: Floats
    equity: Floats
    maintenance: Floats
    unit_notional: Floats
    isolated: Bools
    hedge: Floats
    impact: Floats
    since: Floats
    orders: Ints
    vault: Bools


@dataclass(frozen=True, slots=True)
class CashView:
    """Cash waiting for a destination, one row per pool or market and kind `[n]`; `amount` in USD, never negative.

    `pool_balance` and `pool_peak` `[P]` are the insurance pools; `claims` (USD) is what the venue owes on IOUs.
    """

    time: float
    kind: Ints
    pool: Ints
    amount: Floats
    pool_balance: Floats
    pool_peak: Floats
    claims: float


@dataclass(frozen=True, slots=True)
class ResidualView:
    """Inventory and losses that the liquidation engine holds, one row per market `[n]`, pools `[P]`.

    `inventory` is signed contracts, `cash` the USD booked against it. `deficit` (USD, >= 0) is already lost at the
    mid price of the book; `shortfall` (USD, >= `deficit`) is what selling all of it into today's book would lose.
    `bankruptcy_price` is -cash / inventory: at this price the engine ends with nothing (NaN where it holds none).
    `pool` indexes the pool that guards the market. `uncovered` (USD) is what no stage has paid or promised yet.
    `contracts` and `dollars` are the severity in force: what the next rule that answers `allocate` will be asked to
    share. `fund_result` (USD) is what the market has brought its pool since the start (negative: cost it), and
    `open_interest` is in contracts. `vault_equity` and `vault_notional` `[P]` (USD) describe the backstop vault of each
    pool, `capital` and `default_fund` (USD) what is left of the venue's own money and of its members' contributions,
    `venue_equity` what all accounts own. `final` marks the last pass of the run, when periodic rules settle.
    """

    time: float
    market: Ints
    inventory: Floats
    cash: Floats
    mark: Floats
    bankruptcy_price: Floats
    deficit: Floats
    shortfall: Floats
    uncovered: Floats
    pool: Ints
    pool_balance: Floats
    pool_peak: Floats
    contracts: Floats
    dollars: Floats
    fund_result: Floats
    open_interest: Floats
    vault_equity: Floats
    vault_notional: Floats
    capital: float
    default_fund: float
    venue_equity: float
    final: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Accounts that may be asked to bear a loss in one market, those of the event's scope, one row per account `[n]`.

    Position: `quantity` is signed contracts (zero for accounts without one in this market); `entry_price` USD per
    contract; `notional` and `profit` (unrealised, signed) in USD; `opened` the time it was opened (0: before the
    start). Margin unit, which is the position itself where `isolated` and the whole account otherwise: `equity` (at the
    valuation mark), `maintenance` margin, `unit_profit` (unrealised, over all its positions) and `spendable` (what it
    can be charged) in USD; `leverage` is its notional over its equity. Account: `gain` is what it has won since the
    start of the run, realised or not, transfers aside, and `variation` the same since the last settlement (USD,
    signed). `net_delta` (USD, signed) weights all its legs on this venue by beta; `hedge` counts contracts of the
    position offset by such legs, `attested_hedge` those offset by legs the owner holds elsewhere, which no real venue
    sees today. `contribution` (USD) is what it put into the default fund before the run. Taking positions over: `room`
    is how many contracts it can margin on top, `bid` the price (USD per contract) at which it volunteers to take the
    engine's inventory, NaN for those who do not volunteer.
    """

    account: Ints
    quantity: Floats
    entry_price: Floats
    notional: Floats
    equity: Floats
    profit: Floats
    spendable: Floats
    leverage: Floats
    isolated: Bools
    hedge: Floats
    attested_hedge: Floats
    maintenance: Floats
    unit_profit: Floats
    opened: Floats
    gain: Floats
    variation: Floats
    net_delta: Floats
    contribution: Floats
    room: Floats
    bid: Floats


@dataclass(frozen=True, slots=True)
class LossEvent:
    """One loss to share in one market: `contracts` (signed, held by the engine) to place, `dollars` (>= 0) to collect.

    `fund` is what the market's insurance pool holds, `fund_peak` the most it ever held, and `uncovered` what no stage
    has paid or promised (USD); `last_settlement` is the mark at the last settlement; `lot` the smallest tradable number
    of contracts. Where the engine holds nothing, `bankruptcy_price` is NaN. `random()` returns a fresh generator keyed
    by (seed, venue, market, event number), so that a rule's draws shift nobody else's.
    """

    time: float
    market: int
    contracts: float
    dollars: float
    bankruptcy_price: float
    mark: float
    previous_mark: float
    index: float
    last_settlement: float
    fund: float
    fund_peak: float
    uncovered: float
    lot: float
    scope: Scope
    candidates: Candidates
    random: Callable[[], np.random.Generator]


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened in the tick, one row per event `[n]`: `contracts` signed, `dollars` in USD."""

    time: float
    kind: Ints
    market: Ints
    contracts: Floats
    dollars: Floats
    pool_balance: Floats
