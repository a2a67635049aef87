"""What strategies traded to repair hedges that forced closes had broken, and what that cost them."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.demand_zeros import demand_zeros


class Repairs:
    """Columns `[n]` of all accounts: `traded` (USD notional) and `cost` (USD, positive where a repair was expensive).

    The cost is the implementation shortfall (Perold 1988) against the price at the moment the hedge broke, fees aside.
    """

    def __init__(self, accounts: int) -> None:
        self.traded, self.cost = demand_zeros(accounts), demand_zeros(accounts)

    def note(self, account: Ints, quantity: Floats, price: Floats, broken_at: Floats) -> None:
        """Accounts (distinct) traded `quantity` (signed contracts) at `price`; their hedges broke at `broken_at`."""
        self.traded[account] += np.abs(quantity) * price
        self.cost[account] += quantity * (price - broken_at)
