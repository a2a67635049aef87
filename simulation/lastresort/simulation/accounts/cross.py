"""Accounts on cross margin, each with a row of positions: pairs, arbitrageurs, makers, value buyers, vaults, carry."""

import numpy as np

from lastresort.mechanisms.contract import Floats, Ints
from lastresort.simulation.accounts.population import ARBITRAGE, CARRY, MAKER, PAIRS, VAULT, CrossDraw
from lastresort.simulation.accounts.radius import RadiusIndex
from lastresort.simulation.kernels.exchange import exchanged, moved_rows
from lastresort.simulation.kernels.margins import below_maintenance, gross_worth, worth
from lastresort.simulation.universe import Universe


class Cross:
    """Columns `[n]` of cross-margin accounts and their positions `[n, M]` in contracts.

    Rows: pairs, then arbitrageurs and makers (entity by entity, one account per venue), then one value buyer per venue,
    then the vaults (pool by pool, one account per venue), then one carry desk per venue.
    `maker_spot` `[E, M]` and `maker_spot_cash` `[E]` are the makers' hedges outside the exchanges, `carry_spot` `[M]`
    and `carry_spot_cash` those of the carry desks. Cash includes minus the cost basis, so equity = cash + sum of
    quantity x mark. `entry` `[n, M]` are average entry prices (USD per contract), fees aside.
    """

    def __init__(self, universe: Universe, draw: CrossDraw) -> None:
        scenario = universe.scenario
        V, M = universe.shape
        self.shape = (V, M)
        pairs, arbs, makers = len(draw.pairs.venue), len(draw.arbitrage), len(draw.makers)
        pools = len(scenario.margin.fund_split)
        sizes = (pairs, arbs * V, makers * V, V, pools * V, V)
        bounds = np.concatenate([[0], np.cumsum(sizes)])
        self.rows = {cohort: slice(int(bounds[cohort]), int(bounds[cohort + 1])) for cohort in range(len(sizes))}
        self.cohort = np.repeat(np.arange(len(sizes)), sizes)
        self.venue = np.concatenate([draw.pairs.venue, np.tile(np.arange(V), arbs + makers + 1 + pools + 1)])
        row = np.arange(int(bounds[-1]))
        everywhere = np.isin(self.cohort, (ARBITRAGE, MAKER, CARRY))  # one owner with an account at each venue
        self.first_row = np.where(everywhere, row - self.venue, row)
        self.long_market, self.short_market = draw.pairs.long_market, draw.pairs.short_market
        self.quantity = np.zeros((len(self.venue), M))
        rows = np.arange(pairs)
        self.quantity[rows, self.long_market] = draw.pairs.long_notional
        self.quantity[rows, self.short_market] = -draw.pairs.short_notional
        self.quantity[self.rows[ARBITRAGE]] = draw.arbitrage.reshape(-1, M)
        self.quantity[self.rows[MAKER]] = draw.makers.reshape(-1, M)
        self.entry = np.ones((len(self.venue), M))
        self.entry[rows, self.long_market] = draw.pairs.long_entry
        self.entry[rows, self.short_market] = draw.pairs.short_entry
        self.entry[self.rows[ARBITRAGE]] = draw.arbitrage_entry.reshape(-1, M)
        self.entry[self.rows[MAKER]] = draw.maker_entry.reshape(-1, M)
        gross = np.abs(draw.makers).sum(axis=2)
        interest = universe.open_interest.sum(axis=1)
        vaults = scenario.backstops.vault * np.outer(scenario.margin.fund_split, interest)
        equity = [
            draw.pairs.equity,
            draw.arbitrage_equity.ravel(),
            (gross / draw.maker_leverage[:, None]).ravel(),
            0.5 * interest,
            vaults.ravel(),
            scenario.carry.capital * interest,
        ]
        self.cash = np.concatenate(equity) - self.quantity.sum(axis=1)
        self.maker_spot = -draw.makers.sum(axis=1)
        self.maker_spot_cash = np.zeros(makers)
        self.carry_spot, self.carry_spot_cash = np.zeros(M), 0.0
        self.arrivals = np.zeros(len(self.venue))
        self.rate = np.tile(universe.by_market(scenario.margin.cross), (V, 1))
        self.base_rate = self.rate.copy()
        self.initial_rate = self.rate / scenario.margin.per_leverage
        self._numbers = np.arange(len(self.venue))
        by_venue = {cohort: rows for cohort, rows in self.rows.items() if cohort != PAIRS}
        self._tensors: dict[int, Floats] = {c: self.quantity[r].reshape(-1, V, M) for c, r in by_venue.items()}
        self._entries: dict[int, Floats] = {c: self.entry[r].reshape(-1, V, M) for c, r in by_venue.items()}
        self._cash: dict[int, Floats] = {c: self.cash[r].reshape(-1, V) for c, r in by_venue.items()}
        self._index = RadiusIndex(pairs)
        self._by_venue = [np.flatnonzero(self.venue == v) for v in range(V)]

    def __len__(self) -> int:
        return len(self.venue)

    def release(self) -> None:
        """Forget all but who is where."""
        del self.quantity, self.entry, self.cash

    def tensor(self, cohort: int) -> Floats:
        """View of the positions of arbitrageurs or makers as `[entities, V, M]`; `trade` changes them."""
        return self._tensors[cohort]

    def vaults(self, venue: int) -> Ints:
        """Rows of a venue's vaults, by pool."""
        return self.cohort_at(VAULT, venue)

    def cohort_at(self, cohort: int, venue: int) -> Ints:
        """Rows at one venue of a cohort that has an account at each, entity by entity."""
        rows = self.rows[cohort]
        return np.arange(rows.start + venue, rows.stop, self.shape[0])

    def on_venue(self, venue: int) -> Ints:
        """Rows of the accounts at one venue."""
        return self._by_venue[venue]

    def equity(self, mark: Floats, rows: Ints | slice) -> Floats:
        """Cash plus positions at marks `[V, M]`, USD."""
        return np.asarray(self.cash[rows] + worth(self._numbers[rows], self.quantity, self.venue, mark))

    def entity_cash(self, cohort: int) -> Floats:
        """View of the cash of arbitrageurs' or makers' accounts, `[entities, V]`."""
        return self._cash[cohort]

    def entity_equity(self, cohort: int, mark: Floats) -> Floats:
        """Equity of arbitrageurs' or makers' accounts, `[entities, V]`."""
        return np.asarray(self.entity_cash(cohort) + np.einsum("evm,vm->ev", self.tensor(cohort), mark))

    def entity_notional(self, cohort: int, mark: Floats) -> Floats:
        """Sum of absolute position values of arbitrageurs' or makers' accounts, `[entities, V]`."""
        return np.asarray(np.einsum("evm,vm->ev", np.abs(self.tensor(cohort)), mark))

    def maintenance(self, mark: Floats, rows: Ints | slice) -> Floats:
        """Maintenance margin at marks `[V, M]`, USD."""
        return gross_worth(self._numbers[rows], self.quantity, self.venue, mark * self.rate)

    def notional(self, mark: Floats, rows: Ints | slice) -> Floats:
        """Sum of absolute position values, USD."""
        return gross_worth(self._numbers[rows], self.quantity, self.venue, mark)

    def free_margin(self, mark: Floats, rows: Ints) -> Floats:
        """Equity above the initial margin at marks `[V, M]`, USD >= 0, `[rows]`."""
        used = gross_worth(rows, self.quantity, self.venue, mark * self.initial_rate)
        free: Floats = np.maximum(self.equity(mark, rows) - used, 0.0)
        return free

    def breached(self, mark: Floats) -> Ints:
        """Rows below maintenance margin; pairs rest, so a radius index names the few to test."""
        pairs = self.rows[PAIRS]
        rows = self._index.suspects(self.quantity[pairs], self.cash[pairs], self.venue[pairs], mark, self.rate)
        need = mark * self.rate
        return below_maintenance(rows, pairs.stop, self.quantity, self.cash, self.venue, mark, need)

    def move(
        self, rows: Ints, market: Ints, quantity: Floats, cash: Floats, price: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Add contracts and USD, and return what has become of each; a row may occur several times, a position once.

        Contracts change hands at `price` (USD per contract), by default at what `cash` pays for them.
        """
        held, at = (self.quantity, self.entry, self.cash), np.full(len(rows), np.nan) if price is None else price
        self._index.note_changed(rows[rows < self.rows[PAIRS].stop])
        return moved_rows(held, rows, market, quantity, at, cash)

    def trade(
        self, cohort: int, quantity: Floats, price: Floats, fee: float, flow: tuple[Floats, Floats, Floats]
    ) -> Floats:
        """A cohort buys contracts `[entities, V, M]` at prices `[V, M]` and pays for them, with a `fee` of their value.

        What it trades is added to its `flow`: contracts, cash after fees, and fees, `[V, M]`. Returns the fees by
        venue, `[V]` USD.
        """
        held = (self._tensors[cohort], self._entries[cohort], self._cash[cohort])
        return exchanged(*held, quantity, price, fee, flow)

    def set_rates(self, rate: Floats) -> None:
        """Set the maintenance rate per book, `[V, M]`."""
        self.rate = rate
        self._index.forget()
