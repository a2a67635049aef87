"""Asks the ten questions of one venue's waterfall, and refuses every answer that breaks the contract.

A refusal is a `MechanismError` that names the mechanism, the question, the moment and the rule; nothing is posted.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Admission,
    Allocation,
    BreachView,
    CashView,
    EventView,
    Floats,
    Liquidation,
    LossEvent,
    LossSharing,
    MarginTerms,
    MarginView,
    MechanismError,
    OrderView,
    Payer,
    Phases,
    PhaseView,
    Prices,
    PriceView,
    ResidualView,
    Routing,
    Waterfall,
)
from lastresort.simulation.waterfall.time_limit import limit

TIME_LIMIT = 10.0
ROUNDING = 1e-9


class Rulebook:
    """One venue's waterfall as the engine sees it: one method per question, validated answers only."""

    def __init__(self, waterfall: Waterfall) -> None:
        self._waterfall = waterfall

    def answers(self, question: str) -> bool:
        """Whether anybody answers this question."""
        return bool(getattr(self._waterfall, question))

    def set_prices(self, view: PriceView) -> Iterator[Prices]:
        """Each stage's prices, in order."""
        for name, answer in self._waterfall.set_prices:
            said = _ask(name, "set_prices", answer, view, Prices)
            if said is not None:
                for field in ("trigger", "valuation", "settlement"):
                    column = _column(name, "set_prices", view.time, field, getattr(said, field), len(view.mark))
                    _demand((column > 0).all(), name, "set_prices", view.time, f"'{field}' must be positive prices")
                yield said

    def set_phase(self, view: PhaseView) -> Iterator[tuple[str, Phases]]:
        """Each stage's phases, in order, with its name."""
        for name, answer in self._waterfall.set_phase:
            said = _ask(name, "set_phase", answer, view, Phases)
            if said is not None:
                phase = _column(name, "set_phase", view.time, "phase", said.phase, len(view.phase))
                _demand(np.isin(phase, (0, 1, 2)).all(), name, "set_phase", view.time, "'phase' must be a Phase")
                until = _floats(name, "set_phase", view.time, "until", said.until, len(view.phase))
                _demand(not np.isnan(until).any(), name, "set_phase", view.time, "'until' holds NaN")
                yield name, Phases(phase.astype(np.int64), until)

    def admit(self, view: OrderView) -> Floats:
        """Share of each order that passes, `[n]`."""
        passing = np.ones(len(view.kind))
        for name, answer in self._waterfall.admit:
            said = _ask(name, "admit", answer, view, Admission)
            if said is not None:
                passing = passing * _fraction(name, "admit", view.time, "fraction", said.fraction, len(view.kind))
        return passing

    def require_margin(self, view: MarginView) -> MarginTerms | None:
        """The last stage's margin terms, or None."""
        terms = None
        for name, answer in self._waterfall.require_margin:
            said = _ask(name, "require_margin", answer, view, MarginTerms)
            if said is not None:
                for field in ("isolated_scale", "cross_rate"):
                    column = _column(name, "require_margin", view.time, field, getattr(said, field), len(view.mark))
                    _demand((column >= 0).all(), name, "require_margin", view.time, f"'{field}' must not be negative")
                terms = said
        return terms

    def liquidate(self, view: BreachView) -> tuple[Floats, Floats]:
        """Share of each position to seize and largest penalty, `[n]`: the first stage with an opinion decides."""
        n = len(view.account)
        for name, answer in self._waterfall.liquidate:
            said = _ask(name, "liquidate", answer, view, Liquidation)
            if said is not None:
                seize = _fraction(name, "liquidate", view.time, "seize", said.seize, n)
                return seize, _fraction(name, "liquidate", view.time, "penalty", said.penalty, n)
        return np.zeros(n), np.zeros(n)

    def route_cash(self, view: CashView) -> Floats | None:
        """Share of each flow that goes to the fund, `[n]`; None where nobody has an opinion."""
        for name, answer in self._waterfall.route_cash:
            said = _ask(name, "route_cash", answer, view, Routing)
            if said is not None:
                return _fraction(name, "route_cash", view.time, "to_fund", said.to_fund, len(view.kind))
        return None

    def absorb(self, view: ResidualView, stage: int) -> tuple[str, Absorption] | None:
        """What one stage absorbs; None where it has no opinion."""
        name, answer = self._waterfall.absorb[stage]
        said = _ask(name, "absorb", answer, view, Absorption)
        if said is None:
            return None
        n = len(view.market)
        pay = _amount(name, "absorb", view.time, "pay", said.pay, n)
        standby = _amount(name, "absorb", view.time, "standby", said.standby, n)
        take = _fraction(name, "absorb", view.time, "take", said.take, n)
        _demand((pay <= view.deficit * (1 + ROUNDING)).all(), name, "absorb", view.time, "pays more than the deficit")
        payer = _payer(name, "absorb", view.time, "payer", said.payer)
        if payer is Payer.FUND:
            asked = np.bincount(view.pool, weights=pay, minlength=len(view.pool_balance))
            short = asked - np.maximum(view.pool_balance, 0) * (1 + ROUNDING)
            pool = int(np.argmax(short))
            rule = f"over-draws pool {pool}: pays {asked[pool]:,.2f} USD, it holds {view.pool_balance[pool]:,.2f}"
            _demand((short <= 0).all(), name, "absorb", view.time, rule)
        return name, Absorption(payer, pay, standby, take)

    @property
    def absorbers(self) -> int:
        """How many stages answer `absorb`."""
        return len(self._waterfall.absorb)

    def share_loss(self, view: ResidualView) -> tuple[str, LossSharing] | None:
        """Severity per market: the first stage with an opinion decides."""
        n = len(view.market)
        for name, answer in self._waterfall.share_loss:
            said = _ask(name, "share_loss", answer, view, LossSharing)
            if said is not None:
                contracts = _fraction(name, "share_loss", view.time, "contracts", said.contracts, n)
                dollars = _amount(name, "share_loss", view.time, "dollars", said.dollars, n)
                most = np.maximum(view.deficit, 0) * (1 + ROUNDING) + ROUNDING
                _demand((dollars <= most).all(), name, "share_loss", view.time, "collects more than the deficit")
                return name, LossSharing(contracts, dollars)
        return None

    def allocate(self, event: LossEvent, stage: int) -> tuple[str, Allocation] | None:
        """Who bears the loss, according to one stage; None where it has no opinion."""
        name, answer = self._waterfall.allocate[stage]
        said = _ask(name, "allocate", answer, event, Allocation)
        return None if said is None else (name, _checked_allocation(name, event, said))

    @property
    def allocators(self) -> int:
        """How many stages answer `allocate`."""
        return len(self._waterfall.allocate)

    def observe(self, view: EventView) -> None:
        """Tell everybody who wants to know."""
        for name, answer in self._waterfall.observe:
            _ask(name, "observe", answer, view, type(None))


