"""The columns of a book's table, declared once: its reader, its JSON Schema and the layouts go by them."""

from dataclasses import dataclass
from enum import Enum, auto


class Content(Enum):
    """What the cells of a column hold."""

    ID = auto()
    WORD = auto()
    NUMBER = auto()
    TIME = auto()


class Level(Enum):
    """What a column says something of: it repeats, and must agree, in all rows of the same account or market."""

    POSITION = auto()
    UNIT = auto()
    ACCOUNT = auto()
    MARKET = auto()


class Unit(Enum):
    """What a number counts: prices and money are converted to USD, contracts are times the multiplier."""

    PRICE = auto()
    MONEY = auto()
    CONTRACTS = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A column: `low` is the least number allowed, or what every number must exceed where `above`; None is no bound.

    `words` are what a column of words may say, with what each means.
    """

    name: str
    content: Content
    level: Level
    text: str
    required: bool = False
    unit: Unit = Unit.OTHER
    low: float | None = None
    high: float | None = None
    above: bool = False
    words: tuple[tuple[str, str], ...] = ()

    @property
    def allowed(self) -> str:
        """What a number may be, in words."""
        if self.low is None:
            return "a number"
        if self.high is not None:
            return f"a number from {self.low:g} to {self.high:g}"
        return f"a number above {self.low:g}" if self.above else f"a number from {self.low:g} up"


LONG = ("long", "buy", "bid", "b", "l")
SHORT = ("short", "sell", "ask", "s", "a")
NO_SIDE = ("both", "net", "none", "flat")
SIDES = (*((word, "long") for word in LONG), *((word, "short") for word in SHORT), *((word, "") for word in NO_SIDE))
PERPS = ("perp", "perpetual", "linear", "swap", "future", "futures")
KINDS = (*((word, "perp") for word in PERPS), ("spot", "spot"), ("inverse", "inverse"))
MARGINS = (("cross", "cross"), ("crossed", "cross"), ("isolated", "isolated"))


def _id(name: str, level: Level, text: str, required: bool = False) -> BookColumn:
    return BookColumn(name, Content.ID, level, text, required)


def _word(name: str, words: tuple[tuple[str, str], ...], text: str) -> BookColumn:
    return BookColumn(name, Content.WORD, Level.POSITION, text, words=words)


def _price(name: str, level: Level, text: str, required: bool = False) -> BookColumn:
    return BookColumn(name, Content.NUMBER, level, text, required, Unit.PRICE, low=0, above=True)


def _money(name: str, level: Level, text: str, low: float | None = None) -> BookColumn:
    return BookColumn(name, Content.NUMBER, level, text, unit=Unit.MONEY, low=low)


def _number(name: str, level: Level, text: str, **bounds: float) -> BookColumn:
    return BookColumn(name, Content.NUMBER, level, text, **bounds)  # type: ignore[arg-type]


def _contracts(name: str, text: str, required: bool = False) -> BookColumn:
    return BookColumn(name, Content.NUMBER, Level.POSITION, text, required, Unit.CONTRACTS)


COLUMNS = (
    _id("account", Level.POSITION, "the account, told apart per venue", True),
    _id("market", Level.POSITION, "name of the market, as it is", True),
    _contracts("quantity", "signed (long positive); times `multiplier` it is in units of the base at the mark", True),
    _price("entry_price", Level.POSITION, "average price of entry per unit of the base", True),
    _price("mark_price", Level.MARKET, "mark per unit of the base", True),
    _money("collateral", Level.UNIT, "what the margin unit owns besides the profit of its contracts and its spot"),
    _money("equity", Level.UNIT, "what the margin unit owns, profit of its contracts and value of its spot included"),
    _word("side", SIDES, "long or short; a hedge-mode pair of rows is netted"),
    _id("owner", Level.ACCOUNT, "who owns the account; without it, the account itself"),
    _id("venue", Level.POSITION, "where the account is; without it, 'venue'"),
    _word("kind", KINDS, "perp (without it), spot or inverse"),
    BookColumn("multiplier", Content.NUMBER, Level.POSITION, "units of the base per contract", low=0, above=True),
    _id("currency", Level.POSITION, "of prices and money; an inverse contract is quoted in USD, its money in its coin"),
    _word("margin", MARGINS, "cross (without it) or isolated: then the row's money is its own"),
    _money("maintenance", Level.POSITION, "maintenance margin of the position", 0),
    _money("initial_margin", Level.POSITION, "initial margin of the position", 0),
    _contracts("hedge", "contracts held elsewhere against the position, in the unit of quantity"),
    _contracts("attested_hedge", "such contracts that the venue has seen, in the unit of quantity"),
    BookColumn("opened", Content.TIME, Level.POSITION, "when: seconds since 1970, or ISO 8601 (UTC unless it says)"),
    _price("previous_mark", Level.MARKET, "the mark before"),
    _price("index", Level.MARKET, "the index"),
    _price("last_settlement", Level.MARKET, "the last price of settlement"),
    BookColumn("lot", Content.NUMBER, Level.MARKET, "least quantity, in units of the base", low=0, above=True),
    _number("beta", Level.MARKET, "how strongly the market follows the headline market"),
    _money("contribution", Level.ACCOUNT, "contribution to the default fund", 0),
    _money("gain", Level.ACCOUNT, "profit of the day"),
    _money("bid", Level.ACCOUNT, "USD per contract that the account asks for taking over", 0),
    _number("tier", Level.ACCOUNT, "tier of the account"),
    _number("programme", Level.ACCOUNT, "programme of the account"),
    _number("cover", Level.ACCOUNT, "share that is covered", low=0, high=1),
)
"""All of them, in the order of the schema."""

BY_NAME = {column.name: column for column in COLUMNS}


def normalised(header: str) -> str:
    """A header as columns are compared: trimmed, lower case, with underscores for blanks and hyphens."""
    return "_".join(header.strip().lstrip("\ufeff").casefold().replace("-", " ").split())
