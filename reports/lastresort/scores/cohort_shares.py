"""Which cohort bore the loss, against the share of the equity it held."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lastresort.scores import statistics

if TYPE_CHECKING:
    import pandas as pd

_LOSS, _ENDOWMENT = "loss_share_", "endowment_share_"


@dataclass(frozen=True, slots=True)
class CohortShare:
    """A cohort's share of the users' loss over all seeds (NaN without any), and its mean share of their equity."""

    policy: str
    cohort: str
    loss: float
    endowment: float


def cohort_shares(policy: str, rows: "pd.DataFrame") -> Iterator[CohortShare]:
    """Shares of every cohort in one policy's rows of the score table, cohorts in alphabetical order."""
    weight = rows["loss"].to_numpy(np.float64)
    for cohort in sorted(name.removeprefix(_LOSS) for name in rows.columns if name.startswith(_LOSS)):
        share = rows[_LOSS + cohort].to_numpy(np.float64)
        borne = np.where(weight > 0, weight * share, 0.0)
        yield CohortShare(
            policy, cohort, float(statistics.ratio(borne, weight)), float(rows[_ENDOWMENT + cohort].mean())
        )
