"""The ledger: the only code that moves contracts or cash, in batches with two sides, each checked."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints, Payer
from lastresort.simulation.accounts.books import Books
from lastresort.simulation.accounts.cross import Cross
from lastresort.simulation.accounts.isolated import Isolated
from lastresort.simulation.accounts.journal import FLOWING, NOWHERE, PAYING, Cause, Party, Payment, Unit
from lastresort.simulation.accounts.orders import Orders
from lastresort.simulation.accounts.population import ARBITRAGE, ISOLATED_COHORTS, ISOLATED_SIDES, MAKER, VALUE
from lastresort.simulation.kernels.cells import sold_cells
from lastresort.simulation.kernels.exchange import averaged
from lastresort.simulation.universe import Universe

CROWD = slice(len(ISOLATED_COHORTS))
CROSS = len(ISOLATED_COHORTS)
ENGINE, BACKSTOP = (FLOWING.index(party.value) for party in (Party.ENGINE, Party.BACKSTOP))


class Ledger(Books):
    """Posts what happens to the books, and journals it: trades, takeovers, closes, charges, payments, transfers."""

    def __init__(self, universe: Universe, isolated: Isolated, cross: Cross) -> None:
        super().__init__(universe, isolated, cross)
        self._fee = universe.scenario.books.fee
        self._cell_sign = np.array(ISOLATED_SIDES)

    # -- trading ----------------------------------------------------------------------------------------------------

    def trade(self, price: Floats, orders: Orders, maker_fill: Floats, value_fill: Floats) -> None:
        """Clear one tick: takers trade at `price` `[V, M]`, makers `[E, V, M]` and value buyers against them."""
        self._trade_isolated(price, orders)
        self._trade_cross(price, orders)
        if orders.engine.any():
            self._trade_engine(price, orders.engine)
        self._trade_quotes(price, maker_fill, value_fill)
        self._check("trade")

    def _trade_engine(self, price: Floats, quantity: Floats) -> None:
        value = quantity * price
        charge = self._fee * np.abs(value)
        self.engine_quantity += quantity
        self.engine_cash -= value + charge
        self.pockets.fees += charge.sum(axis=1)
        self.journal.flow(Cause.TRADE, ENGINE, quantity, -value - charge, charge)

    def _trade_isolated(self, price: Floats, orders: Orders) -> None:
        isolated, fee = self.isolated, self._fee
        if len(orders.ids):
            book = isolated.book[orders.ids]
            paid = orders.single * price.ravel()[book]
            charged = fee * np.abs(paid)
            entry, held = isolated.entry[orders.ids], isolated.quantity[orders.ids]
            isolated.entry[orders.ids] = averaged(entry, held, orders.single, price.ravel()[book])
            self._journal_single(orders.ids, orders.single, paid, charged)
            self._move_single(orders.ids, orders.single, paid + charged)
            isolated.planned[orders.ids] = 0.0
            isolated.renew_triggers(orders.ids)
            self.pockets.fees += np.bincount(book // price.shape[1], charged, len(price))
        if orders.cells is not None:
            held = isolated.contracts.reshape(isolated.shape)
            moved, cash, fees, net, charged = sold_cells(orders.cells, held, price, self._cell_sign, fee)
            self.pockets.fees += charged
            self.journal.flow(Cause.TRADE, CROWD, moved, cash, fees)
            self._close_cells(orders.cells, net)

    def _close_cells(self, fraction: Floats, net_price: Floats) -> None:
        """Behaviour closes a fraction of every cell; what accounts under water owe for theirs, the engine bears."""
        isolated, ids = self.isolated, self.isolated.under_water(fraction, net_price)
        if not len(ids):
            isolated.close_cells(fraction, net_price)
            return
        isolated.settle(ids)
        before = isolated.wallet[ids]
        isolated.close_cells(fraction, net_price)
        isolated.settle(ids)
        owed = np.maximum(before - isolated.wallet[ids], 0.0)
        isolated.move(ids, np.zeros(len(ids)), np.zeros(len(ids)), owed)
        markets = isolated.shape[2]
        self._leave_hole(ids, isolated.book[ids] // markets, isolated.book[ids] % markets, owed)

    def _journal_single(self, ids: Ints, dq: Floats, paid: Floats, fee: Floats) -> None:
        """Single accounts that open a position, those that open theirs again, and those that close it at a stop."""
        venue, market = np.divmod(self.isolated.book[ids], self.cross.shape[1])
        growing, first = self.isolated.grows(ids, dq), self.isolated.planned[ids] != 0
        causes = ((Cause.OPENING, growing & first), (Cause.REOPENING, growing & ~first), (Cause.STOP, ~growing))
        for cause, mine in causes:
            if mine.any():
                columns = (venue[mine], market[mine], ids[mine], dq[mine], (paid / dq)[mine])
                self.journal.exchange(cause, Party.BOOK, *columns, fee=fee[mine])

    def _trade_cross(self, price: Floats, orders: Orders) -> None:
        cross, fee = self.cross, self._fee
        if orders.arbitrage is not None:
            flow = self.journal.flow_of(Cause.TRADE, CROSS + ARBITRAGE)
            self.pockets.fees += cross.trade(ARBITRAGE, orders.arbitrage, price, fee, flow)
        if len(orders.rested):
            rows, market = orders.legs
            venue = cross.venue[rows]
            paid = orders.rested * price[venue, market]
            charged = fee * np.abs(paid)
            self._move_cross(rows, market, orders.rested, -paid - charged, price[venue, market])
            self.pockets.fees += np.bincount(venue, charged, len(price))
            where = (CROSS + cross.cohort[rows], venue, market)
            self.journal.flow_each(Cause.TRADE, where, (orders.rested, -paid - charged, charged))

    def _move_single(self, ids: Ints, dq: Floats, paid: Floats) -> None:
        """Whole closes release the margin into the wallet, the engine bears what they owe; openings do the reverse."""
        isolated = self.isolated
        growing = isolated.grows(ids, dq)
        pledged = np.where(growing, isolated.wallet[ids], 0.0)
        released = self._bear_holes(ids, np.where(growing, 0.0, isolated.cash[ids] - paid))
        cash = np.where(growing, pledged - paid, -isolated.cash[ids])
        isolated.move(ids, dq, cash, released - pledged)

    def _trade_quotes(self, price: Floats, maker_fill: Floats, value_fill: Floats) -> None:
        cross = self.cross
        for cohort, fill in ((MAKER, maker_fill), (VALUE, value_fill[None])):
            cross.trade(cohort, fill, price, 0.0, self.journal.flow_of(Cause.TRADE, CROSS + cohort))

    def fill(
        self,
        account: Ints,
        venue: Ints,
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
        paid = price[venue, market]
        value = quantity * paid
        columns = (venue, market, account, quantity, paid)
        self.journal.exchange(Cause.LIQUIDATION_ORDER, Party.BOOK, *columns, fee=fee, unit=self._unit(account))
        self._exchange(account, market, quantity, value + fee, release=False)
        self._trade_quotes(price, maker_fill, value_fill)
        self.pockets.collect(venue, market, fee)
        np.add.at(self.burden.liquidated, account, np.abs(value))
        self._check("liquidation order")

    # -- losses -----------------------------------------------------------------------------------------------------

    def seize(self, account: Ints, market: Ints, quantity: Floats, price: Floats, mark: Floats) -> None:
        """The engine takes `quantity` (signed) of each account's position over at `price`, one row per position."""
        venue = self.venue_of(account)
        columns = (venue, market, account, -quantity, price)
        self.journal.exchange(Cause.TAKEOVER, Party.ENGINE, *columns, mark=mark, unit=self._unit(account))
        self._exchange(account, market, -quantity, -quantity * price, release=False)
        np.add.at(self.engine_quantity, (venue, market), quantity)
        np.add.at(self.engine_cash, (venue, market), -quantity * price)
        np.add.at(self.burden.liquidated, account, np.abs(quantity) * mark)
        self._check("takeover")

    def _unit(self, account: Ints) -> Unit:
        """The accounts' margin units at usual marks and under the scenario's own margin rates.

        What a rule took before there was a loss counts as if they still had it: a rule makes no breach.
        """
        isolated, cross, mark = self.isolated, self.cross, self.journal.usual_mark
        single = account < len(isolated.book)
        ids, rows = account[single], account[~single] - len(isolated.book)
        equity, need = np.empty(len(account)), np.empty(len(account))
        worth = isolated.quantity[ids] * mark.ravel()[isolated.book[ids]]
        equity[single], need[single] = isolated.cash[ids] + worth, isolated.base_rate[ids] * np.abs(worth)
        rates = (mark * cross.base_rate)[cross.venue[rows]]
        equity[~single] = cross.equity(mark, rows)
        equity += self.burden.advanced[account]
        need[~single] = np.einsum("ij,ij->i", np.abs(cross.quantity[rows]), rates)
        return Unit(equity, need)

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
        cause: Cause = Cause.DELEVERAGING,
    ) -> None:
        """Accounts trade `quantity` (signed change of their position) with the engine at `winner` `[n]`.

        The engine trades at `loser`; `payer` pays it the difference. A trade worse than `mark` is a direct loss. Where
        the `cause` is an assignment, accounts take the position over, and no leg of theirs was taken.
        """
        markets = np.full(len(account), market)
        self.journal.exchange(cause, Party.ENGINE, venue, market, account, quantity, winner, mark=mark)
        self._exchange(account, markets, quantity, quantity * winner, release=True)
        total = float(quantity.sum())
        self.engine_quantity[venue, market] -= total
        self.engine_cash[venue, market] += total * loser
        gap = float((quantity * (loser - winner)).sum())
        if gap:
            self._pay(payer, venue, market, gap)
            self._journal_payment(Cause.GAP, payer, venue, np.array([market]), np.array([gap]), np.zeros(1))
        self.burden.bear(account, market, quantity * (winner - mark))
        if cause is Cause.DELEVERAGING:
            np.add.at(self.burden.closed, account, np.abs(quantity) * mark)
        self._check(cause)

    def _take(self, account: Ints, market: int, dollars: Floats) -> None:
        """Take USD out of the margin of accounts, or pay it in where negative, and note that they bear it."""
        isolated, n = self.isolated, len(self.isolated.book)
        single = account < n
        ids, rows = account[single], account[~single] - n
        isolated.move(ids, np.zeros(len(ids)), -dollars[single], np.zeros(len(ids)))
        isolated.renew_triggers(ids)
        self._move_cross(rows, np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), -dollars[~single])
        self.burden.bear(account, market, dollars)
        np.add.at(self.burden.charged, account, dollars)

    def reduce(self, account: Ints, venue: int, market: int, quantity: Floats, price: float, mark: float) -> None:
        """Accounts of both sides close against each other at one price; `quantity` (signed change) sums to nothing."""
        self.journal.exchange(Cause.REDUCTION, Party.BOOK, venue, market, account, quantity, price, mark=mark)
        self._exchange(account, np.full(len(account), market), quantity, quantity * price, release=True)
        self.burden.bear(account, market, quantity * (price - mark))
        self.burden.advance(account, quantity * (price - mark))
        np.add.at(self.burden.closed, account, np.abs(quantity) * mark)
        self._check(Cause.REDUCTION)

    def levy(self, account: Ints, venue: int, market: int, dollars: Floats) -> None:
        """Take USD from accounts without a loss, or pay it to them where negative; the market's pool gets the rest."""
        self._take(account, market, dollars)
        self.burden.advance(account, dollars)
        total = float(dollars.sum())
        self.pockets.draw_fund(venue, market, -total)
        self.pockets.premiums += total
        self.journal.pay(Cause.PREMIUM, Party.ACCOUNTS, Party.FUND, venue, market, -dollars, account)
        self._check("premium")

    def charge(self, account: Ints, venue: int, market: int, dollars: Floats, claim: bool = False) -> None:
        """Take USD from the margin of accounts for the engine's loss in one market; with `claim` the venue owes it."""
        self._take(account, market, dollars)
        self.engine_cash[venue, market] += float(dollars.sum())
        self.journal.pay(Cause.CHARGE, Party.ACCOUNTS, Party.ENGINE, venue, market, -dollars, account)
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
        self._journal_payment(Cause.ABSORPTION, payer, venue, market, pay, take, drawn)
        quantity, cash = self.engine_quantity[venue, market] * take, self.engine_cash[venue, market] * take
        self.engine_quantity[venue, market] -= quantity
        self.engine_cash[venue, market] -= cash
        if take.any():
            taken, account = (venue, market, cash), self._purse(payer, venue, market)
            self.journal.pay(Cause.INVENTORY, PAYING[payer], Party.ENGINE, *taken, account, quantity)
        if payer is Payer.VAULT:
            self._move_cross(self.cross.vaults(venue)[self.pool[market]], market, quantity, cash)
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
            drawn = amount * self.pockets.stake(members)
            self.burden.bear(members, market, drawn)
            self.burden.charged[members] += drawn
        else:
            self.backstop_cash[venue, market] -= amount

    def _journal_payment(
        self,
        cause: Cause,
        payer: Payer,
        venue: int,
        market: Ints,
        paid: Floats,
        share: Floats,
        drawn: Floats | None = None,
    ) -> None:
        """What the engine gets from a payer in each market `[n]`, with the `share` of its inventory that goes along."""
        columns, payment = (venue, market, paid, self._purse(payer, venue, market)), Payment(payer, share, drawn)
        self.journal.pay(cause, Party.ENGINE, PAYING[payer], *columns, payment=payment)

    def _purse(self, payer: Payer, venue: int, market: Ints) -> Ints:
        """The pool or vault that stands for a payer in each market `[n]`."""
        pool = self.pool[market]
        if payer is Payer.VAULT:
            return np.asarray(len(self.isolated.book) + self.cross.vaults(venue)[pool])
        return pool if payer is Payer.FUND else np.full(len(market), NOWHERE)

    def settle_market(self, venue: int, market: int, price: float, mark: float) -> None:
        """Close every position of one market at `price`; what bankrupt accounts cannot pay, the engine bears.

        What is worse for an account than `mark` is a direct loss.
        """
        account, quantity = self.holders(venue, market)
        self.journal.exchange(Cause.SETTLEMENT, Party.BOOK, venue, market, account, -quantity, price, mark=mark)
        self._exchange(account, np.full(len(account), market), -quantity, -quantity * price, release=True)
        for party, held, money in (
            (Party.ENGINE, self.engine_quantity, self.engine_cash),
            (Party.BACKSTOP, self.backstop_quantity, self.backstop_cash),
        ):
            left = float(held[venue, market])
            self.journal.pay(Cause.SETTLEMENT, party, Party.BOOK, venue, market, left * price, quantity=-left)
            money[venue, market] += left * price
            held[venue, market] = 0.0
        self.burden.bear(account, market, quantity * (mark - price))
        self.burden.closed[account] += np.abs(quantity) * mark
        self._check("settlement")

    # -- cash -------------------------------------------------------------------------------------------------------

    def give_surplus(self, amount: Floats, to_fund: Floats, to_claims: Floats) -> None:
        """Move the engines' surplus `[V, M]` to the funds and to repaying IOUs (shares), the rest to the treasuries."""
        self.engine_cash -= amount
        self._journal_surplus(amount, to_fund)
        self.pockets.put_surplus(amount, to_fund)
        for venue in np.flatnonzero(to_claims.any(axis=1)):
            repaid = self._repay(int(venue), float((amount[venue] * to_claims[venue]).sum()))
            self.pockets.treasury[venue] -= repaid
        self._check("surplus")

    def _journal_surplus(self, amount: Floats, to_fund: Floats) -> None:
        venue, market = np.nonzero(amount)
        surplus, kept = amount[venue, market], to_fund[venue, market]
        for party, dollars in ((Party.FUND, surplus * kept), (Party.TREASURY, surplus * (1 - kept))):
            self.journal.pay(Cause.SURPLUS, party, Party.ENGINE, venue, market, dollars, self.pool[market])

    def give_fees(self, venue: int, to_fund: Floats, to_claims: float) -> None:
        """Route the fees collected so far: `to_fund` `[3]` is each pool's share, `to_claims` that of IOUs."""
        fees = float(self.pockets.fees[venue])
        for pool, share in enumerate(to_fund):
            self.journal.pay(Cause.FEES, Party.FUND, Party.FEES, venue, NOWHERE, fees * float(share), pool)
        self.journal.pay(Cause.FEES, Party.TREASURY, Party.FEES, venue, NOWHERE, fees * (1 - float(to_fund.sum())))
        repaid = self._repay(venue, fees * to_claims)
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
        rows = account[~single] - n
        self._move_cross(rows, np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), paid[~single])
        self.burden.benefit[account] += paid
        self.burden.charged[account] -= paid
        self.journal.pay(Cause.REPAYMENT, Party.ACCOUNTS, Party.TREASURY, venue, NOWHERE, paid, account)
        return amount

    def pay_funding(self, rate: Floats, mark: Floats) -> None:
        """Longs pay shorts `rate` x mark per contract, `[V, M]`; engines and backstops are parties like any other."""
        self.isolated.pay_funding(rate, mark)
        price = rate * mark
        self._journal_funding(price)
        self.cross.cash -= (self.cross.quantity * price[self.cross.venue]).sum(axis=1)
        self.cross.set_rates(self.cross.rate)
        self._running.renew()
        self.engine_cash -= self.engine_quantity * price
        self.backstop_cash -= self.backstop_quantity * price
        self._check("funding")

    def _journal_funding(self, price: Floats) -> None:
        """What every cohort, the engines and the backstops pay (negative: receive) at `price` per contract `[V, M]`."""
        contracts, cross = self.isolated.contracts.reshape(self.isolated.shape), self.cross
        for who, held in ((CROWD, contracts), (ENGINE, self.engine_quantity), (BACKSTOP, self.backstop_quantity)):
            self.journal.flow(Cause.FUNDING, who, np.zeros_like(held), -held * price)
        row, market = np.nonzero(cross.quantity)
        venue, held = cross.venue[row], cross.quantity[row, market]
        due = held * price[venue, market]
        self.journal.flow_each(Cause.FUNDING, (CROSS + cross.cohort[row], venue, market), (0 * due, -due, 0 * due))

    def top_up(self, ids: Ints, amount: Floats) -> None:
        """Isolated accounts (up to date) receive USD from outside as margin."""
        isolated, none = self.isolated, np.zeros(len(ids))
        isolated.move(ids, none, amount, none)
        isolated.renew_triggers(ids)
        self.topped_up[ids] += amount
        self.winnings.note_deposit(ids, amount)
        venue, market = np.divmod(isolated.book[ids], isolated.shape[2])
        np.add.at(self._external, venue, amount)
        self.journal.pay(Cause.TOP_UP, Party.ACCOUNTS, Party.OUTSIDE, venue, market, amount, ids)
        self._check("top-up")

    def send(self, row: int, amount: float, kept: float = 0.0) -> None:
        """Cash of a cross-margin account leaves its venue, which keeps `kept` of it for its funds."""
        venue = self.cross.venue[row]
        self._move_cross(np.array([row]), np.zeros(1, dtype=np.int64), np.zeros(1), np.array([-amount]))
        self.winnings.note_transfer(row, -(amount - kept))
        self.pockets.put_kept(int(venue), kept)
        account = len(self.isolated.book) + row
        self.burden.loss[account] += kept
        self.burden.charged[account] += kept
        self.journal.pay(Cause.TRANSFER, Party.ACCOUNTS, Party.TRANSIT, int(venue), NOWHERE, kept - amount, account)
        if kept:
            self.journal.pay(Cause.WITHHELD, Party.ACCOUNTS, Party.FUND, int(venue), NOWHERE, -kept, account)
        self.transit += amount - kept
        self._external[venue] -= amount - kept
        self._check("transfer")

    def receive(self, row: int, amount: float) -> None:
        """Cash in transit arrives at a cross-margin account."""
        self._move_cross(np.array([row]), np.zeros(1, dtype=np.int64), np.zeros(1), np.array([amount]))
        self.winnings.note_transfer(row, amount)
        venue, account = int(self.cross.venue[row]), len(self.isolated.book) + row
        self.journal.pay(Cause.TRANSFER, Party.ACCOUNTS, Party.TRANSIT, venue, NOWHERE, amount, account)
        self.transit -= amount
        self._external[venue] += amount
        self._check("transfer")
