"""What is crossed with what in one comparison, and the runs that this makes."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lastresort.experiments.executors import Task
from lastresort.experiments.keys import canonical, engine_version, run_key, waterfall_identity, world_identity
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.isolation.plugin_set import NO_PLUGINS
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.time_limit import PATIENCE

REFERENCE = "deep-pocket"
"""Name of the policy that every other is compared with: it takes part in each comparison."""


@dataclass(frozen=True)
class Design:
    """A scenario crossed with policies, all parameters written out, and seeds; the reference policy first.

    `plugin_files` are the Python files of given plugins, `patience` is how many seconds an answer may take. `order`
    names a variation of the order of things, if it is not the usual one. Where it is `frozen`, every policy is held to
    the price path of the first one, with the same seed. Where it is `profiled`, runs are clocked.
    """

    scenario: Scenario
    policies: tuple[Policy, ...]
    seeds: tuple[int, ...]
    catalogue: Catalogue
    plugin_files: tuple[Path, ...] = ()
    patience: float = PATIENCE
    order: str = ""
    frozen: bool = False
    profiled: bool = False

    @cached_property
    def world(self) -> str:
        """Identity of the scenario and the engine."""
        return world_identity(self.scenario)

    @cached_property
    def waterfalls(self) -> dict[str, str]:
        """Identities of the policies, by name."""
        return {policy.name: waterfall_identity(policy, self.catalogue) for policy in self.policies}

    def keys(self) -> dict[tuple[str, int], str]:
        """Key of each run by policy and seed, all policies of a seed before the next seed."""
        path = self.waterfalls[self.policies[0].name] if self.frozen else ""
        return {
            (policy, seed): run_key(self.world, waterfall, seed, self.order, path)
            for seed in self.seeds
            for policy, waterfall in self.waterfalls.items()
        }

    def tasks(self) -> list[Task]:
        """One task per run, in the order of the keys; two policies with the same rules share their runs."""
        world, engine = canonical(self.scenario.model_dump(mode="json")), engine_version()
        rules = {policy.name: canonical(policy.model_dump(mode="json")) for policy in self.policies}
        plugins = {policy.name: self.catalogue.needed(policy) for policy in self.policies}
        tasks, first = dict[str, Task](), self.policies[0].name
        for (policy, seed), key in self.keys().items():
            task = Task(
                key=key,
                scenario=self.scenario.name,
                policy=policy,
                seed=seed,
                world=world,
                specification=rules[policy],
                engine=engine,
                plugins=plugins[policy],
                patience=self.patience,
                order=self.order,
                path=rules[first] if self.frozen else "",
                profiled=self.profiled,
                path_plugins=plugins[first] if self.frozen else NO_PLUGINS,
            )
            tasks.setdefault(key, task)
        return list(tasks.values())
