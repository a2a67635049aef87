"""The conformance kit: does a mechanism keep to the contract, in books that nobody would think of?

It needs hypothesis and pytest, which the extra `lastresort[kit]` brings.
"""

from importlib.util import find_spec

from lastresort.plugins.errors import InputError

if find_spec("hypothesis") is None or find_spec("pytest") is None:
    raise InputError("the conformance kit needs hypothesis and pytest: pip install 'lastresort[kit]'")

from lastresort.plugins.kit.checks import CHECKS, Check
from lastresort.plugins.kit.examination import Finding, examine
from lastresort.plugins.kit.inherited import MechanismChecks

__all__ = ["CHECKS", "Check", "Finding", "MechanismChecks", "examine"]
