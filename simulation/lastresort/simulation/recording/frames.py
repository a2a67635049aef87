"""Tables of a record: pandas takes longer to load than the engine, so it comes with the first table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Ints

if TYPE_CHECKING:
    import pandas as pd


def frame(content: Mapping[str, Any] | Sequence[Any] = (), columns: list[str] | None = None) -> "pd.DataFrame":
    """Columns by name, or rows with the names of their `columns`, as a table; an empty one of nothing."""
    import pandas as pd

    return pd.DataFrame(content, columns=columns)


def large_frame(content: Mapping[str, Any]) -> "pd.DataFrame":
    """Columns by name as a table that keeps them as they lie in memory: they are the table's from now on."""
    import pandas as pd

    return pd.DataFrame(content, copy=False)


def named(names: Sequence[str], place: Ints) -> NDArray[np.object_]:
    """The name at each `place` `[n]`; every row holds the same few texts, where an array of characters had its own."""
    return np.array(names, dtype=np.object_)[place]
