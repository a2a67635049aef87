"""The runs of an audit: every policy on a seed, played in one order and scored."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lastresort.mechanisms.policy import Policy
from lastresort.scores.orders.audit import fingerprint
from lastresort.scores.plays import play_one
from lastresort.scores.table import score_run
from lastresort.simulation import Scenario
from lastresort.simulation.variation import Variation

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class VariedSeed:
    """All policies of an audit, the reference first, on one seed and in one order."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    seed: int
    variation: Variation
    plugin_files: tuple[Path, ...] = ()


def play(work: VariedSeed) -> "pd.DataFrame":
    """Simulate and score every policy: a score table with a column `fingerprint`; RunError where a run fails."""
    import pandas as pd

    reference, *others = (
        play_one(work.scenario, policy, work.seed, work.plugin_files, variation=work.variation)
        for policy in work.policies
    )
    rows = [
        {
            "policy": record.policy,
            "seed": work.seed,
            "fingerprint": fingerprint(record),
            **score_run(record, reference),
        }
        for record in (reference, *others)
    ]
    return pd.DataFrame(rows)
