"""Reads the journal for changes of position that accounts did not choose, and what the market was worth afterwards."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.journal import NONE, Cause, Party, Posting, Unit
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.recording.column_families import WINDOWS
from lastresort.simulation.recording.frames import large_frame, named
from lastresort.simulation.recording.mid_windows import MidWindows
from lastresort.simulation.universe import Universe

if TYPE_CHECKING:
    import pandas as pd

CAUSES = (
    Cause.TAKEOVER,
    Cause.LIQUIDATION_ORDER,
    Cause.DELEVERAGING,
    Cause.REDUCTION,
    Cause.ASSIGNMENT,
    Cause.FORCED_ASSIGNMENT,
    Cause.SETTLEMENT,
    Cause.OPENING,
    Cause.REOPENING,
)
"""What makes a row: forced closes and liquidations, takeovers by accounts, positions opened and opened again."""


class Fills:
    """The rows of the `fills` table, posting by posting; their windows close as the run goes on."""

    def __init__(self, universe: Universe, ledger: Ledger) -> None:
        self._universe, self._journal = universe, ledger.journal
        self.windows = MidWindows(universe)
        self._postings: list[Posting] = []
        self._usual: list[Floats] = []
        self._moments: list[Ints] = []
        self._journal.readers.append(self.read)

    def read(self, posting: Posting) -> None:
        """Keep a posting that changed accounts' positions in one of the ways that count."""
        if posting.cause in CAUSES and posting.party is Party.ACCOUNTS and len(posting.quantity):
            self._postings.append(_kept(posting))
            self._usual.append(self._journal.usual_mark[posting.venue, posting.market])
            lines = len(posting.quantity)
            books = (where if where.ndim else np.full(lines, where) for where in (posting.venue, posting.market))
            self._moments.append(narrow(self.windows.begin(*books)))

    def table(self, index: Floats, owner: Ints) -> "pd.DataFrame":
        """One row per account and change.

        `index` `[M]` is what spot is worth at the end of the tail, `owner` `[n]` the owner of each account.
        """
        account = self._column("account").astype(np.int64)
        average = self.windows.averages(index)[self._long(self._moments).astype(np.int64)]
        equity, need = (self._long([getattr(p.unit, name, np.nan) for p in self._postings]) for name in Unit._fields)
        return large_frame(
            {
                "time": self._column("time"),
                "venue": named(self._universe.venues, self._column("venue").astype(np.int64)),
                "market": named(self._universe.markets, self._column("market").astype(np.int64)),
                "account": account,
                "owner": owner[account],
                "cause": self._texts([posting.cause.value for posting in self._postings]),
                "stage": self._texts([posting.stage for posting in self._postings]),
                **{name: self._column(name) for name in ("quantity", "price", "mark", "mid", "fee")},
                "usual_mark": self._long(self._usual),
                "unit_equity": equity,
                "unit_maintenance": need,
                **dict(zip(WINDOWS, average.T, strict=True)),
            }
        )

    def _texts(self, parts: Sequence[str | Sequence[str]]) -> Any:
        """One text per row, of parts with one for all lines of a posting, or one for each."""
        number: dict[str, int] = {}
        places = [
            number.setdefault(part, len(number))
            if isinstance(part, str)
            else np.array([number.setdefault(text, len(number)) for text in part])
            for part in parts
        ]
        return named(list(number), self._long(places).astype(np.int64))

    def _column(self, name: str) -> Floats:
        return self._long([getattr(posting, name) for posting in self._postings])

    def _long(self, parts: Sequence[Floats | Ints | float]) -> Floats:
        """One value per row: each part stretched to the lines of its posting."""
        lines = [len(posting.quantity) for posting in self._postings]
        stretched = [part if np.ndim(part) else np.full(n, part) for part, n in zip(parts, lines, strict=True)]
        return np.concatenate([np.empty(0), *stretched])


def _kept(posting: Posting) -> Posting:
    """What the table takes of a posting, in few bytes: there are half as many lines as accounts, until the run ends."""
    where = (narrow(posting.venue, np.int16), narrow(posting.market, np.int16))
    return posting._replace(venue=where[0], market=where[1], account=narrow(posting.account), cash=NONE)
