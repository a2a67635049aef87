"""Anonymity: what counts is what an account holds, not where it stands in the table."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison, differ
from lastresort.plugins.testing.axioms.bearing import Borne, bear


def _look(rule: Mechanism, usual: Borne) -> Iterator[Comparison]:
    if len(usual.burdens) > 1:
        turned = bear(rule, replace(usual.book, holders=usual.book.holders[::-1]))
        moved = [account for account in usual.burdens if differ(usual, turned, (account,), (account,))]
        yield Comparison(
            violated=bool(moved),
            sentence=f"in the opposite order the burden changes of {', '.join(map(str, moved))}" if moved else "",
            shown=(("in one order", usual), ("in the opposite order", turned)),
        )


AXIOM = Axiom(
    name="anonymity",
    statement="The order in which accounts are listed does not matter.",
    reading="The rows are reversed. A rule that breaks ties by row fails, because it treats equal accounts unequally. "
    "One lot per account is allowed for rounding.",
    look=_look,
)
