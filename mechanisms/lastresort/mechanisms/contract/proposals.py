"""What a rule may say: proposals that the engine validates, posts to the ledger, and charges to nobody unnamed.

Shapes are those of the view the proposal answers: `[M]` one row per market, `[n]` one per row of the view, `[P]` one
per insurance pool. A single number stands for the same value in every row. The docstring of each record lists its
columns: name, shape, unit and sign, meaning.
"""

from dataclasses import dataclass

from lastresort.mechanisms.contract.arrays import Bools, Floats, Ints
from lastresort.mechanisms.contract.choices import Payer, Scope


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices that count from now on.

    trigger           [M]  USD per contract, > 0  for margin checks
    valuation         [M]  USD per contract, > 0  for equity and profit
    settlement        [M]  USD per contract, > 0  for settling shared losses and closed markets
    funding_cap       [M]  fraction, > 0          largest funding rate per payment; None: the venue's own
    funding_interval  [M]  seconds, > 0           between payments; None: the venue's own
    """

    trigger: Floats
    valuation: Floats
    settlement: Floats
    funding_cap: Floats | float | None = None
    funding_interval: Floats | float | None = None


@dataclass(frozen=True, slots=True)
class Phases:
    """Trading phases, and the prices at which each market may trade in this tick; bands of several rules intersect.

    phase  [M]  Phase             from now on
    until  [M]  seconds           time until which it holds; then the market opens
    low    [M]  USD per contract  nothing trades below; orders that would are cut
    high   [M]  USD per contract  nothing trades above; orders that would are cut
    """

    phase: Ints
    until: Floats
    low: Floats | float = 0.0
    high: Floats | float = float("inf")


@dataclass(frozen=True, slots=True)
class Admission:
    """What passes of each order or transfer; the rest is refused and may come again.

    fraction  [n]  share in [0, 1]  that passes
    haircut   [n]  share in [0, 1]  of a transfer that passes, kept by the venue for its insurance fund
    """

    fraction: Floats
    haircut: Floats | float = 0.0


@dataclass(frozen=True, slots=True)
class MarginTerms:
    """Maintenance margin for this tick.

    isolated_scale  [M]  ratio, >= 0     multiple of the scenario's rates for isolated positions
    cross_rate      [M]  fraction, >= 0  rate for accounts with cross margin
    """

    isolated_scale: Floats
    cross_rate: Floats


@dataclass(frozen=True, slots=True)
class Liquidation:
    """What happens to each breached position: taken over, sent to the book in the account's name, or left alone.

    The engine takes the share `seize` over at mark x (1 - side x min(penalty, equity / notional)), so that the account
    never ends below zero. A position of which a stage takes and sends nothing is put to the next stage.

    seize      [n]  share in [0, 1]   of the position that the engine takes over
    penalty    [n]  share in [0, 1]   of the notional taken over, the most that the account pays for it
    order      [n]  share in [0, 1]   of the position sent to the book, immediate or cancel; with `seize` at most 1
    limit      [n]  USD per contract  the worst price of the order; NaN: any
    order_fee  [n]  share in [0, 1]   of the value of fills, for the insurance fund, as far as the equity reaches
    wait       [n]  yes or no         whether later stages leave the position alone in this tick
    pause      [n]  seconds, >= 0     until the account is asked about again; 0: at the next tick
    """

    seize: Floats
    penalty: Floats | float
    order: Floats | float = 0.0
    limit: Floats | float = float("nan")
    order_fee: Floats | float = 0.0
    wait: Bools | bool = False
    pause: Floats | float = 0.0


@dataclass(frozen=True, slots=True)
class Routing:
    """Where each cash flow goes; what neither share takes is the venue's.

    to_fund    [n]  share in [0, 1]  for the insurance fund
    to_claims  [n]  share in [0, 1]  for IOUs, in proportion and never beyond what is owed; with `to_fund` at most 1
    """

    to_fund: Floats
    to_claims: Floats | float = 0.0


@dataclass(frozen=True, slots=True)
class Absorption:
    """What one backstop does. It takes inventory at the engine's bankruptcy price.

    payer    -    Payer            who pays and takes
    pay      [n]  USD, >= 0        paid now, at most the deficit and what the payer has
    standby  [n]  USD, >= 0        promised, for the losses that selling the inventory would make
    take     [n]  share in [0, 1]  of the inventory that the vault or the backstop takes over and holds
    drawn    [P]  share in [0, 1]  of the payment that each insurance pool bears, sum 1; None: each market's own pool
    """

    payer: Payer
    pay: Floats
    standby: Floats
    take: Floats
    drawn: Floats | None = None


@dataclass(frozen=True, slots=True)
class LossSharing:
    """Severity: how much of each market's loss is shared, and among whom.

    contracts  [n]  share in [0, 1]  of the engine's inventory, to place with accounts
    dollars    [n]  USD, >= 0        to collect, at most the deficit
    scope      -    Scope            who is asked
    """

    contracts: Floats
    dollars: Floats
    scope: Scope = Scope.OPPOSITE


@dataclass(frozen=True, slots=True)
class Allocation:
    """Who bears one loss event, in the rows of its candidates.

    Accounts that close or take over trade at `winner_price`, the engine at `loser_price`.

    close         [n]  contracts, >= 0   closed against the engine, on the side opposite to it
    charge        [n]  USD, >= 0         taken from the account
    winner_price  [n]  USD per contract  for the accounts
    loser_price   -    USD per contract  for the engine
    gap_payer     -    Payer             FUND, in a reference also BACKSTOP; pays or keeps what lies between both prices
    assign        [n]  contracts, >= 0   taken over from the engine as a position, at most the account's `room`;
                                         volunteers (Scope.PROVIDERS) also against a position of theirs
    claim         -    yes or no         whether the venue owes the charge back, as an IOU repaid through `route_cash`
    """

    close: Floats
    charge: Floats
    winner_price: Floats | float
    loser_price: float
    gap_payer: Payer = Payer.FUND
    assign: Floats | float = 0.0
    claim: bool = False


@dataclass(frozen=True, slots=True)
class JointAllocation:
    """Who bears the loss events of one settlement; an account is checked for what it bears in all of them together.

    allocations  -  Allocation  a tuple, one for each event of the view; None: no opinion about that one
    """

    allocations: tuple[Allocation | None, ...]


@dataclass(frozen=True, slots=True)
class Intervention:
    """What is done in one market before there is a loss, in the rows of its candidates.

    Positions of both sides are closed against each other at one price, and accounts pay one another, or the fund.

    close   [n]  contracts, >= 0   closed, as many contracts of longs as of shorts
    price   -    USD per contract  at which they are closed; NaN: at the mark
    charge  [n]  USD, signed       taken from the account; negative: paid to it. What is left over goes to the insurance
                                   pool of the market, which pays nothing
    """

    close: Floats | float = 0.0
    price: float = float("nan")
    charge: Floats | float = 0.0
