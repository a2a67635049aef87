"""A column that a record does not have: what was probably meant is told, in the field's words or by its letters."""

import re
from dataclasses import fields

import numpy as np
import pytest

from lastresort.mechanisms import contract
from lastresort.mechanisms.contract import Absorption, Candidates, LossEvent, Payer
from lastresort.mechanisms.contract.missing_columns import WORDS, columns, missing
from lastresort.plugins.testing.small_crash import FIRST_BREACH, shown


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (Candidates, "pnl", "did you mean 'profit'?"),
        (Candidates, "size", "did you mean 'quantity'?"),
        (Candidates, "margin", "did you mean 'maintenance'?"),
        (Candidates, "proft", "did you mean 'profit'?"),
        (LossEvent, "price", "did you mean 'mark'?"),
        (LossEvent, "size", "did you mean 'contracts'?"),
        (LossEvent, "pnl", "did you mean 'candidates.profit'?"),
        (LossEvent, "equity", "did you mean 'candidates.equity'?"),
        (contract.MarginView, "zebra", "allowed: time, mark, open_interest, initial_open_interest, volatility"),
    ],
)
def test_what_was_meant_is_told(kind: type, name: str, told: str) -> None:
    assert str(missing(kind, name)) == f"'{kind.__name__}' has no column '{name}'; {told}"


def test_the_records_that_have_a_column_are_named() -> None:
    assert re.fullmatch(
        r"'Candidates' has no column 'mark'; PriceView, .*LossEvent.* have it", str(missing(Candidates, "mark"))
    )


def test_views_that_are_read_lazily_and_plain_records_say_it() -> None:
    (event,) = shown("allocate", FIRST_BREACH)
    name = "upnl"
    with pytest.raises(AttributeError, match=r"'Candidates' has no column 'upnl'; did you mean 'profit'\?"):
        _ = getattr(event.candidates, name)
    name = "paid"
    said = Absorption(payer=Payer.FUND, pay=np.zeros(1), standby=np.zeros(1), take=np.zeros(1))
    with pytest.raises(AttributeError, match=r"'Absorption' has no column 'paid'; did you mean 'pay'\?"):
        _ = getattr(said, name)
    assert not hasattr(said, "__array__")


def test_the_words_of_the_field_lead_to_columns_that_there_are() -> None:
    known = {column.split(".")[-1] for name in contract.__all__ for column in _columns(getattr(contract, name))}
    assert {column for meant in WORDS.values() for column in meant} <= known


def _columns(kind: object) -> list[str]:
    return columns(kind) if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__") and fields(kind) else []
