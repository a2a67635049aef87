"""The last sweep of each scenario that has one, as `python benchmarks/sweep.py --write` wrote it."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).parent


class Swept(BaseModel):
    """Verdicts between core policies that flip with a choice nobody can settle, a sentence each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    command: str
    engine: str
    flips: tuple[str, ...]


def swept(scenario: str, folder: Path = FOLDER) -> Swept | None:
    """Return the last sweep of a scenario, or of the one that a variant varies; None where there is none."""
    file = folder / f"{scenario.split(' ')[0]}.json"
    return Swept.model_validate(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def write_swept(found: Swept, folder: Path = FOLDER) -> None:
    """Write a sweep down where reports look for it."""
    (folder / f"{found.scenario}.json").write_text(found.model_dump_json(indent=2) + "\n", encoding="utf-8")
