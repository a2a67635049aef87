"""Options that say how the file of a book is to be read."""

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
