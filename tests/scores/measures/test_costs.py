"""Imposed cost of every kind of fill by hand: what a rule took, at prices that it could not set."""

from collections.abc import Callable
from typing import Any

import pytest

from lastresort.plugins.errors import InputError
from lastresort.scores.measures.beneficial_owners import Owners
from lastresort.scores.measures.costs import Costs
from lastresort.scores.measures.look import Look
from lastresort.simulation.recording.record import RunRecord

Run = Callable[..., RunRecord]
Beside = Callable[[RunRecord], Look]

BREACH = {"unit_equity": 4.0, "unit_maintenance": 5.0}
SOUND = {"unit_equity": 5.0, "unit_maintenance": 5.0}


def cost(run: RunRecord, fair: str = "mid_5m") -> list[float]:
    """Imposed cost of each account, USD."""
    return list(Costs(run, Owners.of(run)).by_account(fair))


def closed(cause: str, quantity: float, price: float, fair: float, **more: float) -> dict[str, Any]:
    """A fill of so many contracts at a price, judged at a fair price five minutes later."""
    return {"cause": cause, "quantity": quantity, "price": price, "mid_5m": fair, **more}


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (closed("deleveraging", -10.0, 98.0, 103.0), 50.0),  # a long sold 5 too low
        (closed("deleveraging", 10.0, 103.0, 98.0), 50.0),  # a short bought 5 too high
        (closed("deleveraging", 10.0, 95.0, 98.0), -30.0),  # a short bought 3 too low: a favour
        (closed("deleveraging", -10.0, 98.0, 98.0, fee=1.5), 1.5),
        (closed("forced_assignment", 5.0, 100.0, 90.0, fee=2.0), 52.0),
        (closed("settlement", -4.0, 90.0, 95.5, fee=1.0), 23.0),
    ],
)
def test_closes_for_somebody_else_s_loss(a_run: Run, fill: dict[str, Any], expected: float) -> None:
    assert cost(a_run(fills=[fill])) == pytest.approx([expected])


@pytest.mark.parametrize(("hole", "expected"), [(0.0, 150.0), (100.0, 50.0), (150.0, 0.0), (400.0, 0.0)])
def test_what_a_bankrupt_account_could_not_pay_in_a_settlement_is_no_loss_of_its_own(
    a_run: Run, hole: float, expected: float
) -> None:
    run = a_run([{"equity_start": 50.0, "hole": hole}], fills=[closed("settlement", -10.0, 80.0, 95.0)])
    assert cost(run) == pytest.approx([expected])


def test_a_hole_of_an_own_liquidation_takes_nothing_off_other_closes(a_run: Run) -> None:
    assert cost(a_run([{"hole": 30.0}], fills=[closed("deleveraging", -10.0, 98.0, 103.0)])) == pytest.approx([50.0])


@pytest.mark.parametrize("cause", ["assignment", "opening", "reopening"])
def test_what_an_account_chose_is_no_cost(a_run: Run, cause: str) -> None:
    assert cost(a_run(fills=[closed(cause, 5.0, 100.0, 50.0, fee=9.0)])) == [0.0]


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        # Seized 10 below the mark, 100 in all, of which 1 % of 1,000 is usual: 90 kept, if the market paid that much.
        (closed("takeover", -10.0, 90.0, 100.0), 90.0),
        (closed("takeover", -10.0, 90.0, 93.0), 30.0),  # the market paid 93: what it got was 3 too little
        (closed("takeover", -10.0, 90.0, 80.0), 0.0),  # the market paid less: never a favour
        (closed("takeover", -10.0, 90.0, 93.0, fee=4.0), 34.0),
        (closed("takeover", 10.0, 112.0, 100.0), 110.0),  # a short: 120 - 10
        (closed("takeover", -10.0, 99.5, 120.0, fee=5.0), 0.0),  # 5 below the mark and a fee of 5 are usual
        (closed("takeover", -10.0, 99.5, 120.0, fee=6.0), 1.0),
        (closed("takeover", -10.0, 45.0, 100.0, usual_mark=50.0), 45.0),  # the fee is a share of the usual mark
        # An order to the book keeps its fee alone: the price is the market's.
        (closed("liquidation_order", -10.0, 80.0, 100.0), 0.0),
        (closed("liquidation_order", -10.0, 80.0, 100.0, fee=10.0), 0.0),
        (closed("liquidation_order", -10.0, 80.0, 100.0, fee=15.0), 5.0),
        (closed("liquidation_order", -10.0, 100.0, 86.0, fee=15.0), 0.0),
    ],
)
def test_own_liquidations_in_breach_keep_no_more_than_the_usual_fee(
    a_run: Run, fill: dict[str, Any], expected: float
) -> None:
    assert cost(a_run(fills=[fill | BREACH])) == pytest.approx([expected])


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (closed("takeover", -10.0, 90.0, 100.0, fee=3.0), 103.0),
        (closed("takeover", -10.0, 90.0, 85.0, fee=3.0), -47.0),
        (closed("liquidation_order", -10.0, 80.0, 100.0, fee=15.0), 215.0),
    ],
)
def test_own_liquidations_of_those_who_met_the_usual_maintenance_count_in_full(
    a_run: Run, fill: dict[str, Any], expected: float
) -> None:
    """Whose equity is just the maintenance is not in breach: the rule liquidated what nobody else would have."""
    assert cost(a_run(fills=[fill | SOUND])) == pytest.approx([expected])


