"""What rules print is kept up to a length, and floods nothing."""

import contextlib
import tracemalloc

from lastresort.experiments.printed import Printed
from lastresort.experiments.store.packing import LONGEST_PRINT


def test_the_beginning_is_kept() -> None:
    printed = Printed(10)
    with contextlib.redirect_stdout(printed):
        print("seven..", end="")
        print("and more", end="")
    assert printed.text == "seven..and "


def test_a_flood_takes_up_nothing() -> None:
    printed, part = Printed(), "x" * 1000
    tracemalloc.start()
    for _ in range(100_000):
        assert printed.write(part) == 1000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(printed.text) == LONGEST_PRINT + 1
    assert most < 10 * LONGEST_PRINT


def test_marks_that_are_not_seen_are_spelled_out() -> None:
    printed = Printed()
    printed.write("a\n\x1b[2J\u202e")
    assert printed.text == "a\n\\x1b[2J\\u202e"
