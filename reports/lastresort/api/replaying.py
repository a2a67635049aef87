"""A real deleveraging again: what production did, and what each rule would have done with the same contracts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lastresort.api.book_files import book_given, write_folder
from lastresort.api.given_rules import Given, policies_of, with_rules
from lastresort.books.book import Book
from lastresort.books.policy_words import policies_meant
from lastresort.books.replaying.adl_fills import read_fills
from lastresort.books.replaying.closing_rules import PolicyAsRule
from lastresort.books.replaying.event_waves import GAP
from lastresort.books.replaying.gap_table import read_gap_table
from lastresort.books.replaying.replay_words import before_reading, in_words
from lastresort.books.replaying.replayed_event import ReplayedEvent, replay_event
from lastresort.plugins.isolation.contained import contained
from lastresort.simulation.waterfall.time_limit import PATIENCE

if TYPE_CHECKING:
    import pandas as pd

CLOSING = (
    "queue-adl",
    "pro-rata-adl",
    "notional-pro-rata",
    "profit-pro-rata",
    "equity-pro-rata",
    "leverage-pro-rata",
    "hyperliquid-adl",
    "min-max-program",
)
"""Rules that an event is replayed under where nobody says which: they close, and need no more than its file has."""


def replay(
    event: str | Path,
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    out: str | Path | None = None,
    *,
    gap: float = GAP,
    gaps: str | Path | None = None,
    book: "str | Path | pd.DataFrame | Book | None" = None,
    patience: float = PATIENCE,
    show_ids: bool = False,
    command: str = "",
) -> ReplayedEvent:
    """Replay an event in the public schema of reconstructed ADL fills under each policy, and return what came of it.

    A wave starts where the `gap` (seconds) is exceeded, or as the table `gaps` says. `book`, a full snapshot at the
    wave, makes the comparison complete. Policies are as for `allocate`; without any, rules that close. `out` is a
    folder to write document and report to. Raises InputError, with nothing written.
    """
    with with_rules(policies, plugins) as files:
        catalogue = contained(files, patience=patience)
        asked = policies_meant([*policies_of(policies)] or list(CLOSING), catalogue)
        found = replay_event(
            read_fills(event),
            {one.word: PolicyAsRule(one, catalogue, patience) for one in asked},
            gap,
            read_gap_table(gaps) if gaps is not None else None,
            None if book is None else book_given(book),
        )
    if out is not None:
        write_replay(found, out, show_ids, command)
    return found


def write_replay(found: ReplayedEvent, out: str | Path, show_ids: bool = False, command: str = "") -> list[Path]:
    """Write document and report of a replayed event into a folder, and return the files."""
    from lastresort.reports.books_reports import replay_page

    contents = {
        "replay.json": (json.dumps(found.document(), indent=2) + "\n").encode(),
        "report.html": replay_page(found, show_ids, command).encode(),
    }
    return write_folder(Path(out), contents)


__all__ = ["before_reading", "in_words", "replay", "write_replay"]
