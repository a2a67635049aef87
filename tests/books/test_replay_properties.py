"""What does not change a replay: the order of rows, and the size of a contract."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.books.replay_rules import RULES, event_table, fills_of

from lastresort.books.replaying.replayed_event import ReplayedEvent, replay_event


def replayed(table: pd.DataFrame) -> ReplayedEvent:
    with tempfile.TemporaryDirectory() as folder:
        return replay_event(fills_of(Path(folder), table), RULES)


def plain(event: ReplayedEvent) -> dict[str, Any]:
    return {name: value for name, value in event.document().items() if name not in ("event", "sha256")}


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    """Rows twice, so that many are of one millisecond, user and coin."""
    again = event_table().assign(adl_size=event_table()["adl_size"] / 2, adl_price=event_table()["adl_price"] + 10)
    table = pd.concat([event_table(), again.assign(position_size=again["position_size"] / 2)], ignore_index=True)
    assert plain(replayed(table.iloc[order])) == plain(replayed(table))


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-6, 1e3))
def test_the_size_of_a_contract_does_not_matter(scale: float) -> None:
    """A contract of another size has another price; money stays."""
    table = event_table()
    sizes, prices = ["adl_size", "position_size"], ["adl_price", "entry_price", "mark_price"]
    table[sizes], table[prices] = table[sizes] * scale, table[prices] / scale
    found, expected = replayed(table), replayed(event_table())
    for one, other in zip(found.rules, expected.rules, strict=True):
        assert one.overlap == pytest.approx(other.overlap, rel=1e-9)
        assert one.agreement == pytest.approx(other.agreement, rel=1e-7)
    assert found.figures.needed == pytest.approx(expected.figures.needed, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-6, 1e3))
def test_more_of_everything_at_the_same_prices_does_not_matter(scale: float) -> None:
    """Contracts and money alike: a venue of another size."""
    table = event_table()
    alike = ["adl_size", "position_size", "adl_notional", "closed_pnl", "total_unrealized_pnl", "total_equity"]
    table[alike] = table[alike] * scale
    for one, other in zip(replayed(table).rules, replayed(event_table()).rules, strict=True):
        assert one.overlap == pytest.approx(other.overlap, rel=1e-9)
        assert one.agreement == pytest.approx(other.agreement, rel=1e-7)
