"""What a rule may see: frozen column views of one venue.

Every array is read-only. `[M]` has one row per market of the venue, `[n]` one row per item the question is about, `[P]`
one row per insurance pool, `[k]` one row per market with a loss, or per account to which something happened; `-` is a
single value. Money is in USD, quantities in contracts (one contract is worth 1 USD
at the start of the run; long positive, short negative), prices in USD per contract, times in seconds since the start of
the run, rates are fractions. Nothing of other venues is visible, except the `attested_hedge` column of `Candidates`.

Each record lists its columns: name, shape, unit and sign, meaning.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lastresort.mechanisms.contract.arrays import Bools, Floats, Ints, frozen
from lastresort.mechanisms.contract.choices import Scope


def _no_floats() -> Floats:
    """A column that was added later, in a view that somebody has written out by hand without it."""
    return frozen(np.zeros(0))


def _no_ints() -> Ints:
    return frozen(np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class PriceView:
    """Feeds of one venue before any margin check.

    time            -    seconds           since the start of the run
    index           [M]  USD per contract  the spot index
    mid             [M]  USD per contract  middle of the venue's book
    mark            [M]  USD per contract  the venue's usual mark
    previous_mark   [M]  USD per contract  the mark that counted in the tick before
    premium         [M]  fraction, signed  log of mark over index
    funding_rate    [M]  fraction, signed  what longs would pay per payment if it were due now
    funding_due     [M]  seconds           until the next payment
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
    """Trading state of one venue.

    time     -    seconds           since the start of the run
    index    [M]  USD per contract  the spot index
    mid      [M]  USD per contract  middle of the venue's book
    mark     [M]  USD per contract  the mark that counts for margin checks
    phase    [M]  Phase             the phase in force
    until    [M]  seconds           time until which it holds; infinity: until further notice
    deficit  [M]  USD, >= 0         what the liquidation engine has lost in the market
    fund     [M]  USD               what the pool that guards the market holds
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
    """Orders, one row per market and kind, or one transfer, waiting to pass.

    time                   -    seconds            since the start of the run
    market                 [n]  row of a market    where the order goes; -1 for a transfer
    kind                   [n]  OrderKind          why it exists
    quantity               [n]  contracts, signed  what is to be bought or sold; for a transfer USD
    index                  [n]  USD per contract   the spot index; 1 for a transfer
    mark                   [n]  USD per contract   the mark; 1 for a transfer
    mid                    [n]  USD per contract   middle of the book; 1 for a transfer
    open_interest          [n]  contracts, >= 0    open in the market now; 1 for a transfer
    initial_open_interest  [n]  contracts, >= 0    open at the start of the run; 1 for a transfer
    insolvent              -    USD, >= 0          what the venue's engines have lost and nobody has paid
    venue_equity           -    USD                what the venue's accounts own together
    account                [n]  number             whose cash is transferred; -1 for orders, which are many people's
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
    account: Ints = field(default_factory=_no_ints)


@dataclass(frozen=True, slots=True)
class MarginView:
    """What margin terms may depend on.

    time                   -    seconds           since the start of the run
    mark                   [M]  USD per contract  the mark that counts for margin checks
    open_interest          [M]  contracts, >= 0   open in the market now
    initial_open_interest  [M]  contracts, >= 0   open at the start of the run
    volatility             [M]  ratio, >= 0       relative to normal
    """

    time: float
    mark: Floats
    open_interest: Floats
    initial_open_interest: Floats
    volatility: Floats


