"""Parts of rules that collect cash: which losses, from gains at one rate, and what each account has paid so far."""

import numpy as np

from lastresort.mechanisms.contract import Allocation, Floats, Ints, LossEvent, LossSharing, ResidualView, Scope
from lastresort.mechanisms.sharing.charging import charge_in_proportion


def collect(view: ResidualView, scope: Scope) -> LossSharing:
    """Collect the losses that exist and nobody has paid or promised; losses to come are collected when they do."""
    owed = np.minimum(view.deficit, view.uncovered)
    return LossSharing(contracts=np.zeros(len(owed)), dollars=owed, scope=scope)


def collect_later(view: ResidualView, scope: Scope) -> LossSharing:
    """Collect nothing now; losses wait with the engine."""
    nothing = np.zeros(len(view.market))
    return LossSharing(contracts=nothing, dollars=nothing, scope=scope)


class AccountTally:
    """USD per account that a rule remembers between events, as one column; an account it has not met stands at zero."""

    def __init__(self) -> None:
        self._usd = np.zeros(0)

    def of(self, account: Ints) -> Floats:
        """What stands for each of `account` `[n]`."""
        self._make_room(account)
        standing: Floats = self._usd[account]
        return standing

    def add(self, account: Ints, usd: Floats) -> None:
        """Add `usd` `[n]` to what stands; no account twice."""
        self._make_room(account)
        self._usd[account] += usd

    def raised(self, account: Ints, usd: Floats) -> Floats:
        """Raise what stands to at least `usd` `[n]`, and return it."""
        self._make_room(account)
        self._usd[account] = np.maximum(self._usd[account], usd)
        return self.of(account)

    def _make_room(self, account: Ints) -> None:
        missing = int(account.max(initial=-1)) + 1 - len(self._usd)
        if missing > 0:
            self._usd = np.append(self._usd, np.zeros(missing))


class Gains:
    """Gains that one collection cuts at one rate, over as many markets as it has events.

    Each market collects its own dollars in proportion to what every account had won when the collection first met it,
    so that the rates of the markets add up to one percentage; nobody pays more than it had won.
    """

    def __init__(self) -> None:
        self._won, self._paid = AccountTally(), AccountTally()

    def charge(self, event: LossEvent, gain: Floats, most: Floats | float = np.inf) -> Allocation:
        """Collect `event.dollars` from positive `gain` `[n]` USD, from nobody more than `most`."""
        account = event.candidates.account
        won = self._won.raised(account, gain)
        left = np.maximum(np.minimum(won - self._paid.of(account), most), 0.0)
        answer = charge_in_proportion(event, won, left)
        self._paid.add(account, answer.charge)
        return answer
