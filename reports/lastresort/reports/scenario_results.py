"""What a report knows: the results of each scenario, and what is said across all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from lastresort.analysis.sensitivity import Sensitivity
from lastresort.experiments import Results
from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score
from lastresort.reports.plotting.policy_looks import Key
from lastresort.reports.topics.axiom_matrix import Matrix
from lastresort.scores import REFERENCE, Comparison, Estimate, Profile, group_labels
from lastresort.scores.decisions.decision import Decision
from lastresort.scores.profiles.time_unhedged import Rehedging, rehedging
from lastresort.scores.statistics import mean_differences

Differences = Mapping[str, Mapping[str, Estimate]]
"""Differences in excess drawdown (fraction of price, positive = deeper fall), by reference, then policy."""


@dataclass(frozen=True, slots=True)
class Additions:
    """Scores and sections with the plugin that brings each, and a sentence for each score that could not be measured.

    Every score is in the estimates of the comparison.
    """

    scores: Sequence[tuple[str, Score]] = ()
    problems: Sequence[str] = ()
    sections: Sequence[tuple[str, ReportSection]] = ()


@dataclass(frozen=True)
class ScenarioResults:
    """One scenario: its runs, their scores, what these say, and what was seen along the way, by policy and seed.

    `direct` are the scores on frozen price paths, None where they were not measured. `suffix` tells its anchors from
    those of other scenarios; empty where there is one scenario. `order` are the names of all policies of the report.
    """

    runs: Results
    table: pd.DataFrame
    comparison: Comparison
    profiles: Mapping[tuple[str, int], Profile]
    additions: Additions = Additions()
    direct: pd.DataFrame | None = None
    suffix: str = ""
    order: tuple[str, ...] = ()

    @property
    def policies(self) -> tuple[Policy, ...]:
        """All policies that did not fail, references among them."""
        return self.runs.policies

    @cached_property
    def contenders(self) -> list[Policy]:
        """Policies that are ranked."""
        return [policy for policy in self.policies if policy.role == "contender"]

    @cached_property
    def references(self) -> list[Policy]:
        """Policies that others are measured against."""
        return [policy for policy in self.policies if policy.role == "reference"]

    @cached_property
    def paying(self) -> list[Policy]:
        """Contenders under which users lost anything."""
        return [policy for policy in self.contenders if self.rows(policy.name)["loss"].sum() > 0]

    @cached_property
    def drawdowns(self) -> Differences:
        """Differences in excess drawdown from each reference."""
        return against_references(self.table, self.policies)

    @property
    def shown(self) -> Policy:
        """The policy whose course of events is shown: the baseline, or the reference where there is no contender."""
        return self.policy(self.comparison.baseline or REFERENCE)

    @property
    def seeds(self) -> list[int]:
        """All seeds, ascending."""
        return sorted(self.runs.seeds)

    def policy(self, name: str) -> Policy:
        """The policy of a name."""
        return next(policy for policy in self.policies if policy.name == name)

    def title(self, name: str | None) -> str:
        """The title of a policy."""
        return next((policy.title for policy in self.policies if policy.name == name), "")

    def rows(self, policy: str) -> pd.DataFrame:
        """The rows of a policy in the score table, by ascending seed."""
        return self.table[self.table["policy"] == policy].sort_values("seed")

    def profiles_of(self, policy: str) -> list[Profile]:
        """What was seen under a policy, seed by seed."""
        return [self.profiles[policy, seed] for seed in self.seeds]

    def over_seeds(self, policy: str, name: str) -> Floats:
        """What was seen under a policy in each seed, stacked: `[seeds, ...]`."""
        return np.asarray(np.stack([profile[name] for profile in self.profiles_of(policy)]), np.float64)

    def keys(self, policies: Sequence[Policy]) -> list[Key]:
        """What figures know of some policies: each has the same looks everywhere in the report."""
        order = self.order or [policy.name for policy in in_order([self])]
        places = {name: place for place, name in enumerate(order)}
        return [Key(policy.name, policy.title, places[policy.name]) for policy in policies]

    def labels(self, grouping: str) -> tuple[str, ...]:
        """What the groups of a grouping are called, in the order of the profiles."""
        return group_labels(self.profiles[REFERENCE, self.seeds[0]], grouping)

    @cached_property
    def rehedging(self) -> dict[str, Rehedging]:
        """How long strategies stayed naked under each contender, over all seeds."""
        return {policy.name: rehedging(self.profiles_of(policy.name)) for policy in self.contenders}

    def anchor(self, name: str) -> str:
        """The name of a section or figure of this scenario."""
        return f"{name}-{self.suffix}" if self.suffix else name


@dataclass(frozen=True)
class ReportInput:
    """Everything that a report is written from.

    `decision` is None where there is nothing to decide between; `axioms` where no rules could be tried; `sensitivity`
    where no analysis lies in the folder.
    """

    title: str
    question: str
    scenarios: Sequence[ScenarioResults]
    decision: Decision | None = None
    axioms: Matrix | None = None
    sensitivity: Sensitivity | None = None
    commands: Sequence[str] = field(default=())

    @property
    def first(self) -> ScenarioResults:
        """The first scenario."""
        return self.scenarios[0]

    def keys(self, names: Sequence[str]) -> list[Key]:
        """What figures know of some policies, given by their names."""
        first = self.first
        return first.keys([first.policy(name) for name in names])

    @cached_property
    def policies(self) -> list[Policy]:
        """Policies of all scenarios, each once, in the order in which they are shown."""
        return in_order(self.scenarios)


def in_order(scenarios: Sequence[ScenarioResults]) -> list[Policy]:
    """Policies of all scenarios, each once: the contenders, then the references."""
    found = {policy.name: policy for results in scenarios for policy in results.policies}
    return sorted(found.values(), key=lambda policy: policy.role == "reference")


def against_references(table: pd.DataFrame, policies: Sequence[Policy]) -> Differences:
    """Each policy minus each reference, without the reference itself."""
    found = {}
    for reference in policies:
        if reference.role == "reference":
            others = [policy.name for policy in policies if policy is not reference]
            ours = [_excess(table, name) for name in others]
            theirs = [_excess(table, reference.name)] * len(others)
            found[reference.name] = dict(zip(others, mean_differences(ours, theirs), strict=True))
    return found


def _excess(table: pd.DataFrame, policy: str) -> Floats:
    return table[table["policy"] == policy].sort_values("seed")["excess_drawdown"].to_numpy("float64")
