"""What a book shows for each question that is not about losses."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from lastresort.mechanisms.contract import (
    BreachView,
    CashView,
    EventView,
    MarginView,
    OrderKind,
    OrderView,
    PhaseView,
    PriceView,
)
from lastresort.plugins.testing.small_crash.reading import read_only

if TYPE_CHECKING:
    from lastresort.plugins.testing.sample_venue import Book

FUNDING_INTERVAL = 28_800.0
ORDER_KINDS = (OrderKind.OPEN, OrderKind.CLOSE, OrderKind.LIQUIDATION)


def views(book: "Book", question: str) -> list[Any]:
    """Read-only views of a book for a question; none where the engine would not ask."""
    return [read_only(view) for view in _VIEWS[question](book)] if question in _VIEWS else []


def _prices(book: "Book") -> list[PriceView]:
    premium = np.log(book.mark / book.index)
    due = np.full(len(book.mark), FUNDING_INTERVAL - book.time % FUNDING_INTERVAL)
    return [PriceView(book.time, book.index, book.mid, book.mark, book.previous_mark, premium, premium, due)]


def _phases(book: "Book") -> list[PhaseView]:
    fund = book.pool_balance[book.pool]
    return [PhaseView(book.time, book.index, book.mid, book.mark, book.phase, book.until, book.deficit, fund)]


def _orders(book: "Book") -> list[OrderView]:
    """Three rows per market, as the engine arranges them, and one transfer."""
    insolvent, equity = float(book.deficit.sum()), float(book.equity.sum())
    one, kinds = np.ones(1), len(ORDER_KINDS)
    trades = OrderView(
        time=book.time,
        market=np.tile(np.arange(len(book.mark)), kinds),
        kind=np.repeat([int(kind) for kind in ORDER_KINDS], len(book.mark)),
        quantity=np.concatenate([book.orders, -book.orders, -book.inventory]),
        index=np.tile(book.index, kinds),
        mark=np.tile(book.mark, kinds),
        mid=np.tile(book.mid, kinds),
        open_interest=np.tile(book.open_interest, kinds),
        initial_open_interest=np.tile(book.initial_open_interest, kinds),
        insolvent=insolvent,
        venue_equity=equity,
    )
    market, kind = np.array([-1]), np.array([int(OrderKind.TRANSFER)])
    wanted = np.array([book.transfer])
    return [trades, OrderView(book.time, market, kind, wanted, one, one, one, one, one, insolvent, equity)]


def _margins(book: "Book") -> list[MarginView]:
    return [MarginView(book.time, book.mark, book.open_interest, book.initial_open_interest, book.volatility)]


def _breaches(book: "Book") -> list[BreachView]:
    """One row per position of every account below maintenance margin."""
    who = book.accounts
    row, m = np.nonzero((book.equity < book.maintenance)[:, None] & (who.quantity != 0))
    if not len(row):
        return []
    quantity, mark, notional = who.quantity[row, m], book.mark[m], book.notional.sum(axis=1)[row]
    return [
        BreachView(
            time=book.time,
            account=who.account[row],
            market=m,
            quantity=quantity,
            mark=mark,
            bankruptcy_price=mark * (1 - np.sign(quantity) * book.equity[row] / notional),
            equity=book.equity[row],
            maintenance=book.maintenance[row],
            unit_notional=notional,
            isolated=who.isolated[row],
            hedge=np.abs(quantity) * who.hedged[row],
            impact=book.slip[m],
            since=np.minimum(who.since[row], book.time),
            orders=who.orders[row],
            vault=who.vault[row],
        )
    ]


def _cash(book: "Book") -> list[CashView]:
    pools = np.arange(len(book.flows))
    return [CashView(book.time, book.flow_kind, pools, book.flows, book.pool_balance, book.pool_peak, book.claims)]


def _events(book: "Book") -> list[EventView]:
    m = np.arange(len(book.mark))
    return [EventView(book.time, book.event_kind, m, book.orders, book.deficit, book.pool_balance)]


_VIEWS: dict[str, Callable[["Book"], list[Any]]] = {
    "set_prices": _prices,
    "set_phase": _phases,
    "admit": _orders,
    "require_margin": _margins,
    "liquidate": _breaches,
    "route_cash": _cash,
    "observe": _events,
}
