"""Parameters that no line of a rule reads: changing one changes nothing.

Found in the text of the rule's classes, of what they inherit below Mechanism and of the functions beside them. Where a
rule hands itself on as a whole, nobody can tell, and nothing is said.
"""

import ast
import inspect
import sys
from collections.abc import Iterator

from lastresort.mechanisms.contract import Mechanism

AS_A_WHOLE = {"model_dump", "model_dump_json", "model_copy", "__dict__", "dict", "json", "copy"}
"""Attributes through which every parameter is read at once."""


def unread_parameters(mechanism: type[Mechanism]) -> list[str]:
    """Return the names of parameters that are never read, in the order of the class."""
    nodes = _nodes(mechanism)
    if nodes is None or any(_reads_all(node) for node in nodes):
        return []
    read = {name for top in nodes for node in ast.walk(top) for name in _read(node)}
    return [name for name in mechanism.model_fields if name not in read]


def _nodes(mechanism: type[Mechanism]) -> list[ast.stmt] | None:
    """Classes of the rule and functions of their modules; None where the text of one is not known."""
    found: list[ast.stmt] = []
    for owner in mechanism.__mro__[: mechanism.__mro__.index(Mechanism)]:
        body = _module_body(owner)
        own = [node for node in body if isinstance(node, ast.ClassDef) and node.name == owner.__name__]
        if len(own) != 1:
            return None
        found += [*own, *(node for node in body if isinstance(node, ast.FunctionDef))]
    return found


def _module_body(owner: type) -> list[ast.stmt]:
    try:
        return ast.parse(inspect.getsource(sys.modules[owner.__module__])).body
    except (OSError, TypeError, SyntaxError, KeyError):
        return []


def _read(node: ast.AST) -> Iterator[str]:
    """Names that a node reads of some object, or spells out, as validators do."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _reads_all(top: ast.stmt) -> bool:
    """Whether `self` stands somewhere by itself, or is read as a whole."""
    inside = list(ast.walk(top))
    harmless = {id(part) for node in inside for part in _harmless(node)}
    return any(
        (_is_self(node) and id(node) not in harmless)
        or (isinstance(node, ast.Attribute) and node.attr in AS_A_WHOLE and _is_self(node.value))
        for node in inside
    )


def _is_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def _harmless(node: ast.AST) -> list[ast.expr]:
    """The `self` of `self.something` and of `type(self)`."""
    if isinstance(node, ast.Attribute):
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type":
        return node.args
    return []
