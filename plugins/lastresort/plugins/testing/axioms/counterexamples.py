"""A counterexample as tables that can be checked by hand."""

from collections.abc import Callable, Iterator

from lastresort.plugins.testing.axioms.axiom import Axiom, Comparison
from lastresort.plugins.testing.axioms.bearing import Borne, Burden
from lastresort.plugins.testing.axioms.book import Holder

Row = dict[str, str]

COLUMNS: dict[str, Callable[[Holder, Burden, float], float]] = {
    "contracts": lambda holder, _, mark: holder.contracts,
    "entry": lambda holder, _, mark: holder.entry,
    "profit": lambda holder, _, mark: holder.profit(mark),
    "equity": lambda holder, _, mark: holder.equity(mark),
    "won before": lambda holder, _, mark: holder.won,
    "hedged": lambda holder, _, mark: holder.hedged,
    "opened": lambda holder, _, mark: holder.opened,
    "contribution": lambda holder, _, mark: holder.contribution,
    "discount": lambda holder, _, mark: holder.discount or 0.0,
    "closed": lambda _, burden, mark: burden.closed,
    "taken over": lambda _, burden, mark: burden.taken,
    "charged": lambda _, burden, mark: burden.charged,
    "loss": lambda _, burden, mark: burden.lost,
    "equity after": lambda holder, burden, mark: holder.equity(mark) - burden.lost,
}
"""What is shown of an account: contracts, USD per contract for `entry`, shares, seconds, and USD for all others."""

ALWAYS = ("contracts", "profit", "equity", "closed", "loss", "equity after")
"""Columns that are shown even where they are zero for everybody."""


def tables(comparison: Comparison) -> Iterator[tuple[str, list[Row]]]:
    """Caption and rows of each book, with the columns in which some book has something."""
    shown = [
        name
        for name in COLUMNS
        if name in ALWAYS or any(_value(name, borne, holder) for _, borne in comparison.shown for holder in _of(borne))
    ]
    for caption, borne in comparison.shown:
        rows = [
            {"account": str(holder.account)} | {name: f"{_value(name, borne, holder) + 0.0:,.6g}" for name in shown}
            for holder in _of(borne)
        ]
        if rows:
            yield f"{caption}: {_engine(borne)}", rows


def sentences(axiom: Axiom, comparison: Comparison) -> list[str]:
    """What the axiom demands, how it is meant, and what is wrong."""
    return [axiom.statement, axiom.reading, f"Violated: {comparison.sentence}."]


def _of(borne: Borne) -> list[Holder]:
    return [holder for holder in borne.book.holders if holder.account in borne.burdens]


def _value(name: str, borne: Borne, holder: Holder) -> float:
    return COLUMNS[name](holder, borne.burdens[holder.account], borne.book.mark)


def _engine(borne: Borne) -> str:
    book = borne.book
    prices = f"mark {book.mark:,.6g}, bankruptcy price {book.bankruptcy_price:,.6g}"
    return f"engine holds {book.inventory:+,.6g} contracts and has lost {book.deficit:,.6g} USD; {prices}" + (
        f"; fund {book.fund:,.6g} USD" if book.fund else ""
    )
