"""What to write instead, for mistakes of which pydantic, NumPy and Python do not say it."""

import dataclasses
import re
from ast import literal_eval
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from traceback import walk_tb
from typing import Any

from pydantic import PydanticUserError

from lastresort.mechanisms import contract
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.plain_text import escaped

CONSTRUCTOR = (
    "a mechanism needs no __init__ of its own: a parameter is a field, as in `limit: float = 3.0`, and what is "
    "remembered is a private attribute, as in `_count: int = PrivateAttr(default=0)`; what has to be worked out "
    "at the start goes into `def model_post_init(self, context): ...`"
)

NO_DATACLASS = (
    "a mechanism is a pydantic model already: leave @dataclass out, and write parameters as fields, as in "
    "`limit: float = 3.0`, and what is remembered as `_count: int = PrivateAttr(default=0)`"
)


def advice(error: BaseException) -> str:
    """Return "; " and what to write instead of what led to an exception; "" where nothing is known of it."""
    if _made_a_dataclass(error):
        found = NO_DATACLASS
    elif type(error) is AttributeError:
        name, owner = _held(AttributeError, error, "name"), _held(AttributeError, error, "obj")
        found = _of_attribute(owner, name) if type(name) is str else ""
    else:
        found = _of_text(error)
    return f"; {found}" if found else ""


def _of_attribute(owner: Any, name: str) -> str:
    """What a mechanism was asked for that it does not have."""
    if not issubclass(type(owner), Mechanism):
        return ""
    if name.startswith("__pydantic_") or name in type(owner).model_fields:  # pydantic's own constructor was not called
        return CONSTRUCTOR
    if name.startswith("_"):
        return f"what is remembered is declared in the class, as in `{name}: int = PrivateAttr(default=0)`"
    close = get_close_matches(name, type(owner).model_fields, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"a parameter is declared in the class, as in `{name}: float = 3.0`"


def _made_a_dataclass(error: BaseException) -> bool:
    """Whether it comes from the decorator, at work on a mechanism."""
    frames = (frame for frame, _ in walk_tb(_held(BaseException, error, "__traceback__")))
    decorated = (frame.f_locals.get("cls") for frame in frames if frame.f_code.co_filename == dataclasses.__file__)
    return any(issubclass(type(one), type) and issubclass(one, Mechanism) for one in decorated if one is not None)


def _of_text(error: BaseException) -> str:
    for kind, pattern, told in _TOLD:
        if type(error) is kind and (found := re.search(pattern, _text(error))):
            return escaped(told(*found.groups()))
    return ""


def _text(error: BaseException) -> str:
    arguments = _held(BaseException, error, "args")
    said = error.message if type(error) is PydanticUserError else arguments[0] if arguments else ""
    return said if type(said) is str else ""


def _held(kind: type, error: BaseException, name: str) -> Any:
    return vars(kind)[name].__get__(error)


def _new_attribute(name: str) -> str:
    return (
        f"what is remembered is a private attribute: write `_{name}: int = PrivateAttr(default=0)` in the class, and "
        f"`self._{name} = ...`; a parameter is a field, as in `{name}: float = 3.0`, which policies set"
    )


def _bare(name: str, value: str) -> str:
    try:
        kind = type(literal_eval(value))
    except (ValueError, SyntaxError):
        return f"a parameter says its type, as in `{name}: float = {value}`; a constant is a `ClassVar`"
    if kind in (list, dict, set):
        private = f"_{name}: {kind.__name__} = PrivateAttr(default_factory={kind.__name__})"
        return f"what is remembered is a private attribute, each rule's own: write `{private}`"
    return f"a parameter says its type: write `{name}: {kind.__name__} = {value}`; a constant is a `ClassVar`"


def _field_without_type(name: str) -> str:
    return f"a parameter says its type: write `{name}: float = Field(...)`"


def _reserved(name: str) -> str:
    return f"pydantic has a method of this name: give the parameter another, such as `{name.removeprefix('model_')}_`"


def _unknown_argument(record: str, name: str) -> str:
    kind = getattr(contract, record, None)
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return ""
    known = [field.name for field in fields(kind)]
    close = get_close_matches(name, known, n=1)
    return f"did you mean '{close[0]}'?" if close else f"allowed: {', '.join(known)}"


def _read_only() -> str:
    return "what a rule is shown is read-only: work on a copy, as in `column = column.copy()`"


_TOLD: tuple[tuple[type[BaseException], str, Callable[..., str]], ...] = (
    (ValueError, r'^"\w+" object has no field "(\w+)"$', _new_attribute),
    (ValueError, r"read-only|WRITEABLE", _read_only),
    (TypeError, r"^(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", _unknown_argument),
    (NameError, r"""^Field ["'](\w+)["'] conflicts with member""", _reserved),
    (ValueError, r"""^Field ["'](\w+)["'] conflicts with member""", _reserved),
    (PydanticUserError, r"A non-annotated attribute was detected: `(\w+) = (.*?)`\. All", _bare),
    (PydanticUserError, r"^Field '(\w+)' requires a type annotation", _field_without_type),
)
"""Kinds of exceptions, what their texts look like, and what is told given the parts of the text."""
