"""Long/short pairs: when a leg was taken, cut the other one down to it."""

import math

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.demand_zeros import demand_zeros
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.orders import NOBODY, Orders
from lastresort.simulation.accounts.population import PAIRS
from lastresort.simulation.kernels.resting import leg_cuts
from lastresort.simulation.universe import Universe


class PairTraders:
    """Orders of pair accounts that were hurt; everybody else rests."""

    def __init__(self, universe: Universe, cross: Cross) -> None:
        desks = universe.scenario.desks
        self._tolerance = desks.pairs_tolerance
        self._time = desks.rehedge_time
        self._beta = universe.beta
        self._broken_at = demand_zeros(cross.rows[PAIRS].stop, universe.shape[1])

    def orders(self, cross: Cross, mark: Floats, dt: float, trading: Floats, hurt: Bools) -> tuple[Ints, Ints, Floats]:
        """Account, market and contracts: the larger leg (in beta dollars) shrinks towards the smaller one."""
        if not hurt.any():
            return NOBODY
        return leg_cuts(
            hurt,
            (cross.long_market, cross.short_market),
            cross.quantity,
            cross.venue,
            mark,
            self._beta,
            trading,
            self._tolerance,
            math.expm1(-dt / self._time),
        )

    def remember(self, cross: Cross, hurt: Bools, mark: Floats) -> None:
        """Keep the marks `[V, M]` of the moment at which pairs were hurt first."""
        rows = np.flatnonzero(hurt & (self._broken_at[:, 0] == 0))
        self._broken_at[rows] = mark[cross.venue[rows]]

    def settle(self, ledger: Ledger, orders: Orders, price: Floats) -> None:
        """Hold what pairs, the first of the resting orders, traded at `price` `[V, M]` against those marks."""
        if not len(orders.rested):
            return
        count = np.count_nonzero(orders.legs[0] < len(self._broken_at))
        if count:
            row, market = (leg[:count] for leg in orders.legs)
            paid, account = price[ledger.cross.venue[row], market], len(ledger.isolated.book) + row
            ledger.repairs.note(account, orders.rested[:count], paid, self._broken_at[row, market])
