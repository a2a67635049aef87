"""Hedge neutrality: a flat account pays nothing."""

from collections.abc import Iterator

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne


def _look(rule: Mechanism, borne: Borne) -> Iterator[Comparison]:
    for holder in borne.book.holders:
        if holder.contracts and holder.hedged == 1:
            burden = borne.burdens[holder.account]
            forced = burden.contracts if holder.discount is None else burden.closed
            share = f"{forced:,.6g} contracts and {burden.lost:,.6g} USD"
            yield Comparison(
                violated=forced > borne.book.lot or burden.lost > borne.dollars_of_lots,
                sentence=f"account {holder.account} is flat over all its legs and bears {share}",
                shown=(("one loss", borne),),
            )


AXIOM = Axiom(
    name="hedge-neutrality",
    statement="An account that is flat over all its legs bears nothing.",
    reading="Its hedge lies on the same venue, where a rule can see it: the column `hedge` is its whole position, "
    "`net_delta` is 0. What a volunteer takes over is its own choice. One lot is allowed for rounding.",
    look=_look,
)
