"""`lastresort allocate`: who would pay under each policy, on a book of real accounts."""

from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.book_options import (
    Account,
    Capital,
    Collateral,
    Decimal,
    Deficits,
    DropBad,
    Equity,
    Fund,
    Layout,
    Lots,
    Marks,
    Owner,
    Positions,
    Rates,
)
from lastresort.cli.one_line_errors import show_tracebacks
from lastresort.cli.options import PATIENCE, Debug, Json, Patience, Plugins, Traceback, Without, typed_command

WIDTH = 120


def allocate(
    book: Annotated[
        list[str], typer.Argument(metavar="BOOK...", help="CSV, Parquet or JSON file of positions; several are joined.")
    ],
    policies: Annotated[
        str,
        typer.Option(
            metavar="NAME,...",
            help="Policies, suites, rules such as 'capped-pro-rata(hbar=0.05,floor=0)', or YAML files.",
            show_default="the core suite",
        ),
    ] = "",
    mark: Marks = None,
    position: Positions = None,
    deficit: Deficits = None,
    fund: Fund = 0.0,
    capital: Capital = 0.0,
    layout: Layout = "",
    account: Account = "",
    equity: Equity = None,
    collateral: Collateral = None,
    owner: Owner = "",
    fx: Rates = None,
    decimal: Decimal = "",
    lot: Lots = None,
    drop_bad: DropBad = False,
    plugin: Plugins = None,
    without: Without = None,
    debug: Debug = False,
    traceback: Traceback = False,
    patience: Patience = PATIENCE,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write table, accounts and report to.")
    ] = None,
    show_ids: Annotated[bool, typer.Option("--show-ids", help="Do not hash ids of accounts in the report.")] = False,
    json: Json = False,
) -> None:
    """Share the losses of a book of real accounts out under each policy, and print who would pay."""
    read = api.read_books(
        book,
        layout or None,
        account=account or None,
        equity=equity,
        collateral=collateral,
        owner=owner or None,
        fx=api.named_numbers(fx or (), "--fx", "EUR=1.08"),
        decimal=decimal or None,
        drop_bad=drop_bad,
        lots=api.named_numbers(lot or (), "--lot", "BTC=1e-5"),
    )
    found = api.allocate(
        read,
        api.outside_brackets(policies),
        plugin or (),
        out,
        marks=api.named_numbers(mark or (), "--mark", "BTC=105000"),
        positions=position or (),
        deficits=deficit or (),
        fund=fund,
        capital=capital,
        patience=patience,
        show_ids=show_ids,
        command=typed_command(),
    )
    _print(found, json)
    if traceback:
        show_tracebacks(one.traceback for one in found.outcomes)
    if out and not json:
        typer.echo(out / "report.html")


def _print(found: "api.Allocations", json: bool) -> None:
    from lastresort.cli.tables import print_document, print_table

    if json:
        print_document(found.document())
        return
    for line in found.lines:
        typer.echo(fill(line, WIDTH, subsequent_indent="  "))
    if found.takeovers:
        print_table("what is taken, USD", found.money)
        print_table("how unevenly", found.spread)
    for line in [*found.payers, *found.notes] if found.takeovers else found.notes:
        typer.echo(fill(line, WIDTH, subsequent_indent="  "))
