"""Every policy on one book: who would pay what, if the losses of this moment were shared under it."""

from dataclasses import dataclass, field

import numpy as np

from lastresort.books.book import Book
from lastresort.books.book_postings import BookPostings
from lastresort.books.book_venue import BookVenue
from lastresort.books.column_reads import ColumnGapError, ColumnReads, MissingColumnError
from lastresort.books.lost_positions import OutsideDeficit, OutsidePosition, Takeover, take_over
from lastresort.books.market_numbers import renumbered
from lastresort.books.policy_outcome import PAYERS, PolicyOutcome, Taken
from lastresort.books.static_walk import Walked, settle
from lastresort.mechanisms.contract import Floats, MechanismError
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall


@dataclass(frozen=True, slots=True)
class Stress:
    """What is lost besides what the book says, and what the venue has to meet it, in USD.

    `own` says whether accounts under water in the book are lost too, `forced` whether everything is placed with others
    though it may have lost nothing.
    """

    positions: tuple[OutsidePosition, ...] = ()
    deficits: tuple[OutsideDeficit, ...] = ()
    fund: float = 0.0
    capital: float = 0.0
    own: bool = True
    forced: bool = False


CALM = Stress()
"""Nothing but what the book says, and an empty fund."""


def taken_over(book: Book, stress: Stress = CALM) -> list[Takeover]:
    """What is lost on all venues of a book before anybody is asked."""
    return [one for venue in range(len(book.venues)) for one in _opened(book, venue, stress, ColumnReads())[1]]


def outcome_of(book: Book, policy: Policy, catalogue: Catalogue, stress: Stress = CALM) -> PolicyOutcome:
    """Run one policy on every venue of a book with a loss, each with a fund and capital of its own.

    A rule that breaks the contract fails alone, in words; ColumnGapError for a column that a rule reads and has gaps.
    """
    reads, sums, failure, way = ColumnReads(), _Sums(book), "", ""
    try:
        for row in range(len(book.venues)):
            venue, takeovers = _opened(book, row, stress, reads)
            if takeovers:
                books = BookPostings(venue)
                waterfall = build_waterfall(renumbered(policy, book, catalogue), catalogue)
                walked = settle(venue, waterfall, books, _throttled(policy, catalogue), stress.forced)
                sums.add(venue, books, walked)
    except (MissingColumnError, ColumnGapError):
        pass
    except MechanismError as error:
        failure, way = str(error), error.traceback
    if reads.gap is not None:
        raise ColumnGapError(*reads.gap.args)
    broken = bool(reads.missing or failure)
    return PolicyOutcome(
        policy=policy,
        book=book,
        taken=None if broken else sums.taken(),
        needs=tuple(reads.missing),
        failure="" if reads.missing else failure,
        used=tuple(reads.used),
        defaulted=tuple(reads.defaulted),
        silent=_silent(policy, catalogue),
        traceback="" if reads.missing else way,
    )


def _opened(book: Book, row: int, stress: Stress, reads: ColumnReads) -> tuple[BookVenue, list[Takeover]]:
    venue = BookVenue(book, row, stress.fund, stress.capital, reads)
    return venue, take_over(venue, stress.positions, stress.deficits, stress.own)


def _silent(policy: Policy, catalogue: Catalogue) -> tuple[str, ...]:
    """Stages that a snapshot does not ask: they act on prices, orders or margins."""
    steps = ((step.stage, catalogue.mechanisms[step.use]) for step in policy.waterfall)
    return tuple(stage for stage, rule in steps if not set(LOSSES) & set(answered(rule)))


def _throttled(policy: Policy, catalogue: Catalogue) -> bool:
    return any(catalogue.mechanisms[step.use].throttled for step in policy.waterfall)


@dataclass(eq=False)
class _Sums:
    """Over the venues of a book."""

    book: Book
    paid: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PAYERS.values(), 0.0))
    assigned: float = 0.0
    unpaid: float = 0.0
    overshoot: float = 0.0
    left_open: float = 0.0
    passes: int = 0
    unfinished: bool = False

    def __post_init__(self) -> None:
        self.closed, self.moved, self.traded = (np.zeros(len(self.book.unit)) for _ in range(3))
        self.loss, self.charged, self.asked = (np.zeros(len(self.book.account)) for _ in range(3))

    def add(self, venue: BookVenue, books: BookPostings, walked: Walked) -> None:
        """Take in what happened on one venue."""
        touched = np.flatnonzero((books.moved != 0) & (venue.row >= 0))
        for name in ("closed", "moved", "traded"):
            getattr(self, name)[venue.row[touched]] += getattr(books, name)[touched]
        self.loss += self.book.by_account(books.taken)
        self.charged += self.book.by_account(books.charged)
        self.asked += self.book.by_account(books.asked.astype(np.float64))
        for payer, name in PAYERS.items():
            self.paid[name] += books.paid[payer]
        value = venue.engine_value
        self.assigned += books.assigned
        self.unpaid += _beyond(-value, venue)
        self.overshoot += _beyond(value, venue)
        self.left_open += float(np.abs(venue.inventory) @ venue.mark)
        self.passes = max(self.passes, walked.passes)
        self.unfinished |= walked.unfinished

    def taken(self) -> Taken:
        """What happened on all of them."""
        return Taken(
            closed=self.closed,
            moved=self.moved,
            traded=self.traded,
            assigned=self.assigned,
            loss=self.loss,
            charged=self.charged,
            asked=self.asked > 0,
            paid=self.paid,
            unpaid=self.unpaid,
            overshoot=self.overshoot,
            left_open=self.left_open,
            passes=self.passes,
            unfinished=self.unfinished,
        )


def _beyond(value: Floats, venue: BookVenue) -> float:
    """The sum of what is positive, rounding aside."""
    some = np.maximum(value, 0.0)
    return float(some[some > venue.remnant].sum())
