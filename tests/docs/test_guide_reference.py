"""The reference is what the code says today, and leaves nothing out."""

import importlib
import inspect
import re
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from pkgutil import iter_modules

import pytest

from lastresort.mechanisms import building_blocks
from lastresort.mechanisms.contract import QUESTIONS, Allocation, LossEvent, Mechanism, Payer, proposals, views
from lastresort.plugins.discovery import HOOKS
from lastresort.plugins.reference.columns import columns, prose
from lastresort.plugins.reference.pages import OWNERS, pages
from lastresort.plugins.reference.source import signature
from lastresort.plugins.reference.tables import table_of
from lastresort.plugins.testing import CHECKS
from lastresort.plugins.testing.axioms import AXIOMS

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
RECORDS = [item for item in OWNERS.values() if item.__module__ in (views.__name__, proposals.__name__)]
AGAIN = "write it again: python -m lastresort.plugins.reference docs"


def committed() -> dict[str, str]:
    return {page.name: page.read_text(encoding="utf-8") for page in FOLDER.glob("*.md")}


def test_the_pages_are_those_that_the_code_writes() -> None:
    assert committed().keys() == pages().keys(), AGAIN
    assert [name for name, text in pages().items() if committed()[name] != text] == [], AGAIN


def test_every_question_hook_check_and_axiom_is_there() -> None:
    text = "".join(committed().values())
    named = set(re.findall(r"`([\w-]+)`|\[(\w+)\]", text))
    names = {word for pair in named for word in pair if word}
    assert {*QUESTIONS, *HOOKS, *AXIOMS, *(check.name for check in CHECKS)} <= names
    assert all(axiom.statement in text for axiom in AXIOMS.values())
    assert all(f"| {check.promise} |" in text for check in CHECKS)


def test_every_shared_part_is_there_with_its_signature() -> None:
    text = " ".join(committed()["building-blocks.md"].split())
    parts = [
        importlib.import_module(f"{building_blocks.__name__}.{found.name}")
        for found in iter_modules(building_blocks.__path__)
    ]
    functions = [
        item
        for module in parts
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__ and not name.startswith("_")
    ]
    assert len(functions) > 20
    assert [function.__name__ for function in functions if f"`{signature(function)}`" not in text] == []
    assert all(module.__name__ in text for module in parts)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_each_column_is_described(record: type) -> None:
    assert is_dataclass(record)
    assert [one.field.name for one in columns(record)] == [field.name for field in fields(record)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_a_column_has_a_shape_and_a_number_has_none(record: type) -> None:
    arrays = {one.field.name for one in columns(record) if re.search(r"Floats|Ints|Bools", one.field.type)}
    assert arrays == {one.field.name for one in columns(record) if one.shape in ("[M]", "[n]", "[P]", "[k]")}
    assert {one.shape for one in columns(record)} <= {"[M]", "[n]", "[P]", "[k]", "-"}


def test_a_loss_event_and_an_allocation_by_hand() -> None:
    described = {one.field.name: one for one in columns(LossEvent)}
    assert described["contracts"].unit == "contracts, signed"
    assert described["random"].meaning.endswith("so that the draws of one rule shift nobody else's")
    assert "| `gap_payer` | `Payer = Payer.FUND` | `-` | Payer | FUND, in a reference also BACKSTOP" in table_of(
        Allocation
    )
    assert table_of(Payer).splitlines()[2] == "| `FUND` | the venue's insurance pools |"
    assert prose(Payer) == "Who pays a loss or takes a position that no account is asked to bear."


def test_a_field_that_is_not_described_is_refused() -> None:
    @dataclass
    class Half:
        """A record.

        one  [n]  USD  described
        """

        one: float
        two: float

    with pytest.raises(ValueError, match="Half: its docstring describes one; its fields are one, two"):
        columns(Half)


def test_a_signature_is_read_from_the_source() -> None:
    assert signature(Mechanism.allocate) == "allocate(self, event: LossEvent) -> Allocation | None"
