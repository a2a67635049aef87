"""The section on validation: what was fitted stands apart and is not counted."""

from lastresort.experiments.magnitudes import liquidated
from lastresort.experiments.validated import Validated
from lastresort.experiments.validation import Outcome, Role, Target
from lastresort.reports.document import Paragraph, Table, plain
from lastresort.reports.topics.assumptions import missing
from lastresort.reports.topics.public_figures import against_figures


def outcome(name: str, value: float, role: Role = "evidence") -> Outcome:
    """A figure between 2 and 3, measured on seeds 21 to 23."""
    return Outcome(Target("toy", name, 2, 3, "m", "hand", liquidated, role=role), (21, 22, 23), (value,) * 3)


def test_inputs_stand_apart_and_do_not_count() -> None:
    outcomes = [
        outcome("fitted", 2.5, "input"),
        outcome("met", 2.5),
        outcome("missed", 9.0),
        outcome("lost", 9, "input"),
    ]
    words, table = against_figures(Validated.of("toy", "lastresort validate toy", outcomes), "toy")
    assert isinstance(words, Paragraph)
    assert isinstance(table, Table)
    assert "1 of 2 figures are met" in plain(words.prose)
    found = {title: [(plain(row.header), row.cells[3].value) for row in rows] for title, rows in table.groups}
    assert found == {
        "": [("met", "hit"), ("missed", "MISS")],
        "Inputs: fitted, no evidence": [("fitted", "input"), ("lost", "MISS")],
    }
    assert [row.cells[1].value for _, rows in table.groups for row in rows] == ["21 to 23"] * 4


def test_what_is_missed_is_named_among_the_limits() -> None:
    """What was fitted is an input, and counts neither here nor in the answer."""
    outcomes = [outcome("met", 2.5), outcome("missed", 9.0), outcome("lost", 9, "input")]
    assert plain(missing(Validated.of("toy", "lastresort validate toy", outcomes))).endswith("On toy, 1 of 2: missed.")
    assert plain(missing(Validated.of("toy", "", outcomes[:1]))).endswith("On toy, 0 of 1: none.")
