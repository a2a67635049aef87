"""The last validation of each scenario that has one, as `lastresort validate NAME --out NAME.json` wrote it."""

import json
from collections.abc import Sequence
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from lastresort.experiments.keys import engine_version
from lastresort.experiments.validation import Outcome, Role


class Verified(BaseModel):
    """A public figure as a band, what the model gave in each seed from `first_seed` on, and whether that lies in it.

    None stands for a number that is not defined. What has the role `input` was fitted and is no evidence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    name: str
    unit: str
    low: float
    high: float
    first_seed: int
    measured: float | None
    values: tuple[float | None, ...]
    hit: bool
    role: Role
    source: str

    @classmethod
    def of(cls, outcome: Outcome) -> "Verified":
        """What is kept of an outcome."""
        target = outcome.target
        return cls(
            scenario=target.scenario,
            name=target.name,
            unit=target.unit,
            low=target.low,
            high=target.high,
            first_seed=outcome.seeds[0],
            measured=_defined(outcome.measured),
            values=tuple(map(_defined, outcome.values)),
            hit=outcome.hit,
            role=target.role,
            source=target.source,
        )

    @property
    def seeds(self) -> str:
        """First and last seed."""
        return f"{self.first_seed} to {self.first_seed + len(self.values) - 1}"

    @property
    def result(self) -> str:
        """The result in a word: an input is never called a hit."""
        met = "hit" if self.role == "evidence" else "input"
        return met if self.hit else "MISS"


class Validated(BaseModel):
    """Outcomes of a scenario and its companions, the command that gave them, and the version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    command: str
    engine: str
    outcomes: tuple[Verified, ...]

    @classmethod
    def of(cls, scenario: str, command: str, outcomes: Sequence[Outcome]) -> "Validated":
        """What is kept of a validation by this version."""
        verified = tuple(map(Verified.of, outcomes))
        return cls(scenario=scenario, command=command, engine=engine_version(), outcomes=verified)

    @property
    def evidence(self) -> list[Verified]:
        """Outcomes that say something about the model."""
        return [one for one in self.outcomes if one.role == "evidence"]

    @property
    def inputs(self) -> list[Verified]:
        """Outcomes that repeat what was put in."""
        return [one for one in self.outcomes if one.role == "input"]


def validated(scenario: str) -> Validated | None:
    """Return the last validation of a scenario, or of the one that a variant varies; None where there is none."""
    base = scenario.split(" ")[0]
    file = files(__name__).joinpath(f"{base}.json")
    return Validated.model_validate(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def _defined(value: float) -> float | None:
    return value if value == value else None
