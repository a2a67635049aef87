"""From a breach to the waterfall: the book first, then the engine, then the venue's wait, then what is uncovered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lastresort.mechanisms.contract import Floats, Waterfall
from lastresort.simulation import RunRecord, Scenario, simulate
from lastresort.simulation.accounts.journal import Cause, Posting
from lastresort.simulation.run import Run
from lastresort.simulation.waterfall import open_losses
from lastresort.simulation.waterfall.resolution import Resolution

POLICY = "fund+queue-adl"


@pytest.fixture(scope="module")
def fills(play: Callable[..., RunRecord], crash: Callable[..., Scenario]) -> pd.DataFrame:
    """What happened to positions in the small crash."""
    return play(crash(), POLICY).fills


def test_every_position_meets_the_book_before_the_engine(fills: pd.DataFrame) -> None:
    """Whoever is taken over could have traded before: takeovers begin no earlier than orders, and leave the rest."""
    orders = fills[fills["cause"] == "liquidation_order"].groupby("account")["time"].min()
    takeovers = fills[fills["cause"] == "takeover"].groupby("account")["time"].min()
    both = orders.index.intersection(takeovers.index)
    assert len(both) > 10
    assert (orders[both] < takeovers[both]).all()
    assert len(orders.index.difference(takeovers.index)) > 10, "an order that fits leaves nothing to take over"


def test_orders_of_isolated_accounts_leave_no_debt(start: Callable[..., Run], crash: Callable[..., Scenario]) -> None:
    """They trade within the bankruptcy price, fees included: what is left is worth no less than nothing at that price.

    After an order of q contracts at price p and a fee, the margin left is (cash - q p - fee) beside the contracts left,
    and was (cash) beside all of them; both are worth something at the price of the order.
    """
    run, ruin = start(crash(), POLICY), []
    isolated = run.ledger.isolated

    def read(posting: Posting) -> None:
        if posting.cause is Cause.LIQUIDATION_ORDER:
            alone = np.flatnonzero(posting.account < len(isolated.book))
            ids, price = posting.account[alone], np.broadcast_to(posting.price, len(posting.account))[alone]
            held, cash = isolated.quantity[ids], isolated.cash[ids]
            after = cash + posting.cash[alone] + (held + posting.quantity[alone]) * price
            ruin.extend((after / (np.abs(held) * price)).tolist())

    run.journal.readers.append(read)
    run.play()
    assert len(ruin) > 30
    assert min(ruin) > -1e-9


def test_only_what_is_uncovered_is_placed(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contracts placed are the uncovered share of the inventory, and all of it where a policy places inventories."""
    shares: list[Floats] = []
    whole = open_losses.OpenLosses.uncovered_share

    def noted(losses: open_losses.OpenLosses) -> Floats:
        share = np.asarray(whole.__get__(losses))
        shares.append(share)
        return share

    monkeypatch.setattr(open_losses.OpenLosses, "uncovered_share", property(noted))
    start(crash(), POLICY).play()
    found = np.concatenate(shares)
    assert ((found > 0) & (found < 1)).any()
    assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.parametrize("wait", [0.0, 5.0, 15.0])
def test_a_wait_is_waited(
    start: Callable[..., Run], crash: Callable[..., Scenario], monkeypatch: pytest.MonkeyPatch, wait: float
) -> None:
    """From a first takeover until the waterfall is asked about its book; without a wait that is in the same tick."""
    scenario = crash()
    run = start(scenario, POLICY)
    run.asking._wait[:] = wait
    taken: dict[tuple[int, int], float] = {}
    waited: list[float] = []
    settle = Resolution.settle

    def asked(self: Resolution, time: float, due: Any, final: bool = False) -> None:
        for v, m in np.argwhere(due):
            if not final and (int(v), int(m)) in taken:
                waited.append(time - taken.pop((int(v), int(m))))
        settle(self, time, due, final)

    def read(posting: Posting) -> None:
        if posting.cause is Cause.TAKEOVER:
            for v, m in zip(run.ledger.venue_of(posting.account), posting.market, strict=True):
                taken.setdefault((int(v), int(m)), posting.time)

    run.journal.readers.append(read)
    monkeypatch.setattr(Resolution, "settle", asked)
    run.play()
    assert len(waited) > 10
    assert min(waited) >= wait - 1e-6
    assert max(waited) <= wait + scenario.clock.stress_tick + scenario.clock.restless_tick


def test_a_wait_is_a_parameter_of_the_rules(
    waterfalls: Callable[..., dict[str, Waterfall]], crash: Callable[..., Scenario]
) -> None:
    """In the meantime the engine sells into the book; whether that spares accounts or not is a finding."""
    scenario = crash()
    placed = []
    for wait in (0.0, 60.0):
        rules = {venue: replace(rule, wait=wait) for venue, rule in waterfalls(scenario, POLICY).items()}
        placed.append(simulate(scenario, rules, 1, POLICY).books["deleveraged"].sum())
    assert min(placed) > 0
    assert placed[1] != pytest.approx(placed[0], rel=0.01)


def test_the_engine_sells_what_it_took_over(start: Callable[..., Run], crash: Callable[..., Scenario]) -> None:
    """At the end of the crash next to nothing is left in its hands."""
    run = start(crash(), POLICY)
    run.play()
    liquidated = run.recorder.liquidated_long + run.recorder.liquidated_short
    assert liquidated.sum() > 0
    assert np.abs(run.ledger.engine_quantity).sum() < 1e-3 * liquidated.sum()
