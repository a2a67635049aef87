"""Headline 1, loss centralization: how much of the reference deficit reaches users, and on how few of them it falls.

One run gives the size L of the loss imposed on users, its shape G (relative Gini over beneficial owners) and the
deficit D of the reference run. Over the seeds r, LC = sum(L_r G_r) / sum(L_r) is the shape alone, and
LC* = sum(L_r G_r) / sum(D_r) is shape times pass-through. Own definition.
"""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lastresort.mechanisms.contract import Floats
from lastresort.plugins.errors import InputError
from lastresort.scores.measures import concentration
from lastresort.simulation.recording.record import RunRecord

ENDOWMENT_FLOOR = 0.004
"""Floor of the endowment over starting notional: the lowest maintenance margin rate of the model."""

TOP = 10
"""Owners counted in the top share."""


def population(reference: RunRecord) -> pd.DataFrame:
    """Owners who may be asked to bear others' losses: open positions at the start, no default in the reference run.

    Indexed by `owner`; columns `cohort`, `endowment` (USD, equity of all the owner's accounts at the start, at least
    `ENDOWMENT_FLOOR` of the starting notional) and `floored`. An owner is out if any of its accounts defaulted.
    """
    owners = reference.accounts.groupby("owner", sort=True).agg(
        cohort=("cohort", "first"),
        gross=("gross_start", "sum"),
        equity=("equity_start", "sum"),
        defaulted=("defaulted", "any"),
    )
    owners = owners[(owners["gross"] > 0) & ~owners["defaulted"].astype(bool)]
    floor = ENDOWMENT_FLOOR * owners["gross"]
    return pd.DataFrame(
        {
            "cohort": owners["cohort"],
            "endowment": np.maximum(owners["equity"], floor).astype(np.float64),
            "floored": owners["equity"] < floor,
        }
    )


def centralization(run: RunRecord, reference: RunRecord) -> dict[str, float]:
    """Loss centralization of one run: dollars in USD, the rest as fractions or counts; NaN shapes without user loss.

    `loss_outside` is the direct loss of owners outside the population; `unattributed` is what the books collected from
    users (haircuts, charges and their default fund) beyond the net direct loss of all accounts, zero if every dollar
    has a name.
    """
    owners = population(reference)
    losses = losses_by_owner(run, reference)
    loss = np.asarray(losses.reindex(owners.index), np.float64)
    endowment = np.asarray(owners["endowment"], np.float64)
    deficit = float(reference.totals["deficit"])
    cohorts = sorted(reference.accounts["cohort"].unique())
    return {
        "loss": float(loss.sum()),
        "loss_outside": float(losses[~losses.index.isin(owners.index)].sum()),
        "benefit": float(run.accounts["direct_benefit"].sum()),
        "unattributed": _unattributed(run),
        "reference_deficit": deficit,
        "pass_through": float(loss.sum()) / deficit if deficit > 0 else math.nan,
        "owners": float(len(owners)),
        "floored": float(owners["floored"].sum()),
        **_shape(loss, endowment),
        "theil_cohorts": concentration.theil_between(loss, endowment, owners["cohort"].to_numpy()),
        **_by_cohort("loss_share", loss, owners["cohort"], cohorts),
        **_by_cohort("endowment_share", endowment, owners["cohort"], cohorts),
    }


def losses_by_owner(run: RunRecord, reference: RunRecord) -> "pd.Series[float]":
    """Direct loss (USD, >= 0) of each owner, indexed by `owner`; InputError if the two runs hold different owners."""
    losses = run.accounts.groupby("owner", sort=True)["direct_loss"].sum()
    if not losses.index.equals(reference.accounts.groupby("owner", sort=True).size().index):
        raise InputError(
            f"the runs of '{run.policy}' and '{reference.policy}' with seed {run.seed} hold different owners: "
            "paired scores need the same scenario and the same version in both"
        )
    return losses


def _shape(loss: Floats, endowment: Floats) -> dict[str, float]:
    return {
        "gini": concentration.relative_gini(loss, endowment),
        "hoover": concentration.hoover(loss, endowment),
        "theil": concentration.theil(loss, endowment),
        "effective_payers": concentration.effective_payers(loss),
        "top10_share": concentration.top_share(loss, TOP),
        "largest_burden": concentration.largest_burden(loss, endowment),
    }


def _by_cohort(name: str, amount: Floats, cohort: "pd.Series[str]", cohorts: Sequence[str]) -> dict[str, float]:
    """Shares of every cohort of the scenario, also of one whose owners all defaulted."""
    total = float(amount.sum())
    sums = {label: float(amount[np.asarray(cohort == label, np.bool_)].sum()) for label in cohorts}
    return {f"{name}_{label}": part / total if total > 0 else math.nan for label, part in sums.items()}


def _unattributed(run: RunRecord) -> float:
    collected = run.books[["haircut", "charged", "default_fund_paid"]].to_numpy().sum()
    collected += run.totals["withheld"] - run.totals["repaid"]
    return float(collected - (run.accounts["direct_loss"].sum() - run.accounts["direct_benefit"].sum()))
