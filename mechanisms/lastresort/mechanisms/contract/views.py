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
    """Trading phase of one market."""

    OPEN = 0
    REDUCE_ONLY = 1
    HALT = 2


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


@dataclass(frozen=True, slots=True)
class PriceView:
    """Feeds of one venue before any margin check: all columns `[M]`, in USD per contract."""

    time: float
    index: Floats
    mid: Floats
    mark: Floats
    previous_mark: Floats


@dataclass(frozen=True, slots=True)
class PhaseView:
    """Trading state of one venue: prices `[M]` in USD per contract, `phase` `[M]`, `until` `[M]` in seconds."""

    time: float
    index: Floats
    mid: Floats
    mark: Floats
    phase: Ints
    until: Floats


@dataclass(frozen=True, slots=True)
class OrderView:
    """Orders and transfers waiting to pass, `[n]`; `quantity` is signed contracts, for transfers USD (market -1)."""

    time: float
    market: Ints
    kind: Ints
    quantity: Floats
    index: Floats
    mark: Floats
    mid: Floats


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
    at the bankruptcy price the margin unit's equity is zero, with other marks unchanged.
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


@dataclass(frozen=True, slots=True)
class CashView:
    """Cash waiting for a destination, one row per pool and kind `[n]`; `amount` in USD, never negative."""

    time: float
    kind: Ints
    pool: Ints
    amount: Floats
    pool_balance: Floats
    pool_peak: Floats


@dataclass(frozen=True, slots=True)
class ResidualView:
    """Inventory and losses that the liquidation engine holds, one row per market `[n]`, pools `[P]`.

    `inventory` is signed contracts, `cash` the USD booked against it. `deficit` (USD, >= 0) is already lost at the
    mid price of the book; `shortfall` (USD, >= `deficit`) is what selling all of it into today's book would lose.
    `bankruptcy_price` is -cash / inventory: at this price the engine ends with nothing (NaN where it holds none).
    `pool` indexes the pool that guards the market. `uncovered` (USD) is what no stage has paid or promised yet.
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


@dataclass(frozen=True, slots=True)
class Candidates:
    """Accounts that may be asked to bear a loss: holders of the opposite side in one market, one row per account `[n]`.

    `quantity` is signed contracts; `entry_price` USD per contract; `notional`, `equity` (of the margin unit, at the
    valuation mark), `profit` (unrealised, signed) and `spendable` (what it can be charged) in USD; `leverage` is
    notional over equity. `hedge` counts contracts of the position offset by other legs of the same account on this
    venue; `attested_hedge` those offset by legs the owner holds elsewhere, which no real venue sees today.
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


@dataclass(frozen=True, slots=True)
class LossEvent:
    """One loss to share in one market: `contracts` (signed, held by the engine) to place, `dollars` (>= 0) to collect.

    `fund` is what the market's insurance pool holds (USD). `random()` returns a fresh generator keyed by (seed, venue,
    market, event number), so that a rule's draws shift nobody else's.
    """

    time: float
    market: int
    contracts: float
    dollars: float
    bankruptcy_price: float
    mark: float
    previous_mark: float
    index: float
    fund: float
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
