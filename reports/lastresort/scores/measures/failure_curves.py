"""Market-neutral failure over its thresholds: how much of it hangs on where the lines are drawn."""

import numpy as np

from lastresort.mechanisms.contract import Bools, Floats
from lastresort.scores.measures.hedges import Hedges
from lastresort.scores.measures.neutrality import DEFAULT, HedgedPair, broken, failures
from lastresort.simulation.accounts.naked_clock import LEVELS

DELTAS: Floats = np.array(sorted(LEVELS.values()))
"""Net deltas over gross above which a hedge counts as broken."""

TAUS: Floats = np.arange(0.0, 3601.0, 60.0)
"""Seconds for which it has to be: 0 to an hour, 0 meaning at all."""

LAMBDAS: Floats = np.arange(41) / 200.0
"""Shares of capital lost against the reference run beyond which a strategy counts as failed: 0 to 20 %."""


def failure_curves(pair: HedgedPair) -> dict[str, Floats]:
    """MNF with one threshold varied and the others at their defaults: `mnf_by_delta`, `mnf_by_tau`, `mnf_by_lambda`.

    Each as long as `DELTAS`, `TAUS` and `LAMBDAS`; both runs are judged anew at each threshold. NaN without eligible
    strategies.
    """
    ours, theirs = _Judged(pair.ours, pair.theirs), _Judged(pair.theirs, pair.theirs)
    return {
        f"mnf_by_{name}": _weighed(pair.weight, one & ~other)
        for name, one, other in (
            ("delta", ours.by_delta(), theirs.by_delta()),
            ("tau", ours.by_tau(), theirs.by_tau()),
            ("lambda", ours.by_lambda(), theirs.by_lambda()),
        )
    }


class _Judged:
    """Who fails at each threshold, `[thresholds, k]`."""

    def __init__(self, hedges: Hedges, reference: Hedges) -> None:
        self._hedges = hedges
        self._shortfall = reference["pnl"] - hedges["pnl"]
        flags = failures(hedges, reference)
        self._unbroken = flags["orphan"] | flags["shortfall"] | flags["ruin"]
        self._solvent = flags["break"] | flags["orphan"] | flags["ruin"]

    def by_delta(self) -> Bools:
        spells = np.stack([broken(self._hedges, delta, DEFAULT.naked_seconds) for delta in DELTAS.tolist()])
        return np.asarray(spells | self._unbroken, np.bool_)

    def by_tau(self) -> Bools:
        spells = np.stack([broken(self._hedges, DEFAULT.delta, seconds) for seconds in TAUS.tolist()])
        return np.asarray(spells | self._unbroken, np.bool_)

    def by_lambda(self) -> Bools:
        lost = self._shortfall > LAMBDAS[:, None] * self._hedges["capital"]
        return np.asarray(lost | self._solvent, np.bool_)


def _weighed(weight: Floats, flags: Bools) -> Floats:
    return np.asarray((flags * weight).sum(axis=1)) if len(weight) else np.full(len(flags), np.nan)
