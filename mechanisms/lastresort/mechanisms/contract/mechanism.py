"""The ten questions, and the two base classes a rule may start from."""

from enum import StrEnum
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from lastresort.mechanisms.contract import proposals, views

QUESTIONS = (
    "set_prices",
    "set_phase",
    "admit",
    "require_margin",
    "liquidate",
    "route_cash",
    "absorb",
    "share_loss",
    "allocate",
    "observe",
)


class Evidence(StrEnum):
    """How well the source of a rule is known."""

    DOCUMENTATION = "venue documentation"
    SOURCE_CODE = "source code"
    PAPER = "paper"
    OWN_DESIGN = "own design"


class Mechanism(BaseModel):
    """A rule that answers one or more of ten questions; every answer defaults to None, "no opinion".

    Fields are the rule's parameters, validated by pydantic; private attributes (leading underscore) may hold state.
    A subclass overrides the questions it answers and nothing else: helper methods start with an underscore.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    source: ClassVar[str] = "not stated"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN

    def set_prices(self, view: views.PriceView) -> proposals.Prices | None:
        """Which prices count? Asked every tick, before any margin check."""
        return None

    def set_phase(self, view: views.PhaseView) -> proposals.Phases | None:
        """Is each market open? Asked every tick, after the prices."""
        return None

    def admit(self, view: views.OrderView) -> proposals.Admission | None:
        """May these orders and transfers pass? Asked once for the orders of a tick, once per transfer."""
        return None

    def require_margin(self, view: views.MarginView) -> proposals.MarginTerms | None:
        """How much margin does each account need? Asked every tick, before the margin check."""
        return None

    def liquidate(self, view: views.BreachView) -> proposals.Liquidation | None:
        """What happens to these breached accounts? Asked when some account is below maintenance margin."""
        return None

    def route_cash(self, view: views.CashView) -> proposals.Routing | None:
        """Where does this cash go? Asked for trading fees and liquidation surpluses."""
        return None

    def absorb(self, view: views.ResidualView) -> proposals.Absorption | None:
        """What do the backstops take? Asked when the liquidation engine faces a loss."""
        return None

    def share_loss(self, view: views.ResidualView) -> proposals.LossSharing | None:
        """Do we share the rest, and how much? Asked after `absorb`, about what is uncovered."""
        return None

    def allocate(self, event: views.LossEvent) -> proposals.Allocation | None:
        """Who bears it? Asked once per market with a loss to share."""
        return None

    def observe(self, view: views.EventView) -> None:
        """Note what happened; asked after each tick with events, for rules that keep state."""


class LossRule(Mechanism):
    """A rule of which only `allocate` is left to write: it places the whole inventory of every uncovered loss."""

    def share_loss(self, view: views.ResidualView) -> proposals.LossSharing | None:
        """Share every loss the backstops left uncovered, by placing the inventory behind it."""
        uncovered = view.uncovered > 0
        return proposals.LossSharing(contracts=uncovered.astype(np.float64), dollars=np.zeros(len(uncovered)))
