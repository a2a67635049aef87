"""What a spreadsheet, an exchange or an enemy makes of a file: one sentence, or the right book; never a traceback."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lastresort.books.book import Book
from lastresort.plugins.errors import InputError

HEADER = "account,market,quantity,entry_price,mark_price,collateral"
LONG = "L,BTC,8,120000,108000,92000"
SHORT = "A,BTC,-10,112000,108000,60000"
CLEAN = f"{HEADER}\n{LONG}\n{SHORT}\n"


def book_with(long: str = LONG, short: str = SHORT, header: str = HEADER) -> str:
    """A table of two rows."""
    return f"{header}\n{long}\n{short}\n"


def of(column: str, cell: str) -> str:
    """A table whose first row has another cell in a column."""
    cells = LONG.split(",")
    cells[HEADER.split(",").index(column)] = f'"{cell}"'
    return book_with(",".join(cells))


def more(column: str, first: str, second: str) -> str:
    """A table with one more column."""
    return book_with(f"{LONG},{first}", f"{SHORT},{second}", f"{HEADER},{column}")


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "is empty"),
    "blanks": ("\n \n\t\n", "is empty"),
    "only a mark of order": (b"\xef\xbb\xbf", "is empty"),
    "only NUL": (b"\x00" * 10, "is empty"),
    "only a header": (HEADER, "has no rows"),
    "NUL": (CLEAN.replace("BTC", "B\0TC"), r"line 2: found the control character \\x00"),
    "binary": (bytes(range(256)) * 40, "found the control character"),
    "spreadsheet": (b"PK\x03\x04" + b"0" * 99, "save it as CSV"),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0" + b"0" * 99, "save it as CSV"),
    "gzip": (b"\x1f\x8b" + b"0" * 99, "unpack it first"),
    "pdf": (b"%PDF-1.7", "save the table as CSV"),
    "damaged Parquet": (b"PAR1" + b"0" * 99, "cannot be read as Parquet"),
    "odd UTF-16": ("\ufeffa".encode("utf-16-le") + b"a", "begins as UTF-16-LE but is not"),
    "text": ("Dear all, please find attached\n", "has no column 'account', 'market', 'quantity'"),
    "HTML": ("<!DOCTYPE html><html><body>login</body></html>", "has no column 'account'"),
    "too few cells": (book_with("L,BTC,8"), "row 2: found 3 cells, where the header has 6"),
    "too many cells": (
        book_with(f"{LONG},1"),
        "found 7 cells, where the header has 6; cells with commas in them",
    ),
    "thousands without quotes": (book_with("L,BTC,1,234.5,1,1,1"), "row 2: found 7 cells"),
    "open quote": (book_with('L,"BTC,8,1,1,1'), "row 2: found a quote that does not end a cell"),
    "duplicate header": (CLEAN.replace("mark_price", "entry_price"), "found the column 'entry_price' twice"),
    "duplicate header in capitals": (
        CLEAN.replace("mark_price", " Entry_Price"),
        "and 'Entry_Price' twice",
    ),
    "missing column": (CLEAN.replace("entry_price", "entryprice"), "no column 'entry_price', but .* is entry_price in"),
    "no money": (CLEAN.replace("collateral", "colateral"), "no column 'collateral' or 'equity'.* in 'colateral'"),
    "a million columns": (",".join(["a"] * 1_000_000), "found 1,000,000 columns; allowed: up to 1,000"),
    "long number": (of("quantity", "9" * 10_000_000), r"'quantity': found '9{40}... \(10,000,000 characters\)'"),
    "long id": (of("account", "9" * 10_000_000), r"'account': found '9{40}... \(10,000,000 characters\)'"),
    "longer than a block": (of("account", "9" * 20_000_000), "row 2"),
    "formula": (of("quantity", "=1+1"), "row 2, column 'quantity': found '=1\\+1'.*formula"),
    "formula as an id": (of("account", "=HYPERLINK(1)"), r"column 'account': found '=HYPERLINK\(1\)'.*formula"),
    "error of a formula": (of("mark_price", "#REF!"), "column 'mark_price': found '#REF!'.*failed"),
    "not available": (of("mark_price", "#N/A"), "column 'mark_price': found '#N/A'"),
    "NaN": (of("entry_price", "NaN"), "row 2, column 'entry_price': found 'NaN'"),
    "inf": (of("quantity", "inf"), "row 2, column 'quantity': found 'inf'.*finite"),
    "minus infinity": (of("quantity", "-Infinity"), "row 2, column 'quantity': found '-Infinity'"),
    "overflow": (of("quantity", "1e400"), "more than a computer holds"),
    "huge": (of("quantity", "1e300"), "column 'quantity': found '1e300'; allowed: a number from 1e-100 to 1e100"),
    "dear": (of("quantity", "1e99"), "column 'quantity': found '1e99', which at its prices is more than 1e100"),
    "five thousand": (of("quantity", "5k"), "column 'quantity': found '5k'.*5000 rather than 5k"),
    "percent": (of("quantity", "5%"), "column 'quantity': found '5%'.*0.05 rather than 5%"),
    "dollars": (of("collateral", "$1,000"), "column 'collateral': found '\\$1,000'.*currency"),
    "euro": (of("collateral", "1000 €"), "column 'collateral': found '1000 €'.*currency"),
    "hexadecimal": (of("quantity", "0x10"), "column 'quantity': found '0x10'.*decimal digits"),
    "underscores": (of("quantity", "1_000"), "column 'quantity': found '1_000'.*underscores"),
    "yes": (of("quantity", "TRUE"), "column 'quantity': found 'TRUE'"),
    "date": (of("quantity", "10.10.2025"), "column 'quantity': found '10.10.2025'.*date"),
    "two numbers": (of("quantity", "1 2"), "column 'quantity': found '1 2'"),
    "Arabic digits": (of("quantity", "٣"), "column 'quantity': found '٣'"),
    "wide digits": (of("quantity", "\uff18"), "column 'quantity': found '\uff18'"),
    "groups of two": (of("quantity", "1,23,456"), "column 'quantity': found '1,23,456'"),
    "a thousandfold": (of("quantity", "1.250"), "found '1.250', which is 1.25 or 1250"),
    "sign behind": (of("quantity", "8-"), "column 'quantity': found '8-'.*in front"),
    "two signs": (of("quantity", "--8"), "column 'quantity': found '--8'"),
    "turned text": (of("quantity", "\u202e8"), r"column 'quantity': found '\\u202e8'"),
    "new line in a number": (of("quantity", "8\n9"), r"row 2, column 'quantity': found '8\\n9'"),
    "no quantity": (of("quantity", ""), "row 2, column 'quantity': found an empty cell; allowed: a number"),
    "no price": (of("entry_price", " "), "row 2, column 'entry_price': found ' '; allowed: a number above 0"),
    "no account": (of("account", ""), "row 2, column 'account': found an empty cell; allowed: a text"),
    "no market": (of("market", ""), "row 2, column 'market': found an empty cell"),
    "no collateral": (of("collateral", ""), "row 2, column 'collateral': account 'L' has neither"),
    "a price of 0": (of("entry_price", "0"), "column 'entry_price': found '0'; allowed: a number above 0"),
    "a negative mark": (of("mark_price", "-1"), "column 'mark_price': found '-1'; allowed: a number above 0"),
    "bell": (of("account", "L\x07"), "control character|without control characters"),
    "no width": (of("account", "L\u200b"), r"column 'account': found 'L\\u200b'.*not seen"),
    "line feed in an id": (of("account", "L\nA"), r"column 'account': found 'L\\nA'"),
    "two marks": (book_with(short=SHORT.replace("108000", "109000")), "row 3.*'109000', but row 2 has '108000'"),
    "two collaterals": (book_with(short="L,ETH,-1,9,9,5"), "row 3.*found '5', but row 2 has '92000'"),
    "twice the same": (
        book_with(short=LONG.replace("8,", "-8,")),
        "row 3: account 'L' has market 'BTC' already in row",
    ),
    "no signs": (book_with(short=SHORT.replace("-", "")), "row 3: quantity has no sign and there is no side column"),
    "unknown side": (more("side", "buyy", "sell"), "row 2, column 'side': found 'buyy'; allowed: long"),
    "side against sign": (more("side", "buy", "buy"), "row 3, column 'quantity': found '-10', whose sign contradicts"),
    "unknown kind": (more("kind", "option", "perp"), "row 2, column 'kind': found 'option'; allowed: perp"),
    "margin as a number": (more("margin", "1000", "cross"), "column 'margin': found '1000'.*'initial_margin'"),
    "negative multiplier": (
        more("multiplier", "-1", "1"),
        "'multiplier': found '-1'; allowed: a number above 0",
    ),
    "negative maintenance": (
        more("maintenance", "-1", "1"),
        "'maintenance': found '-1'; allowed: a number from 0",
    ),
    "cover in percent": (more("cover", "50", "1"), "column 'cover': found '50'; allowed: a number from 0 to 1"),
    "no time": (more("opened", "yesterday", ""), "column 'opened': found 'yesterday'; allowed: seconds since 1970"),
    "unknown currency": (more("currency", "EUR", "USD"), "row 2, column 'currency': found 'EUR'.*--fx EUR="),
    "equity and collateral": (
        more("equity", "-4001", "100000"),
        "column 'equity': found '-4001'.* 1.00 USD away",
    ),
    "JSON of no list": ('{"a": 1}', "found an object; allowed: an array of objects"),
    "JSON of numbers": ("[1, 2]", "record 1: found a number; allowed: an object"),
    "broken JSON": ('[{"a": 1,]', "line 1: not valid JSON"),
    "lines of JSON": ('{"a": 1}\n{"a": 2}', "not valid JSON: Extra data.*one array"),
    "deep JSON": ("[" * 100_000, "not valid JSON"),
    "a key twice in JSON": ('[{"a": 1, "a": 2}]', "found the key 'a' twice"),
    "no records": ("[]", "has no column|has no rows"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_dirt_is_told_in_one_sentence(name: str, tmp_path: Path) -> None:
    content, sentence = REFUSED[name]
    path = tmp_path / "dirt.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=sentence) as refused:
        Book.read(path)
    told = str(refused.value)
    assert told.startswith(f"{path}")
    assert "\n" not in told
    assert len(told) < 900


READ: dict[str, str | bytes] = {
    "mark of order": b"\xef\xbb\xbf" + CLEAN.encode(),
    "UTF-16": CLEAN.encode("utf-16"),
    "UTF-16 without a mark": CLEAN.encode("utf-16-le"),
    "UTF-16, big end first": ("\ufeff" + CLEAN).encode("utf-16-be"),
    "UTF-32": CLEAN.encode("utf-32"),
    "old Mac": CLEAN.replace("\n", "\r"),
    "Windows": CLEAN.replace("\n", "\r\n"),
    "semicolons": CLEAN.replace(",", ";"),
    "tabs": CLEAN.replace(",", "\t"),
    "bars": CLEAN.replace(",", "|"),
    "separator told": "sep=;\n" + CLEAN.replace(",", ";"),
    "blank lines": "\n\n" + CLEAN.replace("\n", "\n\n") + "\n \n",
    "empty rows": CLEAN + ",,,,,\n , ,,,,\n",
    "column without a name": CLEAN.replace("\n", ",\n"),
    "no last line feed": CLEAN.strip(),
    "quotes": "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in CLEAN.splitlines()),
    "blanks": CLEAN.replace(",", " , "),
    "capitals": CLEAN.replace(HEADER, HEADER.upper()),
    "headers with blanks": CLEAN.replace(HEADER, HEADER.replace("_", " ").title()),
    "other minus": CLEAN.replace("-10", "\u221210"),
    "brackets": CLEAN.replace("-10", "(10)"),
    "decimal comma": CLEAN.replace(",", ";").replace("108000", "108000,00"),
    "sides": book_with(f"{LONG},b", f"{SHORT.replace('-', '')},a", f"{HEADER},Side"),
}


@pytest.mark.parametrize("name", READ)
def test_other_habits_are_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "habit.csv"
    content = READ[name]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    book = Book.read(path)
    assert (book.account.tolist(), book.quantity.tolist()) == (["L", "A"], [8, -10])
    assert (book.cash.tolist(), book.entry_price.tolist()) == ([92_000, 60_000], [120_000, 112_000])


def test_latin_letters_are_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(CLEAN.replace("L,", "Zoë €,").encode("cp1252"))
    book = Book.read(path)
    assert book.account.tolist() == ["Zoë €", "A"]
    assert book.reading.notes == (f"{path}: read as Windows-1252, since it is not UTF-8",)


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    path = tmp_path / "blank.csv"
    remark = f'{HEADER},remark\n\n{LONG},"two\nlines"\n\n{SHORT.replace("-10", "x")},""\n'
    path.write_text(remark, encoding="utf-8")
    with pytest.raises(InputError, match="row 5, column 'quantity': found 'x'"):
        Book.read(path)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("", "is a folder"),
        ("none.csv", "there is no such file"),
        ("a\0b", "no such file|cannot be read"),
        ("x" * 5000, "cannot be"),
    ],
)
def test_what_is_no_file(path: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=sentence):
        Book.read(f"{tmp_path}/{path}")


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ({"map": "binanc"}, "--map: unknown layout 'binanc'; allowed: binance, bybit, .*did you mean 'binance'"),
        ({"decimal": ";"}, "--decimal: found ';'; allowed: '.' or ','"),
        ({"fx": {"EUR": 0.0}}, "--fx EUR: found 0.0; allowed: a number above 0"),
        ({"lots": {"BTC": -1}}, "--lot BTC: found -1; allowed: a number above 0"),
        ({"owner": " "}, "--owner: found ' '; allowed: a text"),
        ({"map": "okx"}, "has no 'pos'|has no 'instId'|names no account"),
    ],
)
def test_options_that_cannot_be_used(added: dict[str, Any], sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(more("currency", "EUR", "EUR"), encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        Book.read(path, **({"fx": {"EUR": 1.0}} | added))


@settings(max_examples=200)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_nothing_ends_in_a_traceback(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "anything.csv"
    for text in (content, CLEAN.encode() + content, content + CLEAN.encode()):
        path.write_bytes(text)
        with suppress(InputError):
            Book.read(path)
