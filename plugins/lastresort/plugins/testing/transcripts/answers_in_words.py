"""What an answer amounts to, in one or two sentences."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    BreachView,
    CashView,
    Intervention,
    Liquidation,
    LossEvent,
    LossSharing,
    MarketView,
    OrderView,
    Payer,
    Phase,
    Phases,
    PhaseView,
    ResidualView,
    Routing,
    Scope,
)
from lastresort.plugins.testing.small_crash.moments import MARKETS
from lastresort.plugins.testing.transcripts.naming import market
from lastresort.plugins.testing.transcripts.numbers import CENT, ROUNDING, one

PAYERS = {
    Payer.FUND: "the insurance fund",
    Payer.BACKSTOP: "the outside backstop",
    Payer.VAULT: "the backstop vault",
    Payer.CAPITAL: "the venue's own capital",
    Payer.DEFAULT_FUND: "the members' default fund",
}
PHASES = {
    Phase.REDUCE_ONLY: "may only reduce positions",
    Phase.HALT: "is halted",
    Phase.AUCTION: "gathers quotes for an auction",
    Phase.SETTLE: "is settled and closed",
}
SCOPES = {
    Scope.OPPOSITE: "the opposite side",
    Scope.HOLDERS: "holders of both sides",
    Scope.EVERYBODY: "all accounts of the venue",
    Scope.PROVIDERS: "liquidity providers who volunteer",
}


def asked_about(view: Any) -> str:
    """What the question is about, where the table does not say it."""
    if isinstance(view, MarketView):
        return f"The {market(view.market)} market, mark {one(view.mark)}: everybody who holds a position."
    if not isinstance(view, LossEvent):
        return ""
    held = abs(view.contracts)
    side = "long" if view.contracts > 0 else "short"
    due = f"collect {one(view.dollars)} USD" if view.dollars else ""
    place = (
        f"place {one(held)} contracts that the engine is {side} (bankruptcy price {one(view.bankruptcy_price)})"
        if held
        else ""
    )
    task = " and ".join(filter(None, (place, due)))
    who = f"Who is asked: {SCOPES[view.scope]}."
    return f"The {market(view.market)} market, mark {one(view.mark)}: {task}. {who}"


def told(question: str, view: Any, answer: Any) -> str:
    """What the rule has decided; nothing where the table says it all."""
    if answer is None:
        return "Takes note." if question == "observe" else "No opinion."
    return _TOLD[question](view, answer) if question in _TOLD else ""


def _phases(view: PhaseView, said: Phases) -> str:
    told = [
        f"{name} {PHASES[Phase(int(phase))]}{_until(until, view.time)}"
        for name, phase, until in zip(MARKETS, said.phase, said.until, strict=True)
        if phase != Phase.OPEN
    ]
    bands = " Nothing trades outside its band." if np.any(np.isfinite(said.high)) or np.any(said.low) else ""
    return (_sentence(told) or "Both markets are open.") + bands


def _until(until: float, now: float) -> str:
    return f" until {one(until)} s" if now < until < np.inf else ""


def _admission(view: OrderView, said: Admission) -> str:
    passing = np.abs(view.quantity) * said.fraction
    kept = float((passing * said.haircut).sum())
    unit = "USD" if view.market[0] < 0 else "contracts"
    haircut = f", and keeps {one(kept)} of them" if kept else ""
    return f"Lets {one(float(passing.sum()))} of {one(float(np.abs(view.quantity).sum()))} {unit} pass{haircut}."


def _liquidation(view: BreachView, said: Liquidation) -> str:
    value = np.abs(view.quantity) * view.mark
    seized, ordered = float((value * said.seize).sum()), float((value * said.order).sum())
    idle = (np.asarray(said.seize) == 0) & (np.asarray(said.order) == 0)
    waiting, passed = int((idle & said.wait).sum()), int((idle & ~np.asarray(said.wait)).sum())
    parts = [
        f"takes over {one(seized)} USD worth of positions" if seized else "",
        f"sends orders for {one(ordered)} USD to the book in the accounts' names" if ordered else "",
        f"keeps {_count(waiting, 'position')} waiting" if waiting else "",
        f"leaves {_count(passed, 'position')} to the next stage" if passed else "",
    ]
    return _sentence(parts)


def _routing(view: CashView, said: Routing) -> str:
    fund, claims = (float((view.amount * share).sum()) for share in (said.to_fund, said.to_claims))
    rest = float(view.amount.sum()) - fund - claims
    to = (("the insurance fund", fund), ("the holders of IOUs", claims), ("the venue", rest))
    return _sentence([f"{one(amount)} USD to {name}" for name, amount in to if amount > CENT])


def _absorption(view: ResidualView, said: Absorption) -> str:
    paid, promised = float(np.sum(said.pay)), float(np.sum(said.standby))
    taken = float((said.take * np.abs(view.inventory) * view.mark).sum())
    parts = [
        f"pays {one(paid)} of {one(float(view.deficit.sum()))} USD lost" if paid > CENT else "",
        f"promises {one(promised)} USD for losses to come" if promised > CENT else "",
        f"takes over inventory worth {one(taken)} USD" if taken else "",
    ]
    return _sentence([f"{PAYERS[said.payer]} {_joined(parts) or 'pays and takes nothing'}"])


def _sharing(view: ResidualView, said: LossSharing) -> str:
    placed = np.broadcast_to(np.abs(said.contracts * view.inventory), len(view.market))
    dollars = np.broadcast_to(said.dollars, len(view.market))
    asked = [
        _joined(
            [
                f"place {one(contracts)} contracts" if contracts else "",
                f"collect {one(due)} USD" if due else "",
            ]
        )
        for contracts, due in zip(placed, dollars, strict=True)
    ]
    told = [f"{market(number)}: {task}" for number, task in zip(view.market, asked, strict=True) if task]
    return f"{_sentence(told)} Who is asked: {SCOPES[said.scope]}." if told else "Asks nobody for anything."


def _allocation(event: LossEvent, said: Allocation) -> str:
    contracts = abs(event.contracts)
    parts = [
        _does(said.close, contracts, ("closes", "close"), "contracts"),
        _does(said.assign, contracts, ("takes over", "take over"), "contracts as a position"),
        _does(said.charge, event.dollars, ("pays", "pay"), "USD"),
    ]
    claim = " The venue owes it back." if said.claim and np.any(said.charge) else ""
    return (_sentence(parts) or "Asks nobody for anything.") + _trade(event, said) + claim


def _intervention(view: MarketView, said: Intervention) -> str:
    quantity = view.candidates.quantity
    close, charge = (np.broadcast_to(column, len(quantity)) for column in (said.close, said.charge))
    price = view.mark if np.isnan(said.price) else said.price
    at = "the mark" if abs(price - view.mark) < ROUNDING else one(price)
    longs, taken, given = float(close[quantity > 0].sum()), charge[charge > 0], -charge[charge < 0]
    parts = [
        f"closes {one(longs)} contracts of longs against shorts, at {at}" if longs else "",
        f"charges {_count(len(taken), 'account')} {one(float(taken.sum()))} USD" if len(taken) else "",
        f"pays {_count(len(given), 'account')} {one(float(given.sum()))} USD" if len(given) else "",
    ]
    return _sentence(parts) or "Does nothing."


def _does(amount: Any, asked: float, verb: tuple[str, str], unit: str) -> str:
    """How many accounts do how much of what was asked."""
    done, accounts = float(np.sum(amount)), int(np.count_nonzero(np.abs(amount) > ROUNDING))
    if not accounts:
        return ""
    part = f"all {one(done)}" if done >= asked * (1 - 1e-9) else f"{one(done)} of {one(asked)}"
    return f"{_count(accounts, 'account')} {verb[accounts > 1]} {part} {unit}"


def _trade(event: LossEvent, said: Allocation) -> str:
    """At which prices, what that costs against the mark, and who pays the gap to the engine's price."""
    placed = np.broadcast_to(np.asarray(said.close) + np.asarray(said.assign), len(event.candidates.account))
    traded = placed > ROUNDING
    winner = np.broadcast_to(said.winner_price, len(placed))[traded]
    if not len(winner):
        return ""
    signed = placed[traded] * np.sign(event.contracts)
    cost, gap = float((signed * (winner - event.mark)).sum()), float((signed * (said.loser_price - winner)).sum())
    price = one(winner[0]) if np.ptp(winner) < ROUNDING else f"{one(winner.min())} to {one(winner.max())}"
    price = "the mark" if np.abs(winner - event.mark).max() < ROUNDING else price
    result = f", {one(abs(cost))} USD {'worse' if cost > 0 else 'better'} than the mark" if abs(cost) > CENT else ""
    deed = f"{PAYERS[said.gap_payer]} {'pays' if gap > 0 else 'keeps'} the gap of {one(abs(gap))} USD"
    payer = f"; the engine trades at {one(said.loser_price)}, and {deed}"
    return f" They trade at {price}{result}{payer if abs(gap) > CENT else ''}."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _joined(parts: Sequence[str]) -> str:
    return " and ".join(part for part in parts if part)


def _sentence(parts: Sequence[str]) -> str:
    text = "; ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


_TOLD: dict[str, Callable[[Any, Any], str]] = {
    "set_phase": _phases,
    "admit": _admission,
    "liquidate": _liquidation,
    "route_cash": _routing,
    "absorb": _absorption,
    "share_loss": _sharing,
    "allocate": _allocation,
    "allocate_jointly": _allocation,
    "intervene": _intervention,
}
