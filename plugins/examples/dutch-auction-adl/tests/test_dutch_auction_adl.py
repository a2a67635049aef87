"""The clock stops where enough accept, the fund pays from there, and nobody gives up more than it would."""

import pytest

from dutch_auction_adl.rule import DutchAuctionAdl
from lastresort.mechanisms.contract import Allocation
from lastresort.plugins.testing import MechanismChecks, candidates, loss_event


class TestDutchAuctionAdl(MechanismChecks):
    @pytest.fixture
    def mechanism(self) -> DutchAuctionAdl:
        return DutchAuctionAdl()


def auction(contracts: float, fund: float) -> Allocation:
    """Three shorts with profits of 0.4, 0.2 and 0 USD per contract; mark 0.8, bankruptcy price 0.9, five prices."""
    shorts = candidates([-10.0, -10.0, -10.0], mark=0.8, profit=[4.0, 2.0, 0.0], spendable=[100.0, 100.0, 100.0])
    event = loss_event(shorts, contracts, mark=0.8, bankruptcy_price=0.9, fund=fund)
    return DutchAuctionAdl(steps=5, sacrifice=0.25).allocate(event)


def test_the_richest_accepts_the_first_price() -> None:
    answer = auction(8.0, fund=100.0)  # it gives up 0.25 x 0.4 = 0.1 USD per contract, the whole gap
    assert answer.close.tolist() == [8.0, 0.0, 0.0]
    assert answer.winner_price == answer.loser_price == 0.9


def test_the_clock_runs_until_the_second_accepts() -> None:
    answer = auction(15.0, fund=100.0)  # the second gives up 0.05: the clock shows 0.9, 0.875, 0.85
    assert answer.close.tolist() == [7.5, 7.5, 0.0]
    assert answer.winner_price == pytest.approx(0.85)
    assert answer.loser_price == 0.9


def test_who_has_no_profit_waits_for_the_mark() -> None:
    answer = auction(25.0, fund=100.0)
    assert answer.close.tolist() == pytest.approx([25 / 3] * 3)
    assert answer.winner_price == pytest.approx(0.8)


def test_the_clock_ends_where_the_fund_ends() -> None:
    answer = auction(25.0, fund=1.5)  # pays for 0.06 USD per contract: the last price is 0.84
    assert answer.winner_price == pytest.approx(0.84)
    assert answer.close.tolist() == [10.0, 10.0, 0.0]
    assert float(answer.close.sum()) * (0.9 - float(answer.winner_price)) <= 1.5
