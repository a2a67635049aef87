"""Monotonicity: no re-ranking."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne, bear
from lastresort.plugins.testing.axioms.book import Holder

RICHER = ((1.0, 10.0), (2.0, 0.0))
"""Multiple of the position and dollars in addition of somebody who joins: more cash, or more of the same position."""


def _look(rule: Mechanism, borne: Borne) -> Iterator[Comparison]:
    for holder in borne.book.holders:
        for contracts, dollars in RICHER if holder.contracts else RICHER[:1]:
            more = replace(
                holder,
                account=max(borne.burdens) + 1,
                contracts=holder.contracts * contracts,
                cash=holder.cash + dollars,
                won=holder.won * contracts,
                contribution=holder.contribution * contracts,
            )
            yield from _compared(bear(rule, replace(borne.book, holders=(more, *borne.book.holders))))


def _compared(borne: Borne) -> Iterator[Comparison]:
    mark = borne.book.mark
    for rich, poor in permutations(borne.book.holders, 2):
        if _has_more(rich, poor, mark) and borne.of(rich.account, poor.account).lost:
            left, right = (one.equity(mark) - borne.burdens[one.account].lost for one in (rich, poor))
            sentence = f"account {rich.account} had more than {poor.account} and keeps {left:,.6g} USD of equity"
            yield Comparison(
                violated=left < right - 2 * borne.dollars_of_lots,
                sentence=f"{sentence}, {poor.account} keeps {right:,.6g}",
                shown=(("one loss", borne),),
            )


def _has_more(rich: Holder, poor: Holder, mark: float) -> bool:
    same_kind = rich.contracts * poor.contracts >= 0 and (rich.entry == poor.entry)
    as_much = (
        abs(rich.contracts) >= abs(poor.contracts)
        and rich.profit(mark) >= poor.profit(mark)
        and rich.cash >= poor.cash
        and rich.won >= poor.won
    )
    return same_kind and as_much and rich.equity(mark) > poor.equity(mark)


AXIOM = Axiom(
    name="monotonicity",
    statement="Nobody is overtaken: whoever had more before the loss has not less after it.",
    reading="In arXiv 2512.01112 an endowment is one number. Here an account has more than another if both entered at "
    "the same price on the same side, and it has at least as many contracts, as much profit and as much cash, and more "
    "equity. What is compared is the equity that the loss leaves. To each book somebody is added, in front, who has "
    "more than one of its accounts: cash, or twice the position. One lot per account is allowed for rounding.",
    look=_look,
)
