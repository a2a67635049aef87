"""The venues' own pockets: insurance pools, fees, treasury, capital, the members' default fund, and IOUs."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.demand_zeros import demand_zeros
from lastresort.simulation.accounts.narrow import narrow
from lastresort.simulation.universe import Universe


class Pockets:
    """Money of the venues, USD.

    `fund`, `fund_peak` `[V, P]` and `fund_result` `[V, M]` (what each market brought its pool); `fees` (not yet
    routed), `treasury`, `capital` and `default_fund` `[V]`; `contributed` `[V]` is the default fund at the start, to
    which accounts gave in proportion to their `gross` positions `[n]`. `claims` `[n]` is what the venue owes accounts
    on IOUs, which is no cash. `repaid`, `withheld` and `premiums` (USD) are the sums of IOUs repaid, of withdrawal
    haircuts, and of what the pools got from accounts without a loss.
    """

    def __init__(self, universe: Universe, gross: Floats, venue: Ints) -> None:
        scenario, interest = universe.scenario, universe.open_interest.sum(axis=1)
        V = len(interest)
        self.pool = universe.tier
        funds = np.array([venue.fund for venue in scenario.venues])
        self.fund = funds[:, None] * np.array(scenario.margin.fund_split)
        self.fund_peak = self.fund.copy()
        self.fund_result = np.zeros(universe.shape)
        self.fees, self.treasury = np.zeros(V), np.zeros(V)
        self.capital = scenario.backstops.capital * interest
        self.default_fund = scenario.backstops.default_fund * interest
        self.contributed = self.default_fund.copy()
        self.gross, self._gross_at = gross, np.bincount(venue, gross, V)
        self.claims = demand_zeros(len(gross))
        self.repaid = self.withheld = self.premiums = 0.0
        self._venue = narrow(venue, np.int16)
        self._columns = (universe.tier[:, None] == np.arange(self.fund.shape[1])).astype(np.float64)

    def contribution(self, account: Ints) -> Floats:
        """What each account put into the default fund before the run."""
        contribution: Floats = self.stake(account) * self.contributed[self._venue[account]]
        return contribution

    def stake(self, account: Ints) -> Floats:
        """Each account's share of its venue's default fund."""
        stake: Floats = self.gross[account] / self._gross_at[self._venue[account]]
        return stake

    def draw_fund(self, venue: int, market: int, amount: float, drawn: Floats | None = None) -> None:
        """Pay USD out of the market's pool, or out of all pools in proportion to `drawn` `[P]` (negative: receive)."""
        if drawn is None:
            self.fund[venue, self.pool[market]] -= amount
        else:
            self.fund[venue] -= amount * drawn
        self.fund_result[venue, market] -= amount
        self._note_peaks()

    def collect(self, venue: Ints, market: Ints, fee: Floats) -> None:
        """Fees of liquidation orders `[n]` (USD, >= 0) go to the pools of their markets, book by book."""
        fees = np.bincount(venue * self.fund_result.shape[1] + market, fee, self.fund_result.size)
        paying = np.flatnonzero(fees)
        venue, market = np.divmod(paying, self.fund_result.shape[1])
        np.add.at(self.fund, (venue, self.pool[market]), fees[paying])
        self.fund_result[venue, market] += fees[paying]
        self._note_peaks()

    def put_surplus(self, amount: Floats, to_fund: Floats) -> None:
        """Share `to_fund` of surpluses `[V, M]` goes to each market's pool, the rest to the treasuries."""
        self.fund += (amount * to_fund) @ self._columns
        self.fund_result += amount * to_fund
        self.treasury += (amount * (1 - to_fund)).sum(axis=1)
        self._note_peaks()

    def put_fees(self, venue: int, to_fund: Floats, repaid: float) -> None:
        """The fees collected so far go to the pools (`to_fund` `[P]`, shares), to IOUs just `repaid`, the treasury."""
        fees = self.fees[venue]
        self.fund[venue] += fees * to_fund
        self.treasury[venue] += fees * (1 - float(to_fund.sum())) - repaid
        self.fees[venue] = 0.0
        self._note_peaks()

    def put_kept(self, venue: int, amount: float) -> None:
        """Withdrawal haircuts go to the pools, in equal parts."""
        self.fund[venue] += amount / self.fund.shape[1]
        self.withheld += amount
        self._note_peaks()

    def owed(self, venue: int) -> float:
        """IOUs of a venue, USD."""
        return float(self.claims[self._venue == venue].sum())

    def owed_by_venue(self) -> Floats:
        """IOUs of each venue, `[V]` USD."""
        if not self.claims.any():
            return np.zeros(len(self.fees))
        return np.bincount(self._venue, self.claims, len(self.fees)).astype(np.float64)

    def repay(self, venue: int, amount: float) -> tuple[Ints, Floats]:
        """Cancel IOUs of a venue for `amount`, in proportion; returns the accounts and the USD each is to get."""
        account = np.flatnonzero((self._venue == venue) & (self.claims > 0))
        paid = self.claims[account] * min(1.0, amount / self.claims[account].sum())
        self.claims[account] -= paid
        self.repaid += amount
        return account, paid

    def _note_peaks(self) -> None:
        np.maximum(self.fund_peak, self.fund, out=self.fund_peak)
