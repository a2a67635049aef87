"""Who holds what: the accounts of the venue and their positions, before and after the engine steps in."""

from dataclasses import dataclass
from typing import NamedTuple

from lastresort.plugins.testing.small_crash.moments import CALM, FIRST_BREACH, RECOVERY, TROUGH


@dataclass(frozen=True)
class Account:
    """Somebody. The fields that follow `isolated` are what the venue knows beyond the book.

    `spot` are the most contracts of a short in the major market that it covers with coins held on the venue, `attested`
    contracts of the small market that the owner says are offset elsewhere, `contribution` (USD) its stake in the
    default fund, and `bid` the discount to the mark at which it volunteers to take positions over. `tier`, `programme`
    and `cover` (share of its positions) are what a scenario may say of it.
    """

    name: str
    isolated: bool = False
    vault: bool = False
    spot: float = 0.0
    attested: float = 0.0
    contribution: float = 0.0
    bid: float | None = None
    tier: float = 0.0
    programme: float = 0.0
    cover: float = 0.0


class Leg(NamedTuple):
    """A position: signed contracts, entry price in USD per contract, and when it was opened (0: before the start)."""

    quantity: float
    entry: float
    opened: float = 0.0


class Book(NamedTuple):
    """What an account has: cash in USD and its two legs."""

    cash: float
    major: Leg = Leg(0.0, 0.0)
    small: Leg = Leg(0.0, 0.0)


FIRST_ID = 101

ACCOUNTS = (
    Account("retail long", isolated=True),
    Account("whale long"),
    Account("institution", contribution=200_000, tier=2),
    Account("basis desk", isolated=True, spot=6_000_000, contribution=50_000),
    Account("naked short", isolated=True),
    Account("momentum short", isolated=True),
    Account("pair trader", cover=1),
    Account("arbitrageur", attested=500_000),
    Account("market maker", contribution=100_000, bid=0.02, tier=1, programme=1),
    Account("second maker", bid=0.005, programme=1),
    Account("majors vault", vault=True),
    Account("small vault", vault=True),
    Account("saver"),
)

_AT_START = {
    "retail long": Book(21_000, small=Leg(100_000, 1.0)),
    "whale long": Book(670_000, major=Leg(3_000_000, 1.0), small=Leg(2_000_000, 1.0)),
    "institution": Book(4_000_000, major=Leg(5_000_000, 0.9)),
    "basis desk": Book(1_500_000, major=Leg(-6_000_000, 1.01)),
    "naked short": Book(105_000, small=Leg(-700_000, 1.0)),
    "momentum short": Book(28_000),
    "pair trader": Book(150_000, major=Leg(900_000, 1.0), small=Leg(-500_000, 1.0)),
    "arbitrageur": Book(60_000, small=Leg(-500_000, 0.99)),
    "market maker": Book(900_000, major=Leg(-1_700_000, 1.01), small=Leg(-600_000, 1.02)),
    "second maker": Book(250_000, major=Leg(-1_200_000, 1.0)),
    "majors vault": Book(800_000),
    "small vault": Book(60_000, small=Leg(200_000, 0.95)),
    "saver": Book(500_000),
}

_FIRST_TAKEOVER = {"retail long": Book(200)}

_BEFORE_THE_TROUGH = {
    "whale long": Book(638_000, major=Leg(2_600_000, 1.0), small=Leg(2_000_000, 1.0)),
    "market maker": Book(962_000, major=Leg(-1_300_000, 1.01), small=Leg(-500_000, 1.02)),
    "momentum short": Book(28_000, small=Leg(-400_000, 0.56, opened=115)),
    "second maker": Book(250_000, major=Leg(-1_200_000, 1.0), small=Leg(400_000, 0.56, opened=115)),
}
"""The market maker has bought 400,000 major contracts from the whale, and from the engine what the retail long had."""

_SECOND_TAKEOVER = {"whale long": Book(0), "small vault": Book(0)}

_BEFORE_THE_RECOVERY = {
    "institution": Book(4_000_000, major=Leg(6_000_000, 0.9), small=Leg(400_000, 0.6, opened=300)),
    "basis desk": Book(1_566_000, major=Leg(-5_400_000, 1.01)),
    "naked short": Book(273_000, small=Leg(-300_000, 1.0)),
    "market maker": Book(1_275_000, major=Leg(-500_000, 1.01), small=Leg(700_000, 0.57, opened=200)),
    "second maker": Book(270_000, major=Leg(-1_000_000, 1.0), small=Leg(600_000, 0.57, opened=115)),
}
"""The engine has sold everything it held, most of it to the two makers and to shorts who take their profit."""

_THIRD_TAKEOVER = {"momentum short": Book(0)}

_AFTER_FIRST = _AT_START | _FIRST_TAKEOVER
_AT_TROUGH = _AFTER_FIRST | _BEFORE_THE_TROUGH
_AFTER_SECOND = _AT_TROUGH | _SECOND_TAKEOVER
_AT_RECOVERY = _AFTER_SECOND | _BEFORE_THE_RECOVERY
_AFTER_THIRD = _AT_RECOVERY | _THIRD_TAKEOVER

BEFORE = {CALM: _AT_START, FIRST_BREACH: _AT_START, TROUGH: _AT_TROUGH, RECOVERY: _AT_RECOVERY}
"""Books of all accounts when the margin check of a moment begins."""

AFTER = {CALM: _AT_START, FIRST_BREACH: _AFTER_FIRST, TROUGH: _AFTER_SECOND, RECOVERY: _AFTER_THIRD}
"""Books of all accounts once the engine has taken the breached positions of a moment over."""
