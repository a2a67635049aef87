"""A copy of a built-in rule under a new name, to change: the rule, what it says in the small crash, and its tests."""

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import wrap

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.errors import InputError, did_you_mean
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.scaffold.names import ALLOWED_NAMES, Names, new_names
from lastresort.plugins.scaffold.rendering import render
from lastresort.plugins.scaffold.steps import Step, lines
from lastresort.plugins.scaffold.writing import write_new
from lastresort.plugins.testing.transcripts.transcript import retitled, transcript

LONGEST_LINE = 110


def new_derived(name: str, origin: str, folder: Path) -> tuple[Path, list[str]]:
    """Write `<name>.py` to `folder`, a copy of the built-in rule `origin`, with its transcript and its test beside it.

    Return its path and what to type next, there. Raises InputError for an unknown rule, for a bad or taken name, and
    where one of the files exists; then nothing is written.
    """
    rule, names = _built_in(origin), new_names(name)
    reference = contained().plays_reference(origin)
    file, told, test = (folder / one for one in _files(names))
    texts = {
        file: copied(rule, names),
        told: retitled(transcript(rule), rule, names.name),
        test: render("derived/test_rule.py", names, origin=origin, reference=reference, told=told.name),
    }
    write_new([file, told, test], texts)
    return file, lines(_steps(names, file.name, test.name, reference))


def _files(names: Names) -> tuple[str, str, str]:
    return f"{names.module}.py", f"{names.module}.txt", f"test_{names.module}.py"


def _built_in(origin: str) -> type[Mechanism]:
    known = {str(rule.name): rule for rule in lastresort_mechanisms()}
    if origin not in known:
        shown = "a built-in rule, as 'lastresort list mechanisms' shows them"
        raise InputError(f"--from: unknown mechanism '{origin}'; allowed: {shown}{did_you_mean(origin, known)}")
    return known[origin]


def copied(rule: type[Mechanism], names: Names) -> str:
    """Return the text of a rule's module with the rule under another name; raises InputError where that is taken there.

    What else stands in the module stays; what it imports from the repository is imported, not copied.
    """
    text = inspect.getsource(sys.modules[rule.__module__])
    if re.search(rf"\b{names.class_name}\b", text):
        raise InputError(f"name '{names.name}': '{rule.name}' uses '{names.class_name}'; allowed: {ALLOWED_NAMES}")
    found = text.splitlines()
    for node, new in sorted(_changes(rule, names, ast.parse(text)), key=lambda one: -one[0].lineno):
        found[node.lineno - 1 : node.end_lineno] = new
    return re.sub(rf"\b{rule.__name__}\b", names.class_name, "\n".join(found) + "\n")


def _changes(rule: type[Mechanism], names: Names, module: ast.Module) -> Iterable[tuple[ast.stmt, list[str]]]:
    """Statements and the lines to put in their place: the docstring of the module, name and source of the rule."""
    summary = (ast.get_docstring(module) or "").split("\n")[0]
    yield module.body[0], wrap(f'"""{names.title}, derived from {rule.name}. {summary}"""', LONGEST_LINE)
    (body,) = (node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == rule.__name__)
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if node.target.id == "name":
                yield node, [f'    name: ClassVar[str] = "{names.name}"']
            elif node.target.id == "source":
                yield node, _assigned("source", f"derived from {rule.name}: {rule.source}")


def _assigned(name: str, text: str) -> list[str]:
    """Lines that give a class variable a text, in pieces where it is long."""
    start = f"    {name}: ClassVar[str] = "
    whole = json.dumps(text, ensure_ascii=False)
    if len(start) + len(whole) <= LONGEST_LINE:
        return [start + whole]
    pieces = wrap(text, LONGEST_LINE - 12, drop_whitespace=False, break_on_hyphens=False)
    return [f"{start}(", *(f"        {json.dumps(piece, ensure_ascii=False)}" for piece in pieces), "    )"]


def _steps(names: Names, file: str, test: str, reference: bool) -> tuple[Step, ...]:
    """What comes from a reference uses money of nobody, which no policy that is compared may."""
    compare = f"lastresort compare oct-2025 --plugin {file} --policies fund+queue-adl,{names.policy} --seeds 2"
    contender = (
        Step(f"lastresort check {file}", "does it keep the contract?"),
        Step(compare, "beside the queue: about a minute"),
    )
    return (
        Step(f"lastresort explain {names.name} --plugin {file}", "what it says in a small crash"),
        Step(f"python -m pytest {test}", "does it keep the contract, and say what its transcript says?"),
        *(() if reference else contender),
        Step(f"python {test}", "write its transcript anew, once it says something else on purpose"),
    )
