"""Long/short pairs: when a leg was taken, cut the other one down to it."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.universe import Universe


class PairTraders:
    """Orders of pair accounts that were hurt; everybody else rests."""

    def __init__(self, universe: Universe) -> None:
        desks = universe.scenario.desks
        self._tolerance = desks.pairs_tolerance
        self._time = desks.rehedge_time
        self._beta = universe.beta

    def orders(self, cross: Cross, mark: Floats, dt: float, trading: Floats, hurt: Bools) -> tuple[Ints, Ints, Floats]:
        """Account, market and contracts: the larger leg (in beta dollars) shrinks towards the smaller one."""
        rows = np.flatnonzero(hurt)
        venue = cross.venue[rows]
        long, short = cross.long_market[rows], cross.short_market[rows]
        values = [np.abs(cross.quantity[rows, m]) * mark[venue, m] * self._beta[m] for m in (long, short)]
        larger = np.maximum(*values)
        off = np.abs(values[0] - values[1]) > self._tolerance * larger
        leg = np.where(values[0] > values[1], long, short)
        cut = np.where(off, 1 - np.minimum(*values) / np.where(larger > 0, larger, 1.0), 0.0)
        speed = np.expm1(-dt / self._time) * trading[venue, leg]
        return rows[off], leg[off], (cross.quantity[rows, leg] * cut * speed)[off]
