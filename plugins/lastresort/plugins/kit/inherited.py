"""The class that a plugin's own tests inherit: supply one fixture, get every check of the kit."""

from typing import ClassVar

import pytest

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.kit.checks import CHECKS, Check
from lastresort.plugins.kit.examination import EXAMPLES, examine


class MechanismChecks:
    """Every check of the kit as a test; a subclass supplies the fixture `mechanism`.

    A check that the mechanism's own `exemptions` name is expected to fail, for the reason given there; where it passes,
    the exemption is stale and the test fails.
    """

    examples: ClassVar[int] = EXAMPLES

    @pytest.fixture
    def mechanism(self) -> Mechanism:
        """The mechanism under test, with the parameters to test it with."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture 'mechanism' that returns the mechanism")

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
    def test_check(self, check: Check, mechanism: Mechanism) -> None:
        """The mechanism keeps the promise, or is exempt for a reason."""
        (finding,) = examine(mechanism, self.examples, [check])
        if finding.breach is None:
            assert finding.exemption is None, f"{check.name}: passes, so its exemption can go: {finding.exemption}"
        elif finding.exemption is None:
            pytest.fail(f"{check.name}: {finding.breach}", pytrace=False)
        else:
            pytest.xfail(finding.exemption)
