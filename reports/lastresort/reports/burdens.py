"""How much of the loss a group bore against its share of the equity, over the seeds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.reports.chapters import Chapter
from lastresort.scores import Estimate
from lastresort.scores.statistics import estimate_ratios

GROUPINGS: Mapping[str, str] = {"cohort": "cohort", "decile": "size decile", "venue": "venue", "asset": "asset"}
"""Groupings of the profiles, and what one group is called."""


@dataclass(frozen=True, slots=True)
class Burden:
    """A group's share of the users' loss over its share of their equity, and its mean loss, USD."""

    estimate: Estimate
    loss: float


def burdens(chapter: Chapter, policy: str, grouping: str) -> dict[str, Burden]:
    """The burden of each group under a policy, by label; 1 is a loss in proportion to equity.

    Over the seeds it is one ratio of sums: the group's loss, over all losses times the group's mean share of equity.
    """
    labels = chapter.labels(grouping)
    loss = chapter.over_seeds(policy, f"loss_by_{grouping}")
    fair = loss.sum(axis=1)[:, None] * equity_shares(chapter, policy, grouping)
    found = estimate_ratios(loss.T, fair.T)
    means = np.asarray(loss.mean(axis=0))
    return {label: Burden(one, float(mean)) for label, one, mean in zip(labels, found, means, strict=True)}


def loss_shares(chapter: Chapter, policy: str, grouping: str) -> Floats:
    """Each group's share of the users' loss over all seeds, `[groups]`."""
    loss = chapter.over_seeds(policy, f"loss_by_{grouping}").sum(axis=0)
    return np.asarray(loss / loss.sum())


def equity_shares(chapter: Chapter, policy: str, grouping: str) -> Floats:
    """Each group's share of the users' equity, mean over the seeds, `[groups]`."""
    equity = chapter.over_seeds(policy, f"endowment_by_{grouping}")
    return np.asarray((equity / equity.sum(axis=1, keepdims=True)).mean(axis=0))
