"""The kit as plugins inherit it, in a pytest run of its own: what passes, fails and is expected to fail, and why."""

from textwrap import dedent

import pytest

from lastresort.plugins.testing import CHECKS

pytest_plugins = ["pytester"]

TESTS = """
import pytest
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.allocation.random_lottery import RandomLottery
from lastresort.mechanisms.backstops.deep_pocket import DeepPocket
from lastresort.mechanisms.contract import Allocation, Mechanism
from lastresort.plugins.testing import MechanismChecks

class Excused(QueueAdl):
    exemptions = {"budget": "it never needed this"}

class Idle(Mechanism):
    name = "idle"
    pace: float = 1.0

    def allocate(self, event):
        return Allocation(0 * event.candidates.quantity, 0.0, event.mark, event.mark)

class Broken(Mechanism):
    name = "broken"

    def allocate(self, event):
        return 1 / 0

class Greedy(Mechanism):
    name = "greedy"
    share: float = 1.0

    def allocate(self, event):
        size = self.share * abs(event.candidates.quantity)
        return Allocation(size, 0 * size, event.mark, event.mark)
"""


def outcome(pytester: pytest.Pytester, supply: str) -> pytest.RunResult:
    """What pytest says of a class that inherits the kit and supplies a mechanism."""
    body = dedent(f"""
        class TestRule(MechanismChecks):
            @pytest.fixture
            def mechanism(self):
                return {supply}
    """)
    pytester.makepyfile(TESTS + body)
    return pytester.runpytest_subprocess("-ra", "-p", "no:cacheprovider")


def test_every_check_is_a_test(pytester: pytest.Pytester) -> None:
    outcome(pytester, "QueueAdl()").assert_outcomes(passed=len(CHECKS))


@pytest.mark.parametrize("reference", [True, False])
def test_outside_money_is_for_the_rules_of_references(pytester: pytest.Pytester, reference: bool) -> None:
    supply = "DeepPocket()" + ("\n            reference = True" if reference else "")
    result = outcome(pytester, supply)
    if reference:
        result.assert_outcomes(passed=len(CHECKS))
    else:
        result.stdout.fnmatch_lines(["payer: absorb, at *: 'payer' is Payer.BACKSTOP, and it pays *"])
        assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_an_exempted_breach_is_expected_and_its_reason_is_shown(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "RandomLottery()")
    result.assert_outcomes(passed=len(CHECKS) - 1, xfailed=1)
    result.stdout.fnmatch_lines(["XFAIL *::TestRule::test_check[[]order[]] - lots are drawn row by row"])


def test_a_stale_exemption_fails(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "Excused()")
    result.assert_outcomes(passed=len(CHECKS) - 1, failed=1)
    result.stdout.fnmatch_lines(["*budget: passes, so its exemption can go: it never needed this*"])


def test_a_breach_fails_in_one_sentence_and_parameters_count(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "Greedy(share=2.0)")
    result.stdout.fnmatch_lines(["over-close: allocate, at *: over-closes account *"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_remark_is_a_warning(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "Idle()")
    result.assert_outcomes(passed=len(CHECKS), warnings=2)
    result.stdout.fnmatch_lines(
        [
            "*PluginWarning: acts: 'allocate' never closes, charges or assigns anything in any of * books",
            "*PluginWarning: parameters: no line of the rule reads 'pace', so that changing it changes nothing",
        ],
        consecutive=False,
    )


def test_what_was_not_reached_is_skipped_with_the_reason(pytester: pytest.Pytester) -> None:
    result = outcome(pytester, "Broken()")
    hidden = {check.name for check in CHECKS} - {"valid", "survives", "parameters"}
    result.assert_outcomes(passed=1, skipped=len(hidden), failed=2)
    result.stdout.fnmatch_lines(
        ["SKIPPED * not reached: budget: every answer to 'allocate' was refused: *raised ZeroDivisionError: *"]
    )


def test_without_a_mechanism_it_says_what_is_missing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS + "\nclass TestRule(MechanismChecks):\n    pass\n")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=len(CHECKS))
    result.stdout.fnmatch_lines(["*TestRule needs a fixture 'mechanism' that returns the mechanism"])
