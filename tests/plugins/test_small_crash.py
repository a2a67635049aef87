"""The small crash adds up: nobody's contracts or dollars come from nowhere, and all columns say what they promise."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import QUESTIONS, LossSharing, Scope
from lastresort.plugins.testing.questioning import question_all, usual_severity, widest_severity
from lastresort.plugins.testing.small_crash import engine
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS, AFTER, BEFORE
from lastresort.plugins.testing.small_crash.breaches import breach_view
from lastresort.plugins.testing.small_crash.holdings import IDS, after, before
from lastresort.plugins.testing.small_crash.losses import candidates, loss_events, residual_view
from lastresort.plugins.testing.small_crash.moments import (
    CALM,
    FIRST_BREACH,
    MARKETS,
    MOMENTS,
    RECOVERY,
    SMALL,
    TROUGH,
    Moment,
)
from lastresort.plugins.testing.small_crash.trading import order_view


def shown(question: str) -> list[Any]:
    """Every view of one question that a rule without opinions is shown."""
    return [asked.view for asked in question_all([question], lambda name, view: None)]


def account(name: str) -> int:
    return [someone.name for someone in ACCOUNTS].index(name)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.title)
def test_contracts_add_up_to_zero(moment: Moment) -> None:
    assert before(moment).quantity.sum(axis=0).tolist() == [0.0, 0.0]
    held = after(moment).quantity.sum(axis=0) + engine.inventory(moment)
    assert held.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.title)
def test_a_takeover_makes_no_money(moment: Moment) -> None:
    booked = engine.cash(moment) + np.array(engine.UNPAID[moment])
    value = float((booked + engine.inventory(moment) * np.array(moment.mark)).sum())
    assert after(moment).equity.sum() + value == pytest.approx(before(moment).equity.sum())


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.title)
def test_those_below_maintenance_margin_are_taken_over_and_nobody_else(moment: Moment) -> None:
    seized = {someone.name for someone in ACCOUNTS if BEFORE[moment][someone.name] != AFTER[moment][someone.name]}
    view = breach_view(moment)
    breached = set() if view is None else {ACCOUNTS[k - IDS[0]].name for k in view.account}
    sent_to_the_book = {"whale long"} if moment is FIRST_BREACH else set()
    assert seized == breached - sent_to_the_book
    assert (before(moment).equity[[account(name) for name in seized]] < 0).sum() == (
        0 if moment is FIRST_BREACH else len(seized)
    )


def test_profits_are_realised_where_a_position_shrinks() -> None:
    """Naked short: 400,000 contracts entered at 1.00 and bought back at 0.58."""
    now, then = after(RECOVERY), after(TROUGH)
    short = account("naked short")
    assert now.cash[short] - then.cash[short] == pytest.approx(400_000 * (1.00 - 0.58))


@pytest.mark.parametrize("moment", [FIRST_BREACH, TROUGH], ids=lambda moment: moment.title)
def test_equity_is_zero_at_the_bankruptcy_price(moment: Moment) -> None:
    view = breach_view(moment)
    assert view is not None
    then = view.equity + view.quantity * (view.bankruptcy_price - view.mark)
    assert then.tolist() == pytest.approx([0.0] * len(then), abs=1e-6)


@pytest.mark.parametrize("moment", [FIRST_BREACH, TROUGH, RECOVERY], ids=lambda moment: moment.title)
def test_losses_follow_from_inventory_and_cash(moment: Moment) -> None:
    view = residual_view(moment)
    assert view is not None
    at_mid = view.cash + view.inventory * np.array(moment.mid)[view.market]
    assert view.deficit.tolist() == pytest.approx(np.maximum(-at_mid, 0).tolist())
    assert (view.shortfall >= view.deficit).all()
    held = view.inventory != 0
    left = view.cash + view.inventory * np.where(held, view.bankruptcy_price, 0.0)
    assert left[held].tolist() == pytest.approx([0.0] * int(held.sum()), abs=1e-6)
    assert np.isnan(view.bankruptcy_price[~held]).all()


def test_both_sides_of_inventory_and_a_loss_without_inventory_occur() -> None:
    trough, recovery = residual_view(TROUGH), residual_view(RECOVERY)
    assert trough is not None
    assert recovery is not None
    assert (trough.inventory > 0).all()
    assert recovery.inventory.tolist() == [0.0, -400_000.0]
    assert recovery.deficit[0] > 0
    assert residual_view(CALM) is None


@pytest.mark.parametrize("scope", Scope)
def test_candidates_are_those_of_the_scope(scope: Scope) -> None:
    view = residual_view(TROUGH)
    assert view is not None
    for event in loss_events(TROUGH, view, LossSharing(view.contracts, view.deficit, scope)):
        seen = event.candidates
        everybody = candidates(TROUGH, event.market, 1.0, Scope.EVERYBODY)
        wanted = {
            Scope.OPPOSITE: everybody.quantity < 0,
            Scope.HOLDERS: everybody.quantity != 0,
            Scope.EVERYBODY: everybody.quantity == everybody.quantity,
            Scope.PROVIDERS: np.isfinite(everybody.bid),
        }[scope]
        assert event.scope is scope
        assert seen.account.tolist() == everybody.account[wanted].tolist()
        assert len(seen.account) > 1


def test_hedges_are_those_of_the_story() -> None:
    major, small = (candidates(TROUGH, market, 1.0, Scope.EVERYBODY) for market in range(len(MARKETS)))
    desk, pair, arbitrage = (account(name) for name in ("basis desk", "pair trader", "arbitrageur"))
    assert major.hedge[desk] == 6_000_000
    assert major.net_delta[desk] == 0
    assert small.hedge[pair] == pytest.approx(500_000)
    assert 0 < major.hedge[pair] < 900_000
    assert (small.hedge[arbitrage], small.attested_hedge[arbitrage]) == (0, 500_000)


def test_variation_starts_anew_at_the_settlement_of_the_trough() -> None:
    then, now = (candidates(moment, SMALL, 1.0, Scope.EVERYBODY) for moment in (TROUGH, RECOVERY))
    assert then.variation.tolist() == then.gain.tolist()
    assert now.variation.tolist() == pytest.approx((now.gain - then.gain).tolist())


def test_liquidation_orders_of_the_trough_sell_what_is_seized_there() -> None:
    view = order_view(TROUGH)
    liquidations = view.quantity[view.kind == 2]
    assert liquidations.tolist() == (-engine.inventory(TROUGH)).tolist()


def test_events_report_the_takeovers() -> None:
    for moment in (FIRST_BREACH, TROUGH, RECOVERY):
        view = residual_view(moment)
        assert view is not None
        takeovers = {market: (contracts, lost) for kind, market, contracts, lost in engine.EVENTS[moment] if kind == 0}
        for market, (contracts, lost) in takeovers.items():
            row = view.market.tolist().index(market)
            assert contracts == view.inventory[row]
            assert lost == pytest.approx(view.deficit[row], abs=1)


@pytest.mark.parametrize("question", QUESTIONS)
def test_views_are_read_only_complete_and_always_the_same(question: str) -> None:
    one, other = shown(question), shown(question)
    assert len(one) == len(other) >= 3
    for first, second in zip(one, other, strict=True):
        for part, again in [
            (first, second),
            *([(first.candidates, second.candidates)] if question == "allocate" else []),
        ]:
            for field in fields(part):
                value = getattr(part, field.name)
                if isinstance(value, np.ndarray):
                    assert not value.flags.writeable
                    assert np.array_equal(value, getattr(again, field.name), equal_nan=value.dtype == np.float64)
                    assert np.isfinite(value).all() or field.name in ("bankruptcy_price", "bid")


def test_a_wider_severity_asks_for_dollars_from_both_sides() -> None:
    view = residual_view(TROUGH)
    assert view is not None
    assert usual_severity(view).dollars.tolist() == [0.0, 0.0]
    assert widest_severity(view).dollars.tolist() == view.deficit.tolist()
    assert widest_severity(view).scope is Scope.HOLDERS
