"""Views for a test, from what the test is about: everything else has a default that can be worked out by hand.

Marks, entries and lots are 1, leverage is 1, nobody is hedged. Any further column of a view may be given by its name
and then stands as it is, whatever it would follow from.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    BreachView,
    Candidates,
    CashKind,
    CashView,
    EventKind,
    EventView,
    Floats,
    Ints,
    LossEvent,
    MarginView,
    OrderKind,
    OrderView,
    Phase,
    PhaseView,
    PriceView,
    ResidualView,
    Scope,
)
from lastresort.plugins.testing.sample_venue import SampleAccounts, SampleVenue
from lastresort.simulation.waterfall import views
from lastresort.simulation.waterfall.open_losses import OpenLosses
from lastresort.simulation.waterfall.stages import unset_severity
from lastresort.simulation.waterfall.state import BreachedPositions
from lastresort.simulation.waterfall.views import with_columns

Numbers = Sequence[float] | Floats

MAINTENANCE = 0.01
EQUITY = 1e6
"""What all accounts of the venue own, where nobody says otherwise."""

__all__ = [
    "breach_view",
    "candidates",
    "cash_view",
    "event_view",
    "loss_event",
    "margin_view",
    "order_view",
    "phase_view",
    "price_view",
    "residual_view",
    "with_columns",
]


def candidates(quantity: Numbers, mark: float = 1.0, **columns: Any) -> Candidates:
    """Accounts with positions of so many signed contracts in one market, each a margin unit of its own.

    `entry_price` and `leverage` may be one number for all; equity follows from leverage, profit from the entry.
    """
    q, given = _floats(quantity), {"leverage"} & columns.keys()
    entry, leverage = (_each(columns.pop(name, 1.0), len(q)) for name in ("entry_price", "leverage"))
    profit = _floats(columns.get("profit", q * (mark - entry)))
    equity = _floats(columns.get("equity", np.abs(q) * mark / leverage))
    accounts = _accounts(q, entry, equity - q * (mark - entry))
    seen = views.candidates(_venue(np.array([mark]), accounts=accounts), 0, 1.0, Scope.EVERYBODY)
    usual: dict[str, Any] = dict.fromkeys(("profit", "unit_profit", "gain", "variation"), profit)
    if given or "equity" not in columns:
        usual["leverage"] = leverage
    return with_columns(
        seen, **{**usual, "equity": equity, "spendable": np.maximum(equity, 0.0), "room": 0.0 * q, **columns}
    )


def loss_event(
    holders: Candidates | Numbers = (), contracts: float = 0.0, dollars: float = 0.0, **fields: Any
) -> LossEvent:
    """A loss of so many contracts to place and USD to collect among holders, or among positions of so many contracts.

    Any field of the contract's LossEvent may be given; the fund holds a billion.
    """
    seen = holders if isinstance(holders, Candidates) else candidates(holders)
    market = int(fields.get("market", 0))
    venue = _venue(np.ones(market + 1), balance=[1e9], peak=[1e9], pool=[0] * (market + 1))
    losses = OpenLosses.of(venue, np.array([market]), final=False)
    scope = fields.pop("scope", Scope.OPPOSITE)
    event = views.loss_event(losses, 0, contracts, dollars, scope)
    return with_columns(event, candidates=seen, **{"bankruptcy_price": 1.0, "uncovered": dollars, **fields})


def residual_view(
    deficit: Numbers,
    shortfall: Numbers | None = None,
    pool: Sequence[int] | None = None,
    balance: Numbers | None = None,
    peak: Numbers | None = None,
    uncovered: Numbers | None = None,
    **columns: Any,
) -> ResidualView:
    """Losses in USD, one row per market, with the pool that guards each; the engine is long 100 contracts everywhere.

    Without pools named, one that holds nothing guards all.
    """
    lost = _floats(deficit)
    ahead = lost if shortfall is None else _floats(shortfall)
    held = _floats(columns.pop("inventory", np.full(len(lost), 100.0)))
    guards = [0] * len(lost) if pool is None else pool
    money = [0.0] * (max(guards, default=0) + 1) if balance is None else balance
    venue = _venue(np.ones(len(lost)), balance=money, peak=money if peak is None else peak, pool=guards)
    venue.inventory, venue.engine_cash = held, _floats(columns.pop("cash", -held - lost))
    losses = OpenLosses.of(venue, np.arange(len(lost)), final=False)
    losses.deficit, losses.shortfall = lost, ahead
    losses.promised = np.zeros(len(lost)) if uncovered is None else ahead - _floats(uncovered)
    view = views.residual_view(losses, unset_severity(losses))
    return with_columns(view, **{"open_interest": np.full(len(lost), 1e6), "venue_equity": EQUITY, **columns})


def breach_view(quantity: Numbers, equity: Numbers, maintenance: Numbers, **columns: Any) -> BreachView:
    """Breached positions of so many signed contracts, each with its own equity and maintenance margin (USD)."""
    q, own = _floats(quantity), _floats(equity)
    accounts = _accounts(q, np.ones(len(q)), own)
    one = np.ones(len(q), dtype=np.bool_)
    market = np.zeros(len(q), dtype=np.int64)
    held = BreachedPositions(accounts.account, market, q, own, _floats(maintenance), np.abs(q), one)
    view = views.breach_view(_venue(np.ones(1), accounts=accounts), held, np.zeros(len(q)), market)
    return with_columns(view, **columns)


def price_view(time: float, index: Numbers, **columns: Any) -> PriceView:
    """Feeds; every price is the index, the next funding payment is due in an hour."""
    view = views.price_view(_venue(_floats(index), time))
    return with_columns(view, **{"funding_due": np.full(len(view.index), 3600.0), **columns})


def phase_view(time: float, mid: Numbers, phase: Sequence[Phase] | Ints | None = None, **columns: Any) -> PhaseView:
    """The trading state; markets are open, until further notice, and have lost nothing."""
    price = _floats(mid)
    state = np.zeros(len(price), dtype=np.int64) if phase is None else np.asarray(phase, dtype=np.int64)
    view = views.phase_view(_venue(price, time), state, np.full(len(price), np.inf))
    return with_columns(view, **columns)


def order_view(kind: Sequence[int] | Ints, quantity: Numbers, time: float = 0.0, **columns: Any) -> OrderView:
    """Waiting orders in one market, of signed contracts, or USD where they are transfers."""
    kinds = np.asarray(kind, dtype=np.int64)
    one = np.ones(len(kinds))
    view = views.order_view(_venue(np.ones(1), time), np.zeros(len(kinds), dtype=np.int64), kinds, _floats(quantity))
    market = np.where(kinds == OrderKind.TRANSFER, -1, 0)
    usual = {"market": market, "open_interest": one, "initial_open_interest": one, "venue_equity": EQUITY}
    return with_columns(view, **{**usual, **columns})


def margin_view(
    open_interest: Numbers, initial: Numbers, volatility: Numbers, time: float = 0.0, **columns: Any
) -> MarginView:
    """What margin terms depend on: contracts open now and at the start, and relative volatility."""
    view = views.margin_view(_venue(np.ones(len(open_interest)), time))
    given = {"open_interest": open_interest, "initial_open_interest": initial, "volatility": volatility}
    return with_columns(view, **{**given, **columns})


def cash_view(
    kind: Sequence[CashKind] | Ints, amount: Numbers, balance: Numbers, peak: Numbers, **columns: Any
) -> CashView:
    """Flows of USD that wait for a destination, one pool after another; no IOUs."""
    venue = _venue(np.ones(1), balance=balance, peak=peak)
    pools = np.arange(len(kind)) % len(balance)
    return with_columns(views.cash_view(venue, np.asarray(kind, dtype=np.int64), pools, _floats(amount)), **columns)


def event_view(
    time: float,
    kind: Sequence[EventKind] | Sequence[int] | Ints,
    market: Sequence[int] | Ints,
    contracts: Numbers,
    dollars: Numbers,
    **columns: Any,
) -> EventView:
    """What happened in a tick; three empty pools."""
    venue = _venue(np.ones(1), time, balance=np.zeros(3))
    kinds, markets = np.asarray(kind, dtype=np.int64), np.asarray(market, dtype=np.int64)
    return with_columns(views.event_view(venue, kinds, markets, _floats(contracts), _floats(dollars)), **columns)


def _floats(values: Any) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _each(value: Any, n: int) -> Floats:
    return np.array(np.broadcast_to(_floats(value), n))


def _accounts(q: Floats, entry: Floats, cash: Floats, markets: int = 1) -> SampleAccounts:
    """Isolated accounts with one position each, all in the first market, numbered from 0."""
    n, none = len(q), np.zeros((len(q), markets))
    first = np.arange(markets) == 0
    return SampleAccounts(
        account=np.arange(n),
        isolated=np.ones(n, dtype=np.bool_),
        quantity=q[:, None] * first,
        entry=entry[:, None] * first,
        cash=cash,
        opened=none,
        hedged=none,
        attested=none,
        opening=cash,
        settled=cash,
        contribution=np.zeros(n),
        discount=np.full(n, np.nan),
        since=np.zeros(n),
        orders=np.zeros(n, dtype=np.int64),
        vault=np.zeros(n, dtype=np.bool_),
        **{name: np.zeros(n) for name in ("tier", "programme", "cover")},
    )


def _venue(
    price: Floats,
    time: float = 0.0,
    accounts: SampleAccounts | None = None,
    balance: Numbers = (0.0,),
    peak: Numbers | None = None,
    pool: Sequence[int] | None = None,
) -> SampleVenue:
    """A venue whose prices are all the same and whose engine holds nothing."""
    one, none, empty = np.ones(len(price)), np.zeros(len(price)), np.zeros(len(balance))
    nobody = np.zeros(0)
    return SampleVenue(
        time=time,
        accounts=_accounts(nobody, nobody, nobody, len(price)) if accounts is None else accounts,
        index=price,
        mid=price,
        mark=price,
        previous_mark=price,
        last_settlement=price,
        volatility=one,
        beta=one,
        rate=MAINTENANCE * one,
        lot=one,
        initial_open_interest=none,
        inventory=none,
        engine_cash=none,
        slip=none,
        slope=none,
        pool=np.zeros(len(price), dtype=np.int64) if pool is None else np.asarray(pool, dtype=np.int64),
        pool_balance=_floats(balance),
        pool_peak=_floats(balance if peak is None else peak),
        fund_result=none,
        vault_equity=empty,
        vault_notional=empty,
        claims=0.0,
        capital=0.0,
        default_fund=0.0,
        remnant=0.0,
        rounding=0.01,
        key=(0,),
    )
