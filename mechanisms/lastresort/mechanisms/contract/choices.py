"""Words that views and proposals choose from."""

from enum import IntEnum


class Phase(IntEnum):
    """Trading phase of one market.

    OPEN         everybody trades
    REDUCE_ONLY  no position is opened
    HALT         nobody trades
    AUCTION      nobody trades; quotes gather for one uniform price at the reopening
    SETTLE       every position is closed at the settlement price, and the market for the rest of the run
    """

    OPEN = 0
    REDUCE_ONLY = 1
    HALT = 2
    AUCTION = 3
    SETTLE = 4


class Scope(IntEnum):
    """Which accounts of a venue are asked to bear a loss.

    OPPOSITE   holders of the side opposite to the engine's inventory
    HOLDERS    both sides of the market
    EVERYBODY  all accounts of the venue
    PROVIDERS  liquidity providers who volunteer to take positions over
    """

    OPPOSITE = 0
    HOLDERS = 1
    EVERYBODY = 2
    PROVIDERS = 3


class OrderKind(IntEnum):
    """Why an order or transfer exists.

    OPEN         somebody opens a position
    CLOSE        somebody closes or changes one
    LIQUIDATION  the liquidation engine sells what it holds, or buys it back
    TRANSFER     somebody withdraws cash
    """

    OPEN = 0
    CLOSE = 1
    LIQUIDATION = 2
    TRANSFER = 3


class CashKind(IntEnum):
    """Where a cash flow comes from.

    TRADING_FEE          fees of the trades of the tick
    LIQUIDATION_SURPLUS  what the liquidation engine has left once its inventory is gone
    """

    TRADING_FEE = 0
    LIQUIDATION_SURPLUS = 1


class EventKind(IntEnum):
    """What happened to the money or contracts of a market, and what the dollars of the event are.

    TAKEOVER           the engine took positions over, worth so much at the mark
    ABSORPTION         a backstop paid, or took a share of the inventory
    DELEVERAGING       accounts of the opposite side were closed, and lost so much against the mark (negative: gained)
    CHARGE             accounts were charged
    HALT               the market stopped trading
    UNPAID             a loss was left that nobody has paid
    LIQUIDATION_ORDER  orders went to the book in the names of breached accounts, worth so much at the mark
    ASSIGNMENT         accounts took positions over from the engine, and lost so much against the mark
    SETTLEMENT         every position was closed at the settlement price, and accounts lost so much against the mark
    REPAYMENT          the venue repaid what it owed on IOUs
    REDUCTION          accounts of both sides were closed against each other; contracts are those of longs
    PREMIUM            accounts paid one another or the insurance fund without a loss; dollars are what the fund got
    """

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
    REDUCTION = 10
    PREMIUM = 11


class Payer(IntEnum):
    """Who pays a loss or takes a position that no account is asked to bear.

    FUND          the venue's insurance pools
    BACKSTOP      an unlimited outside pocket, for policies with role: reference only
    VAULT         depositors' accounts that take positions over, one per pool
    CAPITAL       the venue's own money
    DEFAULT_FUND  contributions of the venue's members, who bear it in proportion to them
    """

    FUND = 0
    BACKSTOP = 1
    VAULT = 2
    CAPITAL = 3
    DEFAULT_FUND = 4
