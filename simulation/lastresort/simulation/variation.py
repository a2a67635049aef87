"""How a run is set up, and the door for setting it up in another order.

A variation is handed to `simulate` and turns one order around before the run starts; the engine does not know. What a
tick asks of its participants has no order: all decide on the state at its start, and their orders are netted.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeAlias

import simpy

from lastresort.simulation.scenario import Scenario
from lastresort.simulation.universe import Universe

if TYPE_CHECKING:
    from lastresort.simulation.accounts.population import CrossDraw, IsolatedDraw

Draw: TypeAlias = "Callable[[Universe, int], tuple[IsolatedDraw, CrossDraw]]"
"""Draws everybody at the start, from a universe and a seed."""


class Variation:
    """How a run is set up; this one is the usual way, and the others differ from it in one step.

    `exact` says that a run must be the same to the last bit; else sums are taken in another order and may round
    otherwise.
    """

    name: ClassVar[str] = "as always"
    exact: ClassVar[bool] = True

    def world(self, scenario: Scenario) -> Scenario:
        """The scenario as the run lists it."""
        return scenario

    def clock(self, seed: int) -> simpy.Environment:
        """The environment in which the run's processes take turns."""
        return simpy.Environment()

    def people(self, draw: Draw, universe: Universe, seed: int) -> "tuple[IsolatedDraw, CrossDraw]":
        """Everybody at the start."""
        return draw(universe, seed)


USUAL = Variation()
