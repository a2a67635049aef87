"""The pages of the reference."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from enum import EnumType
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from lastresort.mechanisms import building_blocks
from lastresort.mechanisms.contract import QUESTIONS, Evidence, Mechanism, choices, proposals, views
from lastresort.plugins import hookspecs
from lastresort.plugins.discovery import HOOKS
from lastresort.plugins.reference.columns import prose
from lastresort.plugins.reference.source import signature
from lastresort.plugins.reference.tables import table, table_of
from lastresort.plugins.report_section import Findings, ReportSection
from lastresort.plugins.score import Score
from lastresort.plugins.testing import CHECKS
from lastresort.plugins.testing.axioms import AXIOMS

NOTE = "Generated from the code by `python -m lastresort.plugins.reference docs`."


def classes(module: ModuleType) -> list[type]:
    """Public classes that a module defines, in its order."""
    return [
        item
        for name, item in vars(module).items()
        if isinstance(item, type) and item.__module__ == module.__name__ and not name.startswith("_")
    ]


OWNERS: dict[str, type] = {
    owner.__name__: owner
    for owner in (
        Mechanism,
        Evidence,
        *classes(views),
        *classes(proposals),
        *classes(choices),
        Score,
        ReportSection,
        Findings,
    )
}
"""Everything whose fields or values the docstring describes one by one."""


def pages() -> dict[str, str]:
    """Text of every page by the name of its file."""
    return {
        "contract.md": _page("The contract", _contract()),
        "building-blocks.md": _page("Parts that rules share", _building_blocks()),
        "plugins.md": _page("What a plugin brings", _plugins()),
        "checks-and-axioms.md": _page("Checks and axioms", _promises()),
    }


def _page(title: str, parts: Iterator[str]) -> str:
    return "\n\n".join((f"# {title}", NOTE, *parts)) + "\n"


def _contract() -> Iterator[str]:
    yield inspect.getdoc(views) or ""
    yield "## The rule"
    yield from _class(Mechanism)
    yield from _class(Evidence)
    yield "## Questions"
    yield "\n".join(_entry(getattr(Mechanism, name), f"[{name}](../guide/hooks/{name}.md)") for name in QUESTIONS)
    for title, module in (("Views", views), ("Proposals", proposals), ("Words", choices)):
        yield f"## {title}"
        for owner in classes(module):
            yield from _class(owner)


def _class(owner: type) -> Iterator[str]:
    yield f"### `{owner.__name__}`"
    yield prose(owner)
    yield table_of(owner)


def _building_blocks() -> Iterator[str]:
    yield "Columns in, columns out: `[n]` has one row per account of the event, or per market of the view."
    for found in iter_modules(building_blocks.__path__):
        module = import_module(f"{building_blocks.__name__}.{found.name}")
        yield f"## `{module.__name__}`"
        yield _first(module)
        yield from _entries(module)
        for owner in classes(module):
            yield f"### `{owner.__name__}`"
            yield f"```text\n{inspect.getdoc(owner)}\n```" if isinstance(owner, EnumType) else _first(owner)
            yield from _entries(owner)


def _entries(owner: ModuleType | type) -> Iterator[str]:
    """One list of the public functions that a module or a class defines, if there are any."""
    home = owner.__name__ if isinstance(owner, ModuleType) else owner.__module__
    functions = [
        item
        for name, item in vars(owner).items()
        if inspect.isfunction(item) and item.__module__ == home and not name.startswith("_")
    ]
    if functions:
        yield "\n".join(map(_entry, functions))


def _plugins() -> Iterator[str]:
    yield "## Hooks"
    yield "\n".join(_entry(getattr(hookspecs, name), f"[{name}](../guide/hooks/{name}.md)") for name in HOOKS)
    yield "## Records"
    for owner in (Score, ReportSection, Findings):
        yield from _class(owner)


def _promises() -> Iterator[str]:
    yield "## Checks of the kit"
    yield "What `lastresort check` and `lastresort.plugins.testing.MechanismChecks` try."
    yield table(("check", "promise"), ((f"`{check.name}`", check.promise) for check in CHECKS))
    remarks = " and ".join(f"`{check.name}`" for check in CHECKS if check.remark)
    yield f"Breaches of {remarks} may be meant: they are remarked on and fail nothing."
    yield "## Axioms"
    yield "What `lastresort axioms` decides. They say what a rule is like; no rule has to have them."
    for axiom in AXIOMS.values():
        yield f"### `{axiom.name}`"
        yield f"**{axiom.statement}**"
        yield textwrap.fill(axiom.reading, 120, break_on_hyphens=False)


def _entry(function: Callable[..., object], link: str = "") -> str:
    """One function: its signature, and the first paragraph of what it says about itself."""
    see = f" See {link}." if link else ""
    text = f"- `{signature(function)}`: {_first(function)}{see}"
    return textwrap.fill(text, 120, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)


def _first(item: object) -> str:
    return " ".join((inspect.getdoc(item) or "").split("\n\n")[0].split("\n"))
