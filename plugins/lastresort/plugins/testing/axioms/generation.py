"""Books for the axioms, drawn and shrunk by hypothesis: zeros, ties, hedged and naked accounts, extreme scales.

Numbers are round, so that a table can be checked by hand, and each list begins with the value that shrinking
prefers; what it repeats is drawn more often.
Everybody who is in profit has won at least a tenth of the mark per contract, ten times its maintenance margin: a floor
of a margin or two under an account's equity does not bind, and a rule is judged by how it shares, not by its floor.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from lastresort.plugins.testing.axioms.book import Book, Holder

MOST_ACCOUNTS = 5

CONTRACTS = (20.0, 40.0, 100.0, 20.0, 40.0, 100.0, 1e6, 0.0)
PROFITS = (0.5, 0.125, 0.25, 0.5, 0.125, 0.25, 0.0, -0.125)
"""Profit per contract, USD at a mark of 1; sums of such numbers are exact, so that ties are ties."""
CASH = (10.0, 100.0, 1.0, 1000.0, 0.0, 1e7)
SIDES = (1, 1, 1, 1, -1)
"""1 for the side opposite to the engine."""
LOSSES = (0.5, 0.1, 0.02)
"""What the engine has lost per contract, USD."""
PLACED = (0.5, 0.25, 0.1, 1.0, 1.5)
"""The engine's inventory, as a share of all opposite positions."""


def cases(number: int) -> tuple[Book, ...]:
    """The first `number` books that are drawn, equal ones once.

    The same code is given the same books every time; hypothesis lets numbers of the code under development, a plugin
    file for instance, take part in the draw.
    """
    return _drawn(number)


def smallest(violates: Callable[[Book], bool], number: int) -> Book:
    """The simplest book found that violates something which one of the first `number` does."""
    return find(_books(), violates, settings=_settings(number, Phase.generate, Phase.shrink), random=Random(0))


@cache
def _drawn(number: int) -> tuple[Book, ...]:
    drawn: dict[Book, None] = {}

    def keep(book: Book) -> bool:
        drawn[book] = None
        return False

    try:
        find(_books(), keep, settings=_settings(number, Phase.generate), random=Random(0))
    except NoSuchExample:
        return tuple(drawn)
    raise AssertionError("no book is what was looked for")


def _settings(number: int, *phases: Phase) -> settings:
    return settings(
        max_examples=number, phases=phases, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )


_engines = st.sampled_from((1.0, -1.0))
_numbers = st.integers(1, MOST_ACCOUNTS)
_placed, _losses, _funds = st.sampled_from(PLACED), st.sampled_from(LOSSES), st.sampled_from((0.0, 10.0, 1e6))
_sides, _sizes, _profits, _cash = map(st.sampled_from, (SIDES, CONTRACTS, PROFITS, CASH))
_hedged, _opened = st.sampled_from((0.0, 0.0, 1.0, 0.5)), st.sampled_from((0.0, 60.0))
_contributions, _discounts = st.sampled_from((0.0, 10.0)), st.sampled_from((None, 0.01, 0.02))


@st.composite
def _holders(draw: st.DrawFn, engine: float) -> Holder:
    side, size, profit, cash = draw(_sides), draw(_sizes), draw(_profits), draw(_cash)
    hedged, opened, contribution, discount = draw(_hedged), draw(_opened), draw(_contributions), draw(_discounts)
    contracts = -engine * side * size + 0.0  # never -0
    return Holder(
        account=0,
        contracts=contracts,
        entry=1.0 - (profit if contracts > 0 else -profit) if contracts else 1.0,
        cash=cash,
        hedged=hedged if contracts else 0.0,
        opened=opened,
        contribution=contribution,
        discount=discount,
    )


_by_engine = {engine: _holders(engine) for engine in (1.0, -1.0)}


@st.composite
def _books(draw: st.DrawFn) -> Book:
    engine = draw(_engines)
    holders = [draw(_by_engine[engine]) for _ in range(draw(_numbers))]
    opposite = sum(abs(holder.contracts) for holder in holders if holder.contracts * engine < 0) or 20.0
    inventory = max(round(opposite * draw(_placed)), 2.0)
    return Book(
        holders=tuple(replace(holder, account=number) for number, holder in enumerate(holders, start=1)),
        inventory=engine * inventory,
        deficit=inventory * draw(_losses),
        fund=draw(_funds),
    )
