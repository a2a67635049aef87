"""Results that are a table: a few lines as text, the whole in a notebook, and a frame."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from html import escape
from textwrap import shorten
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FIRST = 5
"""Rows that the text shows."""

WIDTH = 110


class Shown(ABC):
    """A result with a title and rows of texts, which all have the same keys."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What the table is of."""

    @property
    @abstractmethod
    def rows(self) -> Sequence[Mapping[str, str]]:
        """The table as the command prints it."""

    def to_pandas(self) -> "pd.DataFrame":
        """Return the table as a frame."""
        import pandas as pd

        return pd.DataFrame([dict(row) for row in self.rows])

    def __repr__(self) -> str:
        rows = [shorten("  ".join(row.values()), WIDTH, placeholder=" ...") for row in self.rows[:FIRST]]
        more = len(self.rows) - len(rows)
        return "\n  ".join([self.title, *rows, *([f"... and {more} more"] if more else [])])

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{escape(self.title)}</p>"
        head = "".join(f"<th>{escape(name)}</th>" for name in self.rows[0])
        body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row.values())}</tr>" for row in self.rows)
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
