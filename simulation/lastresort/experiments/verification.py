"""Is a folder what it says it is? Its runs are looked at, and some are done again and held against what is stored."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from lastresort.experiments.agreement import TOLERANCE, disagreements
from lastresort.experiments.executors import Executor, Outcome, Task
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.results import Cell
from lastresort.experiments.folders.seals import opened
from lastresort.experiments.keys import (
    all_versions,
    canonical,
    engine_version,
    run_key,
    waterfall_identity,
    world_identity,
)
from lastresort.experiments.platforms import elsewhere
from lastresort.experiments.store import HEADER, PARTS, Files, unpack
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.manager import build_waterfall


class Verdict(StrEnum):
    """What came of looking at a cell; only the first four mean that it is what it should be.

    A run "differs" where it was done on this platform with these versions, or is not what its folder says it is.
    """

    SAME = "same bytes"
    SAME_BY_OTHER = "same tables, by another version"
    CLOSE = f"same numbers to {TOLERANCE:g}"
    CLOSE_BY_OTHER = f"same numbers to {TOLERANCE:g}, by another version"
    APART = f"further apart than {TOLERANCE:g}, on another platform"
    APART_BY_OTHER = f"further apart than {TOLERANCE:g}, by another version"
    DIFFERS = "differs"
    DAMAGED = "missing or damaged"
    UNABLE = "cannot be run here"


HERE = (Verdict.SAME, Verdict.CLOSE, Verdict.DIFFERS)
OTHER_PLATFORM = (Verdict.SAME, Verdict.CLOSE, Verdict.APART)
OTHER_VERSION = (Verdict.SAME_BY_OTHER, Verdict.CLOSE_BY_OTHER, Verdict.APART_BY_OTHER)
"""Verdicts on runs by where and with what they were done: the same bytes, numbers that agree, and neither."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found out about a cell; `detail` says in which file or why, and may be empty."""

    cell: Cell
    verdict: Verdict
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the cell was done again and came out as it is stored."""
        return self.verdict in (Verdict.SAME, Verdict.SAME_BY_OTHER, Verdict.CLOSE, Verdict.CLOSE_BY_OTHER)


@dataclass(frozen=True, slots=True)
class Sample:
    """Cells to do again, whose runs are whole, findings about those that are not, and all cells with sound runs."""

    cells: tuple[Cell, ...]
    damaged: tuple[Finding, ...]
    sound: frozenset[Cell]


def draw(parts: Sequence[Part], size: int | None, seed: int) -> Sample:
    """Hold every run against its seals, and read a random sample of `size` (all if None), the same for equal `seed`."""
    sound: list[tuple[Part, Cell]] = []
    damaged = []
    for part in parts:
        for cell in part.cells:
            flaw = part.store.flaw(cell.key)
            if flaw:
                damaged.append(Finding(cell, Verdict.DAMAGED, flaw))
            else:
                sound.append((part, cell))
    everything = frozenset(cell for _, cell in sound)
    if size is not None and size < len(sound):
        sound = [sound[place] for place in sorted(random.Random(seed).sample(range(len(sound)), size))]
    whole = []
    for part, cell in sound:
        try:
            part.record(cell)
            whole.append(cell)
        except InputError as error:
            damaged.append(Finding(cell, Verdict.DAMAGED, str(error)))
    return Sample(tuple(whole), tuple(damaged), everything - {finding.cell for finding in damaged})


def do_again(
    parts: Sequence[Part],
    cells: Sequence[Cell],
    catalogue: Catalogue,
    executor: Executor,
) -> Iterator[Finding]:
    """Run cells again, hold the files against those that are stored, and yield what came of each, in any order.

    Rules are those of `catalogue`, which has the plugin files loaded; nothing that the folder names is imported. Raises
    RunError as the executor does.
    """
    by_name = {part.scenario.name: part for part in parts}
    tasks: dict[str, Task] = {}
    sharing: dict[str, list[Cell]] = {}
    for cell in cells:
        made = _task(by_name[cell.scenario], cell, catalogue)
        if isinstance(made, Finding):
            yield made
        else:
            tasks.setdefault(made.key, made)
            sharing.setdefault(made.key, []).append(cell)
    for outcome in executor.perform(iter(sorted(tasks.values(), key=lambda task: task.contained))):
        for cell in sharing[outcome.task.key]:
            yield _held_against(by_name[cell.scenario], cell, outcome)


def versions_told(parts: Sequence[Part]) -> list[str]:
    """Return a sentence for each other version of lastresort that did runs; other versions are told by `exactness`."""
    engines = {part.engine for part in parts} - {engine_version()}
    return [f"the runs are of lastresort {engine}, this is {engine_version()}" for engine in sorted(engines)]


def _task(part: Part, cell: Cell, catalogue: Catalogue) -> Task | Finding:
    """The run to do, under the name that its policy had when it was stored."""
    policy = part.policies[cell.policy]
    missing = [step.use for step in policy.waterfall if step.use not in catalogue.mechanisms]
    if missing:
        return Finding(cell, Verdict.UNABLE, f"mechanism '{missing[0]}' is not installed, and no --plugin brings it")
    try:
        build_waterfall(policy, catalogue)
        header = part.store.header(cell.key)
        policy = Policy.model_validate({**policy.model_dump(), "name": header.get("policy")})
    except InputError as error:
        return Finding(cell, Verdict.UNABLE, str(error))
    except ValidationError:
        return Finding(cell, Verdict.DIFFERS, f"in {HEADER}")
    key = run_key(world_identity(part.scenario), waterfall_identity(policy, catalogue), cell.seed)
    if key != cell.key and not _by_another_version(part, header, policy, catalogue):
        return Finding(cell, Verdict.DIFFERS, "in its key, which is not that of its scenario and policy")
    return Task(
        key=key,
        scenario=part.scenario.name,
        policy=policy.name,
        seed=cell.seed,
        world=canonical(part.scenario.model_dump(mode="json")),
        specification=canonical(policy.model_dump(mode="json")),
        engine=engine_version(),
        plugins=catalogue.needed(policy),
        patience=part.patience,
    )


def _by_another_version(part: Part, header: Mapping[str, Any], policy: Policy, catalogue: Catalogue) -> bool:
    """Whether the engine, a library or a rule was another when the run was stored, or nobody recorded which it was."""
    here = {step.use: catalogue.fingerprints[step.use] for step in policy.waterfall}
    if header.get("versions") != all_versions():
        return True
    return any(part.mechanisms.get(name) != sha for name, sha in here.items())


def _held_against(part: Part, cell: Cell, outcome: Outcome) -> Finding:
    same_version = outcome.task.key == cell.key
    different = elsewhere(part.store.header(cell.key))
    same, close, other = (OTHER_PLATFORM if different else HERE) if same_version else OTHER_VERSION
    if outcome.files is None:
        return Finding(cell, other, f"it fails here: {outcome.reason}")
    ours, theirs = (_decisive(files, same_version) for files in (outcome.files, part.store.files(cell.key)))
    names = [name for name in ours if ours[name] != theirs[name]]
    if not names:
        return Finding(cell, same)
    if same_version and not different:
        return Finding(cell, other, f"in {', '.join(names)}")
    apart = disagreements(unpack(outcome.files, outcome.task.key), part.store.read(cell.key))
    return Finding(cell, other, f"in {', '.join(apart)}") if apart else Finding(cell, close)


def _decisive(files: Files, same_version: bool) -> dict[str, Any]:
    """What depends on nothing but the run: not its log nor its platform, nor, of another version, key and versions."""
    aside = ("platform",) if same_version else ("platform", "key", "versions")
    header = {name: value for name, value in opened(files[HEADER]).items() if name not in aside}
    return {name: files[name] for name in sorted(PARTS)} | {HEADER: canonical(header)}
