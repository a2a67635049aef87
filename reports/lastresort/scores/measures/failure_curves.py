"""Market-neutral failure over its thresholds: how much of it hangs on where the lines are drawn."""

from dataclasses import replace

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.scores.measures.look import Look
from lastresort.scores.measures.neutrality import broken, failures, hedge_costs, taken
from lastresort.simulation.recording.column_families import LEVELS

DELTAS: Floats = np.array(sorted(LEVELS.values()))
"""Net deltas over gross above which a hedge counts as broken."""

TAUS: Floats = np.arange(0.0, 3601.0, 60.0)
"""Seconds for which it has to be: 0 to an hour, 0 meaning at all."""

LAMBDAS: Floats = np.arange(41) / 200.0
"""Shares of capital taken by the rule beyond which a book counts as failed: 0 to 20 %."""


def failure_curves(look: Look) -> dict[str, Floats]:
    """MNF with one threshold varied and the others at their defaults: `mnf_by_delta`, `mnf_by_tau`, `mnf_by_lambda`.

    Each as long as `DELTAS`, `TAUS` and `LAMBDAS`. NaN without hedged books.
    """
    flags, usual = failures(look), look.thresholds
    unbroken, free = flags["orphan"] | flags["ruin"] | flags["cost"], flags["orphan"] | flags["ruin"] | flags["break"]
    ours, cost = look.pair.ours, hedge_costs(look)
    return {
        "mnf_by_delta": _weighed(look, [broken(ours, replace(usual, delta=at)) | unbroken for at in DELTAS.tolist()]),
        "mnf_by_tau": _weighed(
            look, [broken(ours, replace(usual, naked_seconds=at)) | unbroken for at in TAUS.tolist()]
        ),
        "mnf_by_lambda": _weighed(
            look, [taken(look.pair, cost, replace(usual, cost=at)) | free for at in LAMBDAS.tolist()]
        ),
    }


def _weighed(look: Look, flags: list[Bools]) -> Floats:
    weight = look.pair.weight
    return np.asarray((np.stack(flags) * weight).sum(axis=1)) if len(weight) else np.full(len(flags), np.nan)
