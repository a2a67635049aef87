"""What a scenario says of accounts beyond their money: tiers, programmes, and cover they have bought.

Whom it says it of is drawn by owner, so that all accounts of one owner are alike.
"""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats, Ints
from lastresort.simulation.accounts.ledger import Ledger
from lastresort.simulation.accounts.population import CROSS_COHORTS, ISOLATED_COHORTS
from lastresort.simulation.scenario.attributes import ATTRIBUTES, Attribute
from lastresort.simulation.streams import stream
from lastresort.simulation.universe import Universe


class Attributes:
    """The attributes of all accounts, by name; nothing is kept of those that a scenario does not set."""

    def __init__(self, universe: Universe, ledger: Ledger, seed: int) -> None:
        self._columns: dict[str, Floats] = {}
        for number, said in enumerate(universe.scenario.attributes):
            owner = ledger.owner
            column = self._columns.setdefault(said.column, np.zeros(len(owner)))
            drawn = stream(seed, "attribute", number).random(int(owner.max(initial=0)) + 1)[owner] < said.share
            column[drawn & _meant(said, ledger)] = said.value

    def of(self, name: str, account: Ints) -> Floats:
        """One attribute of some accounts, 0 where the scenario says nothing."""
        assert name in ATTRIBUTES
        column = self._columns.get(name)
        return np.zeros(len(account)) if column is None else column[account]


def _meant(said: Attribute, ledger: Ledger) -> Bools:
    """Which accounts an attribute may be drawn for, `[n]`."""
    isolated, cross = np.array(ISOLATED_COHORTS), np.array(CROSS_COHORTS)
    cohort = np.concatenate([isolated[ledger.isolated.cohort], cross[ledger.cross.cohort]])
    return np.isin(cohort, said.cohorts) if said.cohorts else np.ones(len(cohort), dtype=np.bool_)
