"""What a plugin's own tests need: the conformance kit, and views to put to a rule.

Does a mechanism keep to the contract, in books that nobody would think of? `MechanismChecks` needs pytest, which the
extra `lastresort[kit]` brings; nothing else does. `loss_event`, `residual_view`, `breach_view` and the like make a view
from what a test is about. Names are looked up when they are asked for, because most of what they need takes a while to
load.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lastresort.plugins.testing.builders import (
        breach_view,
        candidates,
        cash_view,
        event_view,
        joint_loss,
        loss_event,
        margin_view,
        order_view,
        phase_view,
        price_view,
        residual_view,
    )
    from lastresort.plugins.testing.checks.examination import Finding, examine
    from lastresort.plugins.testing.checks.inherited import MechanismChecks
    from lastresort.plugins.testing.checks.promises import CHECKS, Check
    from lastresort.plugins.testing.transcripts.transcript import transcript

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "MechanismChecks",
    "breach_view",
    "candidates",
    "cash_view",
    "event_view",
    "examine",
    "joint_loss",
    "loss_event",
    "margin_view",
    "order_view",
    "phase_view",
    "price_view",
    "residual_view",
    "transcript",
]

_HOMES = {
    "CHECKS": "checks.promises",
    "Check": "checks.promises",
    "Finding": "checks.examination",
    "MechanismChecks": "checks.inherited",
    "examine": "checks.examination",
    "transcript": "transcripts.transcript",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'builders')}"), name)
