"""Every built-in mechanism says in the small crash what its golden transcript says, to the byte."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.testing.transcripts.__main__ import write_transcripts
from lastresort.plugins.testing.transcripts.transcript import transcript

FOLDER = Path(__file__).parent
AGAIN = "python -m lastresort.plugins.testing.transcripts tests/golden"
MECHANISMS = lastresort_mechanisms()


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: str(mechanism.name))
def test_transcript(mechanism: type[Mechanism]) -> None:
    file = FOLDER / f"{mechanism.name}.txt"
    golden = file.read_bytes().decode() if file.exists() else ""
    now = transcript(mechanism)
    difference = "\n".join(unified_diff(golden.splitlines(), now.splitlines(), "golden", "now", lineterm=""))
    assert now == golden, f"{mechanism.name} says something else now:\n{difference}\nIf that is meant: {AGAIN}"


def test_there_is_no_transcript_of_a_mechanism_that_is_gone() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == {mechanism.name for mechanism in MECHANISMS}


def test_numbers_are_written_the_same_everywhere() -> None:
    """No minus zero, no exponent, no digits that depend on the machine."""
    for file in FOLDER.glob("*.txt"):
        found = re.findall(
            r"(?<![\w.-])(?:-0(?:\.0+)?|[\d.]+e[+-]?\d+|nan|inf)(?![\w.])", file.read_text(encoding="utf-8")
        )
        assert found == [], file.name


def test_writing_replaces_what_is_stale(tmp_path: Path) -> None:
    (tmp_path / "no-such-rule.txt").touch()
    write_transcripts(tmp_path)
    assert {file.stem for file in tmp_path.iterdir()} == {mechanism.name for mechanism in MECHANISMS}
    assert (tmp_path / "queue-adl.txt").read_bytes() == (FOLDER / "queue-adl.txt").read_bytes()
