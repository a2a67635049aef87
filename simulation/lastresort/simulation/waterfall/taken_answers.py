"""The answer of a rule that is not built in, taken over: each of its fields read once, and nothing of its own kept.

What comes out is one of the contract's records with columns that nobody else holds. A subclass may say something else
each time it is asked, or change its columns once they have been checked; a copy does not.
"""

from dataclasses import fields
from enum import IntEnum
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, Payer, Scope
from lastresort.mechanisms.contract.plain_text import representation, type_name

ALLOWED = "allowed are real numbers: floating-point, whole, or yes and no"

_REAL = "fiub"
_OTHERS = {
    "c": "complex numbers",
    "O": "objects",
    "U": "texts",
    "S": "bytes",
    "M": "dates",
    "m": "durations",
    "V": "records",
}
_CHOICES: dict[str, type[IntEnum]] = {"payer": Payer, "gap_payer": Payer, "scope": Scope}
_OPTIONAL = ("funding_cap", "funding_interval", "drawn")


class NotTakenError(Exception):
    """An answer is not what the contract says; the message is what is wrong with it."""


def taken(said: Any, kind: type) -> Any:
    """The same answer as a `kind` with columns of its own; None and what is of another type stay as they are."""
    if said is None or not issubclass(type(said), kind) or kind is type(None):
        return said
    return kind(**{field.name: _field(said, field.name) for field in fields(kind)})


def _field(said: Any, name: str) -> Any:
    try:
        value = getattr(said, name)
    except AttributeError:
        raise NotTakenError(f"'{name}' is missing in its {type_name(said)}") from None
    if name == "allocations":
        return _allocations(value)
    if name in _CHOICES:
        return _choice(name, value)
    if name == "claim":
        return bool(value)
    if value is None and name in _OPTIONAL:
        return None
    return _numbers(name, value)


def _allocations(value: Any) -> tuple[Allocation | None, ...]:
    """One answer for each event."""
    if not isinstance(value, tuple | list):
        raise NotTakenError(f"'allocations' is {type_name(value)}, allowed is a tuple of Allocation or None")
    for one in value:
        if one is not None and not issubclass(type(one), Allocation):
            raise NotTakenError(f"'allocations' holds {type_name(one)}, allowed is Allocation or None")
    return tuple(taken(one, Allocation) for one in value)


def _choice(name: str, value: Any) -> Any:
    """A member, or the number of one, which is looked up later."""
    if type(value) in (int, _CHOICES[name]):
        return value
    if isinstance(value, np.integer):
        return int(value)
    allowed = " or ".join(f"{_CHOICES[name].__name__}.{choice.name}" for choice in _CHOICES[name])
    raise NotTakenError(f"'{name}' is {representation(value)}, allowed is {allowed}")


def _numbers(name: str, value: Any) -> Any:
    """A column, or one number."""
    return value if type(value) in (float, int, bool) else np.array(real_numbers(name, value), copy=True)


def real_numbers(name: str, value: Any) -> Floats:
    """A field of an answer as floating-point numbers, of whatever shape; NotTakenError where it holds anything else.

    Yes and no are 1 and 0, so that a mask may stand for a share; a text that spells a number is a text.
    """
    try:
        column = np.asarray(value)
    except (TypeError, ValueError):
        raise NotTakenError(f"'{name}' holds rows of different lengths; {ALLOWED}") from None
    if column.dtype.kind not in _REAL:
        found = _OTHERS.get(column.dtype.kind, str(column.dtype))
        raise NotTakenError(f"'{name}' holds {found}; {ALLOWED}")
    return np.asarray(column, dtype=np.float64)
