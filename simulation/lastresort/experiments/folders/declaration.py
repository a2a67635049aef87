"""What a study is about, written down before anything runs: `study.json` in its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from lastresort.experiments.design import Design
from lastresort.experiments.folders.writing import write_json
from lastresort.experiments.keys import digest, engine_version, run_key
from lastresort.experiments.planning import Comparison, Plan, Precision
from lastresort.experiments.planning.plan import PluginSource
from lastresort.experiments.store import read_sealed
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.scenario import Scenario

DECLARATION = "study.json"
UNREADABLE = "is damaged or of another version of lastresort"

LONGEST_NAME = 200
MOST_RUNS = 10_000_000


@dataclass(frozen=True)
class Declaration:
    """A plan as it was declared, and what decides its runs: nothing has to be loaded to say which of them are done.

    `seeds` are those of the plan and those added since to reach its precision. `worlds` and `waterfalls` are the
    identities of scenarios and policies by name; `engine` is the version that is to do the runs. `until_precise` says
    that seeds are added until the declared precision is reached.
    """

    plan: Plan
    seeds: tuple[int, ...]
    engine: str
    worlds: Mapping[str, str]
    waterfalls: Mapping[str, str]
    until_precise: bool = False

    @classmethod
    def of(cls, plan: Plan, designs: Mapping[str, Design], until_precise: bool = False) -> Self:
        """Declare a plan, given its designs by the name of the scenario."""
        first = next(iter(designs.values()))
        worlds = {name: design.world for name, design in designs.items()}
        return cls(plan, first.seeds, engine_version(), worlds, first.waterfalls, until_precise)

    @classmethod
    def read(cls, directory: Path) -> Self:
        """Read the declaration of a study; InputError where there is none or it is damaged."""
        file = directory / DECLARATION
        try:
            document = read_sealed(file)
            plan = _plan(document["plan"])
            if digest(document["plan"]) != document["sha256"]:
                raise ValueError("the plan is not what was declared")
            seeds = tuple(int(seed) for seed in document["seeds"])
            _check_size(plan, seeds)
            worlds = {scenario.name: str(document["worlds"][scenario.name]) for scenario in plan.scenarios}
            waterfalls = {policy.name: str(document["waterfalls"][policy.name]) for policy in plan.policies}
            return cls(plan, seeds, str(document["engine"]), worlds, waterfalls, document["until_precise"] is True)
        except FileNotFoundError as error:
            raise InputError(f"'{directory}' holds no study: it has no {DECLARATION}") from error
        except OSError as error:
            raise InputError(f"'{file}' cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise InputError(f"'{file}' {UNREADABLE}: run the study file again") from error

    def write(self, directory: Path) -> None:
        """Write the declaration in one step."""
        document = {
            "sha256": self.plan.sha256(),
            "declared": datetime.now(UTC).isoformat(timespec="seconds"),
            "engine": self.engine,
            "until_precise": self.until_precise,
            "seeds": list(self.seeds),
            "worlds": dict(self.worlds),
            "waterfalls": dict(self.waterfalls),
            "plan": self.plan.document(),
        }
        write_json(directory / DECLARATION, document)

    def keys(self, scenario: str) -> dict[tuple[str, int], str]:
        """Key of each run of a scenario by policy and seed."""
        world = self.worlds[scenario]
        return {
            (policy, seed): run_key(world, waterfall, seed)
            for seed in self.seeds
            for policy, waterfall in self.waterfalls.items()
        }


def designs_of(plan: Plan, catalogue: Catalogue, seeds: tuple[int, ...] | None = None) -> dict[str, Design]:
    """Return one design per scenario of a plan, by its name; `seeds` are those of the plan if not given."""
    return {
        scenario.name: Design(scenario, plan.policies, seeds or plan.seeds, catalogue, plan.plugin_files, plan.patience)
        for scenario in plan.scenarios
    }


def _plan(document: Mapping[str, Any]) -> Plan:
    precision = document["precision"]
    return Plan(
        name=str(document["name"]),
        question=str(document["question"]),
        scenarios=tuple(Scenario.model_validate(scenario) for scenario in document["scenarios"]),
        policies=tuple(Policy.model_validate(policy) for policy in document["policies"]),
        seeds=tuple(int(seed) for seed in document["seeds"]),
        primary=tuple(Comparison(**{key: str(name) for key, name in one.items()}) for one in document["primary"]),
        precision=Precision.model_validate(precision) if precision else None,
        plugins=tuple(PluginSource(Path(plugin["file"]), str(plugin["sha256"])) for plugin in document["plugins"]),
        patience=float(document["patience"]),
    )


def _check_size(plan: Plan, seeds: tuple[int, ...]) -> None:
    """A declaration may come from a stranger: its names become those of folders, and its product is counted up."""
    scenarios, policies = [one.name for one in plan.scenarios], [one.name for one in plan.policies]
    if not all(0 < len(set(found)) == len(found) for found in (scenarios, policies, seeds)):
        raise ValueError("scenarios, policies and seeds differ, and there are some of each")
    if max(map(len, (*scenarios, *policies))) > LONGEST_NAME or min(seeds) < 1:
        raise ValueError("names can be those of files, and seeds are positive")
    if len(scenarios) * len(policies) * len(seeds) > MOST_RUNS or not 0 < plan.patience < float("inf"):
        raise ValueError("a study comes to an end")
