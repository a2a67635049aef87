"""Ids of accounts and owners that a reader of a page cannot read, and the owner of the data can match."""

import hashlib
import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lastresort.books.book import Book, Kind
from lastresort.books.replaying.replayed_event import ReplayedEvent
from lastresort.mechanisms.contract import Floats

DIGITS = 10
"""Hexadecimal digits of a hash that stand for an id."""

OPTIONS = ("--account", "--owner")
"""Options of a command whose values are ids."""

HIDDEN = "hidden"

EXPLAINED = (
    f"Ids are hidden: each stands as the first {DIGITS} hexadecimal digits of a SHA-256 over a salt, the venue and the "
    "id. The salt is made of all amounts of the data, so whoever has the data can match the ids, and whoever only "
    "knows the ids cannot guess them, unless the data are so few that they can be guessed too. Other data give other "
    "digits. --show-ids writes the ids themselves."
)

_FOUND = re.compile(r"found .*(?=; allowed|, whose |, which |, and no )|found .*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class HiddenIds:
    """How ids are written: as they are where they are `shown`, else as digits that depend on the `salt`."""

    salt: str
    shown: bool

    @classmethod
    def of_book(cls, book: Book, shown: bool) -> "HiddenIds":
        """Those of a book: the salt is the same in any order of rows, and at any mark."""
        held = np.abs(book.quantity[book.kind != Kind.INVERSE])
        return cls("" if shown else _salt([book.cash, held, book.entry_price]), shown)

    @classmethod
    def of_event(cls, event: ReplayedEvent, shown: bool) -> "HiddenIds":
        """Those of an event: the salt is made of the positions, equities and fills that were compared."""
        amounts = [
            column
            for one in event.tranches
            for column in (one.tranche.position, one.tranche.entry_price, one.tranche.equity, one.tranche.closed)
        ]
        amounts.append(np.array([part for one in event.negative for part in (one.equity, one.contracts)]))
        return cls("" if shown else _salt(amounts), shown)

    def account(self, venue: str, account: str, several: bool = False) -> str:
        """An account; where it is shown among `several` venues, with its venue."""
        if self.shown:
            return f"{venue}/{account}" if several else account
        return self._digits(f"{venue}/{account}")

    def owner(self, owner: str) -> str:
        """An owner of accounts."""
        return owner if self.shown else self._digits(owner)

    def command(self, command: str) -> str:
        """A command, in which the values of options that are ids are hidden."""
        return command if self.shown else shlex.join(_without_ids(shlex.split(command))) if command else ""

    def reason(self, reason: str) -> str:
        """Why a row was left out, without what its cells hold, among which an id may be."""
        return reason if self.shown else _FOUND.sub("found what --show-ids tells", reason)

    def _digits(self, text: str) -> str:
        return hashlib.sha256(f"{self.salt}/{text}".encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def _salt(amounts: Iterable[Floats]) -> str:
    hashed = hashlib.sha256(b"salt of ids")
    for column in amounts:
        hashed.update(np.sort(column).tobytes())
    return hashed.hexdigest()


def _without_ids(words: list[str]) -> list[str]:
    found = list(words)
    for place, word in enumerate(words):
        option, equals, _ = word.partition("=")
        if option in OPTIONS:
            found[place] = f"{option}={HIDDEN}" if equals else word
            if not equals and place + 1 < len(found):
                found[place + 1] = HIDDEN
    return found
