"""A comparison or a study as an RO-Crate 1.1: a zip file that says of everything in it what it is."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lastresort.experiments.folders.cells import Part
from lastresort.experiments.folders.declaration import DECLARATION, Declaration
from lastresort.experiments.folders.manifest import MANIFEST
from lastresort.experiments.store import read_plain
from lastresort.plugins.errors import InputError

MISSING = "an RO-Crate needs the library rocrate: pip install 'lastresort[crate]'"
HOME = "#lastresort"
"""Identity of the software in a crate."""

SCORES = "scores.csv"

KINDS = {
    SCORES: ("text/csv", "Scores of every finished run: scenario, policy, seed, key of the run, measures"),
    DECLARATION: (
        "application/json",
        "What was declared before anything ran: the plan with every number, and its hash",
    ),
    "primary.json": ("application/json", "What came of the primary comparisons"),
    MANIFEST: (
        "application/json",
        "What was run, with what, and what came out: versions, configuration, seeds, hashes",
    ),
    "comparison.json": (
        "application/json",
        "Scores of all policies with intervals, and differences from the reference",
    ),
    "report.html": ("text/html", "The report"),
}
"""Files that are worth publishing: their format, and what they are."""


def crate_of(directory: Path, parts: Sequence[Part], scores: bytes) -> bytes:
    """Return the zip file of an RO-Crate, given the score table as CSV; authors and licence are left to whoever has it.

    Manifests, declaration and reports are taken as they are where they are there. InputError where the library is
    missing.
    """
    try:
        from rocrate.model.softwareapplication import SoftwareApplication
        from rocrate.rocrate import ROCrate
    except ImportError as error:
        raise InputError(MISSING) from error
    crate = ROCrate(version="1.1")
    crate.name, crate.description = _title(directory, parts)
    properties = {"name": "lastresort", "softwareVersion": parts[0].engine, "license": "https://spdx.org/licenses/MIT"}
    crate.add(SoftwareApplication(crate, HOME, properties=properties))
    with tempfile.TemporaryDirectory() as folder:
        for place, (name, content) in enumerate([(SCORES, scores), *_files(directory, parts)]):
            copy = Path(folder) / str(place)
            copy.write_bytes(content)
            encoding, description = KINDS[Path(name).name]
            told = {"name": name, "description": description, "encodingFormat": encoding, "generator": {"@id": HOME}}
            crate.add_file(copy, name, properties=told, record_size=True)
        archive = Path(folder) / "crate.zip"
        crate.write_zip(archive)
        return archive.read_bytes()


def _title(directory: Path, parts: Sequence[Part]) -> tuple[str, str]:
    """Name and description."""
    if (directory / DECLARATION).exists():
        plan = Declaration.read(directory).plan
        return (
            plan.name,
            plan.question or f"A study of {len(plan.scenarios)} scenarios and {len(plan.policies)} policies",
        )
    scenario = parts[0].scenario
    return scenario.name, f"A comparison of {len(parts[0].policies)} policies: {scenario.title}. {scenario.summary}"


def _files(directory: Path, parts: Sequence[Part]) -> Iterator[tuple[str, bytes]]:
    """Name in the crate and content of what is there and plain."""
    for folder in dict.fromkeys((directory, *(part.directory for part in parts))):
        for name in (name for name in KINDS if name != SCORES):
            try:
                yield (folder / name).relative_to(directory).as_posix(), read_plain(folder / name)
            except OSError:
                continue
