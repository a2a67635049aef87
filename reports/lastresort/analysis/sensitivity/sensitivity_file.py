"""A sensitivity analysis as a YAML file, in the style of study files: what is varied, and what is asked of it."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from lastresort.analysis.sensitivity.planning import planned
from lastresort.analysis.sensitivity.ranges import Range
from lastresort.analysis.sensitivity.sensitivity_plan import MOST_FACTORS, SensitivityPlan
from lastresort.experiments.planning import Override
from lastresort.experiments.planning.overrides import checked
from lastresort.experiments.planning.participants import seen_from_anywhere
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.documents import read_document, validated
from lastresort.simulation.waterfall.time_limit import PATIENCE

Word = Annotated[str, Field(min_length=1)]
Method = Literal["morris", "sobol", "both"]


class Ranges(BaseModel):
    """Factors and thresholds alone, as `assumptions.yaml` has them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    factors: dict[str, Range]
    thresholds: dict[str, Range]


class SensitivityFile(BaseModel):
    """What a sensitivity file says; `plan` looks everything up that it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", description="what it is called; names its results")
    question: str = Field("", description="what it is to answer, in prose")
    scenario: Word = Field(description="name, or path of a YAML file relative to this file")
    policies: list[Word] = Field(
        ["fund+queue-adl", "fund+hedge-aware-adl"],
        description="names, suites, all, or paths: two or more; the reference runs too",
    )
    baseline: str = Field("", description="policy that the others are compared with; without it, the first")
    plugins: list[Word] = Field([], description="Python files with rules, relative to this file")
    scores: list[str] = Field(["lc", "mnf"], min_length=1, description="scores to look at")
    overrides: dict[str, Any] = Field({}, alias="set", description="path: value, before anything is varied")
    factors: dict[str, Range] | None = Field(None, description="path: range; without it, the built-in assumptions")
    thresholds: dict[str, Range] | None = Field(
        None, description="delta, tau, lambda: range; without it, the built-in ones"
    )
    replicates: int = Field(8, ge=2, le=10_000, strict=True, description="groups of seeds: the levels of chance")
    seeds_each: int = Field(1, ge=1, le=10_000, strict=True, description="seeds in a group; a point runs on all of one")
    first_seed: int = Field(1, ge=1, strict=True, description="the first seed; the others follow it")
    method: Method = Field("morris", description="morris, sobol or both")
    trajectories: int = Field(20, ge=2, le=100_000, strict=True, description="trajectories of Morris")
    levels: int = Field(4, ge=2, le=1000, strict=True, description="levels of Morris, an even number")
    samples: int = Field(128, ge=2, le=2**20, strict=True, description="base samples of Sobol, a power of two")
    sobol_factors: list[str] | None = Field(
        None, min_length=1, description="factors of Sobol, 8 at most; without it, those that Morris ranks highest"
    )
    confirm_seeds: int = Field(0, ge=0, le=10_000, strict=True, description="seeds at the ends of ranges; 0 for none")
    confirm_factors: int = Field(4, ge=1, le=1000, strict=True, description="factors whose ends are run")
    draw: int = Field(1, ge=1, le=2**31, strict=True, description="which points; another number, other points")
    patience: float = Field(PATIENCE, gt=0, description="seconds that an answer of a rule may take")
    _path: Path = PrivateAttr(Path("sensitivity.yaml"))
    _given: tuple[str | Policy, ...] = PrivateAttr(())
    _given_files: tuple[Path, ...] = PrivateAttr(())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the file at `path`; raises InputError for what can be said without looking anything up."""
        found = read_document(path, cls)
        found._path = path
        return found

    @classmethod
    def of_scenario(cls, scenario: str) -> Self:
        """Return the built-in declaration for a scenario, by its name."""
        found = cls(name=f"{scenario}-sensitivity", scenario=scenario)
        found._path = Path(f"{scenario}-sensitivity")
        return found

    def with_options(self, options: Mapping[str, Any]) -> "SensitivityFile":
        """Return the file with some keys as the command line has them; raises InputError for what does not fit."""
        said = self.model_dump(by_alias=True, exclude_unset=True) | dict(options)
        found = validated(SensitivityFile, said, "command line")
        found._path = self._path
        return found

    def between(self, policies: Sequence[str | Policy], plugin_files: Sequence[Path]) -> Self:
        """Return the same analysis between these policies, if there are any, with more plugin files.

        Paths start where the program runs.
        """
        given = self.model_copy()
        given._path = self._path
        given._given = tuple(map(seen_from_anywhere, policies))
        given._given_files = tuple(plugin_files)
        return given

    @property
    def participants(self) -> Sequence[str | Policy]:
        """Names, suites, paths and policies, the baseline first unless the file names one."""
        return self._given or self.policies

    @field_validator("levels")
    @classmethod
    def _levels_are_even(cls, levels: int) -> int:
        if levels % 2:
            raise ValueError("an even number")
        return levels

    @field_validator("samples")
    @classmethod
    def _samples_are_a_power_of_two(cls, samples: int) -> int:
        if samples & (samples - 1):
            raise ValueError("a power of two")
        return samples

    @field_validator("sobol_factors")
    @classmethod
    def _few_sobol_factors(cls, names: list[str] | None) -> list[str] | None:
        if names is not None and (len(names) > MOST_FACTORS or len(set(names)) < len(names)):
            raise ValueError(f"at most {MOST_FACTORS} factors that differ")
        return names

    @property
    def plugin_files(self) -> tuple[Path, ...]:
        """Plugin files to load into the catalogue before anything is planned."""
        return (*(self._path.parent / word for word in self.plugins), *self._given_files)

    @property
    def folder(self) -> Path:
        """Where paths in the file start."""
        return self._path.parent

    def place(self, key: str) -> str:
        """Return how an error names a key of this file."""
        return f"{self._path}, {key}"

    @property
    def ranges(self) -> Ranges:
        """Factors and thresholds of the file, or the built-in ones."""
        usual = usual_ranges()
        return Ranges(
            factors=usual.factors if self.factors is None else self.factors,
            thresholds=usual.thresholds if self.thresholds is None else self.thresholds,
        )

    def plan(
        self, catalogue: Catalogue, known_scores: Collection[str], overrides: Sequence[Override] = ()
    ) -> SensitivityPlan:
        """Return everything that is to be done, with `overrides` of the command line in place of the file's.

        `catalogue` has the plugin files loaded. Raises InputError in one sentence: where, what was found, what is
        allowed.
        """
        place, replaced = self.place("set"), {override.path for override in overrides}
        own = [
            Override(path, checked(value, f"{place}, '{path}'"), place)
            for path, value in self.overrides.items()
            if path not in replaced
        ]
        return planned(self, catalogue, known_scores, [*own, *overrides])


@cache
def usual_ranges() -> Ranges:
    """Return the built-in assumptions and thresholds, each with its range and where that comes from."""
    return read_document(Path(__file__).with_name("assumptions.yaml"), Ranges)
