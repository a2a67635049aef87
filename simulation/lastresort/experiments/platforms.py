"""How stored results are held against results made here: byte for byte on their own platform, else to a tolerance."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lastresort.experiments.agreement import TOLERANCE
from lastresort.experiments.environment import machine
from lastresort.experiments.folders.cells import Part
from lastresort.experiments.keys import all_versions
from lastresort.plugins.errors import InputError


@dataclass(frozen=True, slots=True)
class Exactness:
    """How exactly `runs` runs of a scenario are compared, of `of` in all.

    `elsewhere` says in what their platform and versions differ, and is empty where these are the ones here.
    """

    scenario: str
    runs: int
    of: int
    elsewhere: tuple[str, ...]

    @property
    def tolerance(self) -> float:
        """Relative difference that a number may have; 0 where bytes are compared."""
        return tolerance(self.elsewhere)

    @property
    def sentence(self) -> str:
        """Which comparison is made, and why."""
        what = self.scenario if self.runs == self.of else f"{self.scenario}, {self.runs:,} of {self.of:,} runs"
        if self.elsewhere:
            return f"{what}: numbers are compared to {TOLERANCE:g} relative, since {'; '.join(self.elsewhere)}"
        return f"{what}: files are compared byte for byte, since the runs are of this platform and these versions"


def exactness(part: Part) -> list[Exactness]:
    """How the runs of a scenario are compared, an item for each platform and set of versions that did some.

    Each run says where it was done; damaged ones say nothing.
    """
    found: Counter[tuple[str, ...]] = Counter()
    for cell in part.cells:
        try:
            found[elsewhere(part.store.header(cell.key))] += 1
        except InputError:
            continue
    return [Exactness(part.scenario.name, runs, found.total(), place) for place, runs in sorted(found.items())]


def elsewhere(made: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a clause for each difference between here and where something was made, given `platform` and `versions`.

    What is not recorded is a difference too.
    """
    here = {"platform": machine(), **all_versions()}
    said = made.get("versions")
    there = {"platform": made.get("platform"), **(said if isinstance(said, dict) else {})}
    differing = [name for name in here if there.get(name) != here[name]]
    return tuple(f"they were made with {name} {_told(there.get(name))}, here is {here[name]}" for name in differing)


def tolerance(differences: tuple[str, ...]) -> float:
    """Relative difference that a number may have, given what `elsewhere` says; 0 where bytes are compared."""
    return TOLERANCE if differences else 0.0


def _told(found: object) -> str:
    return "that is not recorded" if found is None else str(found)
