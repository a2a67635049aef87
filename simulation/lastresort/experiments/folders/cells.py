"""What a folder says it holds: the runs of a comparison, or of each scenario of a study, finished or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lastresort.experiments.folders.declaration import DECLARATION, Declaration
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.record_form import checked
from lastresort.experiments.folders.results import Cell, Results
from lastresort.experiments.folders.study_folder import StudyFolder
from lastresort.experiments.store import RunStore, named
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario


@dataclass(frozen=True)
class Part:
    """The runs on one scenario and what is recorded of them; nothing says that they are stored, or sound.

    `engine` is the version that did them, `mechanisms` the SHA-256 (hex) of the source file of each rule, `patience` is
    in seconds. `directory` is the folder of the comparison, `scored` says on which `platform` and with which `versions`
    its scores were made, and `files` holds their SHA-256 (hex) by name. These two are empty where the comparison has no
    scores, as is `mechanisms` where it is not finished.
    """

    directory: Path
    store: RunStore
    scenario: Scenario
    policies: Mapping[str, Policy]
    cells: tuple[Cell, ...]
    engine: str
    patience: float
    mechanisms: Mapping[str, str] = field(default_factory=dict)
    scored: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def record(self, cell: Cell) -> RunRecord:
        """Read the run of a cell; InputError where it is missing or damaged."""
        return checked(named(self.store.read(cell.key), cell.scenario, cell.policy))


def parts_of(directory: Path) -> list[Part]:
    """Return what the folder of a comparison or of a study says it holds; InputError where it is neither.

    Of a scenario of a study that is not finished, cells are those whose runs are stored.
    """
    if not (directory / DECLARATION).exists():
        return [_finished(Results.read(directory))]
    folder = StudyFolder(directory)
    declared, stored = folder.declaration, set(folder.store.keys())
    return [_part(folder, declared, name, stored) for name in declared.worlds]


def _part(folder: StudyFolder, declared: Declaration, scenario: str, stored: set[str]) -> Part:
    place, keys = folder.scenario(scenario), declared.keys(scenario)
    if (place / MANIFEST).exists():
        results = Results.read(place)
        if results.scenario.name != scenario or not results.keys.items() <= keys.items():
            raise InputError(f"'{place / MANIFEST}' speaks of other runs than the study: run the study file again")
        return _finished(results)
    plan = declared.plan
    return Part(
        directory=place,
        store=folder.store,
        scenario=next(one for one in plan.scenarios if one.name == scenario),
        policies={policy.name: policy for policy in plan.policies},
        cells=tuple(Cell(scenario, *cell, key) for cell, key in keys.items() if key in stored),
        engine=declared.engine,
        patience=plan.patience,
    )


def _finished(results: Results) -> Part:
    manifest = results.manifest
    return Part(
        directory=results.directory,
        store=results.store,
        scenario=results.scenario,
        policies={policy.name: policy for policy in results.policies},
        cells=tuple(results.cells()),
        engine=manifest["engine"],
        patience=manifest["patience"],
        mechanisms={name: rule["sha256"] for name, rule in manifest["mechanisms"].items()},
        scored=manifest["scored"] or {},
        files=manifest["files"],
    )
