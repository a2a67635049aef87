"""What an answer may cost: so many seconds, so much memory, and nothing of it is left in force afterwards."""

import re
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import MechanismError
from lastresort.plugins.testing.builders import event_view
from lastresort.simulation.waterfall.demands import Demands
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible

VIEW = event_view(60.0, np.arange(2), np.arange(2), np.ones(2), np.ones(2))


def ask(answer: Callable[[Any], Any]) -> Any:
    """Put one question to one rule."""
    return Demands("rule", "observe", 60.0).ask(answer, VIEW, type(None))


def refusal(answer: Callable[[Any], Any]) -> str:
    """The rule of the contract that an answer breaks."""
    with pytest.raises(MechanismError) as caught:
        ask(answer)
    return re.sub(r"^test_answer_limits\.py, line \d+, ", "", caught.value.rule)


def ask_for_gigabytes(_: Any) -> None:
    """Ask for 8 GiB, and use nothing of it."""
    np.empty(2**30)


def never_give_up(_: Any) -> None:
    """Go on after whatever happens."""
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


@pytest.mark.parametrize(
    ("error", "rule"),
    [
        (SystemExit(), "raised SystemExit"),
        (RecursionError("too deep"), "raised RecursionError: too deep"),
        (ValueError(), "raised ValueError"),
    ],
)
def test_whatever_is_raised_is_told(error: BaseException, rule: str) -> None:
    def answer(_: Any) -> None:
        raise error

    assert refusal(answer) == rule


def test_an_interrupt_by_the_user_is_nobody_s_fault() -> None:
    def answer(_: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(answer)


def test_a_rule_that_catches_everything_is_interrupted_too() -> None:
    with interruptible(0.05):
        assert refusal(never_give_up) == "took more than 0.05 s"


def test_patience_is_that_of_the_block_around() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with interruptible(60.0):
        with interruptible(0.05):
            assert refusal(never_give_up) == "took more than 0.05 s"
        ask(lambda view: None)
    assert signal.getsignal(signal.SIGALRM) is before


def test_without_a_block_around_there_is_no_clock() -> None:
    seen = []
    ask(lambda view: seen.append(signal.getitimer(signal.ITIMER_REAL)))
    assert seen == [(0.0, 0.0)]


if sys.platform == "linux":

    def test_gigabytes_are_refused_to_an_answer_and_to_nobody_else() -> None:
        before = resource.getrlimit(resource.RLIMIT_AS)
        with rationed():
            assert refusal(ask_for_gigabytes) == "ran out of memory: 4 GiB are allowed"
            assert resource.getrlimit(resource.RLIMIT_AS) == before
            ask_for_gigabytes(None)
        ask(ask_for_gigabytes)
