"""Rules that a program hands over as objects: the plugin files that they need, and the policies that they run under."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lastresort.experiments.folders.comparison_folder import RULES
from lastresort.experiments.folders.writing import write_whole
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.file_policy import policy_for
from lastresort.plugins.installed import installed, taking_part
from lastresort.plugins.written_rule import has_file, written

BUILT_IN = "lastresort."

Given = str | Path | Policy | Mechanism
"""A policy by name, suite or YAML file, a policy as it is, or a rule, which runs as in a plugin file."""


def policies_of(given: Sequence[Given]) -> tuple[str | Policy, ...]:
    """What is meant, with the policy `fund+<name>` for each rule: its parameters are those of the object."""
    return tuple(_policy(one) if isinstance(one, Mechanism) else _word(one) for one in given)


def plugin_files_of(given: Iterable[Given | type[Mechanism]], folder: Path) -> tuple[Path, ...]:
    """Plugin files of the rules among what is given; those of notebook cells are written into `folder`/rules.

    Raises InputError where a rule of a cell cannot be written out.
    """
    kinds = (one if isinstance(one, type) else type(one) for one in given)
    rules = {kind: None for kind in kinds if issubclass(kind, Mechanism)}
    return tuple(dict.fromkeys(_file(rule, folder) for rule in rules if not _is_known(rule)))


def _is_known(rule: type[Mechanism]) -> bool:
    """Whether a rule takes part anyway: it is built in, or of an installed plugin."""
    top = rule.__module__.partition(".")[0]
    tops = {plugin.entry_point.module.partition(".")[0] for plugin in taking_part(installed())}
    return rule.__module__.startswith(BUILT_IN) or top in tops


@contextmanager
def with_rules(given: Iterable[Given | type[Mechanism]], plugins: Iterable[str | Path]) -> Iterator[tuple[Path, ...]]:
    """Plugin files that are named, then those of rules; what cells define is written out for as long as this lasts."""
    with TemporaryDirectory() as folder:
        yield (*map(Path, plugins), *plugin_files_of(given, Path(folder)))


def _file(rule: type[Mechanism], folder: Path) -> Path:
    if has_file(rule.__module__):
        return Path(inspect.getfile(rule))
    text, file = written(rule), folder / RULES / f"{rule.name.replace('-', '_')}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, text.encode())
    return file


def _policy(rule: Mechanism) -> Policy:
    """The usual policy of a rule; what differs from the rule's defaults stands in its name."""
    usual = policy_for(type(rule), "rule")
    chosen = rule.model_dump(mode="json", exclude_defaults=True)
    steps = tuple(
        step.model_copy(update={"parameters": chosen}) if step.use == rule.name else step for step in usual.waterfall
    )
    name = "".join([usual.name, *(f"+{key}-{value}" for key, value in sorted(chosen.items()))])
    return usual.model_copy(update={"name": name, "waterfall": steps})


def _word(given: "str | Path | Policy") -> str | Policy:
    return str(given) if isinstance(given, Path) else given
