"""The worked event: figures, waves, agreement, and what no rule can do; checks 16 to 19 of the worked checks."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.books.replay_rules import EVENT, RULES, event_table, fills_of

from lastresort.books.book import Book
from lastresort.books.replaying.adl_fills import read_fills
from lastresort.books.replaying.event_waves import waves_by_gap
from lastresort.books.replaying.replay_words import before_reading, in_words
from lastresort.books.replaying.replayed_event import ReplayedEvent, replay_event
from lastresort.books.replaying.rule_agreement import NotApplicableError, agreement
from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError


@pytest.fixture(scope="module")
def event() -> ReplayedEvent:
    return replay_event(read_fills(EVENT), RULES)


def test_what_the_event_was(event: ReplayedEvent) -> None:
    figures = event.figures
    assert (figures.fills, figures.winners, figures.coins, figures.losers) == (6, 5, 3, 3)
    assert (figures.notional, figures.closed_pnl) == (1_162_000.0, 42_500.0)
    assert event.sha256 == hashlib.sha256(EVENT.read_bytes()).hexdigest()


@pytest.mark.parametrize(("gap", "count"), [(1.0, 4), (1.5, 3), (2, 3), (5, 3), (5.5, 2), (13, 1)])
def test_a_wave_starts_where_the_gap_exceeds(gap: float, count: int) -> None:
    assert len(waves_by_gap(read_fills(EVENT), gap)) == count


@pytest.mark.parametrize("gap", [-1.0, float("nan"), float("inf")])
def test_a_gap_is_seconds(gap: float) -> None:
    with pytest.raises(InputError, match=r"--gap: found .*; allowed: seconds, 0 or more"):
        waves_by_gap(read_fills(EVENT), gap)


def test_what_was_needed(event: ReplayedEvent) -> None:
    assert [wave.needed for wave in event.waves] == [4_750.0, 1_000.0, 100.0]
    assert (event.figures.needed, event.figures.signed, event.figures.kept_needed) == (5_850.0, 5_650.0, 5_750.0)
    assert [wave.dropped for wave in event.waves] == ["", "", "no loser under water"]


def test_the_losers_deficit(event: ReplayedEvent) -> None:
    figures = event.figures
    assert (figures.deficit_by_row, figures.deficit_per_wave, figures.deficit) == (12_750.0, 6_750.0, 3_750.0)
    assert [wave.deficit for wave in event.waves] == [3_750.0, 3_000.0, 0.0]


def test_the_winners_capacity(event: ReplayedEvent) -> None:
    assert [wave.capacity for wave in event.waves] == [53_000.0, 15_000.0, 1_000.0]
    assert (event.figures.capacity, event.figures.capacity_per_wave) == (53_000.0, 68_000.0)


def test_agreement_with_production(event: ReplayedEvent) -> None:
    first = event.tranches[0]
    assert (first.tranche.number, first.tranche.coin, first.tranche.contracts) == (1, "BTC", 8.0)
    assert (first.tranche.price, first.tranche.mark, first.tranche.taken_over) == (108_500.0, 108_000.0, 8.0)
    assert first.candidates.closed.tolist() == [7.0, 1.0]
    assert (first.least.share, first.least.exact) == (0.875, True)
    closed = {one.rule: one.closed.round(6).tolist() for one in first.answers}
    assert closed == {
        "queue-adl": [7.0, 1.0],
        "profit-pro-rata": [7.441860, 0.558140],
        "equity-pro-rata": [7.619048, 0.380952],
    }
    assert [round(one.overlap, 6) for one in first.answers] == [1.0, 0.944767, 0.922619]
    assert [round(100 * (one.agreement or 0), 1) for one in first.answers] == [100.0, 55.8, 38.1]


def test_no_freedom_is_no_agreement(event: ReplayedEvent) -> None:
    last = event.tranches[-1]
    assert (last.tranche.number, last.least.share) == (2, 1.0)
    assert {one.agreement for one in last.answers} == {None}


def test_the_mean_weighs_by_notional(event: ReplayedEvent) -> None:
    """BTC 868,000 and ETH 60,000 in wave 1; BTC in wave 2 without freedom."""
    profit = event.rules[1]
    overlap = (868_000 * 0.9447674418604651 + 60_000 * 2 / 3 + 214_000) / 1_142_000
    free = 868_000 * 0.125 + 60_000 / 3
    assert profit.overlap == pytest.approx(overlap, rel=1e-9)
    assert profit.agreement == pytest.approx(868_000 * (0.9447674418604651 - 0.875) / free, rel=1e-9)


def test_accounts_that_had_nothing_to_lose(event: ReplayedEvent) -> None:
    (one,) = event.negative
    assert (one.account, one.wave, one.coin, one.contracts, one.equity, one.cost) == (
        "u4",
        1,
        "ETH",
        5.0,
        -350.0,
        250.0,
    )
    assert one.closed_by == ()


def test_the_terminal(event: ReplayedEvent) -> None:
    lines = in_words(event)
    assert "6 fills, 5 winners, 3 coins, 3 losers, 1,162,000.00 notional, 42,500.00 closed PnL" in lines
    assert "3 waves (a wave starts where the gap exceeds 5 s)" in lines
    assert "needed, absolute |mark - price| x size: 4,750.00 + 1,000.00 + 100.00 = 5,850.00" in lines
    assert "losers' deficit, once per account: 3,750.00" in lines
    assert "  profit-pro-rata: 7.441860 / 0.558140; overlap 0.944767, agreement 55.8 %" in lines
    assert any(line.startswith("selection: the table holds only accounts that production hit") for line in lines)
    assert lines[-1].startswith("u4 (wave 1")
    assert lines[-1].endswith("no shipped rule can charge it")
    assert "ConejoCapital/HyperReplay, non-commercial licence" in before_reading()[0]


def test_the_terminal_hides_ids_where_told(event: ReplayedEvent) -> None:
    text = "\n".join(in_words(event, lambda name: "#")) + json.dumps(event.document(lambda name: "#"))
    assert "u4" not in text


def test_the_document_is_json(event: ReplayedEvent) -> None:
    document = json.loads(json.dumps(event.document(), allow_nan=False))
    assert document["figures"]["deficit"] == 3_750.0
    assert document["tranches"][0]["rules"]["profit-pro-rata"]["agreement"] == pytest.approx(0.558140, abs=1e-6)


def test_without_marks_contracts_alone_are_compared(tmp_path: Path) -> None:
    event = replay_event(fills_of(tmp_path, event_table().drop(columns="mark_price")), RULES)
    assert (event.figures.needed, event.figures.signed, event.waves[0].needed) == (None, None, None)
    assert event.tranches[0].tranche.mark == 108_500.0
    assert "needed: this file has no mark" in in_words(event)
    assert event.negative[0].cost is None
    json.dumps(event.document(), allow_nan=False)


def test_without_equities_of_losers_no_wave_is_dropped(tmp_path: Path) -> None:
    event = replay_event(fills_of(tmp_path, event_table().drop(columns="liquidated_total_equity")), RULES)
    assert {wave.dropped for wave in event.waves} == {""}
    assert event.figures.deficit is None
    assert "losers' deficit: this file has no liquidated_total_equity" in in_words(event)


def test_leverage_and_cash_are_not_looked_at(tmp_path: Path) -> None:
    table = event_table().drop(columns=["leverage_realtime", "account_value_realtime", "pnl_percent"])
    plain, without = replay_event(read_fills(EVENT), RULES), replay_event(fills_of(tmp_path, table), RULES)
    assert without.document()["tranches"] == plain.document()["tranches"]


def test_winners_on_both_sides_of_a_coin_are_two_tranches(tmp_path: Path) -> None:
    table = event_table()
    table.loc[1, "position_size"] = 1.0
    event = replay_event(fills_of(tmp_path, table), RULES)
    sides = [(one.tranche.coin, one.tranche.side, one.tranche.taken_over) for one in event.tranches[:2]]
    assert sides == [("BTC", -1, 7.0), ("BTC", 1, -1.0)]


def test_more_closed_than_there_was_is_said(tmp_path: Path) -> None:
    table = event_table()
    table.loc[0, "position_size"] = -5.0
    event = replay_event(fills_of(tmp_path, table), RULES)
    assert event.tranches[0].candidates.position.tolist() == [7.0, 1.0]
    assert any(note.startswith("1 position of which more was closed") for note in event.notes)


def test_a_fill_without_a_position_is_in_no_comparison(tmp_path: Path) -> None:
    table = event_table()
    table.loc[4, ["position_size", "entry_price"]] = 0.0
    event = replay_event(fills_of(tmp_path, table), RULES)
    assert [one.tranche.coin for one in event.tranches] == ["BTC", "ETH"]
    assert (event.figures.fills, event.figures.notional) == (6, 1_162_000.0)
    assert event.notes[0].startswith("1 fill with position_size 0")


def nothing(book: Book, market: int, contracts: float, price: float) -> Floats:
    return np.zeros(len(book.quantity))


def needy(book: Book, market: int, contracts: float, price: float) -> Floats:
    raise NotApplicableError("needs maintenance")


def test_what_a_rule_leaves_is_never_hidden() -> None:
    event = replay_event(read_fills(EVENT), {"nothing": nothing})
    rule = event.rules[0]
    assert (rule.overlap, rule.agreement, rule.unplaced, rule.short) == (0.0, 0.0, 1_142_000.0, 3)
    assert "  nothing: overlap 0.000000, agreement 0.0 %, UNPLACED 1,142,000.00 USD in 3 tranches" in in_words(event)


def test_a_rule_that_cannot_be_asked_says_why() -> None:
    event = replay_event(read_fills(EVENT), {"needy": needy, **RULES})
    assert "  needy: not applicable: needs maintenance" in in_words(event)
    assert [one.rule for one in event.tranches[0].answers] == list(RULES)


def test_agreement_lies_between_the_least_and_all() -> None:
    assert [agreement(overlap, 0.5) for overlap in (0.25, 0.5, 0.75, 1.0)] == [0.0, 0.0, 0.5, 1.0]
    assert agreement(1.0, 1.0) is None


def test_a_price_below_the_mark_costs_nobody(tmp_path: Path) -> None:
    """A winner with an equity below 0 that gains by the price: a rule may close it, and then that is said."""
    table = event_table()
    table.loc[3, "adl_price"], table.loc[3, "adl_notional"] = 3_900.0, 19_500.0
    whole = {"everybody": lambda book, market, contracts, price: np.abs(book.quantity)}
    event = replay_event(fills_of(tmp_path, table), whole)
    assert event.negative[0].cost == -250.0
    assert event.negative[0].closed_by == ("everybody",)
    assert in_words(event)[-1].endswith("though at a price that costs it nothing it is closed by everybody")


def test_a_single_fill_is_an_event(tmp_path: Path) -> None:
    event = replay_event(fills_of(tmp_path, pd.DataFrame(event_table().iloc[[0]])), RULES)
    assert (len(event.waves), event.tranches[0].least.share) == (1, 1.0)
    assert event.rules[0].agreement is None
