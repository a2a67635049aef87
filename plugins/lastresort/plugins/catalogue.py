"""Everything with a name, built in and plugged in: what a run is made of, and how it is scored and reported."""

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from pluggy import PluginManager

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.plain_text import escaped, representation
from lastresort.mechanisms.policy import ALL, SUITES, Policy
from lastresort.plugins.answers import check_answers
from lastresort.plugins.discovery import BUILT_IN, brought, discover, leave_out, take_out
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.figures import check_figures
from lastresort.plugins.file_policy import policy_for
from lastresort.plugins.installed import Installed, installed, taking_part
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.report_section import ReportSection, check_section
from lastresort.plugins.rule_sources import fingerprint
from lastresort.plugins.score import Score, check_score
from lastresort.simulation.scenario import Scenario
from lastresort.simulation.waterfall.strangers import is_ours

Item = TypeVar("Item")


@dataclass(frozen=True)
class Catalogue:
    """What the plugins brought, by name.

    `origins` says where each mechanism comes from ("built-in", distribution or plugin file), `fingerprints` is the
    SHA-256 of everything that decides what it answers, and `scenarios` maps the stem of each scenario file to its path.
    Scores and report sections come with their origin. `installed` are the plugins of distributions that took part.
    """

    mechanisms: dict[str, type[Mechanism]]
    origins: dict[str, str]
    fingerprints: dict[str, str]
    policies: dict[str, Policy]
    scenarios: dict[str, Path]
    scores: dict[str, tuple[str, Score]]
    sections: dict[str, tuple[str, ReportSection]]
    installed: tuple[Installed, ...] = ()

    @classmethod
    def load(cls, plugin_files: Sequence[Path] = (), built_in: Sequence[ModuleType] = ()) -> "Catalogue":
        """Collect built-ins, installed plugins and plugin files, and build once every policy that plugins bring.

        `built_in` are registration modules of rooms above this one: the built-in scores, where they are wanted.
        Raises InputError, so that nothing runs with a broken plugin file. An installed plugin that is broken, or does
        not fit in with those before it, is left out with a PluginWarning.
        """
        manager = discover(plugin_files, built_in)
        try:
            return cls._of(manager, plugin_files)
        except InputError:
            files = take_out(manager, [str(path) for path in plugin_files])
            for origin, plugin in take_out(manager, [plugin.origin for plugin in installed()]):
                cls._vet(manager, origin, plugin)
            for origin, plugin in files:
                manager.register(plugin, name=origin)
            return cls._of(manager, plugin_files)

    @classmethod
    def _vet(cls, manager: PluginManager, origin: str, plugin: object) -> None:
        """Put an installed plugin back and leave it out again if it does not fit in with those before it."""
        manager.register(plugin, name=origin)
        try:
            cls._of(manager, ())
        except InputError as error:
            leave_out(manager, origin, error)

    @classmethod
    def _of(cls, manager: PluginManager, plugin_files: Sequence[Path]) -> "Catalogue":
        classes = [(origin, _mechanism(origin, item)) for origin, item in brought(manager, "lastresort_mechanisms")]
        policies = [
            (origin, read_document(Path(item), Policy)) for origin, item in brought(manager, "lastresort_policies")
        ]
        scenarios = [(origin, Path(item)) for origin, item in brought(manager, "lastresort_scenarios")]
        scores = [(origin, check_score(item, origin)) for origin, item in brought(manager, "lastresort_scores")]
        sections = [
            (origin, check_section(item, origin)) for origin, item in brought(manager, "lastresort_report_sections")
        ]
        policies += _file_policies(classes, policies, {str(path) for path in plugin_files})
        catalogue = cls(
            mechanisms=_by_name("mechanism", ((origin, item.name, item) for origin, item in classes)),
            origins={item.name: origin for origin, item in classes},
            fingerprints={item.name: fingerprint(item, origin) for origin, item in classes},
            policies=_by_name("policy", ((origin, item.name, item) for origin, item in policies)),
            scenarios=_by_name("scenario", ((origin, item.stem, item) for origin, item in scenarios)),
            scores=_by_name("score", ((origin, item.name, (origin, item)) for origin, item in scores)),
            sections=_by_name("report section", ((origin, item.name, (origin, item)) for origin, item in sections)),
            installed=tuple(plugin for plugin in taking_part(installed()) if manager.has_plugin(plugin.origin)),
        )
        for origin, policy in policies:
            if origin != BUILT_IN:
                catalogue._check(policy)
        return catalogue

    def policy(self, name: str) -> Policy:
        """Return a policy by its name or by the path of a YAML file; raises InputError."""
        return self.policies.get(name) or self._read_policy(name)

    def suite(self, name: str) -> list[Policy]:
        """Return the policies of a suite, or of all."""
        return [policy for policy in self.policies.values() if name in (policy.suite, ALL)]

    def choice(self, word: str) -> list[Policy]:
        """Return the policies that a word means: all, those of a suite, or one by its name or the path of a YAML file.

        Raises InputError, also for a suite without policies.
        """
        suites = (ALL, *SUITES)
        if word not in suites:
            return [self.policies.get(word) or self._read_policy(word, suites)]
        found = self.suite(word)
        if not found:
            raise InputError(f"suite '{word}' has no policies; a plugin or a YAML file would bring them")
        return found

    def scenario(self, name: str) -> Scenario:
        """Return a scenario by its name or by the path of a YAML file; raises InputError."""
        known = sorted(self.scenarios)
        return read_document(self.scenarios.get(name) or _path("scenario", name, known, one_of(known)), Scenario)

    def plays_reference(self, mechanism: str) -> bool:
        """Whether a mechanism is a stage of a known policy with role: reference, and may use Payer.BACKSTOP there."""
        references = [policy for policy in self.policies.values() if policy.role == "reference"]
        return any(step.use == mechanism for policy in references for step in policy.waterfall)

    def _read_policy(self, name: str, suites: tuple[str, ...] = ()) -> Policy:
        shown = f"a name {'or a suite ' if suites else ''}that 'lastresort list policies' shows"
        policy = read_document(_path("policy", name, (*self.policies, *suites), shown), Policy)
        self._check(policy)
        return policy

    def _check(self, policy: Policy) -> None:
        build_waterfall(policy, self)
        check_figures(policy, self.mechanisms)


