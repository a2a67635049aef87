"""A study as a YAML file: what runs, what is set and varied, and what is asked of it."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator

from lastresort.experiments.design import REFERENCE
from lastresort.experiments.keys import canonical
from lastresort.experiments.planning.addresses import kind_of
from lastresort.experiments.planning.grid import Axis
from lastresort.experiments.planning.overrides import Override, checked
from lastresort.experiments.planning.participants import policies_meant, scenarios_meant, seen_from_anywhere
from lastresort.experiments.planning.plan import Plan, PluginSource
from lastresort.experiments.planning.precision import Precision
from lastresort.experiments.planning.primary import Declaration, comparisons
from lastresort.experiments.planning.repetition import first_repeated
from lastresort.experiments.planning.subjects import Item, PolicySubject, ScenarioSubject
from lastresort.experiments.planning.variants import Variant, varied
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError, one_of
from lastresort.plugins.replaced_scores import unknown_score
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.time_limit import PATIENCE

MOST_SEEDS = 1_000_000
"""More seeds than that are a slip of the pen."""

Word = Annotated[str, Field(min_length=1)]
Spoken = TypeVar("Spoken", Override, Axis)


class StudyFile(BaseModel):
    """What a study file says; `plan` looks everything up that it names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$", description="what the study is called; names its results")
    question: str = Field("", description="what the study is to answer, in prose")
    scenarios: list[Word] = Field(min_length=1, description="names, or paths of YAML files relative to this file")
    policies: list[Word] = Field([], description="names, suites, all, or paths; without any, core and those of plugins")
    plugins: list[Word] = Field([], description="Python files with rules, relative to this file")
    seeds: int | list[int] = Field(20, description="number of seeds, or a list of them")
    first_seed: int = Field(1, ge=1, strict=True, description="the first of a number of seeds; the others follow it")
    patience: float = Field(PATIENCE, gt=0, description="seconds that an answer of a rule may take")
    overrides: dict[str, Any] = Field({}, alias="set", description="path: value, for everything the path speaks of")
    grid: dict[str, list[Any]] = Field({}, description="path: list of values; every combination becomes a variant")
    primary: list[Declaration] = Field([], description="comparisons declared before anything runs")
    precision: Precision | None = Field(None, description="how precisely the primary comparisons are to be known")
    _path: Path = PrivateAttr(Path("study.yaml"))
    _guests: tuple[str | Policy, ...] = PrivateAttr(())
    _guest_files: tuple[Path, ...] = PrivateAttr(())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the study file at `path`; raises InputError for what can be said without looking anything up."""
        study = read_document(path, cls)
        study._path = path
        return study

    def joined_by(self, policies: Sequence[str | Policy], plugin_files: Sequence[Path]) -> Self:
        """Return the same study with more policies and plugin files, whose paths start where the program runs."""
        joined = self.model_copy()
        joined._path = self._path
        joined._guests = tuple(map(seen_from_anywhere, policies))
        joined._guest_files = tuple(plugin_files)
        return joined

    @field_validator("seeds", mode="before")
    @classmethod
    def _seeds_count_or_differ(cls, seeds: object) -> object:
        listed = seeds if isinstance(seeds, list) else [seeds]
        whole = all(isinstance(seed, int) and not isinstance(seed, bool) and 1 <= seed <= MOST_SEEDS for seed in listed)
        if not (listed and whole and len(set(listed)) == len(listed)):
            raise ValueError(f"a number from 1 to {MOST_SEEDS:,}, or a list of such numbers that differ")
        return seeds

    @field_validator("grid")
    @classmethod
    def _grid_is_not_empty(cls, grid: dict[str, list[Any]]) -> dict[str, list[Any]]:
        if not grid or not all(grid.values()):
            raise ValueError("paths with at least one value each, or no grid at all")
        return grid

    @field_validator("first_seed")
    @classmethod
    def _first_of_a_number(cls, first_seed: int, info: ValidationInfo) -> int:
        if isinstance(info.data.get("seeds"), list):
            raise ValueError("no first_seed where seeds is a list")
        return first_seed

    @field_validator("precision")
    @classmethod
    def _precision_is_about_something(cls, precision: Precision | None, info: ValidationInfo) -> Precision | None:
        if precision and not info.data.get("primary", True):
            raise ValueError("no precision without primary comparisons, whose intervals it is about")
        asked = {one.score for one in info.data.get("primary", ())}
        if precision and isinstance(precision.half_width, dict) and set(precision.half_width) != asked:
            strange = next((unknown_score(name, asked) for name in precision.half_width if name not in asked), "")
            wanted = f"a half_width for each score of the primary comparisons: {one_of(sorted(asked))}"
            raise ValueError("; ".join(filter(None, (wanted, strange))))
        return precision

    @property
    def plugin_files(self) -> tuple[Path, ...]:
        """Plugin files to load into the catalogue before the study is planned."""
        return (*(self._path.parent / word for word in self.plugins), *self._guest_files)

    def plan(self, catalogue: Catalogue, known_scores: Collection[str], overrides: Sequence[Override] = ()) -> Plan:
        """Return everything the study will run, with `overrides` of the command line in place of the file's.

        `catalogue` has the plugin files loaded. Raises InputError in one sentence: where, what was found, what is
        allowed.
        """
        replaced = {override.path for override in overrides}
        settings = [*(one for one in self._settings() if one.path not in replaced), *overrides]
        scenarios = self._scenarios(catalogue, settings)
        policies = self._policies(catalogue, settings)
        return Plan(
            name=self.name,
            question=self.question,
            scenarios=_items(scenarios, self._place("grid")),
            policies=_items(policies, self._place("grid")),
            seeds=self._seeds(),
            primary=comparisons(self.primary, scenarios, policies, known_scores, self._place("primary")),
            precision=self.precision,
            plugins=tuple(map(PluginSource.read, self.plugin_files)),
            patience=self.patience,
        )

    def _scenarios(self, catalogue: Catalogue, settings: Sequence[Override]) -> list[Variant[Scenario]]:
        meant = scenarios_meant(self.scenarios, catalogue, self._path.parent, self._place("scenarios"))
        subjects = [ScenarioSubject(scenario) for scenario in meant]
        return varied(subjects, _of("scenarios", settings), _of("scenarios", self._axes()), self._place("grid"))

    def _policies(self, catalogue: Catalogue, settings: Sequence[Override]) -> list[Variant[Policy]]:
        meant = policies_meant([*self.policies, *self._guests], catalogue, self._path.parent, self._place("policies"))
        subjects = [PolicySubject(policy, catalogue.mechanisms) for policy in meant]
        axes = _of("policies", self._axes())
        return varied(subjects, _of("policies", settings), axes, self._place("grid"), fixed=REFERENCE)

    def _settings(self) -> list[Override]:
        place = self._place("set")
        return [Override(path, checked(value, f"{place}, '{path}'"), place) for path, value in self.overrides.items()]

    def _axes(self) -> list[Axis]:
        return [_axis(path, values, self._place("grid")) for path, values in self.grid.items()]

    def _seeds(self) -> tuple[int, ...]:
        if isinstance(self.seeds, list):
            return tuple(self.seeds)
        return tuple(range(self.first_seed, self.first_seed + self.seeds))

    def _place(self, key: str) -> str:
        return f"{self._path}, {key}"


def _of(kind: str, spoken: Sequence[Spoken]) -> list[Spoken]:
    return [one for one in spoken if kind_of(one.path, one.place) == kind]


def _axis(path: str, values: Sequence[Any], place: str) -> Axis:
    if path.startswith(f"policies.{REFERENCE}."):
        raise InputError(f"{place}, '{path}': the reference does not vary; allowed: other policies, or set")
    here = f"{place}, '{path}'"
    told = [canonical(checked(value, here)) for value in values]
    twice = first_repeated(told)
    if twice is not None:
        raise InputError(f"{here}: found {twice} twice; allowed: values that differ")
    return Axis(path, tuple(values), place)


def _items(variants: Sequence[Variant[Item]], place: str) -> tuple[Item, ...]:
    twice = first_repeated(variant.item.name for variant in variants)
    if twice is not None:
        raise InputError(f"{place}: two variants are named '{twice}'; allowed: a name of its own for each")
    return tuple(variant.item for variant in variants)


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of study files, which editors use to check and complete them."""
    return StudyFile.model_json_schema()
