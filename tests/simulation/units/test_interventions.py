"""What rules do before there is a loss: closing both sides against each other, and charging without a loss."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.contract import EventKind, EventView, Intervention, MarketView, MechanismError
from lastresort.simulation.accounts.journal import Unit
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.run import Run

OPEN = np.ones((2, 4), dtype=bool)
ONE = np.zeros((2, 4), dtype=bool)
ONE[0, 2] = True


def in_one_market(run: Run, now: float = 60.0) -> None:
    run.interventions.ask(now, ONE)
    run.ledger.audit()


def pair(view: MarketView, contracts: float) -> np.ndarray:
    """Close so much of the largest long and of the largest short."""
    close = np.zeros(len(view.candidates.account))
    for side in (1, -1):
        close[np.argmax(side * view.candidates.quantity)] = contracts
    return close


def test_each_market_that_trades_is_asked_about_in_its_rhythm(standing: Callable[..., Run]) -> None:
    asked: list[tuple[float, int]] = []
    run = standing({"intervene": lambda view: asked.append((view.time, view.market))})
    for now in (0.0, 30.0, 60.0, 61.0, 119.0, 125.0):
        run.interventions.ask(now, ONE)
    assert asked == [(0.0, 2), (60.0, 2), (125.0, 2)]
    asked.clear()
    run.interventions.ask(185.0, OPEN)
    assert [market for _, market in asked] == [0, 1, 2, 3, 0, 1, 2, 3]


def test_it_is_shown_everybody_who_holds_a_position(standing: Callable[..., Run]) -> None:
    views: list[MarketView] = []
    run = standing({"intervene": views.append})
    in_one_market(run)
    (view,) = views
    account, quantity = run.ledger.holders(0, 2)
    assert sorted(view.candidates.account) == sorted(account)
    assert (np.sum(quantity > 0), np.sum(quantity < 0)) == (
        np.sum(view.candidates.quantity > 0),
        np.sum(view.candidates.quantity < 0),
    )
    assert (view.beta, view.lot, view.mark) == (run.universe.beta[2], 10.0, 1.0)
    assert view.open_interest == pytest.approx(run.ledger.open_interest_at(0)[2])


def test_both_sides_are_closed_at_one_price(
    standing: Callable[..., Run], move_prices: Callable[[Run, float], None]
) -> None:
    """At 0.9, one thousandth below the mark: the long loses, the short gains, nobody else is concerned."""
    run = standing({"intervene": lambda view: Intervention(close=pair(view, 1000.0), price=0.899)})
    move_prices(run, 0.9)
    before, interest = run.ledger.holders(0, 2), run.ledger.open_interest_at(0)[2]
    in_one_market(run)
    after = run.ledger.holders(0, 2)
    assert run.ledger.open_interest_at(0)[2] == pytest.approx(interest - 1000)
    moved = np.abs(after[1] - before[1])
    assert sorted(moved[moved > 1e-6]) == pytest.approx([1000, 1000])
    assert run.ledger.burden.loss.sum() == pytest.approx(1.0)
    assert run.ledger.burden.benefit.sum() == pytest.approx(1.0)
    assert run.ledger.burden.closed.sum() == pytest.approx(2 * 900)


def test_a_premium_goes_to_the_pool_of_the_market_and_is_no_deficit(standing: Callable[..., Run]) -> None:
    """Every holder pays a dollar, but for the first, who gets ten."""

    def levy(view: MarketView) -> Intervention:
        charge = np.ones(len(view.candidates.account))
        charge[0] = -10.0
        return Intervention(charge=charge)

    run = standing({"intervene": levy})
    n, fund = len(run.ledger.holders(0, 2)[0]), run.ledger.pockets.fund.copy()
    in_one_market(run)
    pool = run.ledger.pool[2]
    assert run.ledger.pockets.fund[0, pool] - fund[0, pool] == pytest.approx(n - 1 - 10)
    assert run.ledger.pockets.premiums == pytest.approx(n - 11)
    assert run.ledger.burden.charged.sum() == pytest.approx(n - 11)
    assert not run.log.charged.any()
    totals = run.recorder.totals(np.zeros((2, 4)))
    assert totals["deficit"] == 0
    assert totals["premiums"] == pytest.approx(n - 11)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda view: Intervention(close=(view.candidates.quantity > 0) * 1.0), "of longs and 0.00 of shorts"),
        (lambda view: Intervention(close=pair(view, 1e12)), "over-closes account"),
        (lambda view: Intervention(charge=-1.0), "USD more than it charges"),
        (lambda view: Intervention(charge=1e15), "over-draws account"),
        (lambda view: Intervention(close=pair(view, 1.0), price=0.0), "'price' must be positive, or NaN for the mark"),
        (lambda view: Intervention(charge=float("nan")), "'charge' holds NaN or infinity"),
        (lambda view: {"close": 1}, "answered dict, allowed is Intervention or None"),
    ],
)
def test_what_is_refused(standing: Callable[..., Run], answer: Callable[[MarketView], object], expected: str) -> None:
    run = standing({"intervene": answer})
    count = run.journal.count
    with pytest.raises(MechanismError, match=expected) as refused:
        in_one_market(run)
    assert str(refused.value).startswith("mechanism 'stage-1', question 'intervene', at 60 s: ")
    assert run.journal.count == count, "nothing was posted"


def test_observers_are_told_to_whom_it_happened(standing: Callable[..., Run]) -> None:
    seen: list[EventView] = []

    def both(view: MarketView) -> Intervention:
        return Intervention(close=pair(view, 500.0), charge=pair(view, 1.0))

    run = standing({"intervene": both, "observe": seen.append})
    in_one_market(run)
    run.rules.tell_observers(60.0)
    (view,) = seen
    assert view.kind.tolist() == [EventKind.REDUCTION, EventKind.PREMIUM]
    assert view.contracts.tolist() == pytest.approx([500, 0])
    assert view.dollars.tolist() == pytest.approx([0, 2])
    assert view.account_event.tolist() == [0, 0, 1, 1]
    assert sorted(view.account[:2]) == sorted(view.account[2:])
    assert sorted(view.account_contracts[:2]) == pytest.approx([-500, 500])
    assert view.account_dollars[2:].tolist() == [1, 1]


def test_a_takeover_names_its_account(standing: Callable[..., Run]) -> None:
    seen: list[EventView] = []
    run = standing({"observe": seen.append})
    account = np.flatnonzero(run.ledger.isolated.book == 2)[:1]
    held = run.ledger.isolated.quantity[account].copy()
    run.ledger.seize(account, np.array([2]), held, np.ones(1), np.ones(1))
    run.rules.tell_observers(0.0)
    assert seen[0].account.tolist() == account.tolist()
    assert seen[0].account_contracts == pytest.approx(-held)


def test_what_a_rule_took_before_a_loss_makes_no_breach(ledger: Ledger) -> None:
    """A tenth of the position's value is taken and paid back: the unit is judged as if it had kept it all along."""
    units: list[Unit] = []
    ledger.journal.readers.append(lambda posting: units.append(posting.unit) if posting.unit else None)
    account = np.flatnonzero(ledger.isolated.book == 2)[:1]
    held = ledger.isolated.quantity[account].copy()
    equity = ledger.isolated.cash[account] + held
    taken = 0.1 * np.abs(held)
    ledger.levy(account, 0, 2, taken)
    ledger.seize(account, np.array([2]), 0.1 * held, np.ones(1), np.ones(1))
    ledger.levy(account, 0, 2, -taken + 1e-9)
    ledger.seize(account, np.array([2]), 0.1 * held, np.ones(1), np.ones(1))
    assert units[0].equity == pytest.approx(equity)
    assert units[1].equity == pytest.approx(equity)
    assert ledger.burden.charged[account] == pytest.approx([0.0], abs=1e-6), "it was paid back"
    assert ledger.burden.moved[account] == pytest.approx(2 * taken), "and yet the rule had its hands on it"
