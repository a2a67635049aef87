"""T4: losses are shared only where the backstop vault is under water or full."""

from typing import ClassVar

from pydantic import Field

from lastresort.mechanisms.building_blocks.scaling import scaled
from lastresort.mechanisms.contract import Evidence, LossSharing, Mechanism, ResidualView


class VaultUnderWater(Mechanism):
    """Leave the severity in force where the pool's vault has no equity left or no room; share nothing elsewhere.

    Full = notional held >= leverage x equity, with the `leverage` of the backstop-vault above. Hyperliquid tests every
    liquidator account and position by itself; here one vault stands for those of a pool.
    """

    name: ClassVar[str] = "vault-under-water"
    source: ClassVar[str] = (
        "Hyperliquid docs, auto-deleveraging; announcement after JELLY (loss threshold of the vault)"
    )
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    leverage: float = Field(3.0, gt=0, description="notional over equity at which the vault is full (guess)")

    def share_loss(self, view: ResidualView) -> LossSharing:
        """Share where the vault cannot take more."""
        full = view.vault_notional >= self.leverage * view.vault_equity * (1 - 1e-9)
        return scaled(view, ((view.vault_equity <= 0) | full)[view.pool])
