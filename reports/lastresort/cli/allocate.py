"""`lastresort allocate`: who would pay under each policy, on a book of real accounts."""

from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from lastresort import api
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
    mark: Annotated[
        list[str] | None, typer.Option(metavar="MARKET=PRICE", help="Another mark, as in BTC=105000; may be repeated.")
    ] = None,
    position: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MARKET:CONTRACTS@PRICE",
            help="A bankrupt position from outside and its bankruptcy price, as in BTC:+8@108500; may be repeated.",
        ),
    ] = None,
    deficit: Annotated[
        list[str] | None,
        typer.Option(metavar="USD", help="A loss without a position, as in 4000 or BTC=4000; may be repeated."),
    ] = None,
    fund: Annotated[float, typer.Option(metavar="USD", help="What the insurance fund can pay.")] = 0.0,
    capital: Annotated[float, typer.Option(metavar="USD", help="The venue's own capital.")] = 0.0,
    layout: Annotated[
        str, typer.Option("--map", metavar="NAME", help="Layout of the file, such as binance, or a YAML file.")
    ] = "",
    account: Annotated[str, typer.Option(metavar="ID", help="The account, where the file does not say.")] = "",
    equity: Annotated[
        float | None, typer.Option(metavar="USD", help="Its equity, profit included, where the file does not say.")
    ] = None,
    collateral: Annotated[
        float | None, typer.Option(metavar="USD", help="Its cash, where the file does not say.")
    ] = None,
    owner: Annotated[str, typer.Option(metavar="ID", help="Its owner, where the file does not say.")] = "",
    fx: Annotated[
        list[str] | None,
        typer.Option(metavar="CURRENCY=USD", help="An exchange rate, as in EUR=1.08; repeatable."),
    ] = None,
    decimal: Annotated[str, typer.Option(metavar="MARK", help="Decimal mark of the file: '.' or ','.")] = "",
    lot: Annotated[
        list[str] | None, typer.Option(metavar="MARKET=SIZE", help="Smallest size, as in BTC=1e-5; may be repeated.")
    ] = None,
    drop_bad: Annotated[bool, typer.Option("--drop-bad", help="Leave rows with bad cells out, and name them.")] = False,
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
