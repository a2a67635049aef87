"""Every hook has a page with its exact signature, every column and word, an example, a refusal and rules to read."""

import inspect
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import IntEnum
from pathlib import Path

import pytest

from lastresort.mechanisms.contract import QUESTIONS, Candidates, Mechanism, choices, proposals, views
from lastresort.plugins import hookspecs
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.discovery import HOOKS, of_file
from lastresort.plugins.reference.pages import OWNERS
from lastresort.plugins.reference.source import signature
from lastresort.plugins.reference.tables import filled

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "guide" / "hooks"
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted(FOLDER.glob("*.md"))}
SECTIONS = {
    **dict.fromkeys(
        QUESTIONS,
        ("What the rule sees", "What it answers", "An example", "What the engine refuses", "Rules to read"),
    ),
    **dict.fromkeys(HOOKS, ("What it returns", "An example", "What is refused", "Registrations to read")),
}


def hook(name: str) -> Callable[..., object]:
    found: Callable[..., object] = getattr(Mechanism if name in QUESTIONS else hookspecs, name)
    return found


def records(question: str) -> list[type]:
    """What a question shows and what it takes; candidates are part of a loss event."""
    names = re.findall(r"\b(?:views|proposals)\.(\w+)", inspect.getsource(getattr(Mechanism, question)))
    shown: list[type] = [getattr(views, name, None) or getattr(proposals, name) for name in names]
    return [*shown, Candidates] if question == "allocate" else shown


def columns(page: str, record: type) -> list[str]:
    """First cells of the table under the marker of a record."""
    found = re.search(rf"^<!-- columns of {record.__name__} -->\n\|.*\n\|.*\n((?:\|.*\n)+)", page, flags=re.MULTILINE)
    return re.findall(r"^\| `(\w+)` \|", found[1], flags=re.MULTILINE) if found else []


def blocks(page: str, section: str) -> list[str]:
    """Python blocks of a section."""
    body = page.split(f"## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```$", body, flags=re.MULTILINE | re.DOTALL)


def test_there_is_a_page_for_each_hook_and_for_nothing_else() -> None:
    assert set(PAGES) == {*QUESTIONS, *HOOKS}
    assert len(PAGES) >= 17


@pytest.mark.parametrize("name", [*QUESTIONS, *HOOKS])
def test_a_page_begins_with_the_exact_signature(name: str) -> None:
    assert PAGES[name].startswith(f"# {name}\n\n`{signature(hook(name))}`\n\n**")


@pytest.mark.parametrize("name", [*QUESTIONS, *HOOKS])
def test_a_page_has_its_sections(name: str) -> None:
    assert tuple(re.findall(r"^## (.+)$", PAGES[name], flags=re.MULTILINE)) == SECTIONS[name]


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_column_is_told_in_the_order_of_the_code(name: str) -> None:
    for record in records(name):
        assert is_dataclass(record)
        assert columns(PAGES[name], record) == [field.name for field in fields(record)], record


def test_each_view_and_proposal_belongs_to_a_question() -> None:
    defined = {
        item
        for module in (views, proposals)
        for item in vars(module).values()
        if isinstance(item, type) and is_dataclass(item)
    }
    assert {record for name in QUESTIONS for record in records(name)} == defined


def test_each_value_of_an_enumeration_is_told_somewhere() -> None:
    text = "".join(PAGES.values())
    words = [item for item in vars(choices).values() if isinstance(item, type) and issubclass(item, IntEnum)]
    told = [word for word in words if word is not IntEnum]
    assert len(told) >= 6
    for word in told:
        section = text.split(f"<!-- values of {word.__name__} -->\n")[1].split("\n\n")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) == [value.name for value in word]


@pytest.mark.parametrize("name", PAGES)
def test_tables_say_what_the_code_says(name: str) -> None:
    assert filled(PAGES[name], OWNERS) == PAGES[name]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_an_example_and_a_refusal_that_run(name: str) -> None:
    (example,), (refusal,) = blocks(PAGES[name], "An example"), blocks(PAGES[name], "What the engine refuses")
    assert f"def {name}(" in example
    assert "assert" in example  # tests/docs/test_blocks.py runs it
    assert "pytest.raises(MechanismError, match=" in refusal


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_rules_to_read_answer_the_question(name: str) -> None:
    known = Catalogue.load(sorted((ROOT / "plugins" / "examples" / "rules").glob("*.py"))).mechanisms
    places = r"\S+/(?:mechanisms|examples/rules)/\S+\.py"
    linked = re.findall(rf"^(?:- |  )\[`([\w-]+)`\]\(({places})\)", PAGES[name], flags=re.MULTILINE)
    assert linked
    for rule, path in linked:
        assert name in answered(known[rule])
        assert Path(inspect.getfile(known[rule])).resolve() == (FOLDER / path).resolve()


@pytest.mark.parametrize("name", HOOKS)
def test_the_plugin_file_of_a_registration_page_brings_something(name: str, tmp_path: Path) -> None:
    saved = re.findall(
        r"[Ss]ave this as `([^`]+)`[^:]*:\n\n```\w+\n(.*?)^```$", PAGES[name], flags=re.DOTALL | re.MULTILINE
    )
    for file, text in saved:
        (tmp_path / file).write_text(text, encoding="utf-8")
    (plugin,) = tmp_path.glob("*.py")
    assert len(getattr(of_file(plugin), name.removeprefix("lastresort_").removeprefix("report_"))) == 1
    catalogue = Catalogue.load([plugin])
    for file in tmp_path.glob("*.yaml"):
        known = catalogue.policy if name == "lastresort_policies" else catalogue.scenario
        assert known(file.stem).name == file.stem


@pytest.mark.parametrize("name", HOOKS)
def test_a_registration_page_leads_to_a_module_with_the_hook(name: str) -> None:
    linked = re.findall(r"^- \[.+\]\((\S+\.py)\)", PAGES[name], flags=re.MULTILINE)
    assert linked
    assert all(f"def {name}()" in (FOLDER / path).read_text(encoding="utf-8") for path in linked)
