"""The small crash adds up: nobody's contracts or dollars come from nowhere, and all columns say what they promise."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from lastresort.mechanisms.contract import QUESTIONS, Allocation, Candidates, LossEvent, LossSharing, LossStage, Scope
from lastresort.plugins.testing.questioning import NOBODY, WIDEST, question_scene
from lastresort.plugins.testing.small_crash import engine, question_all, shown
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS, AFTER, BEFORE
from lastresort.plugins.testing.small_crash.holdings import IDS, after, before
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
from lastresort.plugins.testing.small_crash.scenes import scene
from lastresort.simulation.waterfall.views import candidates


def everywhere(question: str) -> list[Any]:
    """Every view of one question that a rule without opinions is shown."""
    return [asked.view for asked in question_all([question], lambda name, view: None)]


def everyone(moment: Moment, market: int) -> Candidates:
    """All accounts as the candidates of a loss on a long inventory."""
    return candidates(scene(moment).venue, market, 1.0, Scope.EVERYBODY)


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
    breached = {ACCOUNTS[k - IDS[0]].name for view in shown("liquidate", moment) for k in view.account}
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
def test_a_margin_unit_s_equity_is_used_up_at_its_bankruptcy_prices(moment: Moment) -> None:
    """Each position uses up its share, by notional, of the unit's equity; all of them together all of it."""
    (view,) = shown("liquidate", moment)
    lost = view.quantity * (view.bankruptcy_price - view.mark)
    for number in np.unique(view.account):
        mine = view.account == number
        assert lost[mine].sum() == pytest.approx(-view.equity[mine][0])


@pytest.mark.parametrize("moment", [FIRST_BREACH, TROUGH, RECOVERY], ids=lambda moment: moment.title)
def test_losses_follow_from_inventory_and_cash(moment: Moment) -> None:
    (view,) = shown("absorb", moment)
    at_mid = view.cash + view.inventory * np.array(moment.mid)[view.market]
    assert view.deficit.tolist() == pytest.approx(np.maximum(-at_mid, 0).tolist())
    assert (view.shortfall >= view.deficit).all()
    held = view.inventory != 0
    left = view.cash + view.inventory * np.where(held, view.bankruptcy_price, 0.0)
    assert left[held].tolist() == pytest.approx([0.0] * int(held.sum()), abs=1e-6)
    assert np.isnan(view.bankruptcy_price[~held]).all()


def test_both_sides_of_inventory_and_a_loss_without_inventory_occur() -> None:
    (trough,), (recovery,) = shown("absorb", TROUGH), shown("absorb", RECOVERY)
    assert (trough.inventory > 0).all()
    assert recovery.inventory.tolist() == [0.0, -400_000.0]
    assert recovery.deficit[0] > 0
    assert recovery.contracts.tolist() == [0.0, 1.0], "what the engine does not hold, nobody can place"
    assert shown("absorb", CALM) == []


@pytest.mark.parametrize("scope", Scope)
def test_candidates_are_those_of_the_scope(scope: Scope) -> None:
    earlier = (LossStage("before", share_loss=lambda view: LossSharing(view.contracts, view.deficit, scope)),)
    events = shown("allocate", TROUGH, earlier)
    assert [event.market for event in events] == [0, 1]
    for event in events:
        seen, everybody = event.candidates, everyone(TROUGH, event.market)
        wanted = {
            Scope.OPPOSITE: everybody.quantity < 0,
            Scope.HOLDERS: everybody.quantity != 0,
            Scope.EVERYBODY: everybody.quantity == everybody.quantity,
            Scope.PROVIDERS: np.isfinite(everybody.bid),
        }[scope]
        assert event.scope is scope
        assert seen.account.tolist() == everybody.account[wanted].tolist()
        assert len(seen.account) > 1


