"""Profits only: the principal is untouched."""

from collections.abc import Iterator

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne


def _look(rule: Mechanism, borne: Borne) -> Iterator[Comparison]:
    for holder in borne.book.holders:
        lost, won = borne.burdens[holder.account].lost, max(holder.profit(borne.book.mark), 0.0)
        if lost > 0:
            yield Comparison(
                violated=lost > won + borne.dollars_of_lots,
                sentence=f"account {holder.account} has won {won:,.6g} USD and loses {lost:,.6g}",
                shown=(("one loss", borne),),
            )


AXIOM = Axiom(
    name="profits-only",
    statement="Nobody loses more than it has won; the principal is untouched.",
    reading="What counts is the unrealised profit of the position, which is all that anybody has won here. One lot is "
    "allowed for rounding.",
    look=_look,
)
