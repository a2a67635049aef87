"""Views whose columns are worked out when somebody reads them, once, and only while their question is open.

A lazy view is one of the contract's views, with the same fields: it starts with the few that are given, and asks its
source for every other one at the first reading. Arrays are read-only. Once the question is over the accounts move on,
so that a view which a rule has kept is read whole before; what is kept shows the numbers of then.
"""

import sys
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lastresort.mechanisms.contract import JointLoss, LossEvent, MarketView, frozen

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

View = TypeVar("View", bound="DataclassInstance")

SOURCE = "_source"
"""The slot of a lazy view that holds what its columns come from."""

_ever_more = count()
_counted: Callable[[object], int] = getattr(sys, "getrefcount", lambda view: next(_ever_more))
_put = object.__setattr__


class QuestionOverError(Exception):
    """A column of a view was read for the first time after the question of the view was over."""


def lazily(kind: type[View], source: object, /, **given: Any) -> View:
    """A view with some fields given; `source` has an attribute for every other one, which is read when it is."""
    view: View = object.__new__(_lazy(kind))
    _put(view, SOURCE, source)
    for name, value in given.items():
        _put(view, name, value)
    return view


def kind_of(view: View) -> type[View]:
    """The contract's type of a view, lazy or not."""
    return next(kind for kind in type(view).__mro__ if not hasattr(kind, SOURCE))


def inside(view: Any) -> tuple[Any, ...]:
    """The views that a view holds."""
    if isinstance(view, JointLoss):
        return view.events
    return (view.candidates,) if isinstance(view, LossEvent | MarketView) else ()


def whole(view: View) -> View:
    """The same view once every column of it, and of the views in it, has been read; it outlives its question."""
    for field in fields(view):
        getattr(view, field.name)
    for held in inside(view):
        whole(held)
    return view


def holders(view: Any) -> int:
    """How many places hold a lazy view or views in it: more after an answer than before if a rule keeps them.

    Where nobody counts, every rule is taken to keep what it is shown.
    """
    if not hasattr(type(view), SOURCE):
        return 0
    nested = sum(_counted(held) + holders(held) for held in inside(view))
    return nested + _counted(view)


def end(*views: Any) -> None:
    """The question about some views, and those in them, is over; a view that is whole is not affected."""
    for view in views:
        if hasattr(type(view), SOURCE):
            end(*inside(view))
            _put(view, SOURCE, None)


@cache
def _lazy(kind: type[View]) -> type[View]:
    """The contract's view, with a source for fields that are not there yet."""
    names = frozenset(field.name for field in fields(kind))

    def read(view: Any, name: str) -> Any:
        if name not in names:
            raise AttributeError(f"{kind.__name__} has no column '{name}'")
        source = object.__getattribute__(view, SOURCE)
        if source is None:
            raise QuestionOverError(
                f"'{name}' of a {kind.__name__} was read after its question was over: "
                "read it while answering, and keep the column instead of the view"
            )
        value = getattr(source, name)
        value = frozen(value) if isinstance(value, np.ndarray) else value
        _put(view, name, value)
        return value

    def plainly(view: Any) -> tuple[type[View], tuple[Any, ...]]:
        return kind, tuple(getattr(view, field.name) for field in fields(kind))

    body = {"__slots__": (SOURCE,), "__getattr__": read, "__reduce__": plainly, "__doc__": kind.__doc__}
    named = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
    return type(kind.__name__, (kind,), body | named)