def test_an_isolated_position_has_no_room() -> None:
    everybody = everyone(TROUGH, SMALL)
    assert everybody.room[everybody.isolated].tolist() == [0.0] * 4
    assert everybody.room[account("saver")] == pytest.approx(500_000 / (2 * 0.05 * 0.55))


def test_hedges_are_those_of_the_story() -> None:
    major, small = (everyone(TROUGH, market) for market in range(len(MARKETS)))
    desk, pair, arbitrage = (account(name) for name in ("basis desk", "pair trader", "arbitrageur"))
    assert major.hedge[desk] == 6_000_000
    assert major.net_delta[desk] == 0
    assert small.hedge[pair] == pytest.approx(500_000)
    assert 0 < major.hedge[pair] < 900_000
    assert (small.hedge[arbitrage], small.attested_hedge[arbitrage]) == (0, 500_000)


def test_variation_starts_anew_at_the_settlement_of_the_trough() -> None:
    then, now = (everyone(moment, SMALL) for moment in (TROUGH, RECOVERY))
    assert then.variation.tolist() == then.gain.tolist()
    assert now.variation.tolist() == pytest.approx((now.gain - then.gain).tolist())


def test_liquidation_orders_of_the_trough_sell_what_is_seized_there() -> None:
    view, _ = shown("admit", TROUGH)
    liquidations = view.quantity[view.kind == 2]
    assert liquidations.tolist() == (-engine.inventory(TROUGH)).tolist()


def test_events_report_the_takeovers() -> None:
    for moment in (FIRST_BREACH, TROUGH, RECOVERY):
        (view,) = shown("absorb", moment)
        takeovers = {market: (contracts, lost) for kind, market, contracts, lost in engine.EVENTS[moment] if kind == 0}
        for market, (contracts, lost) in takeovers.items():
            row = view.market.tolist().index(market)
            assert contracts == view.inventory[row]
            assert lost == pytest.approx(view.deficit[row], abs=1)


@pytest.mark.parametrize("question", QUESTIONS)
def test_views_are_read_only_complete_and_always_the_same(question: str) -> None:
    one, other = everywhere(question), everywhere(question)
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
                    assert np.isfinite(value).all() or field.name in ("bankruptcy_price", "bid", "until")


def test_a_wider_severity_asks_for_dollars_from_both_sides() -> None:
    (alone,), (after_all,) = (shown("share_loss", TROUGH, earlier) for earlier in (NOBODY, WIDEST))
    assert alone.dollars.tolist() == [0.0, 0.0]
    assert after_all.dollars.tolist() == after_all.deficit.tolist()
    assert {event.scope for event in shown("allocate", TROUGH, WIDEST)} == {Scope.HOLDERS}


def test_what_a_rule_places_in_one_market_shows_in_the_next() -> None:
    """The market maker closes 1,000,000 contracts of the major market, which its net delta no longer holds."""
    maker = IDS[account("market maker")]

    def answer(question: str, event: LossEvent) -> Allocation | None:
        row = event.candidates.account == maker
        return Allocation(1e6 * row, 0.0 * row, event.mark, event.mark) if event.market == 0 else None

    first, second = (reply.view.candidates for reply in question_scene(["allocate"], answer, scene(TROUGH)))
    before_, after_ = (seen.account == maker for seen in (first, second))
    assert second.net_delta[after_] - first.net_delta[before_] == pytest.approx(1e6 * 0.88)
    assert second.equity[after_] == pytest.approx(first.equity[before_])


def test_what_is_worth_no_more_than_a_remnant_is_not_asked_about() -> None:
    """1,200 USD are lost at the first breach, less than the 10,000 that the engine leaves lying."""
    earlier = (LossStage("before", share_loss=lambda view: LossSharing(0 * view.contracts, view.deficit)),)
    (view,) = shown("share_loss", FIRST_BREACH, earlier)
    assert view.dollars.tolist() == pytest.approx([1200.0])
    assert shown("allocate", FIRST_BREACH, earlier) == []
