"""How long strategies are naked, at several levels, by hand and against one another."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lastresort.mechanisms.contract import Payer
from lastresort.simulation.accounts.naked_clock import NakedClock
from lastresort.simulation.recording.column_families import LEVELS
from lastresort.simulation.run import Run

STILL: dict[str, Any] = {
    "volatility": 0.0,
    "groups": [
        {"name": "btc", "tier": 0, "markets": 1, "open_interest": 0.5, "beta": 1.0, "volatility": 0},
        {"name": "large", "tier": 1, "markets": 1, "open_interest": 0.3, "beta": 1.5, "volatility": 0},
        {"name": "small", "tier": 2, "markets": 2, "open_interest": 0.2, "beta": 2.0, "volatility": 0},
    ],
    "makers": {"entities": 12, "withdraw": False},
    "clock": {"duration": 900, "calm_tick": 5, "stress_tick": 5},
}


def watched(*shares: float, dt: float = 5.0, shared: float = 0.0) -> dict[str, float]:
    """The columns of the second strategy of two after looks at these shares, the first at `dt`.

    Something was first shared out to it at `shared`.
    """
    clock = NakedClock(2)
    clock.first_shared[1] = shared
    for look, share in enumerate(shares, start=1):
        clock.advance(dt * look, np.array([0.9, share]), np.ones(2), dt)
    assert np.isnan(clock.columns()["naked_from"][0]), "nothing was shared out to the first"
    return {name: float(values[1]) for name, values in clock.columns().items()}


def test_spells_by_hand() -> None:
    columns = watched(0.0, 0.4, 0.25, 0.15, 0.07, 0.2, 0.6, 0.0)
    assert [columns[name] for name in ("naked_longest_05", "naked_longest_10", "naked_longest")] == [30, 15, 10]
    assert [columns[name] for name in ("naked_longest_30", "naked_longest_50")] == [5, 5]
    assert columns["naked_time"] == pytest.approx(5 * 1.67)
    assert (columns["naked_from"], columns["rehedged_after"]) == (10, 10), "the first spell, from look to look"


def test_who_never_was_naked_and_who_still_is() -> None:
    whole, naked = watched(0.0, 0.2, 0.1), watched(0.1, 0.3, 0.3)
    assert np.isnan([whole["naked_from"], whole["rehedged_after"], naked["rehedged_after"]]).all()
    assert naked["naked_from"] == 10


def test_a_spell_from_before_the_first_shared_close_does_not_count() -> None:
    """Naked from the first look on, shared out to at 12 s, whole at 25 s, naked again from 30 s to the end."""
    columns = watched(0.4, 0.4, 0.4, 0.4, 0.0, 0.3, 0.4, shared=12.0)
    assert (columns["naked_from"], columns["naked_longest"]) == (30, 10)
    assert columns["naked_time"] == pytest.approx(5 * (0.4 + 0.4 + 0.3 + 0.4)), "from the look at 15 s on"
    assert columns["naked_longest_30"] == columns["naked_at_end_30"] == 5


def test_what_is_still_going_on_at_the_end() -> None:
    assert watched(0.1, 0.3, 0.3)["naked_at_end"] == 10
    assert watched(0.1, 0.3, 0.1)["naked_at_end"] == 0
    assert watched(0.3, 0.3, shared=20.0)["naked_at_end"] == 0, "it began before"


@given(st.lists(st.floats(0, 1), max_size=20))
def test_a_higher_level_is_never_passed_for_longer(shares: list[float]) -> None:
    columns = watched(*shares)
    spells = [columns[name] for name in LEVELS]
    assert spells == sorted(spells, reverse=True)
    if not np.isnan(columns["rehedged_after"]):
        assert 5 <= columns["rehedged_after"] <= columns["naked_longest"]


def test_a_pair_without_its_short_is_hedged_again_when_its_long_has_shrunk(
    standing: Callable[..., Run], move_prices: Callable[[Run, float], None]
) -> None:
    """Net delta over gross, d, falls by a factor e^(-5/300) per tick, so it is 0.2 after 300 ln(d / 0.2) seconds."""
    run = standing(**STILL)
    move_prices(run, 1.0)
    ledger, cross, beta = run.ledger, run.ledger.cross, run.universe.beta
    row = int(np.flatnonzero(beta[cross.long_market] < beta[cross.short_market])[0])
    short, venue = int(cross.short_market[row]), int(cross.venue[row])
    long, lost = cross.quantity[row, cross.long_market[row]], cross.quantity[row, short]
    share = long * beta[cross.long_market[row]] / (long - lost)
    ticks = np.ceil(60 * np.log(share / 0.2))
    assert ticks > 10
    account = np.array([len(ledger.isolated.book) + row])
    ledger.deleverage(account, venue, short, np.array([-lost]), np.ones(1), 1.0, Payer.FUND, 1.0)
    run.env.process(run._clock(run.scenario.duration))
    run.env.run(until=900.5)
    table = run.strategies.table(run.prices)
    pair = table[table["owner"] == account[0]].iloc[0]
    assert pair["cohort"] == "pairs"
    assert (pair["naked_from"], pair["rehedged_after"], pair["naked_longest"]) == (5, 5 * ticks, 5 * ticks)
    assert pair["repaired"] == pytest.approx(long * -np.expm1(-895 / 300))
    assert pair["repair_cost"] == pytest.approx(0, abs=1e-6), "prices stood still"
    assert pair["naked_longest_05"] > pair["naked_longest_10"] > pair["naked_longest"] > pair["naked_longest_30"]
    others = table[table["owner"] != account[0]]
    assert others["naked_from"].isna().all()
    assert not others[["repaired", "repair_cost"]].to_numpy().any()
