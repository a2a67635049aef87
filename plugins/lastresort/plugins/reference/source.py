"""What only the source says: signatures as they are written, and the fields of a class with types and defaults."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Field(NamedTuple):
    """A field as it is declared; an empty text for what is not stated."""

    name: str
    type: str
    default: str


def signature(function: Callable[..., object]) -> str:
    """The signature as it stands in the source, without the modules of its types."""
    node = _definition(function)
    assert isinstance(node, ast.FunctionDef)
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return re.sub(r"\b(views|proposals)\.", "", f"{node.name}({ast.unparse(node.args)}){returned}")


def declared(owner: type) -> Iterator[Field]:
    """Fields of a class in their order: annotated names, or the values of an enumeration."""
    node = _definition(owner)
    assert isinstance(node, ast.ClassDef)
    fields = [_field(line) for line in node.body if isinstance(line, ast.AnnAssign)]
    values = [_value(line) for line in node.body if isinstance(line, ast.Assign)]
    yield from (field for field in fields or values if not field.name.startswith("_"))


def _field(line: ast.AnnAssign) -> Field:
    default = ast.unparse(line.value) if line.value else ""
    return Field(ast.unparse(line.target), _unquoted(line.annotation), default)


def _value(line: ast.Assign) -> Field:
    return Field(ast.unparse(line.targets[0]), "", ast.unparse(line.value))


def _definition(item: Callable[..., object] | type) -> ast.stmt:
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(item))).body
    return node


def _unquoted(annotation: ast.expr) -> str:
    """A type as it reads, where it stands in quotes because what it names is loaded later too."""
    return str(annotation.value) if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
