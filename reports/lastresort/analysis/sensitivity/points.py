"""Points: the scenario, policies, thresholds and seeds that values of the factors stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from lastresort.analysis.sensitivity.factors import CHANCE, Factor
from lastresort.analysis.sensitivity.lines import thresholds_at
from lastresort.experiments.design import REFERENCE
from lastresort.experiments.keys import digest
from lastresort.experiments.planning.addresses import Address, addressed, kind_of
from lastresort.experiments.planning.grid import refuse_conflicts
from lastresort.experiments.planning.locations import Location
from lastresort.experiments.planning.overrides import Override, Setting, applied
from lastresort.experiments.planning.subjects import PolicySubject, ScenarioSubject
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.scores.measures.thresholds import Thresholds
from lastresort.simulation.scenario import Scenario


@dataclass(frozen=True)
class Point:
    """What runs, and how it is scored: all policies on all of the seeds."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    thresholds: Thresholds
    seeds: tuple[int, ...]


class Placing:
    """Puts values of factors where they belong in a scenario and in policies.

    Raises InputError, beginning with `place`, where a path leads nowhere or to no number.
    """

    def __init__(
        self,
        scenario: Scenario,
        policies: Sequence[Policy],
        mechanisms: dict[str, type[Mechanism]],
        seeds: Sequence[tuple[int, ...]],
        place: str,
    ) -> None:
        self._scenario = ScenarioSubject(scenario)
        self._policies = [PolicySubject(policy, mechanisms) for policy in policies]
        self._seeds = seeds
        self._place = place
        self._known: dict[str, dict[str, Address]] = {}
        self._built: dict[str, Scenario] = {}

    def addresses(self, path: str) -> dict[str, Address]:
        """Return where a path leads, by the name of the scenario or policy; the reference does not vary."""
        if path not in self._known:
            if kind_of(path, self._place) == "scenarios":
                self._known[path] = addressed(path, self._place, [self._scenario])
            else:
                varying = [subject for subject in self._policies if subject.name != REFERENCE]
                self._known[path] = addressed(path, self._place, varying)
        return self._known[path]

    def standing(self, path: str) -> list[Any]:
        """Return what stands now wherever a path leads: numbers, or lists of numbers."""
        found = [
            _at(self._documents[kind_of(path, self._place), name], address.location)
            for name, address in self.addresses(path).items()
        ]
        for value in found:
            if not _is_numeric(value):
                raise InputError(f"{self._place}, '{path}': there stands {value!r}; allowed: paths to numbers")
        return found

    def unit(self, path: str) -> str:
        """Return the unit of a number of the scenario, as the scenario declares it; empty where it declares none."""
        (address,) = self.addresses(path).values()
        inside: Any = self._scenario.item
        unit = ""
        for part in address.location:
            field = type(inside).model_fields.get(str(part)) if isinstance(inside, BaseModel) else None
            extra = field.json_schema_extra if field else None
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else unit
            inside = getattr(inside, str(part)) if field else inside[part]
        return unit

    def refuse_conflicts(self, paths: Sequence[str]) -> None:
        """Refuse two paths that lead to the same number; raises InputError."""
        settings: dict[tuple[str, str], list[Setting]] = {}
        for path in paths:
            for name, address in self.addresses(path).items():
                override = Override(path, None, self._place)
                kind = kind_of(path, self._place)
                settings.setdefault((kind, name), []).append(Setting(override, address.key, address.location))
        for several in settings.values():
            refuse_conflicts(several, [])

    def point(self, factors: Sequence[Factor], values: Mapping[str, float]) -> Point:
        """Return the point at which some factors have some values, all else being as it is.

        Without a value of chance it runs on the seeds of the first group. Raises InputError where the scenario or a
        policy allows no such value.
        """
        moved = {factor.name: factor for factor in factors if factor.name in values}
        paths = [name for name, factor in moved.items() if factor.kind in ("scenario", "policy")]
        return Point(
            scenario=self._varied_scenario([path for path in paths if path.startswith("scenarios.")], moved, values),
            policies=self._varied_policies([path for path in paths if path.startswith("policies.")], moved, values),
            thresholds=thresholds_at(values),
            seeds=self._seeds[round(values.get(CHANCE, 1.0)) - 1],
        )

    @cached_property
    def _documents(self) -> dict[tuple[str, str], dict[str, Any]]:
        subjects = {("policies", subject.name): subject.document() for subject in self._policies}
        return {("scenarios", self._scenario.name): self._scenario.document(), **subjects}

    def _varied_scenario(self, paths: list[str], moved: Mapping[str, Factor], values: Mapping[str, float]) -> Scenario:
        """The scenario as it is or with some values; it is called after what it holds, since keys of runs are too."""
        name = self._scenario.name
        settings = [self._setting(path, name, moved[path], values[path]) for path in paths]
        if not settings:
            return self._scenario.item
        said = sorted((one.key, one.override.value) for one in settings)
        called = f"{name} point={digest(said)[:12]}"
        if called not in self._built:
            self._built[called] = applied(self._scenario, settings, called)
        return self._built[called]

    def _varied_policies(
        self, paths: list[str], moved: Mapping[str, Factor], values: Mapping[str, float]
    ) -> tuple[Policy, ...]:
        found = []
        for subject in self._policies:
            mine = [path for path in paths if subject.name in self.addresses(path)]
            settings = [self._setting(path, subject.name, moved[path], values[path]) for path in mine]
            found.append(applied(subject, settings, subject.name))
        return tuple(found)

    def _setting(self, path: str, name: str, factor: Factor, value: float) -> Setting:
        address = self.addresses(path)[name]
        standing = _at(self._documents[kind_of(path, self._place), name], address.location)
        new = _multiplied(standing, value) if factor.times else _as_is(standing, value)
        return Setting(Override(path, new, self._place), address.key, address.location)


def _at(document: Any, location: Location) -> Any:
    for part in location:
        document = document[part]
    return document


def _is_numeric(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_numeric, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _multiplied(standing: Any, by: float) -> Any:
    """A number, or every number of a list, times something; whole numbers stay whole."""
    if isinstance(standing, list):
        return [_multiplied(one, by) for one in standing]
    return round(standing * by) if isinstance(standing, int) else standing * by


def _as_is(standing: Any, value: float) -> float:
    return round(value) if isinstance(standing, int) else value
