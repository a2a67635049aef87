"""Parameters that are numbers of markets: a simulated venue's first market is BTC, that of a book may be any."""

import re
from collections.abc import Iterable
from typing import Any

from lastresort.books.book import Book
from lastresort.mechanisms.policy import Policy, Step
from lastresort.plugins.catalogue import Catalogue

QUOTED = re.compile(r"(?:[-/_.: ]?(?:USD[TC]?|PERP(?:ETUAL)?|SWAP))*")
"""What may follow the coin in the name of a market."""


def renumbered(policy: Policy, book: Book, catalogue: Catalogue) -> Policy:
    """Return the policy for a book: where a parameter means markets by their coins, its default is their rows.

    Such a parameter declares the coins in its field, as `markets`; one that a policy sets itself stays as it is.
    """
    steps = tuple(_renumbered(step, book, catalogue) for step in policy.waterfall)
    return policy if steps == policy.waterfall else policy.model_copy(update={"waterfall": steps})


def _renumbered(step: Step, book: Book, catalogue: Catalogue) -> Step:
    rows = {
        name: _rows(book, coins)
        for name, field in catalogue.mechanisms[step.use].model_fields.items()
        if name not in step.parameters and (coins := _coins(field.json_schema_extra))
    }
    return step.model_copy(update={"parameters": {**step.parameters, **rows}}) if rows else step


def _coins(extra: Any) -> list[str]:
    found = extra.get("markets", []) if isinstance(extra, dict) else []
    return [str(one) for one in found] if isinstance(found, list) else []


def _rows(book: Book, coins: Iterable[str]) -> list[int]:
    names = [str(name).upper() for name in book.markets.name]
    return [row for row, name in enumerate(names) if any(_is_of(name, coin) for coin in coins)]


def _is_of(market: str, coin: str) -> bool:
    return market.startswith(coin) and QUOTED.fullmatch(market, len(coin)) is not None
