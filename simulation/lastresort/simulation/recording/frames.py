"""Tables of a record: pandas takes longer to load than the engine, so it comes with the first table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lastresort.mechanisms.contract import Ints

if TYPE_CHECKING:
    import pandas as pd
    from pandas.api.extensions import ExtensionArray


def frame(content: Mapping[str, Any] | Sequence[Any] = (), columns: list[str] | None = None) -> "pd.DataFrame":
    """Columns by name, or rows with the names of their `columns`, as a table; an empty one of nothing."""
    import pandas as pd

    return pd.DataFrame(content, columns=columns)


def large_frame(content: Mapping[str, Any]) -> "pd.DataFrame":
    """Columns by name as a table that keeps them as they lie in memory: they are the table's from now on."""
    import pandas as pd

    return pd.DataFrame(content, copy=False)


def named(names: Sequence[str], place: Ints) -> "ExtensionArray | np.ndarray[Any, Any]":
    """The name at each `place` `[n]` as pandas keeps texts: no row is an object on the way."""
    import pandas as pd

    return pd.Series(list(names)).array.take(place)
