"""Who would pay under each policy, on a book of real accounts: a table, each account's row, and a report."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from lastresort.api.book_files import book_given, write_folder
from lastresort.api.given_rules import Given, policies_of, with_rules
from lastresort.books.allocations import Allocations
from lastresort.books.book import Book
from lastresort.books.policies_on_book import allocations, stress_of
from lastresort.plugins.isolation.contained import contained
from lastresort.simulation.waterfall.time_limit import PATIENCE

if TYPE_CHECKING:
    import pandas as pd

FILES = ("allocations.csv", "accounts.csv", "allocations.json", "report.html")
"""What is written: the table, each account's row, both as a document, and the report."""


def allocate(
    book: "str | Path | pd.DataFrame | Book",
    policies: Sequence[Given] = (),
    plugins: Sequence[str | Path] = (),
    out: str | Path | None = None,
    *,
    marks: Mapping[str, float] | None = None,
    positions: Sequence[str] = (),
    deficits: Sequence[str] = (),
    fund: float = 0.0,
    capital: float = 0.0,
    patience: float = PATIENCE,
    show_ids: bool = False,
    command: str = "",
) -> Allocations:
    """Share the losses of a book out under each policy, from the same snapshot, and return what each takes from whom.

    `book` is a file, a frame or a `Book`; accounts under water in it are the loss. `marks` are other prices by market.
    `positions` as in `BTC:+8@108500` and `deficits` as in `4000` come from outside. `fund` and `capital` (USD) are what
    each venue has. A policy is as for `compare`; a rule's name alone, as in `pro-rata-adl` or
    `capped-pro-rata(hbar=0.05,floor=0)`, is the smallest policy with it; the core suite without any. `plugins` are
    Python files, whose answers may take `patience` seconds. `out` is a folder to write table, accounts and report to;
    ids of accounts are hashed in the report unless `show_ids`. Raises InputError, with nothing written.
    """
    stress = stress_of(positions, deficits, fund, capital)
    with with_rules(policies, plugins) as files:
        catalogue = contained(files, patience=patience)
        found = allocations(book_given(book).at(marks), policies_of(policies), catalogue, stress, patience, command)
    if out is not None:
        write(found, out, show_ids)
    return found


def write(found: Allocations, out: str | Path, show_ids: bool = False) -> list[Path]:
    """Write table, accounts, document and report of allocations into a folder, and return the files."""
    from lastresort.reports.books_reports import allocation_page

    with ThreadPoolExecutor(1) as beside:  # the writer of CSV leaves the interpreter to others
        accounts = beside.submit(found.accounts_csv)
        page = allocation_page(found, show_ids).encode()
    contents = (
        found.to_pandas().to_csv(index=False, lineterminator="\n").encode(),
        accounts.result(),
        (json.dumps(found.document(), indent=2) + "\n").encode(),
        page,
    )
    return write_folder(Path(out), dict(zip(FILES, contents, strict=True)))
