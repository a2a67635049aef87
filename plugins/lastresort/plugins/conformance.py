"""A test kit for plugin authors: does my mechanism keep to the contract?"""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints, Mechanism, Payer, Phase, proposals, views
from lastresort.plugins.answers import answered
from lastresort.plugins.errors import one_line
from lastresort.plugins.synthetic_views import synthetic_views

TOLERANCE = 1e-9
Problems = Iterator[str]
Column = Floats | Ints | float


def check_mechanism(mechanism: Mechanism) -> list[str]:
    """Ask a mechanism every question it answers, on small valid views, and return its breaches of the contract.

    Each breach is one sentence that begins with the question. An empty list means none was found: answers have the
    right type and shape, are finite, close, charge, pay and seize no more than there is, and are the same for two
    fresh mechanisms with the same parameters. The mechanism itself is not asked, so its state stays as it is.
    """
    return [problem for question in answered(type(mechanism)) for problem in _check_question(mechanism, question)]


def _check_question(mechanism: Mechanism, question: str) -> list[str]:
    try:
        first, second = _answers(mechanism, question), _answers(mechanism, question)
    except Exception as error:
        return [f"{question}: raised {one_line(error)}"]
    problems = [
        problem
        for view, answer in zip(synthetic_views(question), first, strict=True)
        for problem in _check_answer(question, view, answer)
    ]
    if not all(map(_same, first, second)):
        problems.append("two fresh mechanisms gave different answers; draw only from event.random()")
    return [f"{question}: {problem}" for problem in dict.fromkeys(problems)]


def _answers(mechanism: Mechanism, question: str) -> list[Any]:
    """Ask a fresh mechanism with the same parameters about each moment in turn."""
    fresh = type(mechanism)(**{name: getattr(mechanism, name) for name in type(mechanism).model_fields})
    return [getattr(fresh, question)(view) for view in synthetic_views(question)]


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other) or not is_dataclass(one):
        return type(one) is type(other)
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))


def _check_answer(question: str, view: Any, answer: Any) -> Problems:
    proposal, check = _RULES[question]
    if answer is None:
        return
    if not isinstance(answer, proposal):
        yield f"answered a {type(answer).__name__}; allowed: {proposal.__name__} or None"
    else:
        yield from check(view, answer)


def _column(name: str, value: Column, rows: int, low: Column = -np.inf, high: Column = np.inf) -> Problems:
    """Shape, finiteness and bounds of one column; a scalar stands for the same value in every row."""
    column = np.asarray(value, dtype=np.float64)
    slack = TOLERANCE * np.maximum(1.0, high)
    if column.shape not in ((), (rows,)):
        yield f"{name} has shape {column.shape}; allowed: ({rows},)"
    elif not np.isfinite(column).all():
        yield f"{name} is not finite"
    elif (column < low).any():
        yield f"{name} is below what is allowed"
    elif (column > high + slack).any():
        yield f"{name} is above what is allowed"


def _total(name: str, column: Column, most: Column) -> Problems:
    if (np.asarray(column) > np.asarray(most) * (1 + TOLERANCE)).any():
        yield f"{name} add up to more than there is"


def _check_prices(view: views.PriceView, answer: proposals.Prices) -> Problems:
    for field in fields(answer):
        yield from _column(field.name, getattr(answer, field.name), len(view.mark), low=float(np.nextafter(0, 1)))


def _check_phases(view: views.PhaseView, answer: proposals.Phases) -> Problems:
    yield from _column("phase", answer.phase, len(view.mark), min(Phase), max(Phase))
    yield from _column("until", answer.until, len(view.mark))


def _check_admission(view: views.OrderView, answer: proposals.Admission) -> Problems:
    yield from _column("fraction", answer.fraction, len(view.market), 0, 1)


def _check_margins(view: views.MarginView, answer: proposals.MarginTerms) -> Problems:
    yield from _column("isolated_scale", answer.isolated_scale, len(view.mark), 0)
    yield from _column("cross_rate", answer.cross_rate, len(view.mark), 0)


def _check_liquidation(view: views.BreachView, answer: proposals.Liquidation) -> Problems:
    yield from _column("seize", answer.seize, len(view.account), 0, 1)
    yield from _column("penalty", answer.penalty, len(view.account), 0, 1)


def _check_routing(view: views.CashView, answer: proposals.Routing) -> Problems:
    yield from _column("to_fund", answer.to_fund, len(view.kind), 0, 1)


def _check_absorption(view: views.ResidualView, answer: proposals.Absorption) -> Problems:
    rows = len(view.market)
    problems = [
        *_column("pay", answer.pay, rows, 0),
        *_column("standby", answer.standby, rows, 0),
        *_column("take", answer.take, rows, 0, 1),
    ]
    yield from problems
    if not problems and answer.payer is Payer.FUND:
        paid = np.broadcast_to(answer.pay, rows)
        yield from _total("payments", np.bincount(view.pool, paid, len(view.pool_balance)), view.pool_balance)


def _check_sharing(view: views.ResidualView, answer: proposals.LossSharing) -> Problems:
    yield from _column("contracts", answer.contracts, len(view.market), 0, 1)
    yield from _column("dollars", answer.dollars, len(view.market), 0)


def _check_allocation(event: views.LossEvent, answer: proposals.Allocation) -> Problems:
    holders = event.candidates
    rows = len(holders.account)
    problems = [
        *_column("close", answer.close, rows, 0, np.abs(holders.quantity)),
        *_column("charge", answer.charge, rows, 0, np.maximum(holders.spendable, 0)),
        *_column("winner_price", answer.winner_price, rows),
        *_column("loser_price", answer.loser_price, 1),
    ]
    yield from problems
    if not problems:
        yield from _total("closes", np.broadcast_to(answer.close, rows).sum(), abs(event.contracts))
        yield from _total("charges", np.broadcast_to(answer.charge, rows).sum(), event.dollars)


def _check_observation(view: views.EventView, answer: object) -> Problems:
    yield f"answered a {type(answer).__name__}; allowed: None"


_RULES: dict[str, tuple[type, Callable[[Any, Any], Problems]]] = {
    "set_prices": (proposals.Prices, _check_prices),
    "set_phase": (proposals.Phases, _check_phases),
    "admit": (proposals.Admission, _check_admission),
    "require_margin": (proposals.MarginTerms, _check_margins),
    "liquidate": (proposals.Liquidation, _check_liquidation),
    "route_cash": (proposals.Routing, _check_routing),
    "absorb": (proposals.Absorption, _check_absorption),
    "share_loss": (proposals.LossSharing, _check_sharing),
    "allocate": (proposals.Allocation, _check_allocation),
    "observe": (object, _check_observation),
}
