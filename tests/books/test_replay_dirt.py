"""Event files as they should not be: one sentence with file, row, column, value and remedy."""

import json
import os
import re
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from tests.books.replay_rules import EVENT, RULES, event_table, written_event

from lastresort.books.replaying.adl_fills import read_fills
from lastresort.books.replaying.replayed_event import replay_event
from lastresort.plugins.errors import InputError


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_fills(path)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.startswith(str(path))
    return sentence.removeprefix(str(path))


def with_cell(folder: Path, row: int, column: str, text: str) -> Path:
    table = event_table().astype(object)
    table.loc[row, column] = text
    return written_event(folder, table)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("adl_size", "nan"),
        ("adl_size", "inf"),
        ("adl_size", "-7"),
        ("adl_size", "0"),
        ("adl_size", "seven"),
        ("adl_size", "1,234.5"),
        ("adl_size", "=1+1"),
        ("adl_size", "5k"),
        ("adl_size", "1_000"),
        ("adl_size", ""),
        ("adl_price", "-1"),
        ("adl_price", "1e999"),
        ("adl_price", "1e18"),
        ("adl_price", "0x10"),
        ("position_size", "long"),
        ("entry_price", "0"),
        ("total_equity", "NaN"),
        ("total_equity", "(500)"),
        ("mark_price", ""),
        ("mark_price", "0"),
        ("time", "2025-10-10T21:16:04Z"),
        ("time", "1700000000"),
        ("time", "1700000000000.5"),
        ("time", "1700000000000000"),
        ("is_negative_equity", "maybe"),
        ("user", ""),
        ("coin", " "),
        ("liquidated_total_equity", "-inf"),
    ],
)
def test_a_cell_that_is_not_allowed(tmp_path: Path, column: str, text: str) -> None:
    sentence = refusal(with_cell(tmp_path, 2, column, text))
    assert re.match(rf", row 4, column '{column}': found .*; allowed: ", sentence)


@pytest.mark.parametrize(("no", "yes"), [("False", "True"), ("false", "true"), ("FALSE", "TRUE"), ("0", "1")])
def test_truth_in_every_spelling(tmp_path: Path, no: str, yes: str) -> None:
    table = event_table()
    table["is_negative_equity"] = [yes if one else no for one in table["is_negative_equity"]]
    assert read_fills(written_event(tmp_path, table)).said_negative.sum() == 1


@pytest.mark.parametrize("text", ["+7", " 7 ", "7.0e0", "7."])
def test_a_number_in_every_spelling(tmp_path: Path, text: str) -> None:
    assert read_fills(with_cell(tmp_path, 0, "adl_size", text)).size.sum() == 125.0


def test_a_whole_time_with_decimals(tmp_path: Path) -> None:
    assert read_fills(with_cell(tmp_path, 0, "time", "1700000000000.0")).time[0] == 1_700_000_000_000


@pytest.mark.parametrize("name", ["0012", "1e5", "0x" + "a" * 40, "nan", "NULL", "=cmd", "ü", "True"])
def test_ids_are_text(tmp_path: Path, name: str) -> None:
    assert name in read_fills(with_cell(tmp_path, 0, "user", name)).users


def test_a_column_that_is_missing(tmp_path: Path) -> None:
    sentence = refusal(written_event(tmp_path, event_table().rename(columns={"adl_size": "adl_sizes"})))
    assert sentence.startswith(": column 'adl_size' is missing; found: 'user', ")
    assert sentence.endswith("; did you mean 'adl_sizes'?")


def test_columns_that_are_missing(tmp_path: Path) -> None:
    sentence = refusal(written_event(tmp_path, event_table().drop(columns=["user", "adl_price"])))
    assert sentence.startswith(": columns 'user', 'adl_price' are missing; found: ")


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    path = tmp_path / "event.csv"
    path.write_bytes(EVENT.read_bytes().replace(b"pnl_percent", b"adl_size"))
    assert refusal(path) == ": column 'adl_size' is there 2 times; allowed: once"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (EVENT.read_bytes().split(b"\n")[0] + b"\n", "no row"),
        (EVENT.read_bytes().replace(b",", b";"), "found ';' between the columns; allowed: ','"),
        (b"PAR1" + b"\x00" * 50, "found a Parquet file"),
        (b"PK\x03\x04" + b"\x00" * 50, "found a zip or Excel file"),
        (EVENT.read_bytes().replace(b"u3", b"u\xff"), "row 3: found a byte that is no UTF-8 (0xff)"),
        (EVENT.read_bytes().replace(b"u3", b"u\x00"), "row 3: found a zero byte"),
        (EVENT.read_bytes().replace(b"u3,", b"u3,x,"), "row 3: found 20 values where there are 19 columns"),
        (EVENT.read_bytes().replace(b"u3,BTC,", b"u3,"), "row 3: found 18 values where there are 19 columns"),
    ],
)
def test_a_file_that_is_no_event(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "event.csv"
    path.write_bytes(content)
    assert words in refusal(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "event.csv").touch()
    assert refusal(tmp_path / "events.csv") == ": there is no such file; did you mean 'event.csv'?"
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_encodings_of_a_spreadsheet(tmp_path: Path, encoding: str, ends: str) -> None:
    path = tmp_path / "event.csv"
    path.write_bytes(EVENT.read_text().replace("\n", ends).encode(encoding))
    assert replay_event(read_fills(path), RULES).figures == replay_event(read_fills(EVENT), RULES).figures


def test_what_contradicts_itself_is_said(tmp_path: Path) -> None:
    table = event_table()
    table.loc[0, "is_negative_equity"] = True
    table.loc[1, "adl_notional"] = 1.0
    notes = read_fills(written_event(tmp_path, table)).notes
    assert [note.split(" whose ")[1].split(" ")[0] for note in notes] == ["is_negative_equity", "adl_notional"]


def test_blank_losers_are_said(tmp_path: Path) -> None:
    table = event_table()
    table.loc[5, ["liquidated_user", "liquidated_total_equity"]] = None
    event = replay_event(read_fills(written_event(tmp_path, table)), RULES)
    assert (event.figures.losers, event.figures.deficit) == (2, 3_750.0)
    assert event.notes == (
        "1 fill without a liquidated_user",
        "1 fill with a blank liquidated_total_equity, which counts as no deficit",
    )


ANYTHING = ("", "x", "-1", "nan", "1e400", "1e300", "\u202e", '"', "1" * 400)


@pytest.mark.parametrize("column", event_table().columns)
def test_every_cell_may_be_anything(tmp_path: Path, column: str) -> None:
    """One bad text in a row of every column: a sentence or a result, never anything else."""
    for text in ANYTHING:
        with suppress(InputError):
            json.dumps(
                replay_event(read_fills(with_cell(tmp_path, 3, column, text)), RULES).document(), allow_nan=False
            )


def test_many_rows_in_little_time(tmp_path: Path) -> None:
    table = pd.concat([event_table()] * 2_000, ignore_index=True)
    event = replay_event(read_fills(written_event(tmp_path, table)), RULES)
    assert event.figures.fills == 12_000


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """Reading it would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path / "pipe") == ": is a folder, or no plain file; allowed: a CSV file"


def test_repeated_fills_are_told(tmp_path: Path) -> None:
    """A file that was put together twice counts everything twice."""
    table = event_table()
    twice = read_fills(written_event(tmp_path, pd.concat([table, table])))
    assert any(note.startswith("6 fills that a fill before repeats") for note in twice.notes)
    assert not any("repeats" in note for note in read_fills(EVENT).notes)