@dataclass(frozen=True, slots=True)
class BreachView:
    """Positions of accounts below maintenance margin, one row per position.

    The margin unit of a position is the position itself where `isolated`, the whole account otherwise.

    time              -    seconds            since the start of the run
    account           [n]  number             the holder
    market            [n]  row of a market    where the position is
    quantity          [n]  contracts, signed  its size
    mark              [n]  USD per contract   the mark
    bankruptcy_price  [n]  USD per contract   where it uses up its share, by notional, of the margin unit's equity
    equity            [n]  USD, signed        of the margin unit
    maintenance       [n]  USD, >= 0          maintenance margin of the margin unit
    unit_notional     [n]  USD, >= 0          notional of the margin unit
    isolated          [n]  yes or no          whether the position is a margin unit of its own
    hedge             [n]  contracts, >= 0    offset by other legs of the margin unit
    impact            [n]  fraction, >= 0     of its value, what selling all of it now would lose against the mark
    since             [n]  seconds            age of the breach
    orders            [n]  count              orders sent in the account's name during the breach
    vault             [n]  yes or no          whether the holder is the venue's backstop vault
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
    """Cash waiting for a destination, one row per flow.

    time          -    seconds        since the start of the run
    kind          [n]  CashKind       where the cash comes from
    pool          [n]  row of a pool  the insurance pool of its market
    amount        [n]  USD, >= 0      how much it is
    pool_balance  [P]  USD            what each insurance pool holds
    pool_peak     [P]  USD            the most it ever held
    claims        -    USD, >= 0      what the venue owes on IOUs
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
    """Inventory and losses that the liquidation engine holds, one row per market in which it holds something.

    time              -    seconds            since the start of the run
    market            [n]  row of a market    where
    inventory         [n]  contracts, signed  what the engine holds
    cash              [n]  USD, signed        booked against the inventory
    mark              [n]  USD per contract   the mark
    bankruptcy_price  [n]  USD per contract   -cash / inventory: the engine ends with nothing; NaN if it holds none
    deficit           [n]  USD, >= 0          lost already, at the mid price of the book
    shortfall         [n]  USD, >= deficit    what selling all of the inventory into today's book would lose
    uncovered         [n]  USD, >= 0          of the shortfall, what no stage has paid or promised yet
    pool              [n]  row of a pool      the insurance pool that guards the market
    pool_balance      [P]  USD                what each pool holds
    pool_peak         [P]  USD                the most it ever held
    contracts         [n]  share in [0, 1]    severity in force: share of the inventory that would be placed now
    dollars           [n]  USD, >= 0          severity in force: what would be collected now
    fund_result       [n]  USD, signed        what the market has brought its pool since the start; negative: cost it
    open_interest     [n]  contracts, >= 0    open in the market
    vault_equity      [P]  USD, signed        of the backstop vault of each pool
    vault_notional    [P]  USD, >= 0          of the positions that the vault holds
    capital           -    USD, >= 0          what is left of the venue's own money
    default_fund      -    USD, >= 0          what is left of the contributions of its members
    venue_equity      -    USD                what all accounts own
    final             -    yes or no          whether this is the last pass of the run, when periodic rules settle
    beta              [n]  ratio              of the market's moves to those of the common factor
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
    beta: Floats = field(default_factory=_no_floats)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Accounts of the event's scope, which may be asked to bear a loss in one market; one row per account.

    The margin unit of a position is the position itself where `isolated`, the whole account otherwise.

    account         [n]  number             the holder
    quantity        [n]  contracts, signed  its position in this market; 0 for accounts without one
    entry_price     [n]  USD per contract   average entry of the position
    notional        [n]  USD, >= 0          of the position, at the mark
    equity          [n]  USD, signed        of the margin unit, at the valuation mark
    profit          [n]  USD, signed        unrealised, of the position
    spendable       [n]  USD, >= 0          what the margin unit can be charged
    leverage        [n]  ratio, >= 0        notional over equity of the margin unit
    isolated        [n]  yes or no          whether the position is a margin unit of its own
    hedge           [n]  contracts, >= 0    of the position, offset by other legs on this venue
    attested_hedge  [n]  contracts, >= 0    of the position, offset by legs elsewhere, which no real venue sees today
    maintenance     [n]  USD, >= 0          maintenance margin of the margin unit
    unit_profit     [n]  USD, signed        unrealised, over all positions of the margin unit
    opened          [n]  seconds            when the position was opened; 0: before the start
    gain            [n]  USD, signed        won by the account since the start, realised or not, transfers aside
    variation       [n]  USD, signed        the same since the last settlement
    net_delta       [n]  USD, signed        of all legs of the account on this venue, each weighted by the beta of its
                                            market; over beta times the mark of a market, it is contracts of that market
    contribution    [n]  USD, >= 0          what it put into the default fund before the run
    room            [n]  contracts, >= 0    that it can margin on top of what it holds
    bid             [n]  USD per contract   at which it volunteers to take the engine's inventory; NaN: not at all
    tier            [n]  number             of its customer tier, as the scenario says; 0 where it says nothing
    programme       [n]  number             of the programme it takes part in, such as market making; likewise
    cover           [n]  share              of its positions for which it has bought cover from forced closes; likewise
    entry_value     [n]  USD, >= 0          of the position when it was entered: its size times its entry price, or the
                                            dollars that an inverse contract is made out in
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
    tier: Floats = field(default_factory=_no_floats)
    programme: Floats = field(default_factory=_no_floats)
    cover: Floats = field(default_factory=_no_floats)
    entry_value: Floats = field(default_factory=_no_floats)


@dataclass(frozen=True, slots=True)
class LossEvent:
    """One loss to share in one market.

    time              -  seconds            since the start of the run
    market            -  row of a market    where
    contracts         -  contracts, signed  held by the engine, to be placed
    dollars           -  USD, >= 0          to be collected
    bankruptcy_price  -  USD per contract   where the engine ends with nothing; NaN where it holds nothing
    mark              -  USD per contract   the mark
    previous_mark     -  USD per contract   the mark of the tick before
    index             -  USD per contract   the spot index
    last_settlement   -  USD per contract   the mark at the last settlement
    fund              -  USD                what the market's insurance pool holds
    fund_peak         -  USD                the most it ever held
    uncovered         -  USD, >= 0          what no stage has paid or promised
    lot               -  contracts          the smallest number that can be traded
    scope             -  Scope              who is asked
    candidates        -  Candidates         the accounts of the scope
    random            -  function           a fresh generator keyed by (seed, venue, market, event number), so that the
                                            draws of one rule shift nobody else's
    beta              -  ratio              of the market's moves to those of the common factor
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
    beta: float = 1.0


