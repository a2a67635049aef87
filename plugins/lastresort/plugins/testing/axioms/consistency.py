"""Consistency: a part of the accounts shares its part of the loss as it did among all."""

from collections.abc import Iterator
from dataclasses import replace

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison, differ
from lastresort.plugins.testing.axioms.bearing import Borne, bear, settled


def _look(rule: Mechanism, everybody: Borne) -> Iterator[Comparison]:
    for leaver in everybody.burdens if len(everybody.burdens) > 1 else ():
        book = settled(everybody, (leaver,))
        stay = replace(book, holders=tuple(one for one in book.holders if one.account != leaver))
        others = bear(rule, stay)
        moved = [account for account in others.burdens if differ(everybody, others, (account,), (account,))]
        sentence = f"account {leaver} settles its burden and goes; the burden changes of {', '.join(map(str, moved))}"
        yield Comparison(
            violated=bool(moved),
            sentence=sentence if moved else "",
            shown=(("all accounts", everybody), (f"without {leaver} and what it bore", others)),
        )


AXIOM = Axiom(
    name="consistency",
    statement="When one account has borne its part and gone, the others bear what they bore before.",
    reading="Thomson (2003): what the account closed and paid is taken off the engine's inventory and loss, and the "
    "rule shares the rest among the others. One lot per account is allowed for rounding.",
    look=_look,
)
