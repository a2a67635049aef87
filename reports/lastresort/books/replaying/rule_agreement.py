"""How far a rule agrees with what production did, given the same contracts at the same price."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lastresort.books.book import Book, Texts, summed
from lastresort.books.replaying.least_overlap import LeastOverlap, least_overlap
from lastresort.books.replaying.tranches import SAME, Tranche
from lastresort.mechanisms.contract import Floats, Ints


class ClosingRule(Protocol):
    """A rule that is asked who is closed."""

    def __call__(self, book: Book, market: int, contracts: float, price: float) -> Floats:
        """Contracts closed of each position of the book, `[P]`, 0 or more.

        The engine holds `contracts` (signed) of a market, taken over at `price` (USD), and asks the other side. Raises
        NotApplicableError where the book lacks what the rule needs.
        """
        ...


class NotApplicableError(Exception):
    """A rule cannot be asked about a book; the message is a clause: "needs maintenance"."""


@dataclass(frozen=True, eq=False)
class AskedAccounts:
    """A book, its market and the rows of its positions that are on the side asked, and whose each is.

    `of_row` are rows of the tranche's accounts `[N]`, and beyond them those of `others`; `position` is in contracts
    above 0 of all of them, and `closed` what production closed, `[N + others]`.
    """

    book: Book
    market: int
    rows: Ints
    of_row: Ints
    account: Texts
    position: Floats
    closed: Floats


@dataclass(frozen=True, eq=False)
class RuleAnswer:
    """What one rule closes, by candidate; `unplaced` contracts are those that it leaves, and they overlap nothing.

    `overlap` is the share of the contracts that both close; `agreement` where that lies between the least possible
    (0) and all (1): None where there was no freedom, 0 where it is less than the least since too little is placed.
    """

    rule: str
    closed: Floats
    unplaced: float
    overlap: float
    agreement: float | None


@dataclass(frozen=True, eq=False)
class ComparedTranche:
    """A tranche, its candidates, the least possible overlap, and the answers of the rules that could be asked."""

    tranche: Tranche
    candidates: AskedAccounts
    least: LeastOverlap
    answers: tuple[RuleAnswer, ...]


@dataclass(frozen=True, slots=True)
class RuleSummary:
    """A rule over all tranches, which count by their executed notional, as contracts of two coins do not add up.

    `overlap` is the mean share, `agreement` the part that was done as production did of all the freedom there was (in
    USD; None where there was none). `unplaced` is in USD at the executed price, in `short` tranches.
    """

    rule: str
    overlap: float | None
    agreement: float | None
    unplaced: float
    short: int
    not_applicable: str = ""


def compared(
    tranche: Tranche, candidates: AskedAccounts, rules: Mapping[str, ClosingRule], refused: dict[str, str]
) -> ComparedTranche:
    """Ask every rule about a tranche; those that cannot be asked go into `refused`, with the reason."""
    least = least_overlap(candidates.position, candidates.closed)
    answers = []
    for name, rule in rules.items():
        if name not in refused:
            try:
                answers.append(_answer(name, rule, tranche, candidates, least))
            except NotApplicableError as error:
                refused[name] = str(error)
    return ComparedTranche(tranche, candidates, least, tuple(answers))


def _answer(
    name: str, rule: ClosingRule, tranche: Tranche, candidates: AskedAccounts, least: LeastOverlap
) -> RuleAnswer:
    said = rule(candidates.book, candidates.market, tranche.taken_over, tranche.price)
    closed = summed(candidates.of_row, said[candidates.rows], len(candidates.position))
    contracts = tranche.contracts
    unplaced = contracts - float(closed.sum())
    overlap = float(np.minimum(closed, candidates.closed).sum()) / contracts
    return RuleAnswer(
        name, closed, unplaced if unplaced > SAME * contracts else 0.0, overlap, agreement(overlap, least.share)
    )


def agreement(overlap: float, least: float) -> float | None:
    """Where an overlap lies between the least possible and all: 0 to 1; None where the least is all."""
    freedom = 1.0 - least
    return None if freedom <= SAME else min(max((overlap - least) / freedom, 0.0), 1.0)


def summary(rule: str, tranches: list[ComparedTranche], not_applicable: str = "") -> RuleSummary:
    """One rule over all tranches; a reason why it was not asked leaves its numbers None."""
    answers = [one for each in tranches for one in each.answers if one.rule == rule]
    if not_applicable or not answers:
        return RuleSummary(rule, None, None, 0.0, 0, not_applicable)
    notional = np.array([each.tranche.notional for each in tranches])
    weight = notional / notional.sum()
    freedom = weight * [max(1.0 - each.least.share, 0.0) for each in tranches]
    done = float((freedom * [one.agreement or 0.0 for one in answers]).sum())
    left = (one.unplaced * each.tranche.price for one, each in zip(answers, tranches, strict=True))
    return RuleSummary(
        rule,
        float((weight * [one.overlap for one in answers]).sum()),
        done / float(freedom.sum()) if (freedom > SAME * weight).any() else None,
        float(sum(left)),
        sum(one.unplaced > 0 for one in answers),
    )
