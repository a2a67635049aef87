"""A running log of losses, read from the journal: who paid what, per book and event."""

from typing import Any, NamedTuple

import numpy as np

from lastresort.mechanisms.contract import EventKind, Floats, Ints, Payer
from lastresort.simulation.accounts.journal import Cause, Party, Payment, Posting
from lastresort.simulation.universe import Universe

CENT = 0.01

NOBODY: Ints = np.zeros(0, dtype=np.int64)
NOTHING: Floats = np.zeros(0)


class Happening(NamedTuple):
    """What happened in the tick: its kind, where, signed contracts, USD; and to whom, `[k]`, where it was to somebody.

    `changed` are signed contracts of their positions, `lost` USD against the mark or charged.
    """

    kind: int
    venue: int
    market: int
    contracts: float
    dollars: float
    account: Ints = NOBODY
    changed: Floats = NOTHING
    lost: Floats = NOTHING


class LossLog:
    """Loss events as rows, and cumulative USD per book `[V, M]` for every layer of the waterfall."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._cent = universe.threshold(CENT)
        shape = universe.shape
        self.rows: list[dict[str, Any]] = []
        self.tick: list[Happening] = []
        self.paid = {payer: np.zeros(shape) for payer in Payer}
        self.deleveraged, self.haircut, self.charged = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.reduced = np.zeros(shape)

    def read(self, posting: Posting) -> None:
        """Take down what a posting of the journal says about losses."""
        match posting:
            case Posting(cause=Cause.ABSORPTION, payment=Payment() as payment):
                self._absorption(posting, payment)
            case Posting(cause=Cause.GAP, payment=Payment() as payment):
                self._gap(posting, payment)
            case Posting(cause=Cause.CHARGE):
                self._charge(posting)
            case Posting(cause=Cause.PREMIUM):
                self._premium(posting)
            case Posting(cause=Cause.DELEVERAGING | Cause.ASSIGNMENT | Cause.FORCED_ASSIGNMENT):
                self._exchange(posting)
            case Posting(cause=Cause.REDUCTION):
                self._reduction(posting)
            case Posting(cause=Cause.SETTLEMENT, party=Party.ACCOUNTS):
                self._settlement(posting)

    def _absorption(self, posting: Posting, payment: Payment) -> None:
        """A backstop paid or took inventory."""
        market, pay, take = posting.market, posting.cash, payment.share
        self.paid[payment.payer][posting.venue, market] += pay
        for m, dollars, share in zip(market, pay, take, strict=True):
            if dollars > 0 or share > 0:
                self._note(posting, int(m), float(share), float(dollars), float("nan"), 0)

    def _gap(self, posting: Posting, payment: Payment) -> None:
        """A payer bore the gap between the two prices of forced closes (negative: received it)."""
        if np.abs(posting.cash).sum() > self._cent:
            self.paid[payment.payer][posting.venue, posting.market] += posting.cash

    def _exchange(self, posting: Posting) -> None:
        """Accounts were closed for somebody else's loss, or took inventory over; dollars are their loss at the mark."""
        quantity, price, size = posting.quantity, posting.price, np.abs(posting.quantity)
        loss = float((quantity * (price - posting.mark)).sum())
        if posting.shared:
            self.deleveraged[posting.venue, posting.market] += float(size.sum()) * posting.mark
        self.haircut[posting.venue, posting.market] += loss
        mean = float((size * price).sum() / size.sum())
        to_whom = (posting.account, quantity, quantity * (price - posting.mark))
        self._note(posting, int(posting.market), float(quantity.sum()), loss, mean, len(quantity), to_whom)

    def _reduction(self, posting: Posting) -> None:
        """Both sides were closed against each other: what one lost at the mark, the other gained."""
        quantity, closed = posting.quantity, float(np.abs(posting.quantity).sum()) / 2
        self.reduced[posting.venue, posting.market] += closed * posting.mark
        to_whom = (posting.account, quantity, quantity * (posting.price - posting.mark))
        self._note(posting, int(posting.market), closed, 0.0, float(posting.price), len(quantity), to_whom)

    def _settlement(self, posting: Posting) -> None:
        """Every position of a market was closed; dollars are what accounts lost together at the mark."""
        lost = -posting.quantity * (posting.mark - posting.price)
        total, to_whom = float(lost.sum()), (posting.account, posting.quantity, lost)
        self.haircut[posting.venue, posting.market] += total
        self._note(posting, int(posting.market), 0.0, total, float(posting.price), 0, to_whom)

    def _charge(self, posting: Posting) -> None:
        """Accounts were charged."""
        total = float(-posting.cash.sum())
        self.charged[posting.venue, posting.market] += total
        self._pay_in(posting, total)

    def _premium(self, posting: Posting) -> None:
        """Accounts paid one another, or the fund; nobody has lost anything, so that it is no part of a deficit."""
        self._pay_in(posting, float(-posting.cash.sum()))

    def _pay_in(self, posting: Posting, total: float) -> None:
        to_whom = (posting.account, np.zeros(len(posting.cash)), -posting.cash)
        self._note(posting, int(posting.market), 0.0, total, float("nan"), len(posting.cash), to_whom)

    def halt(self, time: float, venue: int, market: int, mechanism: str) -> None:
        """A market was halted, which moves nothing and is in no journal."""
        self._add(time, venue, market, EventKind.HALT, mechanism, 0.0, 0.0, float("nan"), 0)

    def unpaid(self, time: float, venue: int, market: int, dollars: float) -> None:
        """A loss nobody paid by the end of the run."""
        self._add(time, venue, market, EventKind.UNPAID, "", 0.0, dollars, float("nan"), 0)

    def _note(
        self,
        posting: Posting,
        market: int,
        contracts: float,
        dollars: float,
        price: float,
        payers: int,
        to_whom: tuple[Ints, Floats, Floats] = (NOBODY, NOTHING, NOTHING),
    ) -> None:
        kind, stage = EventKind[posting.cause.name.removeprefix("FORCED_")], str(posting.stage)
        self._add(posting.time, int(posting.venue), market, kind, stage, contracts, dollars, price, payers, to_whom)

    def _add(
        self,
        time: float,
        venue: int,
        market: int,
        kind: EventKind,
        mechanism: str,
        contracts: float,
        dollars: float,
        price: float,
        payers: int,
        to_whom: tuple[Ints, Floats, Floats] = (NOBODY, NOTHING, NOTHING),
    ) -> None:
        self.tick.append(Happening(int(kind), venue, market, contracts, dollars, *to_whom))
        self.rows.append(
            {
                "time": time,
                "venue": self._universe.venues[venue],
                "market": self._universe.markets[market],
                "kind": kind.name.lower(),
                "mechanism": mechanism,
                "contracts": contracts,
                "dollars": dollars,
                "price": price,
                "payers": payers,
            }
        )
