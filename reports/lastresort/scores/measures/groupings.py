"""Loss and equity of owners by cohort, size decile, venue and type."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures.beneficial_owners import by_group
from lastresort.scores.measures.look import Look
from lastresort.scores.measures.population import DECILES


def groupings(look: Look) -> dict[str, Floats]:
    """Return `loss_by_<grouping>` and `endowment_by_<grouping>` in USD, each in the order of its labels.

    Cohort, decile (from the smallest tenth of owners to the largest) and type (every decile of the first cohort, then
    of the next) count owners. Venue counts accounts, with an owner's loss in proportion to what its accounts cost it.
    Groups nobody is in hold 0.
    """
    people, owners = look.population, look.owners
    cohorts, venues = len(owners.cohorts), len(owners.venues)
    columns = {
        "cohort": (look.loss, people.endowment, people.cohort, cohorts),
        "decile": (look.loss, people.endowment, people.decile, DECILES),
        "venue": (*_by_account(look), owners.venue, venues),
        "type": (look.loss, people.endowment, people.type, cohorts * DECILES),
    }
    found = {}
    for name, (loss, endowment, group, groups) in columns.items():
        found[f"loss_by_{name}"] = by_group(loss, group, groups)
        found[f"endowment_by_{name}"] = by_group(endowment, group, groups)
    return found


def labels(look: Look) -> dict[str, NDArray[Any]]:
    """Return the sorted labels of `cohorts` and `venues`, as texts."""
    named = {"cohorts": look.owners.cohorts, "venues": look.owners.venues}
    return {name: np.array(texts, np.str_) for name, texts in named.items()}


def _by_account(look: Look) -> tuple[Floats, Floats]:
    """Losses of owners over their accounts, `[a]`, by what each cost; equity by what each held."""
    held = look.run.accounts["equity_start"].to_numpy(np.float64)
    return (
        _divided(look, _of_all(look, look.loss), np.maximum(look.costs.by_account(), 0.0)),
        _divided(look, _of_all(look, look.population.endowment), np.maximum(held, 0.0)),
    )


def _of_all(look: Look, amount: Floats) -> Floats:
    """An amount of the owners concerned `[n]` for all owners, `[o]`."""
    whole = np.zeros(len(look.owners.names))
    whole[look.population.who] = amount
    return whole


def _divided(look: Look, amount: Floats, size: Floats) -> Floats:
    """An amount of owners `[o]` over their accounts in proportion to a size `[a]`, evenly where there is none."""
    of_account, total = look.owners.of_account, look.owners.total(size)
    even = 1.0 / look.owners.total(np.ones(len(size)))[of_account]
    share = np.divide(size, total[of_account], out=even, where=total[of_account] > 0)
    return np.asarray(amount[of_account] * share, np.float64)
