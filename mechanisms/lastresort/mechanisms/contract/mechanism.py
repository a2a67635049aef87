"""The twelve questions, and the base class of every rule."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from lastresort.mechanisms.contract import proposals, views
from lastresort.mechanisms.contract.version import API_VERSION

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
    "allocate_jointly",
    "intervene",
    "observe",
)


class Evidence(StrEnum):
    """How well the source of a rule is known.

    DOCUMENTATION  a page of the venue
    SOURCE_CODE    the code that runs, or ran
    PAPER          a publication
    DERIVED        derived from what a publication says of its rule, whose own text was not read
    OWN_DESIGN     nobody's rule yet, or the source is not stated
    """

    DOCUMENTATION = "venue documentation"
    SOURCE_CODE = "source code"
    PAPER = "paper"
    DERIVED = "derived"
    OWN_DESIGN = "own design"


class Mechanism(BaseModel):
    """A rule that answers one or more of twelve questions; every answer defaults to None, "no opinion".

    `absorb`, `share_loss` and `allocate` are asked stage by stage, from the top of the policy to its bottom, each about
    what is left. Unless a rule says otherwise, `allocate` is asked to place the inventory behind every uncovered loss
    with the opposite side; `allocate_jointly` is asked in its place, about all markets at once, and a rule answers one
    of the two. A stage that answers both `share_loss` and `allocate` sets the severity of its own answer
    only; one that answers `share_loss` alone sets it for every later stage.

    Fields are the rule's parameters, validated by pydantic; private attributes (leading underscore) may hold state.
    A subclass overrides the questions it answers and nothing else: helper methods start with an underscore.

    name         what policies and commands call the rule
    source       where it comes from: a venue's page, code, a paper
    evidence     how well that is known
    api_version  the version of the contract it is written for
    exemptions   checks of the conformance kit that it does not claim to pass, each with its reason
    data         files beside the source that it reads: no other may be opened, so that a changed table is a new rule
    needs        columns that it cannot do without, as in `LossEvent.beta`: refused where they are not shown
    throttled    whether it does a part of its work at a time, so that a snapshot asks it again until it stops
    asked_every  how often `intervene` is asked, seconds: at the first tick in each such while
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, defer_build=True)

    name: ClassVar[str]
    source: ClassVar[str] = "not stated"
    evidence: ClassVar[Evidence] = Evidence.OWN_DESIGN
    api_version: ClassVar[int] = API_VERSION
    exemptions: ClassVar[Mapping[str, str]] = MappingProxyType({})
    data: ClassVar[Sequence[str]] = ()
    needs: ClassVar[Sequence[str]] = ()
    throttled: ClassVar[bool] = False
    asked_every: ClassVar[float] = 60.0

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
        """Do we share the rest, how much, and how widely? Asked while an engine holds inventory or a loss."""
        return None

    def allocate(self, event: views.LossEvent) -> proposals.Allocation | None:
        """Who bears it? Asked once per market with a loss to share."""
        return None

    def allocate_jointly(self, view: views.JointLoss) -> proposals.JointAllocation | None:
        """Who bears the losses of all markets? Asked about all that have one to share, instead of `allocate`."""
        return None

    def intervene(self, view: views.MarketView) -> proposals.Intervention | None:
        """What is done before there is a loss? Asked every `asked_every` seconds about each market that trades."""
        return None

    def observe(self, view: views.EventView) -> None:
        """Note what happened; asked after each tick with events, for rules that keep state."""
