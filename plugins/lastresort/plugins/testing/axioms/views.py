"""What a rule sees of a book: the columns that the engine would show, read-only."""

import numpy as np

from lastresort.mechanisms.contract import Candidates, LossEvent, LossSharing, ResidualView, Scope
from lastresort.plugins.testing.axioms.book import MAINTENANCE, Book
from lastresort.plugins.testing.scoping import in_scope
from lastresort.plugins.testing.small_crash.reading import read_only

MARKET = 2
"""Id of the market, none of the two largest, which some rules exempt."""

AGAINST_WINNERS = {"previous_mark": 0.02, "index": 0.01, "last_settlement": 0.05}
"""Prices that differ from the mark, as the share of it by which they are worse for the side opposite to the engine."""

MOST_LEVERED = 1e6


def residual_view(book: Book) -> ResidualView:
    """The engine's inventory and loss, at the last pass of a run, before anybody has paid or promised."""
    lost, held = np.array([book.deficit]), np.array([book.inventory])
    contributions = sum(holder.contribution for holder in book.holders)
    return read_only(
        ResidualView(
            time=0.0,
            market=np.array([MARKET]),
            inventory=held,
            cash=-held * book.mark - lost,
            mark=np.array([book.mark]),
            bankruptcy_price=np.array([book.bankruptcy_price]),
            deficit=lost,
            shortfall=lost,
            uncovered=lost,
            pool=np.array([0]),
            pool_balance=np.array([book.fund]),
            pool_peak=np.array([book.fund]),
            contracts=np.ones(1),
            dollars=np.zeros(1),
            fund_result=np.zeros(1),
            open_interest=np.array([sum(abs(holder.contracts) for holder in book.holders)]),
            vault_equity=np.zeros(1),
            vault_notional=np.zeros(1),
            capital=0.0,
            default_fund=contributions,
            venue_equity=sum(holder.equity(book.mark) for holder in book.holders),
            final=True,
        )
    )


def loss_event(book: Book, severity: LossSharing, seed: int) -> LossEvent:
    """The event that a severity makes of the book; `seed` is behind its random numbers."""
    worse = {name: book.mark * (1 + book.side * share) for name, share in AGAINST_WINNERS.items()}
    return LossEvent(
        time=0.0,
        market=MARKET,
        contracts=float(np.broadcast_to(severity.contracts, 1)[0]) * book.inventory,
        dollars=float(np.broadcast_to(severity.dollars, 1)[0]),
        bankruptcy_price=book.bankruptcy_price,
        mark=book.mark,
        fund=book.fund,
        fund_peak=book.fund,
        uncovered=book.deficit,
        lot=book.lot,
        scope=severity.scope,
        candidates=candidates(book, severity.scope),
        random=lambda: np.random.default_rng(seed),
        **worse,
    )


def candidates(book: Book, scope: Scope) -> Candidates:
    """The accounts of a scope, in the order of the book."""
    mark, holders = book.mark, book.holders
    quantity = np.array([holder.contracts for holder in holders], dtype=np.float64)
    entry = np.array([holder.entry for holder in holders], dtype=np.float64)
    cash = np.array([holder.cash for holder in holders], dtype=np.float64)
    hedged = np.array([holder.hedged for holder in holders], dtype=np.float64)
    bid = np.array([np.nan if holder.discount is None else 1 - book.side * holder.discount for holder in holders])
    notional, profit = np.abs(quantity) * mark, quantity * (mark - entry)
    equity, maintenance = cash + profit, MAINTENANCE * notional
    gain = np.array([holder.won for holder in holders]) + profit
    everybody = Candidates(
        account=np.array([holder.account for holder in holders], dtype=np.int64),
        quantity=quantity,
        entry_price=entry,
        notional=notional,
        equity=equity,
        profit=profit,
        spendable=np.maximum(equity, 0.0),
        leverage=np.divide(notional, equity, out=np.full_like(equity, MOST_LEVERED), where=equity > 1e-6 * notional),
        isolated=hedged == 0,
        hedge=hedged * np.abs(quantity),
        attested_hedge=np.zeros_like(equity),
        maintenance=maintenance,
        unit_profit=profit,
        opened=np.array([holder.opened for holder in holders], dtype=np.float64),
        gain=gain,
        variation=gain,
        net_delta=(1 - hedged) * quantity * mark,
        contribution=np.array([holder.contribution for holder in holders], dtype=np.float64),
        room=np.maximum(equity - 2 * maintenance, 0.0) / (2 * MAINTENANCE * mark),
        bid=mark * bid,
    )
    asked = in_scope(scope, everybody.quantity * book.side, everybody.bid)
    return read_only(Candidates(**{name: getattr(everybody, name)[asked] for name in Candidates.__slots__}))
