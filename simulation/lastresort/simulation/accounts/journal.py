"""The journal: every posting of the ledger once, with its cause; whoever wants to know what happened reads it here.

A posting moves contracts and USD between two parties, so that it balances by itself. What accounts did not choose, and
all cash that a rule or a venue moves, is journalled line by line and passed on to the journal's readers at once; it is
theirs to keep. What flows all the time (trades of whole cells and of quotes, engines' sales, funding) is added up per
book and cohort.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, StrEnum
from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints, Payer
from lastresort.simulation.accounts.population import CROSS_COHORTS, ISOLATED_COHORTS
from lastresort.simulation.kernels.exchange import flowed
from lastresort.simulation.market.prices import Prices
from lastresort.simulation.universe import Universe


class Cause(StrEnum):
    """Why contracts or USD moved.

    TRADE              cells, quotes, arbitrageurs, resting orders and engines traded at a tick's price
    FUNDING            longs paid shorts, or the reverse
    OPENING            an account opened its position during the run
    REOPENING          an account sold again what a rule had closed for others
    STOP               a stop order closed an account's position
    TAKEOVER           the engine took a position over
    LIQUIDATION_ORDER  an order went to the book in the name of an account in breach
    DELEVERAGING       an account was closed against the engine's inventory
    REDUCTION          accounts of both sides were closed against each other before there was a loss
    ASSIGNMENT         an account took inventory of the engine over by itself
    FORCED_ASSIGNMENT  a rule gave inventory of the engine to an account that did not volunteer
    SETTLEMENT         every position of a market was closed
    CHARGE             an account was charged for the engine's loss
    PREMIUM            accounts paid one another, or the fund, without a loss
    HOLE               an account owed more than it had, and the engine bears it
    ABSORPTION         a payer paid for the engine's loss
    INVENTORY          the backstop or a vault took inventory over at its bankruptcy price
    GAP                a payer bore the difference between the two prices of forced closes (negative: received it)
    SURPLUS            what the engine had left went to the fund and the treasury
    FEES               collected trading fees went to the fund and the treasury
    REPAYMENT          the treasury repaid IOUs
    TOP_UP             an account received margin from outside
    TRANSFER           cash left for another venue, or arrived from one
    WITHHELD           the venue kept a part of a withdrawal for its fund
    """

    TRADE = "trade"
    FUNDING = "funding"
    OPENING = "opening"
    REOPENING = "reopening"
    STOP = "stop"
    TAKEOVER = "takeover"
    LIQUIDATION_ORDER = "liquidation_order"
    DELEVERAGING = "deleveraging"
    REDUCTION = "reduction"
    ASSIGNMENT = "assignment"
    FORCED_ASSIGNMENT = "forced_assignment"
    SETTLEMENT = "settlement"
    CHARGE = "charge"
    PREMIUM = "premium"
    HOLE = "hole"
    ABSORPTION = "absorption"
    INVENTORY = "inventory"
    GAP = "gap"
    SURPLUS = "surplus"
    FEES = "fees"
    REPAYMENT = "repayment"
    TOP_UP = "top_up"
    TRANSFER = "transfer"
    WITHHELD = "withheld"


SHARED = (Cause.DELEVERAGING, Cause.REDUCTION, Cause.SETTLEMENT)
"""Position changes for somebody else's loss, rather than one's own."""

FORCED = (Cause.TAKEOVER, Cause.LIQUIDATION_ORDER, *SHARED)
"""Position changes that accounts did not choose."""


class Party(Enum):
    """Whose contracts and USD a line changes: accounts, the books' other side, or one of the venue's own pockets."""

    ACCOUNTS = "accounts"
    BOOK = "book"
    ENGINE = "engine"
    BACKSTOP = "backstop"
    FUND = "fund"
    FEES = "fees"
    TREASURY = "treasury"
    CAPITAL = "capital"
    DEFAULT_FUND = "default fund"
    TRANSIT = "transit"
    OUTSIDE = "outside"


PAYING = {
    Payer.FUND: Party.FUND,
    Payer.BACKSTOP: Party.BACKSTOP,
    Payer.VAULT: Party.ACCOUNTS,
    Payer.CAPITAL: Party.CAPITAL,
    Payer.DEFAULT_FUND: Party.DEFAULT_FUND,
}
"""The party that pays for each payer; a vault is an account like others."""

FLOWING = (*ISOLATED_COHORTS, *CROSS_COHORTS, Party.ENGINE.value, Party.BACKSTOP.value)
"""Whose continuous flow is added up, in this order."""

NONE, FREE = np.asarray(np.nan), np.asarray(0.0)
NOWHERE = -1
"""Market of cash that belongs to no market, and account of a line that belongs to none."""


class Unit(NamedTuple):
    """Margin units just before their liquidation, `[n]` USD: equity, and the scenario's own maintenance margin.

    Both are taken at the venue's usual marks, whatever marks and margins the rules had set.
    """

    equity: Floats
    maintenance: Floats


class Payment(NamedTuple):
    """Who paid for an engine's loss.

    `share` `[n]` of the engine's inventory goes along; the fund pays out of all its pools in proportion to `drawn`
    `[P]`, where that is set.
    """

    payer: Payer
    share: Floats
    drawn: Floats | None


class Posting(NamedTuple):
    """Lines `[n]` of one cause: what `party` got, and `other` gave; a column without axes stands for all lines.

    `account` is the number of the account that is one of the two, else of the pool. `quantity` (contracts) and `cash`
    (USD, `fee` included) are signed changes of the party's; `price`, `mark` and `mid` are USD per contract, NaN without
    one. A `fee` (>= 0) goes to the venue's fees, that of a liquidation order to the pool of its market. `stage` names
    the mechanism that caused a line, "" if none did. `unit` is that of a takeover or liquidation order, `payment` that
    of an absorption or gap. What is withheld goes to the pools in equal parts.
    """

    cause: Cause
    party: Party
    other: Party
    time: float
    stage: str | Sequence[str]
    venue: Ints
    market: Ints
    account: Ints
    quantity: Floats
    cash: Floats
    price: Floats
    mark: Floats
    mid: Floats
    fee: Floats
    unit: Unit | None
    payment: Payment | None

    @property
    def shared(self) -> bool:
        """Whether the accounts bear somebody else's loss, rather than their own."""
        return self.cause in SHARED

    @property
    def stages(self) -> Sequence[str]:
        """The mechanism of each line of positions, `[n]`."""
        return [self.stage] * len(self.quantity) if isinstance(self.stage, str) else self.stage


