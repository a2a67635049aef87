"""Verdicts that flip in a sweep are named among the limits."""

from pathlib import Path

from lastresort.reports.document import plain
from lastresort.reports.swept import Swept, swept, write_swept
from lastresort.reports.topics.assumptions import flipping


def test_what_flips_is_said(tmp_path: Path) -> None:
    found = Swept(scenario="toy", command="python sweep", engine="1", flips=("On L, a is better than b, but worse.",))
    write_swept(found, tmp_path)
    assert swept("toy fund=3", tmp_path) == found
    assert plain(flipping(found)).endswith("on toy (python sweep). On L, a is better than b, but worse.")


def test_nothing_that_flips_is_said_too(tmp_path: Path) -> None:
    none = Swept(scenario="toy", command="python sweep", engine="1", flips=())
    assert plain(flipping(none)).endswith("No verdict between two core policies flips.")
    assert swept("toy", tmp_path) is None
