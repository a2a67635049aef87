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


def burdens(chapter: Chapter, grouping: str) -> dict[str, dict[str, Burden]]:
    """The burden of each group under each policy that took from users, by policy and label; 1 is in proportion.

    Over the seeds it is one ratio of sums: the group's loss, over all losses times the group's mean share of equity.
    """
    labels, names = chapter.labels(grouping), [policy.name for policy in chapter.paying]
    loss = np.array([chapter.over_seeds(name, f"loss_by_{grouping}") for name in names])
    shares = np.array([equity_shares(chapter, name, grouping) for name in names])
    fair = loss.sum(axis=2)[:, :, None] * shares[:, None, :]
    tops, bottoms = (np.swapaxes(column, 1, 2).reshape(-1, len(chapter.seeds)) for column in (loss, fair))
    found = [Burden(*one) for one in zip(estimate_ratios(tops, bottoms), tops.mean(axis=1).tolist(), strict=True)]
    size = len(labels)
    return {
        name: dict(zip(labels, found[place * size : (place + 1) * size], strict=True))
        for place, name in enumerate(names)
    }


def loss_shares(chapter: Chapter, policy: str, grouping: str) -> Floats:
    """Each group's share of the users' loss over all seeds, `[groups]`."""
    loss = chapter.over_seeds(policy, f"loss_by_{grouping}").sum(axis=0)
    return np.asarray(loss / loss.sum())


def equity_shares(chapter: Chapter, policy: str, grouping: str) -> Floats:
    """Each group's share of the users' equity, mean over the seeds, `[groups]`."""
    equity = chapter.over_seeds(policy, f"endowment_by_{grouping}")
    return np.asarray((equity / equity.sum(axis=1, keepdims=True)).mean(axis=0))
