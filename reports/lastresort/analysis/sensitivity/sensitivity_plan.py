"""A sensitivity analysis with nothing left open: what is varied, where, and what is asked of it."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from lastresort.analysis.sensitivity.factors import Factor
from lastresort.analysis.sensitivity.outputs import Output
from lastresort.experiments.keys import canonical
from lastresort.experiments.planning.plan import PluginSource
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.score import Score
from lastresort.scores.registry import SCORES
from lastresort.simulation.scenario import Scenario

MOST_FACTORS = 8
"""Factors of Sobol beside the seed: each costs as many points as there are samples."""


@dataclass(frozen=True, kw_only=True)
class SensitivityPlan:
    """Every number of a sensitivity analysis; the first policy is the reference.

    `seeds` are the groups of seeds, `sobol_factors` the names of those that go on to Sobol, empty where Morris is to
    choose them, and `place` is how errors name the file.
    """

    name: str
    question: str
    scenario: Scenario
    policies: tuple[Policy, ...]
    baseline: str
    scores: tuple[Score, ...]
    factors: tuple[Factor, ...]
    outputs: tuple[Output, ...]
    seeds: tuple[tuple[int, ...], ...]
    method: Literal["morris", "sobol", "both"]
    trajectories: int
    levels: int
    samples: int
    sobol_factors: tuple[str, ...]
    confirm_seeds: int
    confirm_factors: int
    draw: int
    plugins: tuple[PluginSource, ...]
    patience: float
    place: str

    @property
    def plugin_files(self) -> tuple[Path, ...]:
        """Where the plugin files are."""
        return tuple(plugin.path for plugin in self.plugins)

    @property
    def brought(self) -> tuple[Score, ...]:
        """Scores that plugins bring."""
        return tuple(score for score in self.scores if score not in SCORES)

    @property
    def contenders(self) -> tuple[str, ...]:
        """Names of all policies but the reference."""
        return tuple(policy.name for policy in self.policies[1:])

    @property
    def chance(self) -> Factor:
        """The factor that stands for the seeds."""
        return self.factors[-1]

    @property
    def confirming(self) -> tuple[int, ...]:
        """The seeds on which ends of ranges are run."""
        first = self.seeds[0][0]
        return tuple(range(first, first + self.confirm_seeds))

    @property
    def screened(self) -> bool:
        """Whether Morris is run."""
        return self.method != "sobol"

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON has it; plugin files go by their name and hash, wherever they are."""
        return {
            "name": self.name,
            "question": self.question,
            "scenario": self.scenario.model_dump(mode="json"),
            "policies": [policy.model_dump(mode="json", by_alias=True) for policy in self.policies],
            "baseline": self.baseline,
            "scores": [score.name for score in self.scores],
            "factors": [self._factor(factor) for factor in self.factors],
            "seeds": [list(group) for group in self.seeds],
            "method": self.method,
            "trajectories": self.trajectories,
            "levels": self.levels,
            "samples": self.samples,
            "sobol_factors": list(self.sobol_factors),
            "confirm_seeds": self.confirm_seeds,
            "confirm_factors": self.confirm_factors,
            "draw": self.draw,
            "plugins": [{"file": plugin.path.name, "sha256": plugin.sha256} for plugin in self.plugins],
            "patience": self.patience,
        }

    def sha256(self) -> str:
        """Return the SHA-256 (hex) of the plan, to be recorded before anything runs."""
        return hashlib.sha256(canonical(self.document()).encode()).hexdigest()

    @staticmethod
    def _factor(factor: Factor) -> dict[str, Any]:
        return asdict(factor) | {"nominal": factor.nominal if factor.nominal == factor.nominal else None}
