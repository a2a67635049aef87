"""How much a quiet tick asks of the interpreter: a count, which is the same on every machine, and never a time.

Nearly all the time of a tick is the overhead of calls, each of which works on a few hundred numbers. Counted are the
calls (of NumPy, of compiled kernels, of our own functions), the operators and the indexings that Python executes, in
our code and in what NumPy has in Python. Neither NumPy's inside nor that of a kernel counts, however much it computes.
"""

import dis
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from statistics import median
from types import CodeType, FrameType
from typing import Any

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.manager import build_waterfall
from lastresort.simulation.run import Run

CEILING = 600
"""Operations of the median quiet tick that are too many.

Who makes a tick cheaper lowers it: the message of this test with a ceiling of 0 has the figure of today, and a tenth is
added for other versions of Python and NumPy. Nobody raises it without saying in the commit what the operations are for.
"""

UNTIL = 119.0
"""A second before the headline of the small market. The first tick warms up and is not counted."""

CALLS = {"CALL", "CALL_KW", "CALL_FUNCTION_EX"}
OPERATORS = {"BINARY_OP", "COMPARE_OP", "UNARY_INVERT", "UNARY_NEGATIVE"}
INDEXINGS = {"BINARY_SUBSCR", "BINARY_SLICE", "STORE_SUBSCR", "STORE_SLICE"}
COUNTED = {dis.opmap[name] for name in CALLS | OPERATORS | INDEXINGS if name in dis.opmap}


@cache
def instructions(code: CodeType) -> bytes:
    """The instructions of a function, which Python copies at every look."""
    return code.co_code


def operations(call: Callable[[], object]) -> int:
    """How many calls, operators and indexings Python executes in a call."""
    counted = 0

    def trace(frame: FrameType, event: str, _: Any) -> Callable[..., Any]:
        nonlocal counted
        frame.f_trace_opcodes = True
        counted += event == "opcode" and instructions(frame.f_code)[frame.f_lasti] in COUNTED
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return counted


def quiet_ticks(scenario: Path) -> list[int]:
    """Operations of each tick of a market before its crash."""
    catalogue = Catalogue.load()
    world = catalogue.scenario(str(scenario))
    waterfalls = {venue.name: build_waterfall(catalogue.policy("fund+queue-adl"), catalogue) for venue in world.venues}
    run, counted = Run(world, waterfalls, 1), list[int]()
    tick = run.tick
    run.tick = lambda dt: counted.append(operations(lambda: tick(dt)))  # type: ignore[method-assign]
    run.env.process(run._clock(UNTIL))
    run.env.run(until=UNTIL)
    return counted


def test_a_quiet_tick_makes_no_more_calls_than_it_has_to(small_scenario: Path) -> None:
    _, *ticks = quiet_ticks(small_scenario)
    assert len(ticks) >= 4
    found = median(ticks)
    assert found <= CEILING, f"a quiet tick executes {found:.0f} calls, operators and indexings; allowed: {CEILING:,}"


def test_the_count_is_that_of_what_is_written() -> None:
    """A call, an addition, an indexing, a negation, a comparison: five; what the called function does in C is none."""
    numbers = [3.0, 1.0, 2.0]

    def written() -> bool:
        return -sorted(numbers)[0] + 1.0 < 2.0

    assert operations(written) == 5


def test_it_repeats(small_scenario: Path) -> None:
    assert quiet_ticks(small_scenario)[1:] == quiet_ticks(small_scenario)[1:]
