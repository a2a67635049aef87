"""A study with nothing left open: everything that will run, and what it will be asked."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lastresort.experiments.keys import canonical
from lastresort.experiments.planning.precision import Precision
from lastresort.experiments.planning.primary import Comparison
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.plugins.plugin_content import content_digest
from lastresort.simulation.scenario import Scenario


@dataclass(frozen=True)
class PluginSource:
    """A plugin file or folder and the SHA-256 (hex) of what was in it when the study was planned."""

    path: Path
    sha256: str

    @classmethod
    def read(cls, path: Path) -> "PluginSource":
        """Return the plugin file at `path`; raises InputError where it cannot be read."""
        try:
            return cls(path, content_digest(path))
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


@dataclass(frozen=True)
class Plan:
    """Every policy in every scenario with every seed; the first policy is the reference.

    Scenarios and policies have names of their own and hold every number. `primary` are the comparisons the study is
    about, `precision` how well they are to be known (None: as well as the seeds allow), and `patience` how many seconds
    an answer of a rule may take.
    """

    name: str
    question: str
    scenarios: tuple[Scenario, ...]
    policies: tuple[Policy, ...]
    seeds: tuple[int, ...]
    primary: tuple[Comparison, ...]
    precision: Precision | None
    plugins: tuple[PluginSource, ...]
    patience: float

    @property
    def plugin_files(self) -> tuple[Path, ...]:
        """Where the plugin files are."""
        return tuple(plugin.path for plugin in self.plugins)

    def cells(self) -> Iterator[tuple[Scenario, Policy, int]]:
        """Yield every run: scenario by scenario, in each seed by seed, and with each seed the reference first."""
        return (
            (scenario, policy, seed) for scenario in self.scenarios for seed in self.seeds for policy in self.policies
        )

    @property
    def size(self) -> int:
        """Number of runs."""
        return len(self.scenarios) * len(self.policies) * len(self.seeds)

    def document(self) -> dict[str, Any]:
        """Return the plan as JSON has it; plugin files go by their name and hash, wherever they are."""
        return {
            "name": self.name,
            "question": self.question,
            "scenarios": [scenario.model_dump(mode="json") for scenario in self.scenarios],
            "policies": [policy.model_dump(mode="json", by_alias=True) for policy in self.policies],
            "seeds": list(self.seeds),
            "primary": [asdict(comparison) for comparison in self.primary],
            "precision": self.precision.model_dump(mode="json") if self.precision else None,
            "plugins": [{"file": plugin.path.name, "sha256": plugin.sha256} for plugin in self.plugins],
            "patience": self.patience,
        }

    def declaration(self) -> str:
        """Return the plan as canonical JSON: equal plans, equal text."""
        return canonical(self.document())

    def sha256(self) -> str:
        """Return the SHA-256 (hex) of the declaration, to be recorded before anything runs."""
        return hashlib.sha256(self.declaration().encode()).hexdigest()
