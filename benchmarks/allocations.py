"""Time of one answer of every registered mechanism that allocates losses, with a million candidates.

    python benchmarks/allocations.py [CANDIDATES]

The ratio to NumPy's argsort of as many numbers, timed in the same process, travels between machines better than seconds
do. Every mechanism has its default parameters and starts afresh for each of three answers, of which the fastest counts.
The last column says what part of the contracts and of the dollars asked for the answer places and collects.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Candidates, LossEvent, Mechanism
from lastresort.mechanisms.registration import lastresort_mechanisms
from lastresort.plugins.testing.builders import candidates, loss_event

LIMIT = 0.5
"""CPU seconds that an answer may take with a million candidates."""


def fastest(prepare: Callable[[], Callable[[], Any]], repeats: int = 3) -> float:
    """CPU seconds of the fastest of several calls, each of something freshly prepared."""
    seconds = []
    for _ in range(repeats):
        call = prepare()
        start = time.process_time()
        call()
        seconds.append(time.process_time() - start)
    return min(seconds)


def crowd(accounts: int, random: np.random.Generator) -> Candidates:
    """Shorts at mark 1, most of them in profit: half isolated, some hedged, some willing to take positions over."""
    size = random.lognormal(7.0, 2.0, accounts)
    entry = random.uniform(0.9, 1.6, accounts)
    leverage = random.uniform(0.5, 50.0, accounts)
    return candidates(
        -size,
        entry_price=entry,
        leverage=leverage,
        isolated=random.random(accounts) < 0.5,
        hedge=size * random.choice([0.0, 0.5, 1.0], accounts),
        attested_hedge=size * random.choice([0.0, 0.5], accounts),
        maintenance=0.005 * size,
        opened=random.choice([0.0, 1.0], accounts) * random.uniform(0.0, 3600.0, accounts),
        net_delta=-size * random.uniform(0.0, 1.0, accounts),
        contribution=0.01 * size,
        room=size / leverage,
        bid=np.where(random.random(accounts) < 0.1, random.uniform(0.8, 1.0, accounts), np.nan),
    )


def loss(holders: Candidates) -> LossEvent:
    """A fifth of all contracts to place at 5 % beyond the mark, and a tenth of the money they cost to collect."""
    contracts = 0.2 * float(holders.notional.sum())
    return loss_event(
        holders,
        contracts,
        dollars=0.005 * contracts,
        time=3600.0,
        market=5,
        bankruptcy_price=1.05,
        previous_mark=1.01,
        last_settlement=1.02,
        fund=0.01 * contracts,
        fund_peak=0.02 * contracts,
        uncovered=0.04 * contracts,
        random=lambda: np.random.default_rng(1),
    )


def answering(mechanism: type[Mechanism], event: LossEvent) -> Callable[[], Callable[[], Any]]:
    """Prepare a fresh instance and return the question to it."""

    def prepare() -> Callable[[], Any]:
        rule = mechanism()
        return lambda: rule.allocate(event)

    return prepare


def shared(mechanism: type[Mechanism], event: LossEvent) -> str:
    """What a fresh instance places and collects, in per cent of what it is asked."""
    answer = mechanism().allocate(event)
    if answer is None:
        return "no opinion"
    placed, collected = float((answer.close + answer.assign).sum()), float(answer.charge.sum())
    return f"{placed / event.contracts:.0%} and {collected / event.dollars:.0%}"


def main(crowded: str = "1000000") -> None:
    """Time them all and print a table, slowest first."""
    accounts = int(crowded)
    event = loss(crowd(accounts, np.random.default_rng(0)))
    unsorted = np.random.default_rng(0).random(accounts)
    yardstick = fastest(lambda: lambda: np.argsort(unsorted))
    allocators = [item for item in lastresort_mechanisms() if item.allocate is not Mechanism.allocate]
    timed = sorted(
        ((fastest(answering(item, event)), item.name, shared(item, event)) for item in allocators), reverse=True
    )
    print(f"{accounts:,} candidates; NumPy's argsort of as many: {yardstick:.3f} CPU s\n")
    print(f"{'mechanism':<30}{'CPU s':>8}{'argsorts':>10}{'shared':>16}")
    for seconds, name, part in timed:
        over = f"  over {LIMIT} s" if seconds > LIMIT else ""
        print(f"{name:<30}{seconds:>8.3f}{seconds / yardstick:>10.1f}{part:>16}{over}")


if __name__ == "__main__":
    main(*sys.argv[1:])
