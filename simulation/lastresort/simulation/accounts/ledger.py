"""The ledger: the only code that moves contracts or cash, in batches with two sides, each checked."""

import numpy as np

from lastresort.mechanisms.contract import EventKind, Floats, Ints, Payer
from lastresort.simulation.accounts.books import Books
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.orders import Forced, Orders
from lastresort.simulation.accounts.population import ARBITRAGE, ISOLATED_SIDES, MAKER, VALUE
from lastresort.simulation.universe import Universe


class Ledger(Books):
    """Posts what happens to the books: trades, takeovers, closes, charges, payments, transfers."""

    def __init__(self, universe: Universe, isolated: Isolated, cross: Cross) -> None:
        super().__init__(universe, isolated, cross)
        self._fee = universe.scenario.books.fee
        self._cell_sign = np.array(ISOLATED_SIDES)[:, None, None]

    # -- trading ----------------------------------------------------------------------------------------------------

    def trade(self, price: Floats, orders: Orders, maker_fill: Floats, value_fill: Floats) -> None:
        """Clear one tick: takers trade at `price` `[V, M]`, makers `[E, V, M]` and value buyers against them."""
        fee = self._fee
        self._trade_isolated(price, orders)
        self._trade_cross(price, orders)
        value = orders.engine * price
        charge = fee * np.abs(value)
        self.engine_quantity += orders.engine
        self.engine_cash -= value + charge
        self.pockets.fees += charge.sum(axis=1)
        self._trade_quotes(price, maker_fill, value_fill)
        self._check("trade")

    def _trade_isolated(self, price: Floats, orders: Orders) -> None:
        isolated, fee = self.isolated, self._fee
        if len(orders.ids):
            book, opening = isolated.book[orders.ids], isolated.quantity[orders.ids] == 0
            paid = orders.single * price.ravel()[book]
            charged = fee * np.abs(paid)
            isolated.entry[orders.ids[opening]] = price.ravel()[book[opening]]
            self._move_single(orders.ids, orders.single, paid + charged)
            isolated.planned[orders.ids] = 0.0
            isolated.renew_triggers(orders.ids)
            self.pockets.fees += np.bincount(book // price.shape[1], charged, len(price))
        if orders.cells is not None:
            value = orders.cells * np.abs(isolated.contracts.reshape(isolated.shape)) * price
            self.pockets.fees += fee * value.sum(axis=(0, 2))
            isolated.close_cells(orders.cells, price * (1 - fee * self._cell_sign))

    def _trade_cross(self, price: Floats, orders: Orders) -> None:
        cross, fee = self.cross, self._fee
        if orders.arbitrage is not None:
            paid = orders.arbitrage * price
            charged = fee * np.abs(paid)
            tensor = cross.tensor(ARBITRAGE)
            tensor += orders.arbitrage
            cross.cash[cross.rows[ARBITRAGE]] -= (paid + charged).sum(axis=2).ravel()
            self.pockets.fees += charged.sum(axis=(0, 2))
        if len(orders.rested):
            rows, market = orders.legs
            venue = cross.venue[rows]
            paid = orders.rested * price[venue, market]
            charged = fee * np.abs(paid)
            cross.move(rows, market, orders.rested, -paid - charged)
            self.pockets.fees += np.bincount(venue, charged, len(price))

    def _move_single(self, ids: Ints, dq: Floats, paid: Floats) -> None:
        """Whole closes release the margin into the wallet, the engine bears what they owe; openings do the reverse."""
        isolated = self.isolated
        opening = isolated.quantity[ids] == 0
        closing_cash = np.where(opening, isolated.wallet[ids], 0.0)
        released = self._bear_holes(ids, np.where(opening, 0.0, isolated.cash[ids] - paid))
        cash = np.where(opening, closing_cash - paid, -isolated.cash[ids])
        isolated.move(ids, dq, cash, released - closing_cash)

    def _trade_quotes(self, price: Floats, maker_fill: Floats, value_fill: Floats) -> None:
        cross = self.cross
        makers = cross.tensor(MAKER)
        makers += maker_fill
        cross.cash[cross.rows[MAKER]] -= (maker_fill * price).sum(axis=2).ravel()
        cross.quantity[cross.rows[VALUE]] += value_fill
        cross.cash[cross.rows[VALUE]] -= (value_fill * price).sum(axis=1)

    def fill(
        self,
        account: Ints,
        venue: int,
        market: Ints,
        quantity: Floats,
        price: Floats,
        fee: Floats,
        maker_fill: Floats,
        value_fill: Floats,
    ) -> None:
        """Liquidation orders in the accounts' own names `[n]` trade at `price` `[V, M]`; `fee` (USD) goes to the pools.

        `maker_fill` `[E, V, M]` and `value_fill` `[V, M]` are the other side. What an account cannot pay, the engine
        bears.
        """
        value = quantity * price[venue, market]
        self._exchange(account, market, quantity, value + fee, release=False)
        self._trade_quotes(price, maker_fill, value_fill)
        fees = np.bincount(market, fee, price.shape[1])
        for m in np.flatnonzero(fees):
            self.pockets.draw_fund(venue, int(m), -float(fees[m]))
        np.add.at(self.burden.liquidated, account, np.abs(value))
        self.forced.append(Forced(account, market, quantity, EventKind.LIQUIDATION_ORDER))
        self._check("liquidation order")

    # -- losses -----------------------------------------------------------------------------------------------------

    def seize(self, account: Ints, market: Ints, quantity: Floats, price: Floats, mark: Floats) -> None:
        """The engine takes `quantity` (signed) of each account's position over at `price`, one row per position."""
        self._exchange(account, market, -quantity, -quantity * price, release=False)
        venue = self.venue_of(account)
        np.add.at(self.engine_quantity, (venue, market), quantity)
        np.add.at(self.engine_cash, (venue, market), -quantity * price)
        np.add.at(self.burden.liquidated, account, np.abs(quantity) * mark)
        self.forced.append(Forced(account, market, -quantity, EventKind.TAKEOVER))
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
        forced: bool = True,
    ) -> None:
        """Accounts trade `quantity` (signed change of their position) with the engine at `winner` `[n]`.

        The engine trades at `loser`; `payer` pays it the difference. A trade worse than `mark` is a direct loss. Unless
        `forced`, accounts take the position over by themselves, and no leg of theirs was taken.
        """
        markets = np.full(len(account), market)
        self._exchange(account, markets, quantity, quantity * winner, release=True)
        total = float(quantity.sum())
        self.engine_quantity[venue, market] -= total
        self.engine_cash[venue, market] += total * loser
        gap = float((quantity * winner).sum()) - total * loser
        self._pay(payer, venue, market, -gap)
        self.burden.bear(account, market, quantity * (winner - mark))
        if forced:
            np.add.at(self.burden.closed, account, np.abs(quantity) * mark)
            self.forced.append(Forced(account, markets, quantity, EventKind.DELEVERAGING))
        self._check("deleveraging" if forced else "assignment")

    def charge(self, account: Ints, venue: int, market: int, dollars: Floats, claim: bool = False) -> None:
        """Take USD from the margin of accounts for the engine's loss in one market; with `claim` the venue owes it."""
        isolated, n = self.isolated, len(self.isolated.book)
        single = account < n
        ids, rows = account[single], account[~single] - n
        isolated.move(ids, np.zeros(len(ids)), -dollars[single], np.zeros(len(ids)))
        isolated.renew_triggers(ids)
        self.cross.move(rows, np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), -dollars[~single])
        self.engine_cash[venue, market] += float(dollars.sum())
        self.burden.bear(account, market, dollars)
        if claim:
            np.add.at(self.pockets.claims, account, dollars)
        self._check("charge")

    def absorb(
        self, payer: Payer, venue: int, market: Ints, pay: Floats, take: Floats, drawn: Floats | None = None
    ) -> None:
        """A backstop pays USD into the engine's books and takes a share of its inventory at the bankruptcy price."""
        for m, amount in zip(market, pay, strict=True):
            self._pay(payer, venue, int(m), float(amount), drawn)
        self.engine_cash[venue, market] += pay
        quantity, cash = self.engine_quantity[venue, market] * take, self.engine_cash[venue, market] * take
        self.engine_quantity[venue, market] -= quantity
        self.engine_cash[venue, market] -= cash
        if payer is Payer.VAULT:
            self.cross.move(self.cross.vaults(venue)[self.pool[market]], market, quantity, cash)
        else:
            self.backstop_quantity[venue, market] += quantity
            self.backstop_cash[venue, market] += cash
        self._check("absorption")

    def _pay(self, payer: Payer, venue: int, market: int, amount: float, drawn: Floats | None = None) -> None:
        if payer is Payer.FUND:
            self.pockets.draw_fund(venue, market, amount, drawn)
        elif payer is Payer.VAULT:
            self.cross.cash[self.cross.vaults(venue)[self.pool[market]]] -= amount
        elif payer is Payer.CAPITAL:
            self.pockets.capital[venue] -= amount
        elif payer is Payer.DEFAULT_FUND:
            self.pockets.default_fund[venue] -= amount
            members = self.at_venue(venue)
            self.burden.bear(members, market, amount * self.pockets.stake[members])
        else:
            self.backstop_cash[venue, market] -= amount

    def settle_market(self, venue: int, market: int, price: float, mark: float) -> float:
        """Close every position of one market at `price`; what bankrupt accounts cannot pay, the engine bears.

        Returns what accounts lost together against `mark`, USD (negative: gained).
        """
        account, quantity = self.holders(venue, market)
        markets = np.full(len(account), market)
        self._exchange(account, markets, -quantity, -quantity * price, release=True)
        for held, money in (
            (self.engine_quantity, self.engine_cash),
            (self.backstop_quantity, self.backstop_cash),
        ):
            money[venue, market] += held[venue, market] * price
            held[venue, market] = 0.0
        loss = quantity * (mark - price)
        self.burden.bear(account, market, loss)
        self.burden.closed[account] += np.abs(quantity) * mark
        self.forced.append(Forced(account, markets, -quantity, EventKind.SETTLEMENT))
        self._check("settlement")
        return float(loss.sum())

    # -- cash -------------------------------------------------------------------------------------------------------

    def give_surplus(self, amount: Floats, to_fund: Floats, to_claims: Floats) -> None:
        """Move the engines' surplus `[V, M]` to the funds and to repaying IOUs (shares), the rest to the treasuries."""
        self.engine_cash -= amount
        self.pockets.put_surplus(amount, to_fund)
        for venue in np.flatnonzero(to_claims.any(axis=1)):
            repaid = self._repay(int(venue), float((amount[venue] * to_claims[venue]).sum()))
            self.pockets.treasury[venue] -= repaid
        self._check("surplus")

    def give_fees(self, venue: int, to_fund: Floats, to_claims: float) -> None:
        """Route the fees collected so far: `to_fund` `[3]` is each pool's share, `to_claims` that of IOUs."""
        repaid = self._repay(venue, self.pockets.fees[venue] * to_claims)
        self.pockets.put_fees(venue, to_fund, repaid)
        self._check("fees")

    def _repay(self, venue: int, amount: float) -> float:
        """Repay IOUs for at most `amount`; returns what was owed and paid."""
        amount = min(amount, self.pockets.owed(venue))
        if amount <= 0:
            return 0.0
        account, paid = self.pockets.repay(venue, amount)
        isolated, n = self.isolated, len(self.isolated.book)
        single = account < n
        np.add.at(isolated.wallet, account[single], paid[single])
        np.add.at(isolated.loose_cash, self.venue_of(account[single]), paid[single])
        np.add.at(self.cross.cash, account[~single] - n, paid[~single])
        self.burden.benefit[account] += paid
        return amount

    def pay_funding(self, rate: Floats, mark: Floats) -> None:
        """Longs pay shorts `rate` x mark per contract, `[V, M]`; engines and backstops are parties like any other."""
        self.isolated.pay_funding(rate, mark)
        price = rate * mark
        self.cross.cash -= (self.cross.quantity * price[self.cross.venue]).sum(axis=1)
        self.cross.set_rates(self.cross.rate)
        self.engine_cash -= self.engine_quantity * price
        self.backstop_cash -= self.backstop_quantity * price
        self._check("funding")

    def top_up(self, ids: Ints, amount: Floats) -> None:
        """Isolated accounts (up to date) receive USD from outside as margin."""
        isolated, none = self.isolated, np.zeros(len(ids))
        isolated.move(ids, none, amount, none)
        isolated.renew_triggers(ids)
        self.topped_up[ids] += amount
        self.winnings.note_deposit(ids, amount)
        np.add.at(self._external, self.venue_of(ids), amount)
        self._check("top-up")

    def send(self, row: int, amount: float, kept: float = 0.0) -> None:
        """Cash of a cross-margin account leaves its venue, which keeps `kept` of it for its funds."""
        venue = self.cross.venue[row]
        self.cross.move(np.array([row]), np.zeros(1, dtype=np.int64), np.zeros(1), np.array([-amount]))
        self.winnings.note_transfer(row, -(amount - kept))
        self.pockets.put_kept(int(venue), kept)
        self.burden.loss[len(self.isolated.book) + row] += kept
        self.transit += amount - kept
        self._external[venue] -= amount - kept
        self._check("transfer")

    def receive(self, row: int, amount: float) -> None:
        """Cash in transit arrives at a cross-margin account."""
        self.cross.move(np.array([row]), np.zeros(1, dtype=np.int64), np.zeros(1), np.array([amount]))
        self.winnings.note_transfer(row, amount)
        self.transit -= amount
        self._external[self.cross.venue[row]] += amount
        self._check("transfer")
