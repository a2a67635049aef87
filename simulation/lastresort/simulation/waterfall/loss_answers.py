"""The answers to `absorb`, `share_loss` and `allocate`, checked: nobody is over-drawn or over-closed.

Only the stages of a `reference` may use the outside pocket, Payer.BACKSTOP: a rule that is compared with others would
buy its rank with money that no venue has.
"""

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Allocation,
    Floats,
    LossEvent,
    LossSharing,
    Payer,
    ResidualView,
    Scope,
)
from lastresort.simulation.waterfall.demands import ROUNDING, Demands

OUTSIDE = (
    "'{field}' is Payer.BACKSTOP, and it {deed}; only a policy with role: reference may use it, allowed is {payers}"
)


def checked_absorption(demands: Demands, view: ResidualView, said: Absorption, reference: bool) -> Absorption:
    """The absorption as arrays; refuses payments beyond the deficit or beyond the payer's money."""
    n = len(view.market)
    pay, standby = demands.amount("pay", said.pay, n), demands.amount("standby", said.standby, n)
    take = demands.fraction("take", said.take, n)
    demands.that((pay <= view.deficit * (1 + ROUNDING)).all(), "pays more than the deficit")
    payer = demands.member("payer", said.payer, Payer)
    if payer is Payer.BACKSTOP and not reference:
        _refuse_outside(demands, pay, standby, take)
    rule = "takes inventory, which only Payer.VAULT can, and in a reference Payer.BACKSTOP"
    demands.that(not take.any() or payer in (Payer.BACKSTOP, Payer.VAULT), rule)
    drawn = None if said.drawn is None else _checked_draw(demands, view, said)
    _check_money(demands, view, payer, pay, drawn)
    return Absorption(payer, pay, standby, take, drawn)


def _refuse_outside(demands: Demands, pay: Floats, standby: Floats, take: Floats) -> None:
    """Naming the outside pocket is no breach as long as nothing comes from it."""
    deeds = {
        f"pays {pay.sum():,.2f} USD": pay.any(),
        f"promises {standby.sum():,.2f} USD": standby.any(),
        "takes inventory": take.any(),
    }
    done = " and ".join(deed for deed, any_of_it in deeds.items() if any_of_it)
    payers = " or ".join(f"Payer.{payer.name}" for payer in Payer if payer is not Payer.BACKSTOP)
    demands.that(not done, OUTSIDE.format(field="payer", deed=done, payers=payers))


def _checked_draw(demands: Demands, view: ResidualView, said: Absorption) -> Floats:
    drawn = demands.fraction("drawn", said.drawn, len(view.pool_balance))
    demands.that(said.payer == Payer.FUND, "'drawn' is for Payer.FUND")
    demands.that(abs(drawn.sum() - 1) < 1e-6, f"'drawn' sums to {drawn.sum():.6g}, allowed is 1")
    return np.asarray(drawn / drawn.sum())


def _check_money(demands: Demands, view: ResidualView, payer: Payer, pay: Floats, drawn: Floats | None) -> None:
    by_pool = np.bincount(view.pool, weights=pay, minlength=len(view.pool_balance))
    if payer is Payer.BACKSTOP:
        return
    if payer is Payer.FUND:
        asked, held, what = by_pool if drawn is None else pay.sum() * drawn, view.pool_balance, "pool"
    elif payer is Payer.VAULT:
        asked, held, what = by_pool, view.vault_equity, "vault"
    else:
        purse = view.capital if payer is Payer.CAPITAL else view.default_fund
        asked, held, what = np.array([pay.sum()]), np.array([purse]), payer.name.lower().replace("_", " ")
    over = asked - np.maximum(held, 0) * (1 + ROUNDING) - ROUNDING
    k = int(np.argmax(over))
    demands.that(over[k] <= 0, f"over-draws {what} {k}: pays {asked[k]:,.2f} USD, it holds {held[k]:,.2f}")


def checked_sharing(demands: Demands, view: ResidualView, said: LossSharing) -> LossSharing:
    """The severity as arrays; refuses to collect more than is lost."""
    n = len(view.market)
    contracts = demands.fraction("contracts", said.contracts, n)
    dollars = demands.amount("dollars", said.dollars, n)
    most = np.maximum(view.deficit, 0) * (1 + ROUNDING) + ROUNDING
    demands.that((dollars <= most).all(), "collects more than the deficit")
    return LossSharing(contracts, dollars, demands.member("scope", said.scope, Scope))


