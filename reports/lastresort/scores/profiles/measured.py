"""The profiles of all runs of a comparison or a study: read from beside the journal, and measured where they lack."""

from collections.abc import Sequence
from contextlib import suppress

from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.results import Cell, Results
from lastresort.experiments.store import Profiles, RunStore
from lastresort.scores.measures.measurement import Measurement, Profile
from lastresort.scores.profiles.form import is_whole
from lastresort.scores.table import Read, journal_of, measurements, pairs, require_reference


def measured_profiles(results: Results) -> dict[tuple[str, int], Profile]:
    """Return the profile of every run of a finished comparison by policy and seed; see `Measurement.profile`.

    A profile that is missing or torn is measured again, for which two records are read, and kept where the folder can
    be written to. InputError if the reference policy is missing, or a run is.
    """
    require_reference(policy.name for policy in results.policies)
    cells = results.cells()
    found = _profiles(cells, lambda cell: results.record(cell.policy, cell.seed), results.store)
    return {(cell.policy, cell.seed): profile for cell, profile in zip(cells, found, strict=True)}


def profiles_of_parts(parts: Sequence[Part]) -> dict[tuple[str, str, int], Profile]:
    """Return the profile of every run of some finished scenarios by scenario, policy and seed, as `measured_profiles`.

    All parts share a store.
    """
    by_name = {part.scenario.name: part for part in parts}
    cells = [cell for part in parts for cell in part.cells]
    for part in parts:
        require_reference(part.policies)
    found = _profiles(cells, lambda cell: by_name[cell.scenario].record(cell), parts[0].store) if parts else []
    return {(cell.scenario, cell.policy, cell.seed): profile for cell, profile in zip(cells, found, strict=True)}


def _profiles(cells: Sequence[Cell], read: Read, store: RunStore) -> list[Profile]:
    kept, names = Profiles(journal_of(store).folder), measurements(cells)
    found: dict[str, Profile] = {}
    for name in names:
        profile = kept.read(name)
        if profile is not None and is_whole(profile):
            found[name] = profile
    missing = {name: cell for name, cell in zip(names, cells, strict=True) if name not in found}
    for name, run, yardstick in pairs(missing, cells, read):
        found[name] = Measurement(run, yardstick).profile
        with suppress(OSError):
            kept.write(name, found[name])
    return [found[name] for name in names]