def _checked_allocation(name: str, event: LossEvent, said: Allocation) -> Allocation:
    """The allocation as arrays; refuses over-closing, over-drawing, unplaced money and prices nobody can trade at."""
    holders, n, time = event.candidates, len(event.candidates.account), event.time
    close = _amount(name, "allocate", time, "close", said.close, n)
    charge = _amount(name, "allocate", time, "charge", said.charge, n)
    winner = _column(name, "allocate", time, "winner_price", said.winner_price, n)
    loser = float(_column(name, "allocate", time, "loser_price", said.loser_price, 1)[0])
    size = np.abs(holders.quantity)
    over = close - size * (1 + ROUNDING)
    if n and over.max() > 0:
        row = int(np.argmax(over))
        rule = f"over-closes account {holders.account[row]}: {close[row]:,.2f} of {size[row]:,.2f} contracts"
        raise MechanismError(name, "allocate", time, rule)
    most = abs(event.contracts) * (1 + ROUNDING) + ROUNDING
    _demand(close.sum() <= most, name, "allocate", time, f"closes {close.sum():,.2f} contracts, {most:,.2f} were asked")
    due = event.dollars * (1 + ROUNDING) + ROUNDING
    _demand(charge.sum() <= due, name, "allocate", time, f"charges {charge.sum():,.2f} USD, {due:,.2f} were asked")
    closing = close > 0
    _demand((winner[closing] > 0).all(), name, "allocate", time, "'winner_price' must be positive")
    loss = close * np.sign(holders.quantity) * (event.mark - winner) + charge
    over = loss - np.maximum(holders.spendable, 0) * (1 + ROUNDING) - ROUNDING
    if n and over.max() > 0:
        row = int(np.argmax(over))
        has = f"{holders.spendable[row]:,.2f}"
        rule = f"over-draws account {holders.account[row]}: takes {loss[row]:,.2f} USD, it has {has}"
        raise MechanismError(name, "allocate", time, rule)
    close = np.minimum(close, size)
    payer = _payer(name, "allocate", time, "gap_payer", said.gap_payer)
    _demand(not closing.any() or loser > 0, name, "allocate", time, "'loser_price' must be positive")
    gap = float(np.sign(event.contracts) * (close * (loser - winner)).sum())
    held = max(event.fund, 0.0)
    rule = f"over-draws the fund: the gap between its two prices is {gap:,.2f} USD, it holds {held:,.2f}"
    _demand(payer is not Payer.FUND or gap <= held * (1 + ROUNDING) + ROUNDING, name, "allocate", time, rule)
    return Allocation(close, charge, winner, loser, payer)