def checked_allocation(demands: Demands, event: LossEvent, said: Allocation, reference: bool) -> Allocation:
    """The allocation as arrays; refuses over-closing, over-drawing, unplaced money and prices nobody can trade at."""
    n = len(event.candidates.account)
    close, charge, assign = (demands.amount(field, getattr(said, field), n) for field in ("close", "charge", "assign"))
    winner = demands.column("winner_price", said.winner_price, n)
    loser = float(demands.column("loser_price", said.loser_price, 1)[0])
    payer = demands.member("gap_payer", said.gap_payer, Payer)
    close = _checked_close(demands, event, close)
    _check_assignment(demands, event, assign)
    _check_totals(demands, event, close + assign, charge)
    moving = close + assign > 0
    demands.that((winner[moving] > 0).all(), "'winner_price' must be positive")
    demands.that(not moving.any() or loser > 0, "'loser_price' must be positive")
    checked = Allocation(close, charge, winner, loser, payer, assign, bool(said.claim))
    _check_purses(demands, event, loss_of(event, checked))
    gap = gap_of(event, checked)
    if gap != 0:
        _check_gap(demands, event, payer, gap, reference)
    return checked


def loss_of(event: LossEvent, said: Allocation) -> Floats:
    """What each account loses against the mark and is charged, `[n]` USD; negative: gains."""
    moved = np.sign(event.contracts) * (said.close + said.assign)
    return np.asarray(moved * (said.winner_price - event.mark) + said.charge)


def gap_of(event: LossEvent, said: Allocation) -> float:
    """What lies between the engine's price and those of accounts, USD; negative: is kept."""
    moved = said.close + said.assign
    return float(np.sign(event.contracts) * (moved * (said.loser_price - said.winner_price)).sum())


def _check_gap(demands: Demands, event: LossEvent, payer: Payer, gap: float, reference: bool) -> None:
    """Somebody who can pays what lies between the two prices (USD), or keeps it where it is negative."""
    rule = "'gap_payer' must be Payer.FUND, or in a reference Payer.BACKSTOP, where the two prices differ"
    demands.that(payer in (Payer.FUND, Payer.BACKSTOP), rule)
    deed = f"{'pays' if gap > 0 else 'keeps'} the gap of {abs(gap):,.2f} USD between the two prices"
    rule = OUTSIDE.format(field="gap_payer", deed=deed, payers="Payer.FUND")
    demands.that(payer is Payer.FUND or reference, rule)
    held = max(event.fund, 0.0)
    rule = f"over-draws the fund: the gap between its two prices is {gap:,.2f} USD, it holds {held:,.2f}"
    demands.that(payer is not Payer.FUND or gap <= held * (1 + ROUNDING) + ROUNDING, rule)


def _checked_close(demands: Demands, event: LossEvent, close: Floats) -> Floats:
    """Nobody is closed beyond its position, and only on the side opposite to the engine's."""
    holders = event.candidates
    size = np.where(holders.quantity * event.contracts < 0, np.abs(holders.quantity), 0.0)
    demands.within(holders.account, close, size, "over-closes", "contracts")
    return np.minimum(close, size)


def _check_assignment(demands: Demands, event: LossEvent, assign: Floats) -> None:
    """Nobody takes over more than it has room for; the opposite side only as volunteers, else it closes instead."""
    if assign.any():
        holders = event.candidates
        offsetting = np.abs(holders.quantity) + holders.room if event.scope is Scope.PROVIDERS else 0.0
        room = np.where(holders.quantity * event.contracts < 0, offsetting, holders.room)
        demands.within(holders.account, assign, room, "over-fills", "contracts of room")


def _check_totals(demands: Demands, event: LossEvent, contracts: Floats, charge: Floats) -> None:
    most = abs(event.contracts) * (1 + ROUNDING) + ROUNDING
    demands.that(contracts.sum() <= most, f"closes {contracts.sum():,.2f} contracts, {most:,.2f} were asked")
    due = event.dollars * (1 + ROUNDING) + ROUNDING
    demands.that(charge.sum() <= due, f"charges {charge.sum():,.2f} USD, {due:,.2f} were asked")


def _check_purses(demands: Demands, event: LossEvent, loss: Floats) -> None:
    holders = event.candidates
    demands.within(holders.account, loss, np.maximum(holders.spendable, 0), "over-draws", "USD")
