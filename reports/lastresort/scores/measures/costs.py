"""Imposed cost: what a rule took from each owner on the run's own price path. Every headline score is made of it.

c = charges + q (p - F), summed over the closes of an owner's positions for somebody else's loss, q the signed change of
position, p the price given and F the fair price: what the venue's own book was worth, on average, over the first
minutes of trading after the close. No rule knows F when it decides, and none sets it. Own definition.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.plugins.errors import InputError
from lastresort.scores.measures.beneficial_owners import Owners, numbers
from lastresort.simulation.recording.record import RunRecord

HEADLINE = "mid_5m"
"""Column of the fills that holds the fair price of the headline scores: the mid over five minutes of trading."""

LATER, AT_ONCE = "mid_15m", "mid"
"""The fair prices printed beside it: the average over fifteen minutes, and the mid at the close."""

STANDARD_FEE = 0.01
"""Share of notional that a liquidation may cost and be called usual (an assumption of the scenarios)."""

SHARED = ("deleveraging", "reduction", "forced_assignment", "settlement")
"""Changes of position for somebody else's loss, or before any; assignments to volunteers are none."""

OWN = ("takeover", "liquidation_order")
"""Liquidations of an account's own position."""

Windows = NDArray[np.object_]
"""The name of a fair price for each fill, `[f]`."""

VAULT = "vault"
"""Cohort whose accounts are owners of their own: each lost what it lost."""


@dataclass(frozen=True)
class Costs:
    """What one run cost its accounts `[a]` and owners `[o]`, USD; negative where the rule favoured them."""

    run: RunRecord
    owners: Owners

    def by_owner(self, fair: str = HEADLINE) -> Floats:
        """Imposed cost of each owner over all its accounts, `[o]`, at a fair price: a column of the fills."""
        return self.owners.total(self.by_account(fair))

    def by_account(self, fair: str = HEADLINE) -> Floats:
        """Imposed cost of each account, `[a]`."""
        return self.of_windows(np.full(len(self.run.fills), fair, object))

    def of_windows(self, fair: Windows) -> Floats:
        """Imposed cost of each account, where each fill `[f]` has a fair price of its own."""
        cost, paid = numbers(self.run.accounts, "charged").copy(), self._fills(fair)
        np.add.at(cost, self._account, paid)
        return np.where(self._vault, self._vault_loss, cost - self._beyond_means(paid))

    def _beyond_means(self, paid: Floats) -> Floats:
        """What accounts lost in a settlement and did not have, `[a]`: the engine bore it, it is no loss of theirs."""
        settled = np.zeros(len(self.run.accounts))
        mine = (self.run.fills["cause"] == "settlement").to_numpy(np.bool_)
        np.add.at(settled, self._account[mine], paid[mine])
        return np.minimum(np.maximum(settled, 0.0), numbers(self.run.accounts, "hole"))

    @cached_property
    def touched(self) -> Bools:
        """Accounts `[a]` that a rule charged, closed or gave a position to for others, or liquidated without need."""
        charged, moved = (numbers(self.run.accounts, name) for name in ("charged", "moved"))
        found = np.asarray((charged != 0) | (moved > 0), np.bool_)
        found[self._account[self._shared | (self._own & ~self._in_breach)]] = True
        return found

    def _fills(self, fair: Windows) -> Floats:
        """What each fill cost its account, `[f]`."""
        fills = self.run.fills
        price, fee = numbers(fills, "price"), numbers(fills, "fee")
        against = np.zeros(len(fills))
        for name in np.unique(fair):
            against = np.where(fair == name, numbers(fills, str(name)), against)
        paid = numbers(fills, "quantity") * (price - against) + fee
        own = np.where(self._in_breach, np.minimum(self._kept, np.maximum(paid, 0.0)), paid)
        return np.where(self._shared, paid, np.where(self._own, own, 0.0))

    @cached_property
    def _kept(self) -> Floats:
        """Equity of accounts in breach that their own liquidation kept beyond the usual fee, `[f]` USD, >= 0.

        A takeover keeps what its price is worse than the usual mark; an order keeps its fee, the price is the market's.
        """
        fills = self.run.fills
        quantity, mark = numbers(fills, "quantity"), numbers(fills, "usual_mark")
        seized = (fills["cause"] == "takeover").to_numpy()
        worse = np.where(seized, quantity * (numbers(fills, "price") - mark), 0.0)
        return np.maximum(worse + numbers(fills, "fee") - STANDARD_FEE * np.abs(quantity) * mark, 0.0)

    @cached_property
    def _in_breach(self) -> Bools:
        """Fills of margin units that did not meet the scenario's own maintenance at the usual marks."""
        fills = self.run.fills
        return np.asarray(numbers(fills, "unit_equity") < numbers(fills, "unit_maintenance"), np.bool_)

    @cached_property
    def _shared(self) -> Bools:
        return self.run.fills["cause"].isin(SHARED).to_numpy(np.bool_)

    @cached_property
    def _own(self) -> Bools:
        return self.run.fills["cause"].isin(OWN).to_numpy(np.bool_)

    @cached_property
    def _account(self) -> Ints:
        """Row of the accounts of each fill; InputError for an account that the run does not have."""
        accounts = self.run.accounts["account"].to_numpy(np.int64)
        order = np.argsort(accounts, kind="stable")
        wanted = self.run.fills["account"].to_numpy(np.int64)
        place = np.searchsorted(accounts[order], wanted)
        found = order[np.minimum(place, len(order) - 1)]
        if (accounts[found] != wanted).any():
            raise InputError(
                f"the fills of policy '{self.run.policy}' with seed {self.run.seed} are of accounts that the run lacks"
            )
        return found

    @cached_property
    def _vault(self) -> Bools:
        return (self.run.accounts["cohort"] == VAULT).to_numpy(np.bool_)

    @cached_property
    def _vault_loss(self) -> Floats:
        """What an account that is a vault lost: it chose none of its positions."""
        return numbers(self.run.accounts, "equity_start") - numbers(self.run.accounts, "equity_end")
