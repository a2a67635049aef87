"""A stranger's text is shown as what it is, and reading it ends nothing and takes no memory."""

from collections.abc import Iterator
from typing import Any

import pytest

from lastresort.mechanisms.contract.plain_text import LONGEST, escaped, kind_and_text, own_cause, representation


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain, é, 中, 🙂, a b", "plain, é, 中, 🙂, a b"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("dos\r\nlines", "dos\nlines"),
        ("over\rwritten", "over\\x0dwritten"),
        ("\x1b[2J\x00\x07\x85", "\\x1b[2J\\x00\\x07\\x85"),
        ("a\u202eb\u2066c\u200ed\u061ce", "a\\u202eb\\u2066c\\u200ed\\u061ce"),
        ("zero\u200bwidth\u2060\ufeff", "zero\\u200bwidth\\u2060\\ufeff"),
        ("line\u2028paragraph\u2029", "line\\u2028paragraph\\u2029"),
        ("lone\ud800", "lone\\ud800"),
        ("tag\U000e0041", "tag\\U000e0041"),
    ],
)
def test_what_is_not_seen_is_spelled_out(text: str, seen: str) -> None:
    assert escaped(text) == seen
    assert escaped(seen) == seen
    seen.encode()


class Changing(str):
    """A text that says something else each time."""

    def __str__(self) -> str:
        return "other"

    def __iter__(self) -> Iterator[str]:
        return iter("other")

    def replace(self, *_: Any) -> str:
        return "\x1b"


def test_a_subclass_is_read_as_what_it_holds() -> None:
    assert escaped(Changing("a\x1b")) == "a\\x1b"


class MuteError(Exception):
    def __str__(self) -> str:
        raise SystemExit


class WrongError(Exception):
    def __str__(self) -> Any:
        return 7


class DisguisedError(Exception):
    @property
    def __class__(self) -> Any:
        raise KeyboardInterrupt

    @__class__.setter
    def __class__(self, value: Any) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no"), "ValueError: no"),
        (ValueError(), "ValueError"),
        (ValueError("\u202eno"), "ValueError: \\u202eno"),
        (ValueError(Changing("no")), "ValueError: other"),
        (MuteError(), "MuteError, whose text cannot be read"),
        (WrongError(), "WrongError, whose text cannot be read"),
        (type("Esc\x1b", (Exception,), {})("a"), "Esc\\x1b: a"),
    ],
)
def test_every_exception_is_told(error: BaseException, told: str) -> None:
    assert kind_and_text(error) == told


def test_one_that_hides_its_class_is_told_too() -> None:
    assert kind_and_text(DisguisedError("in")) == "DisguisedError: in"


def test_a_long_text_is_cut() -> None:
    assert len(kind_and_text(ValueError("x" * 10**8))) < LONGEST + 30
    assert len(representation("x" * 10**8)) < LONGEST + 30


def test_what_cannot_be_shown_is_named() -> None:
    class Hidden:
        def __repr__(self) -> str:
            raise GeneratorExit

    assert representation(Hidden()) == "a Hidden, whose text cannot be read"


def test_a_cause_is_one_of_python_s_without_what_is_behind_it() -> None:
    error = ValueError("loop")
    error.__cause__ = error
    kept = own_cause(error)
    assert kept is error
    assert kept.__cause__ is None
    assert own_cause(MuteError()) is None
