"""What production did that no rule can: it closed accounts that had nothing to lose."""

from dataclasses import dataclass

import numpy as np

from lastresort.books.book import summed
from lastresort.books.replaying.adl_fills import AdlFills
from lastresort.books.replaying.event_waves import EventWaves
from lastresort.books.replaying.rule_agreement import ComparedTranche
from lastresort.books.replaying.tranches import SAME


@dataclass(frozen=True, slots=True)
class NegativeEquity:
    """A winner with an equity below 0 (USD, at its first such fill) that production closed in one wave and coin.

    `wave` is None of fills outside every wave. `cost` is what the price took from it against the mark, in USD: below 0
    where it gained, None without marks. `closed_by` are the rules that close some of it too.
    """

    account: str
    wave: int | None
    coin: str
    contracts: float
    equity: float
    cost: float | None
    closed_by: tuple[str, ...]


def negative_equities(
    fills: AdlFills, waves: EventWaves, tranches: list[ComparedTranche]
) -> tuple[NegativeEquity, ...]:
    """Every account, wave and coin of fills with an equity below 0, in the order of time."""
    rows = np.flatnonzero(fills.equity < 0)
    keys = np.stack([waves.of_fill[rows], fills.coin[rows], fills.user[rows]])
    unique, first, back = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    size = summed(back, fills.size[rows], unique.shape[1])
    cost = None
    if fills.mark is not None:
        each = fills.side * (fills.mark - fills.price) * fills.size
        cost = summed(back, each[rows], unique.shape[1])
    closers = _closers(tranches)
    found = []
    for at in np.argsort(first, kind="stable").tolist():
        wave, coin, user = unique[:, at].tolist()
        name, account = str(fills.coins[coin]), str(fills.users[user])
        number = int(waves.number[wave]) if wave >= 0 else None
        taken = None if cost is None else float(cost[at])
        by = closers.get((number, name, account), ())
        equity = float(fills.equity[rows[first[at]]])
        found.append(NegativeEquity(account, number, name, float(size[at]), equity, taken, by))
    return tuple(found)


def _closers(tranches: list[ComparedTranche]) -> dict[tuple[int | None, str, str], tuple[str, ...]]:
    """The rules that close an account with an equity below 0, by wave, coin and account."""
    found: dict[tuple[int | None, str, str], tuple[str, ...]] = {}
    for each in tranches:
        tranche = each.tranche
        if not (tranche.equity < 0).any():
            continue
        place = {str(name): row for row, name in enumerate(each.candidates.account)}
        for account in tranche.account[tranche.equity < 0]:
            row = place[account]
            by = tuple(one.rule for one in each.answers if one.closed[row] > SAME * tranche.contracts)
            found[tranche.number, tranche.coin, str(account)] = by
    return found
