"""The conformance kit: does a mechanism keep to the contract, in books that nobody would think of?

`MechanismChecks` needs pytest, which the extra `lastresort[kit]` brings; nothing else of the kit does.
"""

from typing import TYPE_CHECKING, Any

from lastresort.plugins.kit.checks import CHECKS, Check
from lastresort.plugins.kit.examination import Finding, examine

if TYPE_CHECKING:
    from lastresort.plugins.kit.inherited import MechanismChecks

__all__ = ["CHECKS", "Check", "Finding", "MechanismChecks", "examine"]


def __getattr__(name: str) -> Any:
    if name != "MechanismChecks":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lastresort.plugins.kit.inherited import MechanismChecks

    return MechanismChecks
