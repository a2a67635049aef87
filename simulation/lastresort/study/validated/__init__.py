"""The last validation of each scenario that has one, as `lastresort validate NAME --out NAME.json` wrote it."""

import json
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Verified(BaseModel):
    """A public figure as a band, what the model gave in each seed, and whether the number that is judged lies in it.

    None stands for a number that is not defined.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    name: str
    unit: str
    low: float
    high: float
    measured: float | None
    values: tuple[float | None, ...]
    hit: bool
    source: str


class Validated(BaseModel):
    """Outcomes of a scenario and its companions, with the number of seeds and the version that gave them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    seeds: int
    engine: str
    outcomes: tuple[Verified, ...]


def validated(scenario: str) -> Validated | None:
    """Return the last validation of a scenario, or of the one that a variant varies; None where there is none."""
    base = scenario.split(" ")[0]
    file = files(__name__).joinpath(f"{base}.json")
    return Validated.model_validate(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None
