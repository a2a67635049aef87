"""Everything with a name, built in and plugged in: what a run is made of, and how it is scored and reported."""

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import ALL, SUITES, Policy
from lastresort.plugins.brought import Brought
from lastresort.plugins.discovery import BUILT_IN, built_ins, leave_out, of_file, of_installed
from lastresort.plugins.documents import read_document
from lastresort.plugins.errors import InputError, PluginWarning, did_you_mean, one_of
from lastresort.plugins.figures import check_figures
from lastresort.plugins.file_policy import policy_for, unfinished
from lastresort.plugins.installed import Installed, installed, taking_part
from lastresort.plugins.isolation.plugin_process import Read, Service, believed
from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.isolation.rooms import ROOMS
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score
from lastresort.simulation.scenario import Scenario

OWN = "own"
"""The suite of policies that plugins bring."""

NOBODY: Mapping[str, PluginSet] = MappingProxyType({})

Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What the plugins brought, by name.

    `origins` says where each mechanism comes from ("built-in", distribution or plugin file), `fingerprints` is the
    SHA-256 of everything that decides what it answers, and `scenarios` maps the stem of each scenario file to its path.
    Scores and report sections come with their origin. `installed` are the plugins of distributions that took part.
    `plugins` are the sets by origin; their mechanisms are stand-ins, unless this process has `imported` them.
    `unfinished` says by name why there is no policy of its own for a mechanism of a plugin file.
    """

    mechanisms: dict[str, type[Mechanism]]
    origins: dict[str, str]
    fingerprints: dict[str, str]
    policies: dict[str, Policy]
    scenarios: dict[str, Path]
    scores: dict[str, tuple[str, Score]]
    sections: dict[str, tuple[str, ReportSection]]
    installed: tuple[Installed, ...] = ()
    plugins: Mapping[str, PluginSet] = field(default_factory=dict)
    imported: bool = False
    unfinished: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, plugin_files: Sequence[Path] = (), rooms: Sequence[ModuleType] = ()) -> "Catalogue":
        """Collect built-ins, installed plugins and plugin files, all imported by this process.

        `rooms` are registration modules of rooms above this one: the built-in scores, where they are wanted. Raises
        InputError for a broken plugin file. An installed plugin that is broken, or does not fit in with those before
        it, is left out with a PluginWarning.
        """
        parts = built_ins(rooms)
        for plugin in taking_part(installed()):
            try:
                parts.append(of_installed(plugin))
            except InputError as error:
                leave_out(error)
        parts += map(of_file, plugin_files)
        plugins = {one.origin: PluginSet(installed=(one.origin,)) for one in parts if one.kind == "installed"}
        plugins |= {str(file): PluginSet((file,)) for file in plugin_files}
        return replace(cls.of_parts(parts, plugins), imported=True)

    @classmethod
    def of_rules(cls, parts: Sequence[Brought]) -> "Catalogue":
        """Put together rules, of which the policies that plugins bring may need others: nothing is built."""
        rules = [replace(one, policies=()) if one.kind != "built-in" else one for one in parts]
        return replace(cls._of(rules, NOBODY), imported=True)

    @classmethod
    def of_parts(cls, parts: Sequence[Brought], plugins: Mapping[str, PluginSet] = NOBODY) -> "Catalogue":
        """Put together what there is, and build once every policy that plugins bring; otherwise as `load`.

        `plugins` are the sets by origin.
        """
        try:
            return cls._of(parts, plugins)
        except InputError:
            fitting = [one for one in parts if one.kind == "built-in"]
            for one in (one for one in parts if one.kind == "installed"):
                try:
                    cls._of([*fitting, one], plugins)
                    fitting.append(one)
                except InputError as error:
                    leave_out(error)
            return cls._of([*fitting, *(one for one in parts if one.kind == "file")], plugins)

    @classmethod
    def _of(cls, parts: Sequence[Brought], plugins: Mapping[str, PluginSet]) -> "Catalogue":
        _refuse_repetitions(parts)
        classes = [(one.origin, item) for one in parts for item in one.mechanisms]
        policies = [(one.origin, item) for one in parts for item in one.policies]
        alone = _without_policy(classes, policies, {one.origin for one in parts if one.kind == "file"})
        reasons = {f"fund+{item.name}": unfinished(item, origin) for origin, item in alone}
        policies += [(origin, policy_for(item, origin)) for origin, item in alone if not reasons[f"fund+{item.name}"]]
        there = {one.origin for one in parts}
        catalogue = cls(
            mechanisms=_by_name("mechanism", ((origin, item.name, item) for origin, item in classes)),
            origins={item.name: origin for origin, item in classes},
            fingerprints={name: sha for one in parts for name, sha in one.fingerprints.items()},
            policies=_by_name("policy", ((origin, item.name, item) for origin, item in policies)),
            scenarios=_by_name("scenario", ((one.origin, file.stem, file) for one in parts for file in one.scenarios)),
            scores=_by_name("score", ((one.origin, it.name, (one.origin, it)) for one in parts for it in one.scores)),
            sections=_by_name(
                "report section", ((one.origin, it.name, (one.origin, it)) for one in parts for it in one.sections)
            ),
            installed=tuple(plugin for plugin in installed() if plugin.origin in there),
            plugins={origin: found for origin, found in plugins.items() if origin in there},
            unfinished={name: reason for name, reason in reasons.items() if reason},
        )
        for origin, policy in policies:
            if origin != BUILT_IN:
                catalogue._check(policy)
        return catalogue

    def needed(self, policy: Policy) -> PluginSet:
        """The plugins whose code a policy's rules are."""
        origins = {self.origins[step.use] for step in policy.waterfall}
        return PluginSet.union(self.plugins[origin] for origin in origins if origin in self.plugins)

    def ask(
        self, mechanism: str, service: Service, patience: float, read: Callable[[Any], Read], **arguments: Any
    ) -> Read:
        """Have a function called where the code of a mechanism is: here, or in the process of its plugin.

        It is given the catalogue there, the arguments and `patience`, how many seconds a rule that it asks has for an
        answer; these, and what it returns, are as JSON has them, and `read` makes of that what is returned. Raises
        InputError where the function does, and PluginEndedError.
        """
        plugins = None if self.imported else self.plugins.get(self.origins[mechanism])
        wanted = arguments | {"patience": patience}
        if plugins is None:
            return read(service(self, **wanted))
        with ROOMS.borrowed(plugins, patience) as process:
            return believed(read, process.ask(service, wanted, patience).document)

    def policy(self, name: str) -> Policy:
        """Return a policy by its name or by the path of a YAML file; raises InputError."""
        return self.policies.get(name) or self._read_policy(name)

    def suite(self, name: str) -> list[Policy]:
        """Return the policies of a suite, or of all; a PluginWarning tells of each that would be there, and is not."""
        for reason in self.unfinished.values() if name in (OWN, ALL) else ():
            warnings.warn(reason, PluginWarning, stacklevel=2)
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
        if name in self.unfinished:
            raise InputError(self.unfinished[name])
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


def _refuse_repetitions(parts: Sequence[Brought]) -> None:
    origins = [one.origin for one in parts]
    for place, origin in enumerate(origins):
        if origin in origins[:place]:
            raise InputError(f"plugin {origin}: given twice; allowed: each plugin once")


def _by_name(kind: str, items: Iterable[tuple[str, str, Item]]) -> dict[str, Item]:
    named: dict[str, Item] = {}
    origins: dict[str, str] = {}
    for origin, name, item in items:
        if name in named:
            taken = f"the name is taken by plugin {origins[name]}; allowed: a name of its own"
            raise InputError(f"plugin {origin}, {kind} '{name}': {taken}")
        named[name], origins[name] = item, origin
    return named


def _without_policy(
    classes: Sequence[tuple[str, type[Mechanism]]], policies: Sequence[tuple[str, Policy]], files: set[str]
) -> list[tuple[str, type[Mechanism]]]:
    """The mechanisms of plugin files that no policy of their file uses."""
    used = {(origin, step.use) for origin, policy in policies for step in policy.waterfall}
    return [one for one in classes if one[0] in files and (one[0], one[1].name) not in used]
