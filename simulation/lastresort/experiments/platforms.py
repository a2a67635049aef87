"""How stored runs are held against runs done here: byte for byte on their own platform, to a tolerance on another."""

from collections.abc import Mapping
from dataclasses import dataclass

from lastresort.experiments.agreement import TOLERANCE
from lastresort.experiments.environment import machine, versions
from lastresort.experiments.folders.cells import Part


@dataclass(frozen=True, slots=True)
class Exactness:
    """How exactly the runs on a scenario are compared.

    `elsewhere` says in what their platform differs, and is empty where it is this one. `recorded` is false where nobody
    wrote down where they were done, as in a comparison that is not finished.
    """

    scenario: str
    recorded: bool
    elsewhere: tuple[str, ...]

    @property
    def tolerance(self) -> float:
        """Relative difference that a number may have; 0 where bytes are compared."""
        return TOLERANCE if self.elsewhere else 0.0

    @property
    def sentence(self) -> str:
        """Which comparison is made, and why."""
        if self.elsewhere:
            return f"{self.scenario}: numbers are compared to {TOLERANCE:g} relative, since {'; '.join(self.elsewhere)}"
        why = "the runs are of this platform" if self.recorded else "where the runs were done is not recorded"
        return f"{self.scenario}: files are compared byte for byte, since {why}"


def exactness(part: Part) -> Exactness:
    """How runs are compared, from what was recorded beside them: processor, system, Python and libraries."""
    here = {"platform": machine(), **versions()}
    there = ({"platform": part.platform} if part.platform else {}) | recorded(part)
    return Exactness(part.scenario.name, bool(part.platform), _elsewhere(there, here))


def recorded(part: Part) -> dict[str, str]:
    """The versions that did the runs; none where they are not recorded."""
    return ({"Python": part.python} if part.python else {}) | dict(part.libraries)


def _elsewhere(there: Mapping[str, str], here: Mapping[str, str]) -> tuple[str, ...]:
    """A clause for each difference in what both name."""
    differing = [name for name in here if there.get(name, here[name]) != here[name]]
    return tuple(f"they were done with {name} {there[name]}, here is {here[name]}" for name in differing)
