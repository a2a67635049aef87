"""The ledger: the only code that moves contracts or cash, in batches with two sides, each checked.

After every posting the books are added up again: contracts of each book must sum to zero, and cash, funds and fees of
each venue to what they were at the start plus named external flows (transfers). Otherwise the run stops and names the
event. Totals of isolated accounts are kept per cell; `audit` compares them with the accounts themselves.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints, Payer
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.population import ARBITRAGE, ISOLATED_SIDES, MAKER, VALUE
from lastresort.simulation.universe import Universe

TOLERANCE = 1e-9


class ConservationError(Exception):
    """Contracts or cash did not balance; the sentence names the event, the venue and the amount."""


@dataclass
class Orders:
    """What takers want to trade in one tick: single accounts first, then fractions `[K, V, M]` of what cells hold.

    `single` `[ids]`, `arbitrage` `[A, V, M]`, `pairs` (one per row of `legs`: account, market) and `engine` `[V, M]`
    are signed contracts; None stands for no orders of that kind.
    """

    cells: Floats | None
    ids: Ints
    single: Floats
    arbitrage: Floats | None
    legs: tuple[Ints, Ints]
    pairs: Floats
    engine: Floats


class Forced(NamedTuple):
    """Position changes that accounts did not choose, `[n]`; `shared` where they bear somebody else's loss."""

    account: Ints
    market: Ints
    quantity: Floats
    shared: bool


@dataclass
class Burden:
    """What happened to each account `[n]`, USD: losses, benefits and closes for others, liquidations, holes left."""

    loss: Floats
    benefit: Floats
    closed: Floats
    liquidated: Floats
    left_hole: Floats

    @classmethod
    def zeros(cls, n: int) -> "Burden":
        """Nothing yet."""
        return cls(*(np.zeros(n) for _ in range(5)))


