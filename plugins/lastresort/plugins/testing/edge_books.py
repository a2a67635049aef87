"""Books at the edges of what a venue can be in, each under a name: what is easily forgotten, tried every time.

Each is one venue with four accounts at most, asked twice: while its engine holds long positions, a minute later the
mirror image of it, with short ones.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from lastresort.mechanisms.contract import (
    CashKind,
    EventKind,
    Floats,
    LossSharing,
    LossStage,
    OrderKind,
    Phase,
    ResidualView,
    Scope,
)
from lastresort.plugins.testing.checks.telling import Story
from lastresort.plugins.testing.questioning import NOBODY, Earlier
from lastresort.plugins.testing.sample_venue import SampleAccounts, SampleVenue
from lastresort.plugins.testing.scene import Scene, Tick
from lastresort.simulation.scenario.attributes import ATTRIBUTES

MARK = 4.0
"""USD per contract, and no number that hides a missing factor."""

MINUTE = 60.0


def _shared_with(scope: Scope) -> Earlier:
    """A stage before the rule asks everybody in a scope to share every loss at once."""

    def everything(view: ResidualView) -> LossSharing:
        return LossSharing(contracts=np.ones(len(view.market)), dollars=view.deficit, scope=scope)

    return (LossStage("before", share_loss=everything),)


VOLUNTEERS: Earlier = _shared_with(Scope.PROVIDERS)

ASKED: tuple[Earlier, ...] = (
    NOBODY,
    _shared_with(Scope.OPPOSITE),
    _shared_with(Scope.EVERYBODY),
    VOLUNTEERS,
)
"""What stands before the rule: nothing, or a stage that shares everything with a scope."""


@dataclass(frozen=True)
class EdgeBook:
    """One venue around an engine that is long in every market; accounts `[A]`, positions `[A][M]`, fractions of one.

    `held` and `quantity` are contracts in units of `unit`. `margin` is equity over notional (over one `unit` for
    accounts without a position), `entry` and `booked` (the price of the engine's inventory), `mid` and `index` are
    ratios to the mark. `lost` is USD per unit and market that the engine has lost besides, `fund` USD per unit.
    `settings` stand as they are in the columns of the accounts.
    """

    quantity: tuple[tuple[float, ...], ...] = ((-100.0,), (-60.0,), (-30.0,), (-10.0,))
    margin: tuple[float, ...] = (0.1, 0.3, 0.5, 1.0)
    entry: tuple[tuple[float, ...], ...] = ((1.3,), (1.2,), (1.1,), (0.9,))
    held: tuple[float, ...] = (150.0,)
    booked: float = 1.1
    mid: float = 0.9
    index: float = 0.95
    lost: float = 0.0
    fund: float = 20.0
    unit: float = 1000.0
    mark: float = MARK
    lot: float = 1.0
    settings: tuple[tuple[str, Any], ...] = ()


def _alike(**changes: Any) -> EdgeBook:
    """Four accounts that differ in nothing but their numbers."""
    return EdgeBook(**{"quantity": ((-50.0,),) * 4, "margin": (0.3,) * 4, "entry": ((1.2,),) * 4, **changes})


SEVERAL_MARKETS = EdgeBook(
    quantity=((-100.0, -80.0, -40.0), (-60.0, 50.0, 0.0), (-30.0, -30.0, -20.0), (40.0, -10.0, -10.0)),
    entry=((1.3, 0.8, 1.2), (1.2, 1.4, 1.0), (0.5, 1.1, 1.3), (0.9, 1.0, 1.1)),
    held=(100.0, 60.0, 50.0),
)

EDGES: dict[str, EdgeBook] = {
    "nothing unusual": EdgeBook(),
    "equity below zero": EdgeBook(margin=(-0.4, -0.01, 0.3, 1.0)),
    "equity of zero": EdgeBook(margin=(0.0, 0.0, 0.3, 1.0)),
    "equity next to nothing": EdgeBook(margin=(1e-13, 1e-9, 0.3, 1.0)),
    "nobody has any equity": EdgeBook(margin=(0.0, -0.1, 0.0, -1.0), lost=10.0),
    "equities that cancel": EdgeBook(quantity=((-50.0,),) * 4, margin=(0.3, -0.3, 0.5, -0.5)),
    "a price better than the mark": EdgeBook(booked=0.9, mid=0.8),
    "a price at the mark": EdgeBook(booked=1.0),
    "a price far beyond the mark": EdgeBook(booked=5.0),
    "one candidate": EdgeBook(quantity=((-100.0,),), margin=(0.2,), entry=((1.3,),)),
    "one candidate below zero": EdgeBook(quantity=((-100.0,),), margin=(-0.2,), entry=((1.3,),)),
    "nobody in profit": EdgeBook(entry=((0.9,), (0.8,), (0.95,), (0.7,)), lost=10.0),
    "profits of zero": EdgeBook(entry=((1.0,),) * 4, lost=10.0),
    "profits that cancel": _alike(entry=((1.2,), (0.8,), (1.1,), (0.9,)), lost=10.0),
    "everybody alike": _alike(),
    "all but one alike": _alike(margin=(0.3, 0.3, 0.3, 0.6)),
    "an account in several markets": SEVERAL_MARKETS,
    "an account in several markets, below zero": replace(SEVERAL_MARKETS, margin=(-0.1, 0.0, 0.2, 1.0), lost=10.0),
    "dollars and no contracts": EdgeBook(held=(0.0,), lost=40.0),
    "contracts and no loss": EdgeBook(booked=0.9, mid=0.9),
    "nobody on the other side": EdgeBook(quantity=((100.0,), (60.0,), (30.0,), (10.0,)), lost=10.0),
    "nobody holds anything": EdgeBook(quantity=((0.0,),) * 4, margin=(0.0, 1.0, 2.0, -1.0), lost=10.0),
    "accounts without a position": EdgeBook(quantity=((-100.0,), (0.0,), (0.0,), (40.0,)), margin=(0.2, 0.0, 5.0, 1.0)),
    "less than is to be placed": EdgeBook(held=(100_000.0,)),
    "exactly what is to be placed": EdgeBook(held=(200.0,)),
    "less than a lot to be placed": EdgeBook(held=(0.5,), unit=1.0, lot=1.0, booked=3.0),
    "more lost than everybody has": EdgeBook(lost=1e6),
    "an empty fund": EdgeBook(fund=0.0, lost=10.0),
    "billions": EdgeBook(unit=1e12, mark=50_000.0, lost=10.0),
    "a price next to nothing": EdgeBook(unit=1e11, mark=1e-8),
    "sizes next to nothing": EdgeBook(unit=1e-2, lot=1e-8),
    "one account a billion times the others": EdgeBook(quantity=((-1e9,), (-1.0,), (-1.0,), (-1.0,)), held=(1e8,)),
    "hedged to the last contract": EdgeBook(settings=(("hedged", 1.0), ("attested", 1.0))),
    "hedged and below maintenance margin": EdgeBook(margin=(0.01, 0.02, 0.04, 1.0), settings=(("hedged", 0.5),)),
    "margins of their own": EdgeBook(margin=(-0.1, 0.0, 0.5, 1.0), settings=(("isolated", True),)),
    "volunteers below zero": EdgeBook(margin=(-0.1, 0.0, 0.5, 1.0), settings=(("discount", 0.02),)),
    "vaults, opened this moment": EdgeBook(settings=(("vault", True), ("opened", MINUTE))),
}
"""What is forgotten most easily, by what a reader would call it; a rule that fails in the first fails anywhere."""

TOLD_ANEW = ("everybody alike", "an account in several markets")
"""Books in which answers are compared as well: ties are what chance decides."""


@cache
def edge_books(losses: bool = True) -> tuple[Story, ...]:
    """Every edge book, once for each stage that may stand before a rule about `losses`; once for any other rule."""
    return tuple(
        _story(name, book, earlier)
        for name, book in EDGES.items()
        for earlier in (ASKED if losses else (NOBODY,))
        if earlier is not VOLUNTEERS or dict(book.settings).get("discount") is not None
    )


def _story(name: str, book: EdgeBook, earlier: Earlier) -> Story:
    return Story((_scene(book, 1.0, MINUTE), _scene(book, -1.0, 2 * MINUTE)), earlier, book=name)


def _scene(book: EdgeBook, side: float, time: float) -> Scene:
    venue = _venue(book, side, time)
    return Scene(venue, venue, _tick(book, venue), final=side < 0)


def _mirrored(ratio: Any, side: float) -> Floats:
    """A ratio of prices as it is for an engine that is long, its reciprocal for one that is short."""
    return np.asarray(np.asarray(ratio, dtype=np.float64) ** side)


def _accounts(book: EdgeBook, side: float, time: float) -> SampleAccounts:
    quantity = side * book.unit * np.array(book.quantity)
    entry = book.mark * _mirrored(book.entry, side)[: len(quantity)]
    notional = (np.abs(quantity) * book.mark).sum(axis=1)
    equity = np.array(book.margin)[: len(quantity)] * np.where(notional > 0, notional, book.unit * book.mark)
    cash = equity - (quantity * (book.mark - entry)).sum(axis=1)
    of_account, of_position = np.zeros(len(quantity)), np.zeros_like(quantity)
    accounts = SampleAccounts(
        account=np.arange(101, 101 + len(quantity)),
        isolated=of_account > 0,
        quantity=quantity,
        entry=entry,
        cash=cash,
        opened=of_position,
        hedged=of_position,
        attested=of_position,
        opening=cash,
        settled=cash,
        contribution=of_account,
        discount=of_account + np.nan,
        since=of_account,
        orders=np.zeros(len(quantity), dtype=np.int64),
        vault=of_account > 0,
        **dict.fromkeys(ATTRIBUTES, of_account),
    )
    return replace(accounts, **{name: np.full_like(getattr(accounts, name), value) for name, value in book.settings})


def _venue(book: EdgeBook, side: float, time: float) -> SampleVenue:
    accounts, held = _accounts(book, side, time), side * book.unit * np.array(book.held)
    M, none, value = len(held), np.zeros(len(held)), book.unit * book.mark
    mark, lost = np.full(M, book.mark), book.lost * value
    mid = mark * _mirrored(book.mid, side)
    return SampleVenue(
        time=time,
        accounts=accounts,
        index=mark * _mirrored(book.index, side),
        mid=mid,
        mark=mark,
        previous_mark=mark,
        last_settlement=mark / _mirrored(book.mid, side),
        volatility=none,
        beta=np.arange(1.0, M + 1),
        rate=np.full(M, 0.05),
        lot=np.full(M, book.lot),
        initial_open_interest=np.full(M, book.unit * 100),
        inventory=held,
        engine_cash=-held * mark * _mirrored(book.booked, side) - lost,
        slip=np.full(M, 0.01),
        slope=none,
        pool=np.zeros(M, dtype=np.int64),
        pool_balance=np.array([book.fund * value]),
        pool_peak=np.array([book.fund * value]),
        fund_result=none,
        vault_equity=np.zeros(1),
        vault_notional=np.zeros(1),
        claims=0.0,
        capital=0.0,
        default_fund=0.0,
        remnant=min(1.0, 0.01 * value),
        rounding=0.01,
        key=(int(time),),
    )


def _tick(book: EdgeBook, venue: SampleVenue) -> Tick:
    """The engine's order in each market, one of whoever opens, a transfer, a fee, and one of each event."""
    M, value = len(venue.mark), book.unit * book.mark
    market, kinds = np.arange(M), np.array([int(kind) for kind in EventKind])
    sort = np.repeat([int(OrderKind.OPEN), int(OrderKind.LIQUIDATION)], M)
    none = np.zeros(len(kinds))
    return Tick(
        phase=np.full(M, int(Phase.OPEN)),
        until=np.full(M, np.inf),
        orders=(np.tile(market, 2), sort, np.concatenate([venue.inventory, -venue.inventory])),
        transfer=value,
        flows=(np.array([int(CashKind.TRADING_FEE)]), np.array([0]), np.array([0.01 * value])),
        events=(kinds, np.zeros(len(kinds), dtype=np.int64), none, none),
    )
