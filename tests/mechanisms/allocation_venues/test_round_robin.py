"""Turns with a cool-down, walked through by hand."""

from collections.abc import Callable

import pytest

from lastresort.mechanisms.allocation.round_robin import RoundRobin
from lastresort.mechanisms.contract import Candidates, LossEvent


@pytest.fixture
def ask(candidates: Callable[..., Candidates], loss_event: Callable[..., LossEvent]) -> Callable[..., list[float]]:
    """Ask for contracts from accounts 0, 1 and 2, whose profit x leverage falls in that order."""
    holders = candidates([-10, -10, -10], entry_price=[1.5, 1.4, 1.3])

    def closed(rule: RoundRobin, time: float, contracts: float = 10, market: int = 0) -> list[float]:
        return list(rule.allocate(loss_event(holders, contracts, time=time, market=market)).close)

    return closed


def test_everybody_has_a_turn(ask: Callable[..., list[float]]) -> None:
    rule = RoundRobin(cooldown=3600)
    assert ask(rule, 0) == [10, 0, 0]
    assert ask(rule, 60) == [0, 10, 0]
    assert ask(rule, 120, market=3) == [0, 0, 10]  # hits in any market count
    assert ask(rule, 180) == [10, 0, 0]  # nobody is rested: the queue again


def test_the_cool_down_ends(ask: Callable[..., list[float]]) -> None:
    rule = RoundRobin(cooldown=3600)
    assert ask(rule, 0) == [10, 0, 0]
    assert ask(rule, 3599) == [0, 10, 0]
    assert ask(rule, 3600) == [10, 0, 0]


def test_those_resting_come_last_not_never(ask: Callable[..., list[float]]) -> None:
    rule = RoundRobin(cooldown=3600)
    assert ask(rule, 0) == [10, 0, 0]
    assert ask(rule, 60, contracts=25) == [5, 10, 10]


def test_a_hit_in_part_is_a_hit(ask: Callable[..., list[float]]) -> None:
    rule = RoundRobin(cooldown=3600)
    assert ask(rule, 0, contracts=12) == [10, 2, 0]
    assert ask(rule, 60) == [0, 0, 10]


def test_runs_do_not_share_their_memory(ask: Callable[..., list[float]]) -> None:
    assert ask(RoundRobin(), 0) == ask(RoundRobin(), 1) == [10, 0, 0]