class Ledger:
    """Positions and money of everybody; accounts are numbered isolated first, then cross margin.

    `engine_quantity`, `engine_cash`, `backstop_quantity`, `backstop_cash` `[V, M]`; `fund`, `fund_peak` `[V, 3]`;
    `fees` (not yet routed) and `treasury` `[V]`; `transit` USD between venues.
    """

    def __init__(self, universe: Universe, isolated: Isolated, cross: Cross) -> None:
        scenario = universe.scenario
        V, M = universe.shape
        self.isolated, self.cross = isolated, cross
        self.pool = universe.tier
        self._interest = universe.open_interest
        self._venue_interest = universe.open_interest.sum(axis=1)
        self._fee = scenario.books.fee
        funds = np.array([venue.fund for venue in scenario.venues])
        self.fund = funds[:, None] * np.array(scenario.margin.fund_split)
        self.fund_peak = self.fund.copy()
        self.engine_quantity, self.engine_cash = np.zeros((V, M)), np.zeros((V, M))
        self.backstop_quantity, self.backstop_cash = np.zeros((V, M)), np.zeros((V, M))
        self.fees, self.treasury = np.zeros(V), np.zeros(V)
        self.transit = 0.0
        self.burden = Burden.zeros(len(isolated.book) + len(cross))
        self.forced: list[Forced] = []
        self.conservation_error = 0.0
        self._external = np.zeros(V)
        self._pool_columns = (universe.tier[:, None] == np.arange(self.fund.shape[1])).astype(np.float64)
        self._venue_rows = (cross.venue == np.arange(V)[:, None]).astype(np.float64)
        self._opening_cash = self._totals()[1]
        self._cell_sign = np.array(ISOLATED_SIDES)[:, None, None]

    # -- postings ---------------------------------------------------------------------------------------------------

    def trade(self, price: Floats, orders: Orders, maker_fill: Floats, value_fill: Floats) -> None:
        """Clear one tick: takers trade at `price` `[V, M]`, makers `[E, V, M]` and value buyers against them."""
        fee = self._fee
        self._trade_isolated(price, orders)
        self._trade_cross(price, orders)
        value = orders.engine * price
        charge = fee * np.abs(value)
        self.engine_quantity += orders.engine
        self.engine_cash -= value + charge
        self.fees += charge.sum(axis=1)
        self._trade_quotes(price, maker_fill, value_fill)
        self._check("trade")

    def _trade_isolated(self, price: Floats, orders: Orders) -> None:
        isolated, fee = self.isolated, self._fee
        if len(orders.ids):
            book = isolated.book[orders.ids]
            paid = orders.single * price.ravel()[book]
            charged = fee * np.abs(paid)
            self._move_single(orders.ids, orders.single, paid + charged)
            isolated.planned[orders.ids] = 0.0
            isolated.renew_triggers(orders.ids)
            self.fees += np.bincount(book // price.shape[1], charged, len(price))
        if orders.cells is not None:
            value = orders.cells * np.abs(isolated.contracts.reshape(isolated.shape)) * price
            self.fees += fee * value.sum(axis=(0, 2))
            isolated.close_cells(orders.cells, price * (1 - fee * self._cell_sign))

    def _trade_cross(self, price: Floats, orders: Orders) -> None:
        cross, fee = self.cross, self._fee
        if orders.arbitrage is not None:
            paid = orders.arbitrage * price
            charged = fee * np.abs(paid)
            tensor = cross.tensor(ARBITRAGE)
            tensor += orders.arbitrage
            cross.cash[cross.rows[ARBITRAGE]] -= (paid + charged).sum(axis=2).ravel()
            self.fees += charged.sum(axis=(0, 2))
        if len(orders.pairs):
            rows, market = orders.legs
            venue = cross.venue[rows]
            paid = orders.pairs * price[venue, market]
            charged = fee * np.abs(paid)
            cross.move(rows, market, orders.pairs, -paid - charged)
            self.fees += np.bincount(venue, charged, len(price))

    def _move_single(self, ids: Ints, dq: Floats, paid: Floats) -> None:
        """Whole closes release the margin into the wallet; openings move the wallet into the margin."""
        isolated = self.isolated
        opening = isolated.quantity[ids] == 0
        closing_cash = np.where(opening, isolated.wallet[ids], 0.0)
        released = np.where(opening, 0.0, isolated.cash[ids] - paid)
        cash = np.where(opening, closing_cash - paid, -isolated.cash[ids])
        isolated.move(ids, dq, cash, released - closing_cash)

    def _trade_quotes(self, price: Floats, maker_fill: Floats, value_fill: Floats) -> None:
        cross = self.cross
        makers = cross.tensor(MAKER)
        makers += maker_fill
        cross.cash[cross.rows[MAKER]] -= (maker_fill * price).sum(axis=2).ravel()
        cross.quantity[cross.rows[VALUE]] += value_fill
        cross.cash[cross.rows[VALUE]] -= (value_fill * price).sum(axis=1)

    def seize(self, account: Ints, market: Ints, quantity: Floats, price: Floats, mark: Floats) -> None:
        """The engine takes `quantity` (signed) of each account's position over at `price`, one row per position."""
        self._exchange(account, market, -quantity, -quantity * price, release=False)
        venue = self.venue_of(account)
        np.add.at(self.engine_quantity, (venue, market), quantity)
        np.add.at(self.engine_cash, (venue, market), -quantity * price)
        np.add.at(self.burden.liquidated, account, np.abs(quantity) * mark)
        self.forced.append(Forced(account, market, -quantity, shared=False))
        self._check("takeover")

    def deleverage(
        self,
        account: Ints,
        venue: int,
        market: int,
        quantity: Floats,
        winner: Floats,
        loser: float,
        payer: Payer,
        mark: float,
    ) -> None:
        """Accounts close `quantity` (signed change of their position) against the engine at `winner` `[n]`.

        The engine trades at `loser`; `payer` pays it the difference. A close worse than `mark` is a direct loss.
        """
        markets = np.full(len(account), market)
        self._exchange(account, markets, quantity, quantity * winner, release=True)
        total = float(quantity.sum())
        self.engine_quantity[venue, market] -= total
        self.engine_cash[venue, market] += total * loser
        gap = float((quantity * winner).sum()) - total * loser
        self._pay(payer, venue, market, -gap)
        loss = quantity * (winner - mark)
        np.add.at(self.burden.loss, account, np.maximum(loss, 0.0))
        np.add.at(self.burden.benefit, account, np.maximum(-loss, 0.0))
        np.add.at(self.burden.closed, account, np.abs(quantity) * mark)
        self.forced.append(Forced(account, markets, quantity, shared=True))
        self._check("deleveraging")

    def charge(self, account: Ints, venue: int, market: int, dollars: Floats) -> None:
        """Take USD from the margin of accounts for the engine's loss in one market."""
        isolated, n = self.isolated, len(self.isolated.book)
        single = account < n
        ids, rows = account[single], account[~single] - n
        isolated.move(ids, np.zeros(len(ids)), -dollars[single], np.zeros(len(ids)))
        isolated.renew_triggers(ids)
        self.cross.move(rows, np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), -dollars[~single])
        self.engine_cash[venue, market] += float(dollars.sum())
        np.add.at(self.burden.loss, account, dollars)
        self._check("charge")

    def absorb(self, payer: Payer, venue: int, market: Ints, pay: Floats, take: Floats) -> None:
        """A backstop pays USD into the engine's books and takes a share of its inventory at the bankruptcy price."""
        for m, amount in zip(market, pay, strict=True):
            self._pay(payer, venue, int(m), float(amount))
        self.engine_cash[venue, market] += pay
        quantity, cash = self.engine_quantity[venue, market] * take, self.engine_cash[venue, market] * take
        self.engine_quantity[venue, market] -= quantity
        self.engine_cash[venue, market] -= cash
        self.backstop_quantity[venue, market] += quantity
        self.backstop_cash[venue, market] += cash
        self._check("absorption")

    def _pay(self, payer: Payer, venue: int, market: int, amount: float) -> None:
        if payer is Payer.FUND:
            pool = self.pool[market]
            self.fund[venue, pool] -= amount
            self.fund_peak[venue, pool] = max(self.fund_peak[venue, pool], self.fund[venue, pool])
        else:
            self.backstop_cash[venue, market] -= amount

    def give_surplus(self, amount: Floats, to_fund: Floats) -> None:
        """Move the engines' surplus `[V, M]` to the funds (`to_fund` share) and the treasuries."""
        self.engine_cash -= amount
        self.fund += (amount * to_fund) @ self._pool_columns
        self.treasury += (amount * (1 - to_fund)).sum(axis=1)
        np.maximum(self.fund_peak, self.fund, out=self.fund_peak)
        self._check("surplus")

    def give_fees(self, venue: int, to_fund: Floats) -> None:
        """Route the fees collected so far: `to_fund` `[3]` is each pool's share, the rest goes to the treasury."""
        fees = self.fees[venue]
        self.fund[venue] += fees * to_fund
        self.treasury[venue] += fees * (1 - float(to_fund.sum()))
        self.fees[venue] = 0.0
        self._check("fees")
        np.maximum(self.fund_peak, self.fund, out=self.fund_peak)

    def pay_funding(self, rate: Floats, mark: Floats) -> None:
        """Longs pay shorts `rate` x mark per contract, `[V, M]`; engines and backstops are parties like any other."""
        self.isolated.pay_funding(rate, mark)
        price = rate * mark
        self.cross.cash -= (self.cross.quantity * price[self.cross.venue]).sum(axis=1)
        self.cross.set_rates(self.cross.rate)
        self.engine_cash -= self.engine_quantity * price
        self.backstop_cash -= self.backstop_quantity * price
        self._check("funding")

    def send(self, row: int, amount: float) -> None:
        """Cash of a cross-margin account leaves its venue."""
        self.cross.move(np.array([row]), np.zeros(1, dtype=np.int64), np.zeros(1), np.array([-amount]))
        self.transit += amount
        self._external[self.cross.venue[row]] -= amount
        self._check("transfer")

    def receive(self, row: int, amount: float) -> None:
        """Cash in transit arrives at a cross-margin account."""
        self.cross.move(np.array([row]), np.zeros(1, dtype=np.int64), np.zeros(1), np.array([amount]))
        self.transit -= amount
        self._external[self.cross.venue[row]] += amount
        self._check("transfer")

    # -- lookups ----------------------------------------------------------------------------------------------------

    def venue_of(self, account: Ints) -> Ints:
        """Venue of each account."""
        n = len(self.isolated.book)
        isolated = account < n
        venue = np.empty(len(account), dtype=np.int64)
        venue[isolated] = self.isolated.book[account[isolated]] // self.cross.shape[1]
        venue[~isolated] = self.cross.venue[account[~isolated] - n]
        return venue

    def by_venue(self, rows: Floats) -> Floats:
        """Sum a table over cross-margin accounts, `[n, M]`, by venue, `[V, M]`."""
        total: Floats = self._venue_rows @ rows
        return total

    def open_interest(self) -> Floats:
        """Contracts outstanding per book, `[V, M]`: half the sum of absolute positions."""
        gross = np.abs(self.isolated.contracts.reshape(self.isolated.shape)).sum(axis=0)
        gross += np.abs(self.engine_quantity) + np.abs(self.backstop_quantity)
        interest: Floats = 0.5 * (gross + self.by_venue(np.abs(self.cross.quantity)))
        return interest

    def audit(self) -> None:
        """Bring every account up to date and compare the sums over accounts with the totals kept per cell."""
        isolated = self.isolated
        isolated.everyone()
        cells, (V, M) = len(isolated.contracts), self.cross.shape
        drift = np.abs(np.bincount(isolated.cell, isolated.quantity, cells) - isolated.contracts)
        cash_drift = np.abs(np.bincount(isolated.cell, isolated.cash, cells) - isolated.margin_cash)
        loose_drift = np.abs(np.bincount(isolated.book // M, isolated.wallet, V) - isolated.loose_cash)
        by_book = drift.reshape(isolated.shape).sum(axis=0)
        by_venue = cash_drift.reshape(isolated.shape).sum(axis=(0, 2)) + loose_drift
        self._require("audit", by_book, by_venue)
        self._check("audit")

    # -- checks -----------------------------------------------------------------------------------------------------

    def _exchange(self, account: Ints, market: Ints, dq: Floats, paid: Floats, release: bool) -> None:
        """Accounts change position by `dq` and pay `paid`; with `release` isolated margin is freed in proportion."""
        n = len(self.isolated.book)
        single = account < n
        if single.any():
            self._exchange_isolated(account[single], dq[single], paid[single], release)
        if not single.all():
            self.cross.move(account[~single] - n, market[~single], dq[~single], -paid[~single])

    def _exchange_isolated(self, ids: Ints, dq: Floats, paid: Floats, release: bool) -> None:
        isolated = self.isolated
        share = -dq / isolated.quantity[ids]
        freed = np.maximum(share * isolated.cash[ids] - paid, 0.0) if release else np.zeros(len(ids))
        whole = share >= 1 - 1e-12
        dq = np.where(whole, -isolated.quantity[ids], dq)
        freed = np.where(whole, isolated.cash[ids] - paid, freed)
        cash = np.where(whole, -isolated.cash[ids], -paid - freed)
        isolated.move(ids, dq, cash, freed)
        isolated.renew_triggers(ids)

    def _totals(self) -> tuple[Floats, Floats]:
        """Contracts per book and cash per venue, over everybody."""
        isolated = self.isolated
        shape = isolated.shape
        contracts = isolated.contracts.reshape(shape).sum(axis=0) + self._venue_rows @ self.cross.quantity
        contracts += self.engine_quantity + self.backstop_quantity
        cash = isolated.margin_cash.reshape(shape).sum(axis=(0, 2)) + isolated.loose_cash
        cash += self._venue_rows @ self.cross.cash + (self.engine_cash + self.backstop_cash).sum(axis=1)
        return contracts, cash + self.fund.sum(axis=1) + self.fees + self.treasury

    def _check(self, event: str) -> None:
        contracts, cash = self._totals()
        self._require(event, np.abs(contracts), np.abs(cash - self._opening_cash - self._external))

    def _require(self, event: str, contracts: Floats, cash: Floats) -> None:
        worst_contracts = contracts / self._interest
        worst_cash = cash / self._venue_interest
        error = float(np.max([worst_contracts.max(), worst_cash.max()]))
        self.conservation_error = float(np.max([self.conservation_error, error]))
        if not error <= TOLERANCE:
            venue = int(np.argmax(worst_contracts.max(axis=1) + worst_cash))
            raise ConservationError(
                f"{event} at venue {venue} does not balance: relative error {error:.3g} above {TOLERANCE:g}"
            )
