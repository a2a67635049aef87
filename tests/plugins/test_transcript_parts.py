"""The parts of a transcript: numbers, tables, and which columns a rule has looked at."""

from typing import ClassVar

import numpy as np
import pytest

from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.plugins.testing.small_crash import FIRST_BREACH, shown
from lastresort.plugins.testing.transcripts.answer_tables import aligned
from lastresort.plugins.testing.transcripts.numbers import written
from lastresort.plugins.testing.transcripts.transcript import transcript
from lastresort.plugins.testing.transcripts.watching import watched


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([2_200_000.0, -0.2], ["2,200,000", "0"]),
        ([0.64380165, 1.0], ["0.6438", "1.0000"]),
        ([0.5, 1.0], ["0.5", "1.0"]),
        ([1.0, 0.0], ["1", "0"]),
        ([304.2, np.nan], ["304.2", "-"]),
        ([0.1 + 0.2], ["0.3"]),
        ([-1e-17, 1.0], ["0", "1"]),
        ([0.00001], ["0.00001"]),
        ([np.inf], ["unlimited"]),
        ([1234.5 - 1e-10, 1235.5 + 1e-10], ["1,234", "1,236"]),
        ([], []),
    ],
)
def test_numbers(column: list[float], expected: list[str]) -> None:
    assert written(column) == expected


def test_a_number_may_be_as_large_as_they_come() -> None:
    (text,) = written([1e300])
    assert (text[:4], len(text.replace(",", ""))) == ("1,00", 301)


def test_what_was_said_stands_behind_a_bar() -> None:
    lines = aligned(["long", "a whale"], {"equity": ["1,000", "-5"]}, {"seize": ["1", "0.5"]})
    assert lines == [
        "         equity  |  seize",
        "long      1,000  |      1",
        "a whale      -5  |    0.5",
    ]


def test_a_watched_view_notes_what_is_read_and_is_otherwise_the_same() -> None:
    (view,) = shown("liquidate", FIRST_BREACH)
    read: set[str] = set()
    seen = watched(view, read)
    assert read == set()
    assert seen.equity is view.equity
    assert isinstance(seen, type(view))
    assert read == {"equity"}


class Rounds(Mechanism):
    """Close one contract of the first account, then two, then three."""

    name: ClassVar[str] = "rounds"
    _asked: int = 0

    def allocate(self, event: LossEvent) -> Allocation:
        self._asked += 1
        close = np.zeros(len(event.candidates.gain))
        close[0] = self._asked
        return Allocation(close=close, charge=0 * close, winner_price=event.mark, loser_price=event.mark)


def test_a_transcript_shows_the_columns_that_were_read_and_the_memory_of_one_instance() -> None:
    text = transcript(Rounds)
    assert text.startswith("rounds: Close one contract of the first account, then two, then three.\n\n0 s, calm")
    heads = [line for line in text.splitlines() if "|" in line and "close" in line]
    assert {" ".join(head.split()) for head in heads} == {"quantity profit gain | close"}
    told = [line.strip() for line in text.splitlines() if line.strip().startswith("1 account")]
    assert [line.split()[3] for line in told] == ["1", "2", "3", "4"]
    assert text == transcript(Rounds), "a second telling starts from a fresh instance"