class Flow(NamedTuple):
    """What one cause moved continuously since the start: contracts and USD (fees included), `[F, V, M]`, and fees."""

    quantity: Floats
    cash: Floats
    fee: Floats


Deciding = Callable[[Ints, Ints], str | Sequence[str]]
"""Names the mechanism behind lines, by account and market."""


class Journal:
    """Takes postings down at the time and marks of the moment, adds up flows, and tells its readers.

    `time` is that of the postings to come; `usual_mark` `[V, M]` are the marks of the tick before any rule replaced
    them; `tick` holds the forced position changes of the tick; `count` is the number of postings so far.
    """

    def __init__(self, universe: Universe) -> None:
        self.time, self.count = 0.0, 0
        self._prices = Prices(universe)
        self.usual_mark = self._prices.mark
        self.readers: list[Callable[[Posting], None]] = []
        self.tick: list[Posting] = []
        shape = (len(FLOWING), *universe.shape)
        self.flows = {cause: Flow(*(np.zeros(shape) for _ in Flow._fields)) for cause in (Cause.TRADE, Cause.FUNDING)}
        self._stage: Deciding = _nobody

    def open(self, time: float, prices: Prices) -> None:
        """Begin a tick, once its marks are made and before rules replace them."""
        self.time, self._prices, self.usual_mark = time, prices, prices.mark.copy()

    @contextmanager
    def stage(self, name: str, time: float) -> Iterator[None]:
        """Postings inside happen at this time, caused by the mechanism of this name."""
        self.time, self._stage = time, lambda account, market: name
        yield
        self._stage = _nobody

    @contextmanager
    def stages(self, account: Ints, market: Ints, names: Sequence[str], time: float) -> Iterator[None]:
        """The same, with one mechanism per position `[n]`."""
        keys = zip(account.tolist(), market.tolist(), strict=True)
        self.time, self._stage = time, _by_position(dict(zip(keys, names, strict=True)))
        yield
        self._stage = _nobody

    def exchange(
        self,
        cause: Cause,
        other: Party,
        venue: Ints | int,
        market: Ints | int,
        account: Ints,
        quantity: Floats,
        price: Floats | float,
        *,
        mark: Floats | float | None = None,
        fee: Floats | float = 0.0,
        unit: Unit | None = None,
    ) -> None:
        """Accounts change their positions by `quantity` at `price`; without a `mark` it is the one margins go by."""
        where, prices = (np.asarray(venue), np.asarray(market)), self._prices
        posting = Posting(
            cause,
            Party.ACCOUNTS,
            other,
            self.time,
            self._stage(account, where[1]),
            *where,
            account,
            quantity,
            cash=-(quantity * price + fee),
            price=np.asarray(price),
            mark=np.asarray(prices.mark[where] if mark is None else mark),
            mid=np.asarray(prices.mid[where]),
            fee=np.asarray(fee),
            unit=unit,
            payment=None,
        )
        self._tell(posting)

    def pay(
        self,
        cause: Cause,
        party: Party,
        other: Party,
        venue: Ints | int,
        market: Ints | int,
        cash: Floats | float,
        account: Ints | int = NOWHERE,
        quantity: Floats | float = 0.0,
        payment: Payment | None = None,
    ) -> None:
        """A party receives USD (negative: pays), and inventory with it where `quantity` says so."""
        where, which = (np.asarray(venue), np.asarray(market)), np.asarray(account)
        amounts = (np.asarray(quantity, dtype=np.float64), np.asarray(cash, dtype=np.float64))
        who = (cause, party, other, self.time, self._stage(which, where[1]))
        self._tell(Posting(*who, *where, which, *amounts, NONE, NONE, NONE, FREE, None, payment))

    def _tell(self, posting: Posting) -> None:
        self.count += 1
        if posting.cause in FORCED and posting.party is Party.ACCOUNTS:
            self.tick.append(posting)
        for read in self.readers:
            read(posting)

    def flow(
        self,
        cause: Cause,
        who: slice | int | tuple[int, int],
        quantity: Floats,
        cash: Floats,
        fee: Floats | float = 0.0,
    ) -> None:
        """Add to the flow of some of `FLOWING`, `[V, M]` each, or of one at one venue, `[M]`; cash is after fees."""
        flow = self.flows[cause]
        flow.quantity[who] += quantity
        flow.cash[who] += cash
        flow.fee[who] += fee

    def flow_of(self, cause: Cause, who: int) -> tuple[Floats, Floats, Floats]:
        """Views of the flow of one of `FLOWING`, `[V, M]` each, to add to: contracts, cash after fees, and fees."""
        flow = self.flows[cause]
        return flow.quantity[who], flow.cash[who], flow.fee[who]

    def flow_each(self, cause: Cause, where: tuple[Ints, Ints, Ints], change: tuple[Floats, Floats, Floats]) -> None:
        """Add contracts, USD and fees of single orders, given the rows of `FLOWING`, venues and markets `[n]`."""
        flow = self.flows[cause]
        flowed((flow.quantity, flow.cash, flow.fee), where, change)


def _nobody(account: Ints, market: Ints) -> str:
    return ""


def _by_position(names: dict[tuple[int, int], str]) -> Deciding:
    def decided(account: Ints, market: Ints) -> list[str]:
        accounts, markets = (account, market) if market.ndim else np.broadcast_arrays(account, market)
        return [names.get(position, "") for position in zip(accounts.tolist(), markets.tolist(), strict=True)]

    return decided
