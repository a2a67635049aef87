"""Every policy on the price path of the reference run: what a rule does where its trades move no price.

A policy changes scores directly, by whom it closes and charges, and through the prices that follow. Its direct part is
what it scores on the path of the reference run of its seed; the rest is feedback. Own definition.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lastresort.mechanisms.policy import Policy
from lastresort.scores.plays import play_one
from lastresort.scores.table import score_run
from lastresort.simulation import Scenario
from lastresort.simulation.market.path import Imposed, Noted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class FrozenSeed:
    """All policies of a comparison, the reference first, on one seed; an answer may take `patience` seconds."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    seed: int
    plugin_files: tuple[Path, ...]
    patience: float


def play(work: FrozenSeed) -> "pd.DataFrame":
    """Score every policy but the reference on the reference's path: rows of a score table; RunError where one fails."""
    import pandas as pd

    noted = Noted()
    first, *others = work.policies
    given = (work.plugin_files, work.patience)
    reference = play_one(work.scenario, first, work.seed, *given, course=noted)
    rows = []
    for policy in others:
        record = play_one(work.scenario, policy, work.seed, *given, course=Imposed(noted.path))
        rows.append({"policy": record.policy, "seed": work.seed, **score_run(record, reference)})
    return pd.DataFrame(rows)
