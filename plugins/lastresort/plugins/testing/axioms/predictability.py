"""Predictability: nothing is left to chance."""

from collections.abc import Iterator

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne, bear


def _look(rule: Mechanism, one: Borne) -> Iterator[Comparison]:
    other = bear(rule, one.book, seed=1)
    moved = [account for account in one.burdens if one.of(account) != other.of(account)]
    yield Comparison(
        violated=bool(moved),
        sentence=f"another draw changes the burden of {', '.join(map(str, moved))}" if moved else "",
        shown=(("one draw", one), ("another draw", other)),
    )


AXIOM = Axiom(
    name="predictability",
    statement="The same loss in the same book is always borne in the same way.",
    reading="The rule is asked twice, with two generators of random numbers; the answers are equal to the last digit.",
    look=_look,
)
