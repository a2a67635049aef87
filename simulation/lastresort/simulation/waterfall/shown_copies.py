"""What a rule that is not built in is shown: copies of the columns, so that what it does to them is done to nobody.

A copy lies in memory that NumPy does not unlock. There are ways to write on it all the same, so that it is compared
with the engine's own column once the answer is there.
"""

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lastresort.mechanisms.contract import JointLoss, LossEvent, MarketView
from lastresort.simulation.waterfall.lazy_views import SOURCE, end, inside, kind_of, lazily

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

View = TypeVar("View", bound="DataclassInstance")

_got = object.__getattribute__


class _Copies:
    """Columns of a view, copied when they are read; `given` is what was read, by name."""

    def __init__(self, view: Any) -> None:
        self.view = view
        self.given: dict[str, Any] = {}
        self.inside: tuple[Any, ...] = ()

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.view, name)
        self.given[name] = value
        return _copy(value) if isinstance(value, np.ndarray) else value


def _copy(column: Any) -> Any:
    return np.frombuffer(column.tobytes(), column.dtype) if column.size else np.empty(0, column.dtype)


def shown(view: View) -> View:
    """The same view with columns of its own, which are made when they are read; views in it likewise."""
    copies = _Copies(view)
    if isinstance(view, LossEvent | MarketView):
        copies.given["candidates"] = shown(view.candidates)
    if isinstance(view, JointLoss):
        copies.given["events"] = tuple(map(shown, view.events))
    own = lazily(kind_of(view), copies, **copies.given)
    copies.inside = inside(own)
    return own


def part_with(own: Any) -> None:
    """The question is over: what has not been read cannot be read any more."""
    copies = _got(own, SOURCE)
    if isinstance(copies, _Copies):
        for held in copies.inside:
            part_with(held)
    end(own)


def damage(own: Any) -> str:
    """What a rule did to a view that it was shown; "" where it did nothing."""
    copies = _got(own, SOURCE)
    if type(copies) is not _Copies:
        return f"replaced what its {_kind(own)} reads from"
    for name, value in copies.given.items():
        if not _is_as_given(own, name, value):
            return f"changed '{name}' of its {_kind(own)}"
    return next(filter(None, map(damage, copies.inside)), "")


def _kind(own: Any) -> str:
    return type(own).__name__


def _is_as_given(own: Any, name: str, value: Any) -> bool:
    try:
        found = _got(own, name)
    except AttributeError:
        return False
    if not isinstance(value, np.ndarray):
        return found is value
    return (
        type(found) is np.ndarray and (found.dtype, found.shape) == (value.dtype, value.shape) and _same(found, value)
    )


def _same(one: Any, other: Any) -> bool:
    """Whether two columns are the same bytes, whatever they mean as numbers."""
    bits = f"u{other.itemsize}"
    return bool((one.view(bits) == other.view(bits)).all())
