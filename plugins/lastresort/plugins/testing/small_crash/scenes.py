"""The moments of the small crash as scenes."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Floats, Phase
from lastresort.plugins.testing.questioning import NOBODY, Ask, Earlier, question_scene
from lastresort.plugins.testing.sample_venue import SampleAccounts, SampleVenue
from lastresort.plugins.testing.scene import Scene, Tick
from lastresort.plugins.testing.small_crash import engine
from lastresort.plugins.testing.small_crash.accounts import ACCOUNTS
from lastresort.plugins.testing.small_crash.holdings import (
    BETA,
    IDS,
    ISOLATED,
    MAINTENANCE,
    Holdings,
    after,
    before,
)
from lastresort.plugins.testing.small_crash.moments import (
    CALM,
    FIRST_BREACH,
    LAST_SETTLEMENT,
    MARKETS,
    MOMENTS,
    RECOVERY,
    SMALL,
    TROUGH,
    Moment,
)
from lastresort.simulation.scenario.attributes import ATTRIBUTES

LOT = np.array([1.0, 100.0])
REMNANT = 10_000.0
ROUNDING = 0.01

HISTORY = {
    CALM: {},
    FIRST_BREACH: {},
    TROUGH: {"whale long": (60.0, 1)},
    RECOVERY: {"momentum short": (240.0, 2)},
}
"""Age of the breach in seconds, and orders sent during it; nothing for those who are breached for the first time."""

_CONTRIBUTION = np.array([account.contribution for account in ACCOUNTS])
_DISCOUNT = np.array([np.nan if account.bid is None else account.bid for account in ACCOUNTS])
_ATTESTED = np.array([account.attested for account in ACCOUNTS])
_VAULTS = [[account.name for account in ACCOUNTS].index(name) for name in engine.VAULT_OF_POOL]


class Asked(NamedTuple):
    """One question at one moment: what the rule was shown and what it said."""

    moment: Moment
    question: str
    view: Any
    answer: Any


def question_all(questions: Collection[str], ask: Ask, earlier: Earlier = NOBODY) -> Iterator[Asked]:
    """Yield what `ask` says to each of the questions in the small crash, moment by moment."""
    for moment in MOMENTS:
        for reply in question_scene(questions, ask, scene(moment), earlier):
            yield Asked(moment, reply.question, reply.view, reply.answer)


def shown(question: str, moment: Moment, earlier: Earlier = NOBODY) -> list[Any]:
    """Return every view that a rule is shown for one question at one moment, as long as it has no opinion."""
    return [reply.view for reply in question_scene([question], lambda name, view: None, scene(moment), earlier)]


@cache
def scene(moment: Moment) -> Scene:
    """The venue at one moment, before and after its engine has stepped in."""
    held, booked = engine.inventory(moment), engine.cash(moment)
    nothing = np.zeros(len(MARKETS))
    return Scene(
        venue=_venue(moment, after(moment), held, booked),
        before=_venue(moment, before(moment), nothing, nothing),
        tick=_tick(moment),
        final=moment is RECOVERY,
    )


def _venue(moment: Moment, unit: Holdings, held: Floats, booked: Floats) -> SampleVenue:
    pools, vaults = engine.POOLS_AT[moment], after(moment)
    return SampleVenue(
        time=moment.time,
        accounts=_accounts(moment, unit),
        index=np.array(moment.index),
        mid=np.array(moment.mid),
        mark=np.array(moment.mark),
        previous_mark=np.array(moment.previous_mark),
        last_settlement=np.array(LAST_SETTLEMENT[moment].mark),
        volatility=np.array(moment.volatility),
        beta=BETA,
        rate=MAINTENANCE,
        lot=LOT,
        initial_open_interest=np.abs(before(CALM).quantity).sum(axis=0) / 2,
        inventory=held,
        engine_cash=booked,
        slip=np.zeros(len(MARKETS)),
        slope=0.01 * np.array(moment.mid) / np.array(moment.depth),
        pool=np.arange(len(MARKETS)),
        pool_balance=np.array(pools.balance, dtype=np.float64),
        pool_peak=np.array(pools.peak, dtype=np.float64),
        fund_result=np.array(pools.result, dtype=np.float64),
        vault_equity=vaults.equity[_VAULTS],
        vault_notional=vaults.notional.sum(axis=1)[_VAULTS],
        claims=pools.claims,
        capital=engine.CAPITAL,
        default_fund=float(_CONTRIBUTION.sum()),
        remnant=REMNANT,
        rounding=ROUNDING,
        key=(int(moment.time),),
    )


def _accounts(moment: Moment, unit: Holdings) -> SampleAccounts:
    size = np.where(unit.quantity == 0, 1.0, np.abs(unit.quantity))
    attested = np.zeros_like(unit.quantity)
    attested[:, SMALL] = np.minimum(_ATTESTED, np.abs(unit.quantity[:, SMALL])) / size[:, SMALL]
    history = [HISTORY[moment].get(account.name, (0.0, 0)) for account in ACCOUNTS]
    return SampleAccounts(
        account=IDS,
        isolated=ISOLATED,
        quantity=unit.quantity,
        entry=unit.entry,
        cash=unit.cash,
        opened=unit.opened,
        hedged=unit.hedge / size,
        attested=attested,
        opening=before(CALM).equity,
        settled=after(LAST_SETTLEMENT[moment]).equity,
        contribution=_CONTRIBUTION,
        discount=_DISCOUNT,
        since=np.array([since for since, _ in history]),
        orders=np.array([orders for _, orders in history]),
        vault=np.array([account.vault for account in ACCOUNTS]),
        **{name: np.array([getattr(account, name) for account in ACCOUNTS]) for name in ATTRIBUTES},
    )


def _tick(moment: Moment) -> Tick:
    """What happens at a moment; nobody has halted anything."""
    market, kind, quantity = _columns(engine.ORDERS[moment], 3)
    flow, pool, amount = _columns(engine.CASH_FLOWS[moment], 3)
    event, where, contracts, dollars = _columns(engine.EVENTS[moment], 4)
    return Tick(
        phase=np.full(len(MARKETS), int(Phase.OPEN)),
        until=np.full(len(MARKETS), np.inf),
        orders=(market, kind, quantity.astype(np.float64)),
        transfer=engine.TRANSFERS[moment],
        flows=(flow, pool, amount.astype(np.float64)),
        events=(event, where, contracts.astype(np.float64), dollars.astype(np.float64)),
    )


def _columns(rows: tuple[tuple[Any, ...], ...], width: int) -> list[Any]:
    return [np.array([int(row[k]) if k < 2 else row[k] for row in rows]) for k in range(width)]