@dataclass(frozen=True, slots=True)
class JointLoss:
    """The losses of all markets that a venue shares at one time, for rules that see an account's legs together.

    time          -    seconds            since the start of the run
    events        -    LossEvent          a tuple, one for each market with a loss to share that has candidates `[k]`
    pool          [k]  row of a pool      the insurance pool that guards the market of each event
    pool_balance  [P]  USD                what each pool holds
    """

    time: float
    events: tuple[LossEvent, ...]
    pool: Ints
    pool_balance: Floats


@dataclass(frozen=True, slots=True)
class MarketView:
    """One market that trades, and everybody who holds a position in it, whether there is a loss or not.

    time           -  seconds           since the start of the run
    market         -  row of a market   which
    mark           -  USD per contract  the mark
    previous_mark  -  USD per contract  the mark of the tick before
    index          -  USD per contract  the spot index
    beta           -  ratio             of the market's moves to those of the common factor
    volatility     -  ratio, >= 0       relative to normal
    funding_rate   -  fraction, signed  what longs would pay per payment if it were due now
    open_interest  -  contracts, >= 0   open in the market
    fund           -  USD               what the market's insurance pool holds
    fund_peak      -  USD               the most it ever held
    lot            -  contracts         the smallest number that can be traded
    candidates     -  Candidates        holders of both sides
    random         -  function          a fresh generator keyed by (seed, venue, market, question number)
    """

    time: float
    market: int
    mark: float
    previous_mark: float
    index: float
    beta: float
    volatility: float
    funding_rate: float
    open_interest: float
    fund: float
    fund_peak: float
    lot: float
    candidates: Candidates
    random: Callable[[], np.random.Generator]


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened in the tick, one row per event; and to whom, one row per account and event.

    time               -    seconds            since the start of the run
    kind               [n]  EventKind          what happened
    market             [n]  row of a market    where
    contracts          [n]  contracts, signed  that moved; of an absorption, the share of the inventory that was taken
    dollars            [n]  USD, signed        what it was worth or cost, see EventKind
    pool_balance       [P]  USD                what each insurance pool holds afterwards
    account            [k]  number             to whom something happened
    account_event      [k]  row of an event    what happened to it
    account_contracts  [k]  contracts, signed  by which its position changed
    account_dollars    [k]  USD, signed        what it lost against the mark or was charged (negative: gained)
    """

    time: float
    kind: Ints
    market: Ints
    contracts: Floats
    dollars: Floats
    pool_balance: Floats
    account: Ints = field(default_factory=_no_ints)
    account_event: Ints = field(default_factory=_no_ints)
    account_contracts: Floats = field(default_factory=_no_floats)
    account_dollars: Floats = field(default_factory=_no_floats)
