"""Other orders of a run: what is only a choice of listing must not decide who pays.

Orders that have no meaning, and were written down because a computer needs one: venues, markets and accounts in their
lists, and SimPy events at the same instant.
"""

from collections.abc import Generator
from dataclasses import fields, replace
from heapq import heappush
from typing import Any, TypeVar

import numpy as np
import simpy
from simpy.events import NORMAL, EventPriority

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.population import MOMENTUM, CrossDraw, IsolatedDraw, Pairs
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe
from lastresort.simulation.variation import Draw, Variation

Columns = TypeVar("Columns", IsolatedDraw, Pairs)


class VenuesTurned(Variation):
    """The last venue comes first wherever venues take turns."""

    name = "venues in reverse order"
    exact = False

    def world(self, scenario: Scenario) -> Scenario:
        """The scenario with its venues listed from the last to the first."""
        return scenario.model_copy(update={"venues": scenario.venues[::-1]})


class MarketsTurned(Variation):
    """The last group of markets comes right after the first one, whose volatility is the common one."""

    name = "markets in reverse order"
    exact = False

    def world(self, scenario: Scenario) -> Scenario:
        """The scenario with its groups after the first listed from the last to the second."""
        first, *others = scenario.groups
        return scenario.model_copy(update={"groups": (first, *reversed(others))})


class AccountsShuffled(Variation):
    """Isolated accounts of every book and long/short pairs in another order."""

    name = "accounts shuffled"
    exact = False

    def people(self, draw: Draw, universe: Universe, seed: int) -> tuple[IsolatedDraw, CrossDraw]:
        """The same people; those on isolated margin change places within their book."""
        isolated, cross = draw(universe, seed)
        random = stream(seed, "variation", "accounts")
        within_book = np.lexsort((random.random(len(isolated.book)), isolated.book))
        pairs = _taken(cross.pairs, random.permutation(len(cross.pairs.venue)))
        return _taken(isolated, within_book), replace(cross, pairs=pairs)


class EventsShuffled(Variation):
    """Events of one instant come in random order, however they were scheduled."""

    name = "same-time events shuffled"
    exact = False

    def clock(self, seed: int) -> simpy.Environment:
        """An environment that draws lots among ties."""
        return _Lots(stream(seed, "variation", "events"))


class _Lots(simpy.Environment):
    """SimPy sorts events by time, priority and number; here a lot comes before the number."""

    def __init__(self, random: np.random.Generator) -> None:
        super().__init__()
        self._random = random

    def schedule(self, event: simpy.Event, priority: EventPriority = NORMAL, delay: float = 0) -> None:
        lot = int(self._random.integers(2**31)) << 32
        heappush(self._queue, (self._now + delay, priority, lot + next(self._eid), event))


class IdleAgents(Variation):
    """People who are there and do nothing: one account per book and one on cross margin per venue, all with cash only.

    A process of theirs wakes up every minute, throws dice of its own, and does nothing about it.
    """

    name = "idle agents added"
    exact = True

    def clock(self, seed: int) -> simpy.Environment:
        """The usual environment, in which somebody else waits too."""
        env = super().clock(seed)
        env.process(self._watch(env, seed))
        return env

    def _watch(self, env: simpy.Environment, seed: int) -> Generator[simpy.Event, Any, None]:
        random = stream(seed, "variation", "idle", "watching")
        while True:
            yield env.timeout(60.0)
            random.random()

    def people(self, draw: Draw, universe: Universe, seed: int) -> tuple[IsolatedDraw, CrossDraw]:
        """The idle draw their cash first, so that a draw they shared with anybody would shift everybody."""
        cash = stream(seed, "variation", "idle", "cash").random(universe.open_interest.size + len(universe.venues))
        alone, crossed = np.split(1e6 * cash, [universe.open_interest.size])
        isolated, cross = draw(universe, seed)
        everybody = _joined(isolated, _waiting_for_nothing(alone))
        by_book = np.argsort(everybody.book, kind="stable")
        return _taken(everybody, by_book), replace(cross, pairs=_joined(cross.pairs, _flat_pairs(crossed)))


def _waiting_for_nothing(cash: Floats) -> IsolatedDraw:
    """An account per book with `cash` (USD) that would open a short at a price it has not set."""
    ones, nowhere = np.ones(len(cash)), np.full(len(cash), np.nan)
    each = np.arange(len(cash))
    return IsolatedDraw(each, np.full(len(cash), MOMENTUM), cash, ones, ones, nowhere, owner=-1 - each)


def _flat_pairs(cash: Floats) -> Pairs:
    """An account per venue with `cash` (USD) and both legs of no size."""
    none = np.zeros(len(cash), dtype=np.int64)
    flat, entry = none.astype(float), np.ones(len(cash))
    return Pairs(np.arange(len(cash)), none, none, flat, flat, cash, entry, entry)


def _taken(columns: Columns, rows: Ints) -> Columns:
    return replace(columns, **{field.name: getattr(columns, field.name)[rows] for field in fields(columns)})


def _joined(one: Columns, other: Columns) -> Columns:
    names = [field.name for field in fields(one)]
    return replace(one, **{name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names})


VARIATIONS: tuple[Variation, ...] = (
    IdleAgents(),
    EventsShuffled(),
    AccountsShuffled(),
    VenuesTurned(),
    MarketsTurned(),
)
"""Everything an audit tries."""
