"""Loss and endowment divided over accounts and positions, and the groups they make."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lastresort.plugins.errors import InputError
from lastresort.scores.measures import concentration, entropies
from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.groupings import groupings, labels
from lastresort.scores.measures.yardstick import Yardstick
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
MARKETS = [{"market": "BTC"}, {"market": "ETH"}]

ACCOUNTS: tuple[dict[str, Any], ...] = (
    {"owner": "ann", "venue": "alpha", "market": "BTC", "equity_start": 10.0, "cohort": "retail"},
    {"owner": "bob", "venue": "alpha", "equity_start": 40.0, "cohort": "makers"},
    {"owner": "bob", "venue": "beta", "equity_start": 60.0, "cohort": "makers"},
)
LEGS = (
    {"account": 1, "market": "BTC", "gross_start": 30.0},
    {"account": 1, "market": "ETH", "gross_start": 10.0},
    {"account": 2, "market": "ETH", "gross_start": 50.0},
)
"""Cross-margin accounts 1 and 2; the first account is isolated."""


def burdens(losses: tuple[float, ...], legs: tuple[float, ...], a_run: Run) -> Burdens:
    accounts = [account | {"direct_loss": loss} for account, loss in zip(ACCOUNTS, losses, strict=True)]
    borne = [leg | {"direct_loss": loss} for leg, loss in zip(LEGS, legs, strict=True)]
    return Burdens(a_run(accounts, legs=borne, books=MARKETS), Yardstick(a_run(ACCOUNTS, legs=LEGS, books=MARKETS)))


def test_groups_by_hand(a_run: Run) -> None:
    """Bob's first account bears 8, of which 4 on the ETH leg and 4 on none: these go 3 : 1 with its notional."""
    found = groupings(burdens((5.0, 8.0, 2.0), (0.0, 4.0, 2.0), a_run))
    assert found["loss_by_cohort"] == pytest.approx([10.0, 5.0])
    assert found["endowment_by_cohort"] == pytest.approx([100.0, 10.0])
    assert found["loss_by_venue"] == pytest.approx([13.0, 2.0])
    assert found["endowment_by_venue"] == pytest.approx([50.0, 60.0])
    assert found["loss_by_asset"] == pytest.approx([5.0 + 3.0, 4.0 + 1.0 + 2.0])
    assert found["endowment_by_asset"] == pytest.approx([10.0 + 30.0, 10.0 + 60.0])
    assert found["loss_by_decile"] == pytest.approx([5, 0, 0, 0, 0, 10, 0, 0, 0, 0])  # two owners: ann the smaller
    assert found["loss_by_type"].reshape(2, 10).sum(axis=1) == pytest.approx(found["loss_by_cohort"])
    named = labels(burdens((5.0, 8.0, 2.0), (0.0, 4.0, 2.0), a_run))
    assert {name: texts.tolist() for name, texts in named.items()} == {
        "cohorts": ["makers", "retail"],
        "venues": ["alpha", "beta"],
        "assets": ["BTC", "ETH"],
    }


def test_legs_never_bear_more_than_their_account(a_run: Run) -> None:
    """Repaid IOUs lower the account's loss and not that of its legs, which are scaled down."""
    found = groupings(burdens((0.0, 2.0, 0.0), (3.0, 1.0, 0.0), a_run))
    assert found["loss_by_asset"] == pytest.approx([1.5, 0.5])


def test_an_account_without_a_position_is_spread_evenly(a_run: Run) -> None:
    accounts = [{"owner": "ann"}, {"owner": "ann", "gross_start": 0.0, "equity_start": 20.0, "direct_loss": 4.0}]
    run = a_run(accounts, legs=[{"account": 0, "market": "BTC"}], books=MARKETS)
    found = groupings(Burdens(run, Yardstick(run)))
    assert found["loss_by_asset"] == pytest.approx([2.0, 2.0])
    assert found["endowment_by_asset"] == pytest.approx([20.0, 10.0])


def test_accounts_outside_the_population_bear_nothing(a_run: Run) -> None:
    accounts = [{"direct_loss": 1.0}, {"direct_loss": 5.0, "venue": "beta", "defaulted": True}]
    run = a_run(accounts, legs=[{"account": 0}, {"account": 1, "direct_loss": 5.0}])
    found = groupings(Burdens(run, Yardstick(run)))
    assert found["loss_by_venue"] == pytest.approx([1.0, 0.0])
    assert found["loss_by_asset"] == pytest.approx([1.0])


@pytest.mark.parametrize("leg", [{"account": 9}, {"market": "DOGE"}])
def test_legs_of_strange_accounts_or_markets_are_refused(a_run: Run, leg: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="accounts or markets it lacks"):
        groupings(Burdens(a_run(legs=[leg]), Yardstick(a_run())))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(1e-2, 1e3), st.floats(1e-2, 1e3), st.integers(0, 2)), min_size=1, max_size=12))
def test_every_decomposition_is_exact(a_run: Run, drawn: list[tuple[float, float, int]]) -> None:
    """Between and within groups add up to the index of the unit that they divide, and all units bear the same loss."""
    accounts = [
        {
            "owner": place % 5,
            "direct_loss": loss,
            "equity_start": equity + 1.0,
            "venue": "abc"[where],
            "cohort": "xyz"[where],
        }
        for place, (loss, equity, where) in enumerate(drawn)
    ]
    legs = [
        {"account": place, "market": market, "gross_start": equity * share, "direct_loss": loss * share}
        for place, (loss, equity, _) in enumerate(drawn)
        for market, share in (("BTC", 0.25), ("ETH", 0.5))
    ]
    run = a_run(accounts, legs=legs, books=MARKETS)
    found = Burdens(run, Yardstick(run))
    population = found.population
    for units in (
        (found.loss, found.endowment, population.cohort),
        (found.loss, found.endowment, population.decile),
        (found.accounts.loss, found.accounts.endowment, found.accounts.group),
        (found.positions.loss, found.positions.endowment, found.positions.group),
    ):
        parts = entropies.theil_between(*units) + entropies.theil_within(*units)
        assert parts == pytest.approx(concentration.theil(*units[:2]), abs=1e-12)
        assert units[0].sum() == pytest.approx(found.loss.sum(), rel=1e-12)
        assert units[1].sum() == pytest.approx(found.endowment.sum(), rel=1e-12)


def test_splitting_an_account_leaves_owners_and_positions_as_they_were(a_run: Run) -> None:
    """A cross-margin account with two legs becomes two isolated accounts of the same owner."""
    other = {"owner": "bob", "direct_loss": 1.0}
    whole = {"owner": "ann", "direct_loss": 8.0, "gross_start": 40.0, "equity_start": 20.0}
    legs = [
        {"account": 0, "market": "BTC", "gross_start": 30.0, "direct_loss": 6.0},
        {"account": 0, "market": "ETH", "gross_start": 10.0, "direct_loss": 2.0},
        {"account": 1, "market": "BTC", "gross_start": 100.0, "direct_loss": 1.0},
    ]
    parts = [
        {"owner": "ann", "market": "BTC", "direct_loss": 6.0, "gross_start": 30.0, "equity_start": 15.0},
        {"owner": "ann", "market": "ETH", "direct_loss": 2.0, "gross_start": 10.0, "equity_start": 5.0},
    ]
    merged = a_run([whole, other], legs=legs, books=MARKETS)
    split = a_run([*parts, other], legs=[legs[2] | {"account": 2}], books=MARKETS)
    one, two = (groupings(Burdens(run, Yardstick(run))) for run in (merged, split))
    assert all(np.allclose(one[name], two[name], rtol=1e-12) for name in one)
