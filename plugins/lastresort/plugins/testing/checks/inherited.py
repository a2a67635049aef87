"""The class that a plugin's own tests inherit: supply one fixture, get every check of the kit."""

import warnings
from typing import ClassVar

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.errors import InputError, PluginWarning
from lastresort.plugins.testing.checks.examination import EXAMPLES, Finding, examine
from lastresort.plugins.testing.checks.promises import CHECKS, Check

try:
    import pytest
except ModuleNotFoundError as error:
    raise InputError("MechanismChecks needs pytest: pip install 'lastresort[kit]'") from error


class MechanismChecks:
    """Every check of the kit as a test; a subclass supplies the fixture `mechanism`.

    A check that the mechanism's own `exemptions` name is expected to fail, for the reason given there, which pytest
    shows beside XFAIL; where it passes, the exemption is stale and the test fails. A check that was not reached is
    skipped, with the reason, and a remark is a PluginWarning.
    """

    examples: ClassVar[int] = EXAMPLES
    reference: ClassVar[bool] = False
    """Whether the mechanism is a stage of a policy with role: reference, which alone may use Payer.BACKSTOP."""

    @pytest.fixture
    def mechanism(self) -> Mechanism:
        """The mechanism under test, with the parameters to test it with."""
        raise NotImplementedError(f"{type(self).__name__} needs a fixture 'mechanism' that returns the mechanism")

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
    def test_check(self, check: Check, mechanism: Mechanism) -> None:
        """The mechanism keeps the promise, or is exempt for a reason."""
        finding = _findings(mechanism, self.examples, self.reference)[check.name]
        said = f"{check.name}: {finding.sentence}"
        if finding.breach is None and finding.unreached is None:
            assert finding.exemption is None, f"{check.name}: passes, so its exemption can go: {finding.exemption}"
        elif finding.failed:
            pytest.fail(said, pytrace=False)
        elif finding.exemption is not None:
            pytest.xfail(finding.exemption)
        elif finding.unreached is not None:
            pytest.skip(f"not reached: {said}")
        else:
            warnings.warn(said, PluginWarning, stacklevel=1)


_found: dict[tuple[type[Mechanism], str, int, bool], dict[str, Finding]] = {}


def _findings(mechanism: Mechanism, examples: int, reference: bool) -> dict[str, Finding]:
    """All checks look at the same stories, so one examination serves all tests of a mechanism with its parameters."""
    key = type(mechanism), repr(mechanism), examples, reference
    if key not in _found:
        found = examine(mechanism, examples, reference=reference)
        _found[key] = {finding.check.name: finding for finding in found}
    return _found[key]
