"""The page on the contract names every question, every hook and every column exactly as the code does."""

import ast
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

import pytest

from lastresort.mechanisms.contract import QUESTIONS, Mechanism, proposals, views
from lastresort.plugins import hookspecs

PAGE = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^### `(.+)`$", PAGE, flags=re.MULTILINE)
RECORDS = [
    record
    for module in (views, proposals)
    for record in vars(module).values()
    if dataclasses.is_dataclass(record) and isinstance(record, type) and record.__module__ == module.__name__
]
CHOICES = [
    choice
    for module in (views, proposals)
    for choice in vars(module).values()
    if isinstance(choice, type) and issubclass(choice, IntEnum) and choice.__module__ == module.__name__
]


def signature(function: Callable[..., object]) -> str:
    """The signature as it stands in the source, without the modules of its types."""
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(node, ast.FunctionDef)
    assert node.returns is not None
    text = f"{node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"
    return re.sub(r"\b(views|proposals)\.", "", text)


def columns(record: type) -> list[str]:
    """Columns of a view or a proposal, as the page lists them under its name."""
    listed = re.search(rf"^- `{record.__name__}`: (.+?)(?:\. |\.$)", PAGE, flags=re.MULTILINE)
    return re.findall(r"`(\w+)`", listed[1]) if listed else []


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_has_its_exact_signature(question: str) -> None:
    assert signature(getattr(Mechanism, question)) in HEADINGS


def test_each_registration_hook_has_its_exact_signature() -> None:
    hooks = [hook for name, hook in vars(hookspecs).items() if name.startswith("lastresort_")]
    assert len(hooks) >= 3
    assert [signature(hook) for hook in hooks if signature(hook) not in HEADINGS] == []


def test_the_page_describes_nothing_that_does_not_exist() -> None:
    known = {name for name in vars(hookspecs) if name.startswith("lastresort_")} | set(QUESTIONS)
    assert {heading.split("(")[0] for heading in HEADINGS} == known


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_each_column_is_listed(record: type) -> None:
    assert columns(record) == [field.name for field in dataclasses.fields(record)]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.__name__)
def test_each_value_of_an_enumeration_is_named(choice: type[IntEnum]) -> None:
    assert [value.name for value in choice if f"`{value.name}`" not in PAGE] == []


def test_a_signature_is_read_from_the_source() -> None:
    assert signature(Mechanism.allocate) == "allocate(self, event: LossEvent) -> Allocation | None"
