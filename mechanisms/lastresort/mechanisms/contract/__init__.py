"""The contract between an exchange and its rules: frozen views in, proposals out."""

from lastresort.mechanisms.contract import missing_columns, proposals, views
from lastresort.mechanisms.contract.arrays import Bools, Floats, Ints, frozen
from lastresort.mechanisms.contract.choices import CashKind, EventKind, OrderKind, Payer, Phase, Scope
from lastresort.mechanisms.contract.mechanism import QUESTIONS, Evidence, Mechanism
from lastresort.mechanisms.contract.proposals import (
    Absorption,
    Admission,
    Allocation,
    Intervention,
    JointAllocation,
    Liquidation,
    LossSharing,
    MarginTerms,
    Phases,
    Prices,
    Routing,
)
from lastresort.mechanisms.contract.version import API_VERSION, OLDEST_API_VERSION
from lastresort.mechanisms.contract.views import (
    BreachView,
    Candidates,
    CashView,
    EventView,
    JointLoss,
    LossEvent,
    MarginView,
    MarketView,
    OrderView,
    PhaseView,
    PriceView,
    ResidualView,
)
from lastresort.mechanisms.contract.waterfall import (
    Answer,
    LossStage,
    MechanismError,
    RuleLateError,
    RuleLeftError,
    Waterfall,
)

missing_columns.tell_in(views, proposals)

__all__ = [
    "API_VERSION",
    "OLDEST_API_VERSION",
    "QUESTIONS",
    "Absorption",
    "Admission",
    "Allocation",
    "Answer",
    "Bools",
    "BreachView",
    "Candidates",
    "CashKind",
    "CashView",
    "EventKind",
    "EventView",
    "Evidence",
    "Floats",
    "Intervention",
    "Ints",
    "JointAllocation",
    "JointLoss",
    "Liquidation",
    "LossEvent",
    "LossSharing",
    "LossStage",
    "MarginTerms",
    "MarginView",
    "MarketView",
    "Mechanism",
    "MechanismError",
    "OrderKind",
    "OrderView",
    "Payer",
    "Phase",
    "PhaseView",
    "Phases",
    "PriceView",
    "Prices",
    "ResidualView",
    "Routing",
    "RuleLateError",
    "RuleLeftError",
    "Scope",
    "Waterfall",
    "frozen",
]
