"""Make the columns of a view read-only, as the engine does."""

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from lastresort.mechanisms.contract import frozen

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

View = TypeVar("View", bound="DataclassInstance")


def read_only(view: View) -> View:
    """Return the view itself, its arrays no longer writable."""
    for field in fields(view):
        value = getattr(view, field.name)
        if isinstance(value, np.ndarray):
            object.__setattr__(view, field.name, frozen(value))
    return view
