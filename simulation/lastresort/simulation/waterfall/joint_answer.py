"""The answer to `allocate_jointly`, checked: each event by itself, then what accounts and pools bear in all of them."""

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, Ints, JointAllocation, JointLoss, LossEvent, Payer, Scope
from lastresort.simulation.waterfall.demands import ROUNDING, Demands
from lastresort.simulation.waterfall.loss_answers import checked_allocation, gap_of, loss_of

Shared = list[tuple[LossEvent, Allocation]]

TOGETHER = " in all markets together"


def checked_joint_allocation(
    demands: Demands, view: JointLoss, said: JointAllocation, reference: bool
) -> JointAllocation:
    """The allocations as arrays; refuses what `allocate` is refused, and over-drawing by several events together."""
    n = len(view.events)
    found = len(said.allocations)
    demands.that(found == n, f"'allocations' must have {n} answers, one for each event, found {found}")
    checked = tuple(
        None if one is None else checked_allocation(demands, event, one, reference)
        for event, one in zip(view.events, said.allocations, strict=True)
    )
    shared = [(event, one) for event, one in zip(view.events, checked, strict=True) if one is not None]
    if len(shared) > 1:
        _check_purses(demands, shared)
        _check_rooms(demands, shared)
        _check_pools(demands, view, checked)
    return JointAllocation(checked)


def _check_purses(demands: Demands, shared: Shared) -> None:
    """An isolated position is an account of its own, so that only those on cross margin are in several events."""
    account, lost = _by_account(shared, [loss_of(event, one) for event, one in shared])
    purse = _most(account, shared, [event.candidates.spendable for event, _ in shared])
    demands.within(account, lost, purse, "over-draws", "USD", TOGETHER)


def _check_rooms(demands: Demands, shared: Shared) -> None:
    """Room in several markets is margined with the same money: the shares of it that are used add up to one at most."""
    used = [_used(event, one) for event, one in shared]
    if any(share.any() for share in used):
        account, share = _by_account(shared, used)
        demands.within(account, share, np.ones(len(account)), "over-fills", "times its room", TOGETHER)


def _used(event: LossEvent, one: Allocation) -> Floats:
    """Share of its room that each account needs for what it takes over; volunteers first set positions off."""
    holders = event.candidates
    own = (holders.quantity * event.contracts < 0) & (event.scope is Scope.PROVIDERS)
    needed = np.maximum(one.assign - np.where(own, np.abs(holders.quantity), 0.0), 0.0)
    return np.divide(needed, holders.room, out=np.zeros_like(needed), where=needed > 0)


def _check_pools(demands: Demands, view: JointLoss, said: tuple[Allocation | None, ...]) -> None:
    gap = np.zeros(len(view.pool_balance))
    for pool, event, one in zip(view.pool, view.events, said, strict=True):
        if one is not None and one.gap_payer is Payer.FUND:
            gap[pool] += gap_of(event, one)
    held = np.maximum(view.pool_balance, 0.0)
    k = int(np.argmax(gap - held * (1 + ROUNDING)))
    rule = f"over-draws pool {k}: the gaps between its prices are {gap[k]:,.2f} USD, it holds {held[k]:,.2f}"
    demands.that(gap[k] <= held[k] * (1 + ROUNDING) + ROUNDING, rule)


def _by_account(shared: Shared, values: list[Floats]) -> tuple[Ints, Floats]:
    """Accounts in any of the events, and the sum of what is said of each."""
    everyone = np.concatenate([event.candidates.account for event, _ in shared])
    account, place = np.unique(everyone, return_inverse=True)
    return account, np.bincount(place, np.concatenate(values), len(account)).astype(np.float64)


def _most(account: Ints, shared: Shared, values: list[Floats]) -> Floats:
    most = np.zeros(len(account))
    for (event, _), column in zip(shared, values, strict=True):
        np.maximum.at(most, np.searchsorted(account, event.candidates.account), column)
    return most
