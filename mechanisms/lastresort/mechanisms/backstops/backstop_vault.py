"""B9, B10: a depositors' vault takes the engine's inventory over while its equity can carry it."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from lastresort.mechanisms.building_blocks.pools import in_pools
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, Payer, ResidualView


class BackstopVault(Mechanism):
    """The vault of each pool takes inventory at the bankruptcy price, up to `leverage` times its equity in all.

    Room of a vault = min(leverage x equity - notional held, cap x equity), nothing once its equity is gone; several
    markets share scarce room pro rata to notional. Hyperliquid hands whole accounts with their margin to the vault;
    here it takes what the engine holds. Positions that would offset the vault's own use up room all the same.
    """

    name: ClassVar[str] = "backstop-vault"
    source: ClassVar[str] = (
        "Hyperliquid docs, liquidations (HLP backstop) and announcement after JELLY; Lighter docs, LLP"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    leverage: float = Field(3.0, gt=0, description="largest notional of a vault over its equity (guess)")
    cap: float = Field(0.25, gt=0, description="largest notional taken at once, share of the vault's equity (guess)")

    def absorb(self, view: ResidualView) -> Absorption:
        """Take what there is room for."""
        equity = np.maximum(view.vault_equity, 0.0)
        room = np.minimum(self.leverage * equity - view.vault_notional, self.cap * equity)
        notional = np.abs(view.inventory) * view.mark
        taken = in_pools(np.maximum(room, 0.0), view.pool, notional)
        take = np.divide(taken, notional, out=np.zeros_like(taken), where=notional > 0)
        none = np.zeros(len(take))
        return Absorption(payer=Payer.VAULT, pay=none, standby=none, take=take)