def test_an_account_is_judged_at_the_usual_maintenance_not_at_the_rule_s(a_run: Run) -> None:
    """A trigger at .97 of the mark, or margins raised a million times, are no breach: the record knows the usual ones.

    Seized whole, 1,000 USD of equity on 100 contracts at 90 where 100 was the mark: all 1,000 count.
    """
    seized = closed("takeover", -100.0, 90.0, 100.0, unit_equity=1000.0, unit_maintenance=50.0)
    assert cost(a_run(fills=[seized])) == pytest.approx([1000.0])
    assert cost(a_run(fills=[seized | {"unit_equity": 49.0}])) == pytest.approx([900.0])


@pytest.mark.parametrize("charged", [7.0, -3.0])
def test_charges_cost_and_repaid_ious_give_back(a_run: Run, charged: float) -> None:
    run = a_run([{"charged": charged}], fills=[closed("deleveraging", -1.0, 98.0, 100.0)])
    assert cost(run) == pytest.approx([charged + 2.0])


@pytest.mark.parametrize(("end", "expected"), [(4.0, 6.0), (13.0, -3.0)])
def test_a_vault_cost_its_depositors_what_it_lost(a_run: Run, end: float, expected: float) -> None:
    """Whatever it was charged and took over: it chose none of that."""
    vault = {"cohort": "vault", "equity_start": 10.0, "equity_end": end, "charged": 100.0}
    run = a_run([vault, {}], fills=[closed("deleveraging", -10.0, 98.0, 103.0)])
    assert cost(run) == [expected, 0.0]


def test_fair_prices_are_three_and_the_headline_is_five_minutes(a_run: Run, beside_itself: Beside) -> None:
    run = a_run(fills=[{"quantity": -10.0, "price": 100.0, "mid": 101.0, "mid_5m": 103.0, "mid_15m": 110.0}])
    assert [cost(run, fair) for fair in ("mid", "mid_5m", "mid_15m")] == [[10.0], [30.0], [100.0]]
    assert beside_itself(run).cost.tolist() == [30.0]


def test_costs_are_netted_over_the_accounts_of_an_owner(a_run: Run, beside_itself: Beside) -> None:
    """Ann loses 50 and wins 20 in one account and is charged 5 in another; Bob wins 8."""
    accounts = [{"owner": "bob"}, {"owner": "ann"}, {"owner": "ann", "charged": 5.0}]
    fills = [
        closed("deleveraging", -10.0, 98.0, 103.0, account=1),
        closed("settlement", -10.0, 98.0, 96.0, account=1),
        closed("deleveraging", -1.0, 98.0, 90.0, account=0),
    ]
    look = beside_itself(a_run(accounts, fills=fills))
    assert look.owners.names.tolist() == ["ann", "bob"]
    assert look.cost.tolist() == pytest.approx([35.0, -8.0])
    assert look.loss.tolist() == pytest.approx([35.0, 0.0])


def test_accounts_are_found_by_number_not_by_place(a_run: Run) -> None:
    accounts = [{"account": 7}, {"account": 3}]
    run = a_run(accounts, fills=[closed("deleveraging", -1.0, 98.0, 100.0, account=3)])
    assert cost(run) == [0.0, 2.0]


def test_fills_of_accounts_that_are_not_there_are_refused(a_run: Run) -> None:
    with pytest.raises(InputError, match="with seed 1 are of accounts that the run lacks"):
        cost(a_run(fills=[closed("deleveraging", -1.0, 98.0, 100.0, account=9)]))


def test_touched_are_those_whom_a_rule_charged_or_closed_for_others(a_run: Run) -> None:
    """A favour and a repaid IOU touch, an own liquidation and a voluntary assignment do not."""
    accounts = [{}, {"charged": 1.0}, {"charged": -1.0}, {}, {}, {}]
    fills = [
        closed("deleveraging", -1.0, 100.0, 90.0, account=3),
        closed("takeover", -1.0, 90.0, 100.0, account=4) | BREACH,
        closed("assignment", 1.0, 100.0, 100.0, account=5),
    ]
    run = a_run(accounts, fills=fills)
    assert Costs(run, Owners.of(run)).touched.tolist() == [False, True, True, True, False, False]
