"""The public table of waves: it defines the waves and says what was needed, and is read with the same care."""

from pathlib import Path

import pandas as pd
import pytest
from tests.books.replay_rules import EVENT, RULES

from lastresort.books.replaying.adl_fills import read_fills
from lastresort.books.replaying.gap_table import read_gap_table
from lastresort.books.replaying.replay_words import in_words
from lastresort.books.replaying.replayed_event import ReplayedEvent, replay_event
from lastresort.plugins.errors import InputError

T = 1_700_000_000_000


def waves_table() -> pd.DataFrame:
    """Two waves, the later one first; the fill at 20 s is in none."""
    rows = [
        (7, T + 6_000, T + 8_000, "BTC", 1_000.0, 2.0, 500.0),
        (3, T, T + 1_500, "BTC", 4_000.0, 8.0, 500.0),
        (3, T, T + 1_500, "ETH", 750.0, 15.0, 50.0),
    ]
    names = ("wave", "t_start_ms", "t_end_ms", "coin", "gap_usd_x_qty", "qty_contracts", "gap_per_contract_usd")
    return pd.DataFrame(rows, columns=names)


def replayed(folder: Path, table: pd.DataFrame) -> ReplayedEvent:
    path = folder / "waves.csv"
    table.to_csv(path, index=False)
    return replay_event(read_fills(EVENT), RULES, table=read_gap_table(path))


def test_a_table_defines_the_waves(tmp_path: Path) -> None:
    event = replayed(tmp_path, waves_table())
    assert [(wave.number, wave.fills, wave.said_needed) for wave in event.waves] == [(3, 4, 4_750.0), (7, 1, 1_000.0)]
    assert (event.figures.outside, event.figures.said_needed, event.figures.kept_said_needed) == (1, 5_750.0, 5_750.0)
    assert (event.figures.fills, event.figures.needed, event.figures.kept_needed) == (6, 5_850.0, 5_750.0)
    assert event.notes == (f"1 fill outside every wave of {tmp_path / 'waves.csv'}: in the totals, in no wave",)
    assert f"needed as {tmp_path / 'waves.csv'} says: 5,750.00; kept 5,750.00" in in_words(event)
    assert [one.tranche.number for one in event.tranches] == [3, 3, 7]


def test_what_differs_from_the_event_is_said(tmp_path: Path) -> None:
    table = waves_table().iloc[:2].copy()
    table.loc[1, ["gap_usd_x_qty", "qty_contracts"]] = (4_500.0, 9.0)
    notes = replayed(tmp_path, table).notes
    assert notes[1].startswith("1 wave-and-coin pair of the event that the table does not have")
    assert notes[2].startswith("1 wave-and-coin pair whose qty_contracts is not what the event closed")


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (1, "t_end_ms", T + 9, "row 4, column 't_end_ms': found 1700000001500; allowed: 1700000000009, as in row 3"),
        (0, "t_end_ms", T + 5, "row 2, column 't_end_ms': found 1700000000005; allowed: t_start_ms (1700000006000)"),
        (0, "t_start_ms", T + 1_500, "row 2, column 't_start_ms': found 1700000001500; allowed: a start after 170"),
        (0, "t_start_ms", 1_700_000_000, "row 2, column 't_start_ms': found 1700000000; allowed: milliseconds"),
        (0, "gap_per_contract_usd", 400.0, "row 2, column 'gap_per_contract_usd': found 400.0; allowed: 500, which"),
        (2, "coin", "BTC", "rows 3 and 4: found wave 3 and coin 'BTC' in both; allowed: once"),
        (2, "qty_contracts", 0.0, "row 4, column 'qty_contracts': found 0.0; allowed: contracts above 0"),
        (2, "gap_usd_x_qty", float("inf"), "row 4, column 'gap_usd_x_qty': found inf; allowed: USD, 0 or more"),
        (2, "gap_usd_x_qty", None, "row 4, column 'gap_usd_x_qty': found ''; allowed: USD, 0 or more"),
    ],
)
def test_a_table_that_is_wrong(tmp_path: Path, row: int, column: str, value: float | str | None, words: str) -> None:
    table = waves_table().astype(object)
    table.loc[row, column] = value
    with pytest.raises(InputError) as caught:
        replayed(tmp_path, table)
    assert words in str(caught.value)


def test_a_table_of_another_event(tmp_path: Path) -> None:
    table = waves_table()
    table[["t_start_ms", "t_end_ms"]] += 10**9
    with pytest.raises(InputError, match="no fill of the event is in one of its waves"):
        replayed(tmp_path, table)


def test_an_event_that_is_given_as_a_table() -> None:
    with pytest.raises(InputError, match=r"columns 'wave', 't_start_ms', .* are missing"):
        read_gap_table(EVENT)
