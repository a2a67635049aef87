"""Headline 1, loss centralization: how much of the reference deficit reaches users, and on how few of them it falls.

One run gives the size L of the loss imposed on users, its shape G (relative Gini over beneficial owners) and the
deficit D of the reference run. Over the seeds r, LC = sum(L_r G_r) / sum(L_r) is the shape alone, and
LC* = sum(L_r G_r) / sum(D_r) is shape times pass-through. Own definition.
"""

import math

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.scores.measures import concentration, entropies, progressivity
from lastresort.scores.measures.burdens import Burdens
from lastresort.scores.measures.entropies import by_group
from lastresort.scores.measures.owners import numbers
from lastresort.scores.measures.population import Population
from lastresort.simulation.recording.record import RunRecord
from lastresort.study.inequality import gini, top_share

TOP = 10
"""Owners counted in the top share."""


def centralization(burdens: Burdens) -> dict[str, float]:
    """Loss centralization of one run: dollars in USD, the rest as fractions or counts; NaN shapes without user loss.

    `loss_outside` is the direct loss of owners outside the population; `unattributed` is what the books collected from
    users (haircuts, charges and their default fund) beyond the net direct loss of all accounts, zero if every dollar
    has a name.
    """
    loss, deficit = float(burdens.loss.sum()), float(burdens.yardstick.reference.totals["deficit"])
    return {
        "loss": loss,
        "loss_outside": float(burdens.by_owner[~burdens.population.member].sum()),
        "benefit": float(burdens.run.accounts["direct_benefit"].sum()),
        "unattributed": _unattributed(burdens.run),
        "reference_deficit": deficit,
        "pass_through": loss / deficit if deficit > 0 else math.nan,
        "owners": float(len(burdens.population)),
        "floored": float(burdens.population.floored.sum()),
        **_shape(burdens),
        **_tails(burdens.loss, burdens.endowment),
        **_by_size(burdens),
        **_decomposition(burdens),
        **_other_sizes(burdens),
        **_by_cohort("loss_share", burdens.loss, burdens.population),
        **_by_cohort("endowment_share", burdens.endowment, burdens.population),
    }


def collected(run: RunRecord) -> float:
    """What the books took from users and their default fund, net of what forced closes gave them (USD)."""
    taken = float(run.books[["haircut", "charged", "default_fund_paid"]].to_numpy().sum())
    return taken + float(run.totals["withheld"]) - float(run.totals["repaid"])


def _shape(burdens: Burdens) -> dict[str, float]:
    loss, endowment = burdens.loss, burdens.endowment
    shape = concentration.gini_of_curve(*burdens.curve)
    floor = concentration.relative_gini(burdens.floor, endowment)
    return {
        "gini": shape,
        "gini_floor": floor,
        "gini_excess": shape - floor,
        "hoover": concentration.hoover(loss, endowment),
        "largest_burden": concentration.largest_burden(loss, endowment),
        "effective_payers": concentration.effective_payers(loss),
        "top1_share": top_share(loss, 1),
        "top10_share": top_share(loss, TOP),
        "top_percent_share": top_share(loss, math.ceil(len(loss) / 100)),
    }


def _tails(loss: Floats, endowment: Floats) -> dict[str, float]:
    """Measures that weigh the tail differently: a ranking that depends on them is no ranking by concentration."""
    return {
        "theil": concentration.theil(loss, endowment),
        "entropy_half": entropies.generalized_entropy(loss, endowment, 0.5),
        "entropy_two": entropies.generalized_entropy(loss, endowment, 2.0),
        "atkinson": entropies.atkinson(loss, endowment, 0.5),
    }


def _by_size(burdens: Burdens) -> dict[str, float]:
    loss, endowment, rank = burdens.loss, burdens.endowment, burdens.population.rank
    return {
        "plain_gini": gini(loss),
        "kakwani": progressivity.kakwani(loss, endowment, rank),
        "reranking": progressivity.reranking(loss, endowment, rank),
    }


def _decomposition(burdens: Burdens) -> dict[str, float]:
    """The Theil index of owners, accounts and positions, and the part of it between groups of these."""
    population, accounts, positions = burdens.population, burdens.accounts, burdens.positions
    owners = {"cohort": population.cohort, "decile": population.decile}
    units = {"venue": accounts, "asset": positions}
    return {
        "theil_accounts": concentration.theil(accounts.loss, accounts.endowment),
        "theil_positions": concentration.theil(positions.loss, positions.endowment),
        **{
            f"theil_between_{name}": entropies.theil_between(burdens.loss, burdens.endowment, group)
            for name, group in owners.items()
        },
        **{
            f"theil_between_{name}": entropies.theil_between(unit.loss, unit.endowment, unit.group)
            for name, unit in units.items()
        },
    }


def _other_sizes(burdens: Burdens) -> dict[str, float]:
    """The shape by another endowment or for another loss."""
    profit, notional = burdens.yardstick.by_profit, burdens.yardstick.by_notional
    profitable, total = burdens.by_owner[profit.member], burdens.total_loss
    return {
        "loss_of_profitable": float(profitable.sum()),
        "gini_pnl": concentration.relative_gini(profitable, profit.endowment),
        "gini_notional": concentration.relative_gini(burdens.by_owner[notional.member], notional.endowment),
        "total_loss": float(total.sum()),
        "gini_total": concentration.relative_gini(total, burdens.endowment),
    }


def _by_cohort(name: str, amount: Floats, population: Population) -> dict[str, float]:
    """Shares of every cohort of the scenario, also of one whose owners all defaulted."""
    cohorts = population.owners.cohorts
    total = float(amount.sum())
    sums = by_group(amount, population.cohort, len(cohorts))
    shares = sums / total if total > 0 else np.full(len(cohorts), math.nan)
    return {f"{name}_{label}": float(share) for label, share in zip(cohorts, shares, strict=True)}


def _unattributed(run: RunRecord) -> float:
    net = numbers(run.accounts, "direct_loss").sum() - numbers(run.accounts, "direct_benefit").sum()
    return collected(run) - float(net)
