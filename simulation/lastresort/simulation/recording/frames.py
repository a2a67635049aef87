"""Tables of a record: pandas takes longer to load than the engine, so it comes with the first table."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def frame(content: Mapping[str, Any] | Sequence[Any] = (), columns: list[str] | None = None) -> "pd.DataFrame":
    """Columns by name, or rows with the names of their `columns`, as a table; an empty one of nothing."""
    import pandas as pd

    return pd.DataFrame(content, columns=columns)
