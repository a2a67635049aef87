"""Whether nothing is left to do of a study: told from seals and what was written last, without the scores."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lastresort.experiments.folders.comparison_folder import SCORES
from lastresort.experiments.folders.damages import FILES, damages
from lastresort.experiments.folders.declaration import Declaration, designs_of
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.folders.study_folder import PRIMARY, TABLES, StudyFolder
from lastresort.experiments.keys import digest, fingerprint
from lastresort.experiments.planning import Override, Plan, StudyFile
from lastresort.experiments.store import read_sealed
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained


def identity(declared: Declaration, catalogue: Catalogue) -> str:
    """Return the sha256 (hex) of everything that decides what comes of a study."""
    return digest(
        [
            declared.plan.sha256(),
            declared.engine,
            dict(declared.worlds),
            dict(declared.waterfalls),
            declared.until_precise,
            fingerprint("lastresort.scores"),
            [plugin.fingerprint() for plugin in catalogue.installed],
        ]
    )


def stored(
    study: StudyFile, overrides: Sequence[Override], folder: StudyFolder, until_precise: bool
) -> dict[str, Any] | None:
    """What came of a study that its folder holds in full, as the study file now is; None where something is left.

    Where the study file is not in order, None too: whoever plans it with the scores says what is wrong.
    """
    told, declared = _told(folder), _declared(folder)
    if told is None or declared is None:
        return None
    try:
        catalogue = contained(study.plugin_files)
        plan = study.plan(catalogue, {one.score for one in declared.plan.primary}, overrides)
    except InputError:
        return None
    return told if finished(folder, plan, catalogue, until_precise) else None


def finished(folder: StudyFolder, plan: Plan, catalogue: Catalogue, until_precise: bool) -> bool:
    """Whether a study is done, scored and answered as it would be now; a policy that failed is to be tried again."""
    told, declared = _told(folder), _declared(folder)
    if told is None or declared is None or told["failed"] or told["seeds"] != list(declared.seeds):
        return False
    now = Declaration.of(plan, designs_of(plan, catalogue), until_precise)
    return told["identity"] == identity(now, catalogue) and _complete(folder, declared)


def _complete(folder: StudyFolder, declared: Declaration) -> bool:
    """Whether all runs are stored, and everything that was made of them is there, as it was written."""
    places: dict[Path, tuple[str, Sequence[str]]] = {folder.directory: (PRIMARY, TABLES)}
    places |= {folder.scenario(scenario): (MANIFEST, SCORES) for scenario in declared.worlds}
    keys = {key for scenario in declared.worlds for key in declared.keys(scenario).values()}
    return all(_whole(place, *names) for place, names in places.items()) and all(map(folder.store.sound, keys))


def _whole(place: Path, document: str, tables: Sequence[str]) -> bool:
    """Whether a document is there, and seals all the tables it should."""
    try:
        said = read_sealed(place / document)[FILES]
        return set(said) >= set(tables) and not damages(place, document, tables)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _declared(folder: StudyFolder) -> Declaration | None:
    try:
        return folder.declaration
    except InputError:
        return None


def _told(folder: StudyFolder) -> dict[str, Any] | None:
    try:
        told = read_sealed(folder.directory / PRIMARY)
        return told if {"identity", "seeds", "failed"} <= told.keys() else None
    except (OSError, ValueError, AttributeError):
        return None
