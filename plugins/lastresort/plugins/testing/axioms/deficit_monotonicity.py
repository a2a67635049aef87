"""Deficit monotonicity: nobody is better off when more is lost."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne, bear


def _look(rule: Mechanism, small: Borne) -> Iterator[Comparison]:
    large = bear(rule, replace(small.book, inventory=2 * small.book.inventory, deficit=2 * small.book.deficit))
    spared = [account for account in small.burdens if _spared(account, small, large)]
    yield Comparison(
        violated=bool(spared),
        sentence=f"the loss doubles and hurts {', '.join(map(str, spared))} less" if spared else "",
        shown=(("one loss", small), ("twice the loss", large)),
    )


def _spared(account: int, small: Borne, large: Borne) -> bool:
    """Less is lost, or no more is lost and fewer contracts are closed."""
    before, after = small.of(account), large.of(account)
    more = max(after.lost, 0.0) - max(before.lost, 0.0)
    dollars = max(small.dollars_of_lots, large.dollars_of_lots)
    fewer = after.closed < before.closed - max(small.lots, large.lots)
    return more < -dollars or (fewer and more <= dollars)


AXIOM = Axiom(
    name="deficit-monotonicity",
    statement="A larger loss hurts nobody less.",
    reading="The engine holds twice the inventory at the same bankruptcy price and has lost twice as much. An account "
    "is hurt less if it loses less, or loses no more and keeps more contracts; a volunteer who gains is not hurt. One "
    "lot per account is allowed for rounding.",
    look=_look,
)
