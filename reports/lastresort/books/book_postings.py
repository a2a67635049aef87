"""Posts what rules say about the losses of a book, and what each posting took from whom; every one conserves."""

import numpy as np

from lastresort.books.book_venue import BookVenue
from lastresort.mechanisms.contract import Absorption, Allocation, Floats, Ints, LossEvent, Payer
from lastresort.simulation.accounts.conservation import ConservationError
from lastresort.simulation.waterfall.open_losses import OpenLosses

EXACT = 1e-9
"""Share of the money and value at stake that a posting may lose to rounding."""


class BookPostings:
    """The books of one venue, and the sums over everything that was posted.

    `closed` are contracts of each position of the venue that were closed, `moved` its signed change and `traded` what
    that cost (USD); `assigned` (USD) is the value of what was handed over. `taken` (USD, signed) is what each unit
    `[U]` lost against the mark and was charged, `charged` the charges in it, `asked` says who was asked; `paid` is what
    each payer gave. `posted` counts postings that moved anything.
    """

    def __init__(self, venue: BookVenue) -> None:
        self._venue = venue
        units = len(venue.equity)
        self.closed, self.moved, self.traded = (np.zeros(len(venue.row)) for _ in range(3))
        self.assigned = 0.0
        self.taken, self.charged = np.zeros(units), np.zeros(units)
        self.asked = np.zeros(units, dtype=np.bool_)
        self.paid = dict.fromkeys(Payer, 0.0)
        self.posted = 0

    def absorb(self, losses: OpenLosses, mechanism: str, said: Absorption) -> None:
        """A backstop pays, and takes inventory at what the engine has booked for it."""
        before, venue, market = self._money(), self._venue, losses.market
        pay, take = self._column(market, said.pay), self._column(market, said.take)
        quantity, cash = venue.inventory * take, (venue.engine_cash + pay) * take
        venue.inventory, venue.engine_cash = venue.inventory - quantity, venue.engine_cash + pay - cash
        self._pay(said.payer, pay)
        if take.any():
            self._hand_over(said.payer, quantity, cash)
        self.posted += 1
        self._check(mechanism, "absorb", before)

    def allocate(self, event: LossEvent, mechanism: str, said: Allocation) -> None:
        """Accounts close or take over at the winner's price, the engine trades at the loser's, and charges are paid."""
        before, venue, market, unit = self._money(), self._venue, event.market, event.candidates.account
        side, assign = np.sign(event.contracts), np.asarray(said.assign)
        moved = side * (said.close + assign)
        price = np.broadcast_to(np.asarray(said.winner_price, dtype=np.float64), moved.shape)
        charge = np.asarray(said.charge)
        self.asked[unit] = True
        if not (moved.any() or charge.any()):
            return
        self._move(unit, market, moved, price, said.close)
        self.assigned += float(assign.sum()) * event.mark
        lost = moved * (price - event.mark) + charge
        venue.equity[unit] -= lost
        self.taken[unit] += lost
        self.charged[unit] += charge
        gap = float((moved * (said.loser_price - price)).sum())
        venue.inventory[market] -= float(moved.sum())
        venue.engine_cash[market] += float(moved.sum()) * said.loser_price + float(charge.sum())
        self._pay(said.gap_payer, self._column(np.array([market]), gap))
        venue.claims += float(charge.sum()) * bool(said.claim)
        self.posted += 1
        self._check(mechanism, "allocate", before)

    # -- positions --------------------------------------------------------------------------------------------------

    def _move(self, unit: Ints, market: int, moved: Floats, price: Floats, close: Floats) -> None:
        """A position that grows averages its entry, one that shrinks keeps it, one that turns enters anew."""
        venue, some = self._venue, np.flatnonzero(moved)
        row = self._rows(unit[some], market)
        price, held = price[some], venue.quantity[row]
        after = held + moved[some]
        new = np.abs(after) - np.where(held * after > 0, np.minimum(np.abs(held), np.abs(after)), 0.0)
        fresh = np.divide(new, np.abs(after), out=np.zeros(len(row)), where=after != 0)
        for column, entered in (
            (venue.entry_price, price),
            (venue.basis, price),
            (venue.rate, venue.mark[market] - price),
        ):
            column[row] = np.where(fresh > 0, (1 - fresh) * column[row] + fresh * entered, column[row])
        venue.quantity[row] = after
        self.closed[row] += close[some]
        self.moved[row] += moved[some]
        self.traded[row] += moved[some] * price

    def _rows(self, unit: Ints, market: int) -> Ints:
        """Rows of positions; who had none in the market has one from now on."""
        row, holds = self._venue.find(unit, market)
        if holds.all():
            return row
        added = self._venue.open(np.sort(unit[~holds]), market)
        for name in ("closed", "moved", "traded"):
            setattr(self, name, np.insert(getattr(self, name), added, 0.0))
        return self._venue.find(unit, market)[0]

    # -- money ------------------------------------------------------------------------------------------------------

    def _pay(self, payer: Payer, amount: Floats) -> None:
        """USD for each market `[M]` out of somebody's purse."""
        venue, total = self._venue, float(amount.sum())
        self.paid[payer] += total
        if payer is Payer.FUND:
            venue.pool_peak = np.maximum(venue.pool_peak, venue.pool_balance)
            venue.pool_balance = venue.pool_balance - total
            venue.fund_result = venue.fund_result - amount
        elif payer is Payer.CAPITAL:
            venue.capital -= total
        elif payer is Payer.DEFAULT_FUND:
            venue.members_paid += total
        elif payer is Payer.VAULT:
            venue.vault_equity = venue.vault_equity - total
        else:
            venue.outside -= total

    def _hand_over(self, payer: Payer, quantity: Floats, cash: Floats) -> None:
        """What is worth less than nothing, costs whoever takes it over."""
        value = float(quantity @ self._venue.mark + cash.sum())
        self.paid[payer] -= value
        if payer is Payer.VAULT:
            self._venue.vault_equity = self._venue.vault_equity + value
            self._venue.vault_notional = self._venue.vault_notional + float(np.abs(quantity) @ self._venue.mark)
        else:
            self._venue.outside += value

    def _money(self) -> float:
        """What there is, counted at the mark: no posting makes any, or loses any."""
        venue = self._venue
        purses = venue.pool_balance.sum() + venue.capital - venue.members_paid + venue.vault_equity.sum()
        return float(venue.equity.sum() + venue.engine_value.sum() + purses + venue.outside)

    def _check(self, mechanism: str, question: str, before: float) -> None:
        venue = self._venue
        scale = float(np.abs(venue.equity).sum()) + venue.gross + abs(before)
        off = self._money() - before
        if not abs(off) <= EXACT * scale:
            raise ConservationError(f"{mechanism}, {question}: {off:,.6f} USD came into being")

    def _column(self, market: Ints, values: Floats | float) -> Floats:
        column = np.zeros(len(self._venue.mark))
        column[market] = values
        return column
