"""Loss and endowment of the population by cohort, size decile, venue, asset and type."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.entropies import by_group
from lastresort.scores.measures.population import DECILES

GROUPINGS = ("cohort", "decile", "venue", "asset", "type")


def groupings(burdens: Burdens) -> dict[str, Floats]:
    """Return `loss_by_<grouping>` and `endowment_by_<grouping>` in USD, each in the order of its labels.

    Cohort, decile (from the smallest tenth of owners to the largest) and type (every decile of the first cohort, then
    of the next) count owners, venue their accounts, and asset their positions. Groups nobody is in hold 0.
    """
    population, accounts, positions = burdens.population, burdens.accounts, burdens.positions
    cohorts, owners = len(population.owners.cohorts), (burdens.loss, burdens.endowment)
    columns = {
        "cohort": (*owners, population.cohort, cohorts),
        "decile": (*owners, population.decile, DECILES),
        "venue": (accounts.loss, accounts.endowment, accounts.group, len(population.owners.venues)),
        "asset": (positions.loss, positions.endowment, positions.group, len(burdens.yardstick.positions.markets)),
        "type": (*owners, population.type, cohorts * DECILES),
    }
    found = {}
    for name, (loss, endowment, group, groups) in columns.items():
        found[f"loss_by_{name}"] = by_group(loss, group, groups)
        found[f"endowment_by_{name}"] = by_group(endowment, group, groups)
    return found


def labels(burdens: Burdens) -> dict[str, NDArray[Any]]:
    """Return the sorted labels of `cohorts`, `venues` and `assets`, as texts."""
    owners = burdens.population.owners
    named = {"cohorts": owners.cohorts, "venues": owners.venues, "assets": burdens.yardstick.positions.markets}
    return {name: np.array(texts, np.str_) for name, texts in named.items()}
