"""The form of a manifest: what readers of a finished comparison rely on, checked before anything else is read."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, model_validator

from lastresort.mechanisms.policy import Policy
from lastresort.simulation.scenario import Scenario

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(max_length=200)]
Seed = Annotated[int, Field(ge=1, strict=True)]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True)


class _Run(_Form):
    policy: Name
    seed: Seed
    key: Sha256


class _Finished(_Run):
    cpu_seconds: FiniteFloat


class _Failed(_Run):
    reason: str


class _Mechanism(_Form):
    source: str
    evidence: str
    origin: str
    sha256: Sha256


class _PluginFile(_Form):
    file: str
    sha256: Sha256


class _Scored(_Form):
    platform: str
    versions: dict[str, str]


class Manifest(_Form):
    """A manifest of this version; unknown keys are nobody's business."""

    created: str
    engine: str
    python: str
    platform: str
    libraries: dict[str, str]
    scenario: Scenario
    policies: list[Policy] = Field(min_length=1)
    seeds: list[Seed] = Field(min_length=1)
    mechanisms: dict[str, _Mechanism]
    plugin_files: list[_PluginFile]
    patience: FiniteFloat = Field(gt=0)
    store: Literal["store", "../../store"]
    runs: list[_Finished]
    failures: list[_Failed]
    conservation_error: FiniteFloat
    cpu_seconds: FiniteFloat
    elapsed_seconds: FiniteFloat
    scored: _Scored | None
    files: dict[str, Sha256]

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [policy.name for policy in self.policies]
        for found in (self.seeds, names, [(run.policy, run.seed) for run in self.runs]):
            if len(set(found)) < len(found):
                raise ValueError("policies, seeds and runs that differ")
        if max(map(len, (self.scenario.name, *names))) > 200:
            raise ValueError("names of at most 200 characters")
        return self
