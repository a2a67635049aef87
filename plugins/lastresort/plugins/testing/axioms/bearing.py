"""Put one loss to a rule, as the engine does, and note what every account bears; post it to the book."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Allocation,
    JointAllocation,
    LossEvent,
    LossStage,
    Mechanism,
    Waterfall,
)
from lastresort.plugins.answers import answered
from lastresort.plugins.testing.axioms.book import Book, Holder
from lastresort.plugins.testing.axioms.venue import MARKET, venue_of
from lastresort.plugins.testing.questioning import fresh
from lastresort.simulation.waterfall.lazy_views import whole
from lastresort.simulation.waterfall.open_losses import OpenLosses
from lastresort.simulation.waterfall.rulebook import Rulebook
from lastresort.simulation.waterfall.stages import walk

SHARING = ("share_loss", "allocate", "allocate_jointly")

ROUNDING = 1e-7
"""Share of all that is borne by which two sums of it may differ."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What one account bears: contracts closed and taken over, USD charged, and USD lost against the mark in all."""

    closed: float = 0.0
    taken: float = 0.0
    charged: float = 0.0
    lost: float = 0.0

    @property
    def contracts(self) -> float:
        """Contracts closed or taken over."""
        return self.closed + self.taken

    def __add__(self, other: "Burden") -> "Burden":
        """Both together."""
        return Burden(
            self.closed + other.closed, self.taken + other.taken, self.charged + other.charged, self.lost + other.lost
        )

    def times(self, contracts: float, dollars: float) -> "Burden":
        """The same in other units."""
        return Burden(self.closed * contracts, self.taken * contracts, self.charged * dollars, self.lost * dollars)


NOTHING = Burden()


@dataclass(frozen=True)
class Borne:
    """The book before a loss and what each account bears of it; `covered` is what the engine no longer lacks (USD).

    `from_fund` is what the insurance pool paid for the gap between two prices, `dearest` the most that a contract
    closed or taken over cost its account (USD).
    """

    book: Book
    burdens: dict[int, Burden]
    covered: dict[int, float]
    from_fund: dict[int, float]
    dearest: float

    def of(self, *accounts: int) -> Burden:
        """What these accounts bear together."""
        return sum((self.burdens[account] for account in accounts), NOTHING)

    @cached_property
    def total(self) -> Burden:
        """What all bear together."""
        return self.of(*self.burdens)

    @property
    def lots(self) -> float:
        """Contracts by which a rule in whole lots may miss its target for one account."""
        return self.book.lot + ROUNDING * self.total.contracts

    @property
    def dollars_of_lots(self) -> float:
        """The same in USD."""
        return self.book.lot * self.dearest + ROUNDING * sum(abs(burden.lost) for burden in self.burdens.values())

    def anybody(self) -> bool:
        """Whether anybody bears anything."""
        return self.total.contracts > 0 or self.total.charged > 0


def bear(rule: Mechanism, book: Book, seed: int = 0) -> Borne:
    """Put the loss of a book to a fresh copy of a rule; raises MechanismError where its answer breaks the contract."""
    return bear_next(fresh(rule), book, seed)


def bear_next(rule: Mechanism, book: Book, seed: int = 0) -> Borne:
    """Put the loss to the rule itself, as a contender's, which may remember losses before it."""
    venue, questions = venue_of(book, seed), answered(type(rule))
    losses = OpenLosses.of(venue, np.array([MARKET]), final=True)
    answers = {question: _shown_whole(getattr(rule, question)) for question in SHARING if question in questions}
    stage = LossStage(str(rule.name), **answers)
    replies = walk(losses, [stage], Rulebook(Waterfall()), _Unposted())
    said = next((reply for reply in replies if reply.question != "share_loss"), None)
    if said is None or said.answer is None:
        return _nothing(book)
    if not isinstance(said.answer, JointAllocation):
        return _noted(book, said.view, said.answer)
    (event,), (one,) = said.view.events, said.answer.allocations
    return _nothing(book) if one is None else _noted(book, event, one)


def _shown_whole(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What was shown is looked at again when the answer is noted."""
    return lambda view: answer(whole(view))


class _Unposted:
    """Nothing is posted: an axiom decides first whose burden is, see `settled`."""

    def absorb(self, losses: OpenLosses, mechanism: str, said: Absorption) -> None:
        """Axioms ask nobody to absorb."""

    def allocate(self, event: LossEvent, mechanism: str, said: Allocation) -> None:
        """The one answer is noted."""


def settled(borne: Borne, accounts: tuple[int, ...]) -> Book:
    """The book after what these accounts bear has been posted; the others have borne nothing yet."""
    book, paid = borne.book, borne.of(*accounts)
    return replace(
        book,
        holders=tuple(_posted(borne, holder) if holder.account in accounts else holder for holder in book.holders),
        inventory=book.side * max(abs(book.inventory) - paid.contracts, 0.0),
        deficit=max(book.deficit - sum(borne.covered[account] for account in accounts), 0.0),
        fund=book.fund - sum(borne.from_fund[account] for account in accounts),
    )


def _nothing(book: Book) -> Borne:
    names = [holder.account for holder in book.holders]
    return Borne(book, dict.fromkeys(names, NOTHING), dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0), 0.0)


def _noted(book: Book, event: LossEvent, said: Allocation) -> Borne:
    before = _nothing(book)
    side, moved = np.sign(event.contracts), said.close + said.assign
    price, rows = np.asarray(said.winner_price), event.candidates.account.tolist()
    lost = side * moved * (price - event.mark) + said.charge
    taken = np.broadcast_to(said.assign, moved.shape)
    columns = (said.close.tolist(), taken.tolist(), said.charge.tolist(), lost.tolist())
    covered = side * moved * (said.loser_price - event.mark) + said.charge
    gap = side * moved * (said.loser_price - price)
    dearest = float(np.abs(price - event.mark)[moved > 0].max(initial=0.0))
    return Borne(
        book=book,
        burdens=before.burdens | {row: Burden(*values) for row, *values in zip(rows, *columns, strict=True)},
        covered=before.covered | dict(zip(rows, covered.tolist(), strict=True)),
        from_fund=before.from_fund | dict(zip(rows, gap.tolist(), strict=True)),
        dearest=dearest,
    )


def _posted(borne: Borne, holder: Holder) -> Holder:
    """The account after its burden; a position that grows averages its entry price, one that shrinks keeps it."""
    mark, burden = borne.book.mark, borne.burdens[holder.account]
    if not burden.contracts and not burden.charged:
        return holder
    trade = borne.book.side * burden.contracts
    contracts, entry = holder.contracts + trade, holder.entry
    if holder.contracts * trade >= 0 and trade:
        bought_at = mark + (burden.lost - burden.charged) / trade
        entry = (holder.contracts * holder.entry + trade * bought_at) / contracts
    profit = contracts * (mark - entry)
    return replace(
        holder,
        contracts=contracts,
        entry=entry,
        cash=holder.equity(mark) - burden.lost - profit,
        won=holder.gain(mark) - burden.lost - profit,
    )
