"""Backstop vaults: they sell what they took over, slowly."""

import math

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.population import VAULT
from lastresort.simulation.kernels.resting import unwinding
from lastresort.simulation.universe import Universe


class Vaults:
    """Orders of all vaults."""

    def __init__(self, universe: Universe) -> None:
        self._time = universe.scenario.backstops.vault_unwinding

    def orders(self, cross: Cross, dt: float, trading: Floats) -> tuple[Ints, Ints, Floats]:
        """Account, market and contracts: every position shrinks with the vaults' time constant."""
        mine = cross.rows[VAULT]
        rate = math.expm1(-dt / self._time)
        return unwinding(cross.quantity, mine.start, mine.stop, cross.venue, trading, rate)