def _path(kind: str, name: str, known: Iterable[str], allowed: str) -> Path:
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        hint = did_you_mean(name, known)
        raise InputError(f"unknown {kind} '{name}'; allowed: {allowed}, or the path of a YAML file{hint}")
    return path


def _mechanism(origin: str, item: object) -> type[Mechanism]:
    if not (inspect.isclass(item) and issubclass(item, Mechanism)):
        rule = "allowed: subclasses of Mechanism"
        raise InputError(f"plugin {origin}, hook 'lastresort_mechanisms': found {representation(item)}; {rule}")
    check_answers(item, origin)
    return item if is_ours(item) else _in_plain_text(item, origin)


def _in_plain_text(rule: type[Mechanism], origin: str) -> type[Mechanism]:
    """The same rule; in what it says of itself, marks that are not seen are spelled out."""
    if type(rule.source) is not str or not isinstance(rule.__doc__, str | None):
        place = f"plugin {origin}, mechanism '{rule.name}'"
        raise InputError(f"{place}: found a source or a docstring that is no text; allowed: text")
    rule.source = escaped(rule.source)
    rule.__doc__ = None if rule.__doc__ is None else escaped(rule.__doc__)
    for field in rule.model_fields.values():
        field.description = None if field.description is None else escaped(field.description)
    return rule


def _by_name(kind: str, items: Iterable[tuple[str, str, Item]]) -> dict[str, Item]:
    named: dict[str, Item] = {}
    origins: dict[str, str] = {}
    for origin, name, item in items:
        if name in named:
            taken = f"the name is taken by plugin {origins[name]}; allowed: a name of its own"
            raise InputError(f"plugin {origin}, {kind} '{name}': {taken}")
        named[name], origins[name] = item, origin
    return named


def _file_policies(
    classes: Sequence[tuple[str, type[Mechanism]]], policies: Sequence[tuple[str, Policy]], files: set[str]
) -> list[tuple[str, Policy]]:
    """Policies for the mechanisms of plugin files that no policy of their file uses."""
    used = {(origin, step.use) for origin, policy in policies for step in policy.waterfall}
    return [
        (origin, policy_for(mechanism, origin))
        for origin, mechanism in classes
        if origin in files and (origin, mechanism.name) not in used
    ]
