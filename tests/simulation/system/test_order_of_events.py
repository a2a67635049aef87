"""Orders without a meaning: idle people change nobody's run, and every variation turns around what it says."""

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import simpy

from lastresort.mechanisms.contract import Waterfall
from lastresort.simulation import RunRecord, Scenario, simulate
from lastresort.simulation.accounts.population import draw_population
from lastresort.simulation.other_orders import (
    VARIATIONS,
    AccountsShuffled,
    EventsShuffled,
    IdleAgents,
    MarketsTurned,
    VenuesTurned,
)
from lastresort.simulation.universe import Universe
from lastresort.simulation.variation import USUAL, Variation

IDLE_ALONE, IDLE_CROSSED = 2 * 4, 2
"""One per book and one per venue of the small crash."""

NAMES = "abcdefghij"

Varied = Callable[[str, Variation], RunRecord]


@pytest.fixture(scope="module")
def varied(waterfalls: Callable[..., dict[str, Waterfall]], crash: Callable[..., Scenario]) -> Varied:
    """Play the small crash in a given order."""

    def run(policy: str, variation: Variation) -> RunRecord:
        scenario = crash()
        return simulate(scenario, waterfalls(scenario, policy), 3, policy, variation=variation)

    return run


def untouched(accounts: pd.DataFrame) -> "pd.Series[bool]":
    """Accounts that held nothing at the start and own the same at the end."""
    return (accounts["gross_start"] == 0) & (accounts["equity_start"] == accounts["equity_end"])


@pytest.mark.parametrize("policy", ["fund+queue-adl", "fund+pro-rata-adl", "fund+random-lottery", "deep-pocket"])
def test_idle_agents_change_no_bit_of_anybody_elses_run(varied: Varied, policy: str) -> None:
    alone, beside = varied(policy, USUAL), varied(policy, IdleAgents())
    assert alone.totals["deficit"] > 0
    assert len(beside.accounts) - len(alone.accounts) == IDLE_ALONE + IDLE_CROSSED
    assert untouched(beside.accounts).sum() - untouched(alone.accounts).sum() == IDLE_ALONE + IDLE_CROSSED
    ours, theirs = (
        run.accounts[~untouched(run.accounts)].drop(columns=["account", "owner"]).reset_index(drop=True)
        for run in (alone, beside)
    )
    pd.testing.assert_frame_equal(ours, theirs, check_exact=True)
    hedged = beside.strategies[beside.strategies["gross_start"] > 0].drop(columns="owner").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.strategies.drop(columns="owner"), hedged, check_exact=True)
    for table in ("books", "series", "events"):
        pd.testing.assert_frame_equal(getattr(alone, table), getattr(beside, table), check_exact=True)


def test_idle_agents_have_cash_and_keep_it(varied: Varied) -> None:
    accounts = varied("fund+queue-adl", IdleAgents()).accounts
    idle = accounts[untouched(accounts)]
    crossed = idle[idle["cohort"] == "pairs"]
    assert len(crossed) == IDLE_CROSSED
    assert set(crossed["venue"]) == {"big", "tail"}
    assert (crossed["equity_start"] > 0).all()
    assert idle[["direct_loss", "direct_benefit", "closed", "liquidated"]].to_numpy().sum() == 0
    assert not idle["defaulted"].any()


def test_nobody_is_added_by_another_order(crash: Callable[..., Scenario]) -> None:
    universe = Universe.of(crash())
    before, _ = draw_population(universe, 3)
    isolated, cross = AccountsShuffled().people(draw_population, universe, 3)
    assert not np.array_equal(isolated.notional, before.notional), "the order did change"
    assert np.array_equal(isolated.book, before.book), "everybody stays in its book"
    people, same = (np.column_stack([p.book, p.cohort, p.notional, p.leverage]) for p in (isolated, before))
    assert np.array_equal(people[np.lexsort(people.T)], same[np.lexsort(same.T)])
    _, usual = draw_population(universe, 3)
    assert sorted(cross.pairs.equity) == sorted(usual.pairs.equity)


def test_lists_are_turned_around(crash: Callable[..., Scenario]) -> None:
    scenario = crash()
    assert [venue.name for venue in VenuesTurned().world(scenario).venues] == ["tail", "big"]
    assert [group.name for group in MarketsTurned().world(scenario).groups] == ["btc", "small", "large", "eth"]


def order_of_events(variation: Variation) -> str:
    """Ten processes that wake up in the same two instants, each named twice."""
    env, seen = variation.clock(1), []

    def wait(name: str) -> Generator[simpy.Event, Any, None]:
        yield env.timeout(60.0)
        seen.append(name)
        yield env.timeout(60.0)
        seen.append(name.upper())

    for name in NAMES:
        env.process(wait(name))
    env.run()
    return "".join(seen)


def test_only_events_of_one_instant_are_shuffled() -> None:
    assert order_of_events(USUAL) == NAMES + NAMES.upper()
    shuffled = order_of_events(EventsShuffled())
    assert sorted(shuffled[:10]) == sorted(NAMES), "time goes on"
    assert shuffled[:10] not in (NAMES, NAMES[::-1])
    assert shuffled[10:].lower() != shuffled[:10], "lots are drawn at every instant"
    assert shuffled == order_of_events(EventsShuffled()), "and are the same in the same run"


@pytest.mark.parametrize("variation", VARIATIONS, ids=lambda variation: variation.name)
def test_a_variation_is_the_same_run_again(varied: Varied, variation: Variation) -> None:
    """Price paths are nobody's choice, and the books balance in every order."""
    usual, other = (varied("fund+pro-rata-adl", order).books for order in (USUAL, variation))
    keys = ["venue", "market"]
    ours, theirs = (books.sort_values(keys, ignore_index=True) for books in (usual, other))
    assert list(ours["exogenous_trough"]) == list(theirs["exogenous_trough"])
    np.testing.assert_allclose(ours["open_interest_start"], theirs["open_interest_start"], rtol=1e-12)
    np.testing.assert_allclose(ours["trough"], theirs["trough"], atol=0.01)


@pytest.mark.parametrize("policy", ["fund+queue-adl", "hyperliquid"])
def test_lots_among_events_of_one_instant_move_no_trough(varied: Varied, policy: str) -> None:
    """A tick comes after all that happens at its time: pauses, halts and waits that end then, payments, arrivals."""
    usual, lots = varied(policy, USUAL), varied(policy, EventsShuffled())
    np.testing.assert_allclose(lots.books["trough"], usual.books["trough"], rtol=1e-9)
    assert lots.totals["ticks"] == usual.totals["ticks"]


def test_lots_among_transfers_move_next_to_no_trough(varied: Varied) -> None:
    """Of transfers that are asked for at one moment, lots say which goes first: after a halt some accounts differ."""
    usual, lots = (varied("fund+queue-adl+circuit-breaker", order) for order in (USUAL, EventsShuffled()))
    np.testing.assert_allclose(lots.books["trough"], usual.books["trough"], atol=0.002)