def _ask(name: str, question: str, answer: Any, view: Any, kind: type) -> Any:
    limit(TIME_LIMIT)
    try:
        said = answer(view)
    except Exception as error:
        raise MechanismError(name, question, view.time, f"raised {type(error).__name__}: {error}") from error
    finally:
        limit(0.0)
    if said is not None and not isinstance(said, kind):
        raise MechanismError(
            name, question, view.time, f"answered {type(said).__name__}, allowed is {kind.__name__} or None"
        )
    return said


def _payer(name: str, question: str, time: float, field: str, value: Any) -> Payer:
    try:
        return Payer(value)
    except ValueError:
        allowed = " or ".join(f"Payer.{payer.name}" for payer in Payer)
        raise MechanismError(name, question, time, f"'{field}' is {value!r}, allowed is {allowed}") from None


def _demand(ok: object, name: str, question: str, time: float, rule: str) -> None:
    if not ok:
        raise MechanismError(name, question, time, rule)


def _column(name: str, question: str, time: float, field: str, value: Any, n: int) -> Floats:
    column = _floats(name, question, time, field, value, n)
    _demand(np.isfinite(column).all(), name, question, time, f"'{field}' holds NaN or infinity")
    return column


def _fraction(name: str, question: str, time: float, field: str, value: Any, n: int) -> Floats:
    column = _column(name, question, time, field, value, n)
    inside = not n or (column.min() >= 0 and column.max() <= 1 + ROUNDING)
    _demand(inside, name, question, time, f"'{field}' must lie in [0, 1]")
    return np.minimum(column, 1.0)


def _amount(name: str, question: str, time: float, field: str, value: Any, n: int) -> Floats:
    column = _column(name, question, time, field, value, n)
    _demand(not n or column.min() >= 0, name, question, time, f"'{field}' must not be negative")
    return column


def _floats(name: str, question: str, time: float, field: str, value: Any, n: int) -> Floats:
    if isinstance(value, np.ndarray) and value.shape == (n,) and value.dtype == np.float64:
        return value
    try:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), (n,))
    except (TypeError, ValueError):
        raise MechanismError(
            name, question, time, f"'{field}' must have {n} numbers, found shape {np.shape(value)}"
        ) from None
