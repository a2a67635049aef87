"""Inventory and losses of the liquidation engine, and who may be asked to bear them."""

from dataclasses import replace

import numpy as np

from lastresort.mechanisms.contract import (
    Absorption,
    Candidates,
    Floats,
    LossEvent,
    LossSharing,
    Payer,
    ResidualView,
    Scope,
)
from lastresort.plugins.testing.scoping import in_scope
from lastresort.plugins.testing.small_crash import engine
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS
from lastresort.plugins.testing.small_crash.holdings import IDS, ISOLATED, MAINTENANCE, after, before, gain, variation
from lastresort.plugins.testing.small_crash.moments import LAST_SETTLEMENT, RECOVERY, SMALL, Moment, sale_price
from lastresort.plugins.testing.small_crash.reading import read_only

LOT = (1.0, 100.0)
WORTH_PLACING = 10_000.0
MOST_LEVERED = 1e6

_CONTRIBUTION = np.array([account.contribution for account in ACCOUNTS])
_DISCOUNT = np.array([np.nan if account.bid is None else account.bid for account in ACCOUNTS])
_ATTESTED = np.array([account.attested for account in ACCOUNTS])
_VAULTS = [[account.name for account in ACCOUNTS].index(name) for name in engine.VAULT_OF_POOL]


def deficit(moment: Moment) -> Floats:
    """What the engine has lost at the mid price, `[M]` USD."""
    value = engine.cash(moment) + engine.inventory(moment) * np.array(moment.mid)
    lost: Floats = np.maximum(-value, 0.0)
    return lost


def residual_view(moment: Moment) -> ResidualView | None:
    """Markets in which the engine holds inventory or a loss, before any stage is asked; None where there are none."""
    held, booked, lost = engine.inventory(moment), engine.cash(moment), deficit(moment)
    market = np.flatnonzero((held != 0) | (booked != 0))
    if not len(market):
        return None
    average = np.array([float(sale_price(moment, held[m], int(m))) for m in market])
    held, booked, lost = held[market], booked[market], lost[market]
    shortfall = np.maximum(lost, -(booked + held * average))
    pools, vaults = engine.POOLS_AT[moment], after(moment)
    return read_only(
        ResidualView(
            time=moment.time,
            market=market,
            inventory=held,
            cash=booked,
            mark=np.array(moment.mark)[market],
            bankruptcy_price=np.divide(-booked, held, out=np.full(len(market), np.nan), where=held != 0),
            deficit=lost,
            shortfall=shortfall,
            uncovered=shortfall,
            pool=market,
            pool_balance=np.array(pools.balance, dtype=np.float64),
            pool_peak=np.array(pools.peak, dtype=np.float64),
            contracts=(shortfall > 0).astype(np.float64),
            dollars=np.zeros(len(market)),
            fund_result=np.array(pools.result, dtype=np.float64)[market],
            open_interest=np.maximum(before(moment).quantity, 0.0).sum(axis=0)[market],
            vault_equity=vaults.equity[_VAULTS],
            vault_notional=vaults.notional.sum(axis=1)[_VAULTS],
            capital=engine.CAPITAL,
            default_fund=float(_CONTRIBUTION.sum()),
            venue_equity=float(vaults.equity.sum()),
            final=moment is RECOVERY,
        )
    )


def under(severity: LossSharing, view: ResidualView) -> ResidualView:
    """The view with the severity that earlier stages have put in force."""
    return read_only(replace(view, contracts=severity.contracts, dollars=severity.dollars))


def absorbed(view: ResidualView, said: Absorption) -> ResidualView:
    """What a stage's own absorption leaves for its other answers."""
    keep = 1 - said.take
    left = np.maximum(view.deficit - said.pay, 0.0) * keep
    ahead = np.maximum(view.shortfall - said.pay, 0.0) * keep
    paid = np.bincount(view.pool, said.pay, len(view.pool_balance)) if said.payer is Payer.FUND else 0.0
    return read_only(
        replace(
            view,
            inventory=view.inventory * keep,
            cash=(view.cash + said.pay) * keep,
            deficit=left,
            shortfall=ahead,
            uncovered=np.maximum(ahead - said.standby, 0.0),
            contracts=np.where(ahead > said.standby, view.contracts, 0.0),
            dollars=np.minimum(view.dollars, left),
            pool_balance=view.pool_balance - paid,
        )
    )


def loss_events(moment: Moment, view: ResidualView, severity: LossSharing) -> list[LossEvent]:
    """One event for each market in which a severity places or collects anything."""
    rows = range(len(view.market))
    events = [_event(moment, view, severity, row) for row in rows]
    return [event for event in events if _worth_asking(event)]


def _worth_asking(event: LossEvent) -> bool:
    placed = abs(event.contracts) * event.mark
    return (placed > WORTH_PLACING or event.dollars > 0) and len(event.candidates.account) > 0


def _event(moment: Moment, view: ResidualView, severity: LossSharing, row: int) -> LossEvent:
    market = int(view.market[row])
    return LossEvent(
        time=moment.time,
        market=market,
        contracts=float(severity.contracts[row] * view.inventory[row]),
        dollars=float(severity.dollars[row]),
        bankruptcy_price=float(view.bankruptcy_price[row]),
        mark=moment.mark[market],
        previous_mark=moment.previous_mark[market],
        index=moment.index[market],
        last_settlement=LAST_SETTLEMENT[moment].mark[market],
        fund=float(view.pool_balance[view.pool[row]]),
        fund_peak=float(view.pool_peak[view.pool[row]]),
        uncovered=float(view.uncovered[row]),
        lot=LOT[market],
        scope=severity.scope,
        candidates=candidates(moment, market, float(view.inventory[row]), severity.scope),
        random=lambda: np.random.default_rng([int(moment.time), market]),
    )


def candidates(moment: Moment, market: int, held: float, scope: Scope) -> Candidates:
    """Accounts of the scope; where the engine holds nothing, the opposite side is that which the mid has favoured."""
    side = np.sign(held) or np.sign(moment.index[market] - moment.mid[market]) or 1.0
    unit = after(moment)
    quantity, mark = unit.quantity[:, market], moment.mark[market]
    row = np.flatnonzero(in_scope(scope, quantity * side, _DISCOUNT))
    notional = unit.notional.sum(axis=1)
    leverage = np.divide(notional, unit.equity, out=np.full_like(notional, MOST_LEVERED), where=unit.equity > 0)
    free = unit.equity - 2 * unit.maintenance
    view = Candidates(
        account=IDS,
        quantity=quantity,
        entry_price=unit.entry[:, market],
        notional=unit.notional[:, market],
        equity=unit.equity,
        profit=unit.profit[:, market],
        spendable=np.maximum(unit.equity, 0.0),
        leverage=leverage,
        isolated=ISOLATED,
        hedge=unit.hedge[:, market],
        attested_hedge=np.minimum(_ATTESTED, np.abs(quantity)) * (market == SMALL),
        maintenance=unit.maintenance,
        unit_profit=unit.profit.sum(axis=1),
        opened=unit.opened[:, market],
        gain=gain(moment),
        variation=variation(moment),
        net_delta=unit.net_delta,
        contribution=_CONTRIBUTION,
        room=np.maximum(free, 0.0) / (2 * MAINTENANCE[market] * mark),
        bid=mark * (1 - side * _DISCOUNT),
    )
    return read_only(Candidates(**{name: getattr(view, name)[row] for name in Candidates.__slots__}))
