"""What losses, their own and other people's, did to each account."""

from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.demand_zeros import demand_zeros


@dataclass
class Burden:
    """What happened to each account `[n]`, USD: losses, benefits and closes for others, liquidations, holes left.

    `charged` is what was taken from it for others in cash, and what withdrawals were cut by, less IOUs repaid.

    `advanced` is what rules took from it before there was a loss, in cash and by closes off the mark, less what they
    gave it; `moved` is the sum of all that without signs.

    `leg_loss` and `leg_benefit` `[rows, M]` are the parts of losses and benefits that cross-margin accounts, the last
    of all, bore in one market.
    """

    loss: Floats
    benefit: Floats
    charged: Floats
    closed: Floats
    liquidated: Floats
    left_hole: Floats
    advanced: Floats
    moved: Floats
    leg_loss: Floats
    leg_benefit: Floats

    @classmethod
    def zeros(cls, isolated: int, cross: int, markets: int) -> "Burden":
        """Nothing yet, for so many isolated and cross-margin accounts."""
        alone, legs = (isolated + cross,), (cross, markets)
        return cls(*(demand_zeros(*shape) for shape in (*[alone] * 8, *[legs] * 2)))

    def advance(self, account: Ints, loss: Floats) -> None:
        """Accounts lost USD before there was a loss, or gained where negative."""
        np.add.at(self.advanced, account, loss)
        np.add.at(self.moved, account, np.abs(loss))

    def bear(self, account: Ints, market: int, loss: Floats) -> None:
        """Accounts lost USD in one market for somebody else; what is negative benefits them."""
        sides = ((self.loss, self.leg_loss, loss), (self.benefit, self.leg_benefit, -loss))
        row = account - (len(self.loss) - len(self.leg_loss))
        crossed = row >= 0
        for total, leg, amount in sides:
            borne = np.maximum(amount, 0.0)
            if borne.any():
                np.add.at(total, account, borne)
                np.add.at(leg[:, market], row[crossed], borne[crossed])
