"""The tables of a record against one another: legs and accounts, levels of nakedness, holes, the series."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lastresort.simulation import RecordError, RunRecord, Scenario
from lastresort.simulation.recording.record import finite
from lastresort.simulation.run import Run

POLICIES = ("deep-pocket", "fund+queue-adl", "fund+socialized-loss", "ccp-style", "bullish", "vertex")
LEVELS = ["naked_longest_05", "naked_longest_10", "naked_longest", "naked_longest_30", "naked_longest_50"]
AT_END = [name.replace("longest", "at_end") for name in LEVELS]


@pytest.fixture(params=POLICIES)
def record(request: pytest.FixtureRequest, play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> RunRecord:
    """The small crash under a policy."""
    return play(crash(), str(request.param))


def crossed(record: RunRecord) -> pd.DataFrame:
    """The accounts on cross margin, with the sums over their legs."""
    sums = record.legs.groupby("account")[["gross_start", "direct_loss", "direct_benefit"]].sum()
    accounts = record.accounts[~record.accounts["isolated"]].set_index("account")
    return accounts.join(sums.add_prefix("legs_")).fillna(0.0)


def test_legs_add_up_to_their_accounts(record: RunRecord) -> None:
    accounts = crossed(record)
    assert set(record.legs["account"]) <= set(accounts.index)
    np.testing.assert_allclose(accounts["legs_gross_start"], accounts["gross_start"], rtol=1e-12, atol=1e-6)
    assert (record.legs[["gross_start", "direct_loss", "direct_benefit"]] >= 0).all(axis=None)
    scale = record.accounts["direct_loss"].sum() + 1.0
    for column, elsewhere in (("direct_loss", "withheld"), ("direct_benefit", "repaid")):
        rest = accounts[column] - accounts[f"legs_{column}"]
        assert rest.min() >= -1e-9 * scale, "what has no market is with the account alone"
        assert rest.sum() <= record.totals[elsewhere] + 1e-9 * scale
    alone = record.accounts.loc[record.accounts["isolated"], "direct_loss"].sum()
    borne = record.accounts["direct_loss"].sum() - record.totals["withheld"]
    assert alone + record.legs["direct_loss"].sum() == pytest.approx(borne, rel=1e-9, abs=1e-6)


def test_a_leg_has_a_position_or_a_burden(record: RunRecord) -> None:
    legs = record.legs
    assert (legs[["gross_start", "direct_loss", "direct_benefit"]] > 0).any(axis=1).all()
    assert not legs.duplicated(["account", "market"]).any()
    assert set(legs["market"]) <= set(record.books["market"])


def test_some_legs_bear_what_their_account_did_not_lose_elsewhere(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    legs = play(crash(), "fund+queue-adl").legs
    hit = legs.groupby("account")["direct_loss"].transform("sum") > 0
    assert hit.any()
    assert (legs.loc[hit, "direct_loss"] == 0).any(), "a queue takes one leg and leaves another"


def test_isolated_accounts_have_one_market_and_others_none(record: RunRecord) -> None:
    accounts = record.accounts
    assert set(accounts.loc[~accounts["isolated"], "market"]) == {""}
    held = accounts[accounts["isolated"]].groupby(["venue", "market"])["gross_start"].sum()
    assert set(held.index) == set(zip(record.books["venue"], record.books["market"], strict=True))
    books = record.books.set_index(["venue", "market"])["open_interest_start"]
    assert (held > 0.3 * books[held.index]).all(), "most of the open interest of every book is on isolated margin"


def test_who_leaves_a_hole_has_defaulted(record: RunRecord) -> None:
    accounts = record.accounts
    assert accounts["hole"].min() == 0
    assert accounts["hole"].sum() > 1e3
    assert accounts.loc[accounts["hole"] > 0, "defaulted"].all()


def test_spells_begin_after_something_was_shared_out(record: RunRecord) -> None:
    strategies = record.strategies
    untouched = strategies["first_shared"].isna()
    assert not strategies.loc[untouched, [*LEVELS, *AT_END, "naked_time", "orphaned"]].to_numpy().any()
    assert (strategies[AT_END].to_numpy() <= strategies[LEVELS].to_numpy()).all()
    naked = strategies["naked_longest"] > 0
    assert (strategies["naked_from"][naked] >= strategies["first_shared"][naked]).all()
    assert (strategies["naked_from"].notna() == naked).all()
    back = strategies["rehedged_after"]
    assert (back[back.notna()] > 0).all()
    assert not back[~naked].notna().any()
    start, end = strategies["naked_from"], strategies["naked_from"] + back.fillna(0.0)
    assert ((start[naked] > 0) & (end[naked] <= 2400)).all()


def test_hedges_are_repaired_by_those_who_lost_a_leg(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    strategies = play(crash(), "fund+pro-rata-adl").strategies
    desks = strategies[strategies["cohort"] == "basis"]
    assert ((desks["repaired"] > 0) <= (desks["naked_time"] > 0)).all()
    assert desks["repaired"].sum() > 1e6
    assert strategies.loc[strategies["cohort"] == "pairs", "repaired"].sum() > 1e6
    dealers = strategies[strategies["cohort"].isin(["arbitrage", "makers"])]
    assert not dealers[["repaired", "repair_cost"]].to_numpy().any()
    assert (strategies.loc[strategies["repaired"] == 0, "repair_cost"] == 0).all()


def test_makers_that_were_deleveraged_quote_less(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    alone, hit = (play(crash(), policy).series["quoting"] for policy in ("deep-pocket", "fund+pro-rata-adl"))
    assert [alone.iloc[0], hit.iloc[0], alone.max(), hit.max()] == pytest.approx([1, 1, 1, 1])
    assert 0 < hit.min() < alone.min() - 0.01


def test_the_basis_of_every_tier_opens_in_the_crash(record: RunRecord) -> None:
    series = record.series
    basis = series[[f"basis_{tier}" for tier in ("btc", "eth", "large", "small")]]
    assert (basis >= 0).all(axis=None)
    assert (basis.iloc[0] < 1e-3).all()
    assert (basis.max() > 1e-3).all()


@pytest.mark.parametrize(
    ("table", "column", "row", "value"),
    [("books", "trough", 2, np.nan), ("accounts", "equity_end", 5, np.inf), ("events", "price", 0, np.inf)],
)
def test_a_record_that_holds_what_is_no_number_is_refused(
    play: Callable[..., RunRecord],
    crash: Callable[..., Scenario],
    table: str,
    column: str,
    row: int,
    value: float,
) -> None:
    record = play(crash(), "fund+queue-adl")
    assert finite(record) is record
    changed = getattr(record, table).copy()
    changed.loc[row, column] = value
    sentence = f"^table '{table}', column '{column}', row {row} is {value}: a finite number belongs there$"
    with pytest.raises(RecordError, match=sentence):
        finite(replace(record, **{table: changed}))
    with pytest.raises(RecordError, match=r"^total 'deficit' is nan: a finite number belongs there$"):
        finite(replace(record, totals=record.totals | {"deficit": np.nan}))


def test_nan_says_that_there_is_no_such_number_where_that_is_documented(
    play: Callable[..., RunRecord], crash: Callable[..., Scenario]
) -> None:
    """Who was never naked has no such time, and a charge no price."""
    record = play(crash(), "fund+queue-adl")
    assert record.strategies["naked_from"].isna().any()
    finite(replace(record, events=record.events.assign(price=np.nan)))


def test_the_accounts_of_a_record_stay_as_they_were_at_the_end_of_the_scenario(
    start: Callable[..., Run], crash: Callable[..., Scenario]
) -> None:
    """The engine goes on through the tail; whatever it does to its own columns, the frozen table keeps its own."""
    run = start(crash(), "fund+queue-adl")
    run.play()
    before = run.recorder.accounts(run._standing).copy(deep=True)
    frozen = run.record("").accounts
    for column in vars(run.ledger.burden).values():
        column += 1.0
    run.ledger.topped_up += 1.0
    pd.testing.assert_frame_equal(frozen, before)
    assert frozen["liquidated"].any()
