"""No run incentive: leaving before the trigger does not pay."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne, bear
from lastresort.plugins.testing.axioms.book import Book, Holder


def _look(rule: Mechanism, stayed: Borne) -> Iterator[Comparison]:
    for holder in stayed.book.holders:
        before = stayed.burdens[holder.account].lost
        if holder.contracts and before > 0:
            left = bear(rule, without_position(stayed.book, holder))
            after = left.burdens[holder.account].lost
            yield Comparison(
                violated=after < before - max(stayed.dollars_of_lots, left.dollars_of_lots),
                sentence=f"account {holder.account} loses {before:,.6g} USD; had it closed before, {after:,.6g}",
                shown=(("it stays", stayed), ("it closes before", left)),
            )


def without_position(book: Book, holder: Holder) -> Book:
    """The book had the account closed its position at the mark before the loss, and left its money on the venue."""
    closed = Holder(
        account=holder.account,
        entry=book.mark,
        cash=holder.equity(book.mark),
        won=holder.gain(book.mark),
        contribution=holder.contribution,
        discount=holder.discount,
    )
    return replace(book, holders=tuple(closed if one is holder else one for one in book.holders))


AXIOM = Axiom(
    name="no-run-incentive",
    statement="Closing a position just before the loss is shared does not lower what its holder loses.",
    reading="The holder closes at the mark, at no cost, and leaves its money on the venue; the loss is the same.",
    look=_look,
)
