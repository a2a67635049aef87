"""Options that say how the file of a book is to be read, and what is lost besides."""

from typing import Annotated

import typer

Layout = Annotated[
    str, typer.Option("--map", metavar="NAME", help="Layout of the file, such as binance, or a YAML file.")
]
Account = Annotated[str, typer.Option("--account", metavar="ID", help="The account, where the file does not say.")]
Equity = Annotated[
    float | None, typer.Option("--equity", metavar="USD", help="Its equity, profit included, where the file has none.")
]
Collateral = Annotated[
    float | None, typer.Option("--collateral", metavar="USD", help="Its cash, where the file has none.")
]
Owner = Annotated[str, typer.Option("--owner", metavar="ID", help="Its owner, where the file does not say.")]
Rates = Annotated[
    list[str] | None,
    typer.Option("--fx", metavar="CURRENCY=USD", help="An exchange rate, as in EUR=1.08; may be given several times."),
]
Decimal = Annotated[str, typer.Option("--decimal", metavar="MARK", help="Decimal mark of the file: '.' or ','.")]
Lots = Annotated[
    list[str] | None,
    typer.Option("--lot", metavar="MARKET=SIZE", help="Smallest size, as in BTC=1e-5; may be given several times."),
]
DropBad = Annotated[bool, typer.Option("--drop-bad", help="Leave rows with bad cells out, and name them.")]

Marks = Annotated[
    list[str] | None,
    typer.Option("--mark", metavar="MARKET=PRICE", help="Another mark, as in BTC=105000; may be given several times."),
]
Positions = Annotated[
    list[str] | None,
    typer.Option(
        "--position",
        metavar="MARKET:CONTRACTS@PRICE",
        help="A position from outside at its bankruptcy price, as in BTC:+8@108500; may be given several times.",
    ),
]
Deficits = Annotated[
    list[str] | None,
    typer.Option(
        "--deficit",
        metavar="USD",
        help="A loss without a position, as in 4000 or BTC=4000; may be given several times.",
    ),
]
Fund = Annotated[float, typer.Option("--fund", metavar="USD", help="What the insurance fund can pay.")]
Capital = Annotated[float, typer.Option("--capital", metavar="USD", help="The venue's own capital.")]
