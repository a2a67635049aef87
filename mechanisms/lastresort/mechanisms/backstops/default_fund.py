"""B17, S17: the members' contributions to the default fund pay, in proportion to them."""

from typing import ClassVar

from lastresort.mechanisms.building_blocks.pools import from_pot
from lastresort.mechanisms.contract import Absorption, Evidence, Mechanism, Payer, ResidualView


class DefaultFund(Mechanism):
    """Pay losses of all markets from the default fund while any of it is left; pro rata where it is scarce.

    Member i bears L c_i / sum of c. Clearing houses use the defaulter's own contribution first; here members are the
    surviving accounts that contributed.
    """

    name: ClassVar[str] = "default-fund"
    source: ClassVar[str] = "CME Rulebook chapter 8 and filing 16-354; EMIR article 45 (waterfall of a clearing house)"
    evidence: ClassVar[Evidence] = Evidence.DOCUMENTATION

    def absorb(self, view: ResidualView) -> Absorption:
        """Pay deficits now, promise the rest against shortfalls."""
        return from_pot(view, Payer.DEFAULT_FUND, view.default_fund)
