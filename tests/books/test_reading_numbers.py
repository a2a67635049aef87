"""Numbers as people write them: check 13."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.books.book import Book
from lastresort.books.reading.number_texts import mark_of, number
from lastresort.plugins.errors import InputError

HEADER = "account,market,quantity,entry_price,mark_price,collateral\n"
OTHERS = "A,BTC,-10,112000,108000,60000"


def quantity(
    text: str, tmp_path: Path, decimal: str | None = None, others: str = "A,BTC,-10,112000,108000,60000"
) -> float:
    """The first quantity of a book in which it is `text`."""
    path = tmp_path / "book.csv"
    path.write_text(f'{HEADER}L,BTC,"{text}",120000,108000,92000\n{others}\n', encoding="utf-8")
    return float(Book.read(path, decimal=decimal).quantity[0])


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1,234.5", None, 1234.5),
        ("1.2345E+3", None, 1234.5),
        ("1 234,5", ",", 1234.5),
        ("1\u00a0234,5", ",", 1234.5),
        ("1\u202f234,5", ",", 1234.5),
        ("1\u2009234,5", None, 1234.5),
        ("1.234,5", None, 1234.5),
        ("1'234.5", None, 1234.5),
        ("1\u2019234.5", None, 1234.5),
        ("(500)", None, -500),
        ("\u22125", None, -5),
        ("+5", None, 5),
        (" 5 ", None, 5),
        ("5.", None, 5),
        (".5", None, 0.5),
        ("0.125", None, 0.125),
        ("0,125", None, 0.125),
        ("1,234,567", None, 1234567),
        ("1.234.567", None, 1234567),
        ("1.250", ".", 1.25),
        ("1.250", ",", 1250),
        ("1,250", ",", 1.25),
        ("1,250", ".", 1250),
        ("-1.5e-3", None, -0.0015),
        ("007", None, 7),
    ],
)
def test_a_number_is_read(text: str, decimal: str | None, value: float, tmp_path: Path) -> None:
    assert quantity(text, tmp_path, decimal) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "5k",
        "=1+1",
        "1,2,3",
        "1.2.3",
        "12,34.5",
        "5%",
        "$5",
        "0x10",
        "TRUE",
        "2025-10-10",
        "1_000",
        "nan",
        "inf",
        "1e400",
    ],
)
def test_what_is_no_number_is_told(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        quantity(text, tmp_path)
    assert f"book.csv, row 2, column 'quantity': found '{text}'; allowed: a number; " in str(refused.value)


@pytest.mark.parametrize("text", ["1.250", "1,250", "-1.250", "(1.250)", "125.000"])
def test_a_number_that_may_be_a_thousand_times_another_is_a_question(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"give --decimal \. or --decimal ,") as refused:
        quantity(text, tmp_path)
    assert f"row 2, column 'quantity': found '{text}'" in str(refused.value)


def test_another_number_of_the_file_settles_it(tmp_path: Path) -> None:
    assert quantity("1.250", tmp_path, others="A,BTC,-10,112000.5,108000,60000") == 1.25
    assert quantity("1.250", tmp_path, others='A,BTC,-10,"112000,5",108000,60000') == 1250


def test_two_decimal_marks_in_one_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"row 3, column 'entry_price'.*--decimal ,"):
        quantity("1,234.5", tmp_path, others='A,BTC,-10,"112.000,5",108000,60000')


def test_late_rows_are_looked_at_too(tmp_path: Path) -> None:
    rows = "\n".join(f"A{at},BTC,-10,112000,108000,60000" for at in range(1000))
    with pytest.raises(InputError, match=r"row 1003, column 'quantity': found '1.250', which is 1.25 or 1250"):
        quantity("10", tmp_path, others=f"{rows}\nB,BTC,1.250,112000,108000,60000")


@given(value=st.floats(allow_nan=False, allow_infinity=False), mark=st.sampled_from([".", ","]))
def test_what_a_computer_writes_is_read(value: float, mark: str) -> None:
    assert number(repr(value).replace(".", mark), mark) == value


@given(value=st.integers(-(10**15), 10**15), digits=st.integers(1, 3), mark=st.sampled_from([".", ","]))
def test_thousands_are_read(value: int, digits: int, mark: str) -> None:
    exact = value / 10**digits
    text = f"{exact:,.{digits}f}"
    swapped = text if mark == "." else text.translate({44: ".", 46: ","})
    assert number(swapped, mark) == pytest.approx(exact, rel=1e-15)
    assert mark_of(swapped) in (mark, "?")


@given(text=st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    for mark in (".", ","):
        found = number(text, mark)
        assert found is None or abs(found) < float("inf")
    assert mark_of(text) in ("", ".", ",", "?")
