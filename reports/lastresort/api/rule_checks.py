"""Do mechanisms keep their promises?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.api.given_parameters import own, parameters_in
from lastresort.api.given_rules import with_rules
from lastresort.api.shown import Shown
from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.plain_text import escaped
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, PluginEndedError, did_you_mean
from lastresort.plugins.isolation.contained import contained
from lastresort.plugins.manager import make
from lastresort.plugins.testing.checks.examination import EXAMPLES, Finding, examine
from lastresort.plugins.testing.checks.promises import CHECKS
from lastresort.simulation.waterfall.kept_tracebacks import keeping
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import PATIENCE, interruptible


@dataclass(frozen=True, repr=False)
class Checks(Shown):
    """What came of every check, by mechanism, and the ways through its code to what it raised, by breach."""

    findings: Mapping[str, Sequence[Finding]]
    ways: Mapping[str, Mapping[str, str]]

    @property
    def passed(self) -> bool:
        """Whether nobody has to do anything."""
        return not any(finding.failed for found in self.findings.values() for finding in found)

    @property
    def title(self) -> str:
        """Which mechanisms were checked, and whether all is well."""
        return f"{', '.join(self.findings)}: {'passes' if self.passed else 'FAILS'}"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each check of each mechanism."""
        return [{"mechanism": name} | row for name in self.findings for row in self.of(name)]

    def of(self, name: str) -> list[dict[str, str]]:
        """A row for each check of one mechanism."""
        return [_row(finding) for finding in self.findings[name]]

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it, by mechanism."""
        return {
            name: [_document(finding) | {"traceback": self._way(name, finding)} for finding in found]
            for name, found in self.findings.items()
        }

    @property
    def tracebacks(self) -> list[str]:
        """The ways through the code of mechanisms to what they raised, each once."""
        ways = (self._way(name, finding) for name, found in self.findings.items() for finding in found)
        return [way for way in dict.fromkeys(ways) if way]

    def _way(self, name: str, finding: Finding) -> str:
        return self.ways[name].get(finding.breach or "", "")


def check(
    target: str | Path | Mechanism,
    examples: int = EXAMPLES,
    plugins: Sequence[str | Path] = (),
    settings: Sequence[str] = (),
    *,
    patience: float = PATIENCE,
) -> Checks:
    """Check a mechanism, or all those of a Python file or folder, in the small crash and in `examples` drawn ones.

    An object is checked with its parameters, a name with the defaults but for `settings`, as in `limit=3`. `plugins`
    are Python files whose rules count too. An answer may take `patience` seconds. InputError for an unknown name, and
    for an exemption from nothing.
    """
    with with_rules([target] if isinstance(target, Mechanism) else [], plugins) as files:
        file = Path(target) if isinstance(target, str | Path) else None
        of_file = file is not None and (file.suffix == ".py" or _is_plugin_folder(file, files, patience))
        catalogue = contained((*files, file) if of_file and file else files, patience=patience)
        names = [name for name, origin in catalogue.origins.items() if origin == str(file)] if of_file else [target]
        meant = [str(one.name if isinstance(one, Mechanism) else one) for one in names]
        _refuse_unknown(meant, catalogue)
        rules = {name: catalogue.mechanisms[name] for name in meant}
        given = parameters_in(settings, rules.values())
        chosen = target.model_dump(mode="json") if isinstance(target, Mechanism) else {}
        parameters = {name: chosen or own(given, rule) for name, rule in rules.items()}
        found = {name: _findings(name, parameters[name], examples, catalogue, patience) for name in meant}
        return Checks({name: one[0] for name, one in found.items()}, {name: one[1] for name, one in found.items()})


def _is_plugin_folder(path: Path, files: Sequence[Path], patience: float) -> bool:
    """Whether a word means a folder, and no mechanism that is called like it."""
    return path.is_dir() and str(path) not in contained(files, patience=patience).mechanisms


def _refuse_unknown(names: Sequence[str], catalogue: Catalogue) -> None:
    known = sorted(catalogue.mechanisms)
    for name in names:
        if name not in known:
            shown = "a name that 'lastresort list mechanisms' shows, or a Python file"
            raise InputError(f"unknown mechanism '{name}'; allowed: {shown}{did_you_mean(name, known)}")


def _findings(
    name: str, parameters: Mapping[str, Any], examples: int, catalogue: Catalogue, patience: float
) -> tuple[list[Finding], dict[str, str]]:
    """One finding per check, and tracebacks; where the rule ends its process, every check is broken by that."""
    told = {"name": name, "parameters": parameters, "examples": examples, "reference": catalogue.plays_reference(name)}
    try:
        return catalogue.ask(name, examined, patience, _found, **told)
    except PluginEndedError as error:
        return [Finding(check, str(error)) for check in CHECKS], {str(error): error.traceback}


def _found(said: Any) -> tuple[list[Finding], dict[str, str]]:
    by_name = {check.name: check for check in CHECKS}
    texts = ("breach", "exemption", "unreached")
    found = [Finding(by_name[one["check"]], **{name: _text(one[name]) for name in texts}) for one in said]
    return found, {escaped(one["breach"]): escaped(one["traceback"]) for one in said if one["breach"]}


def _text(said: Any) -> str | None:
    return None if said is None else escaped(said)


def examined(
    catalogue: Catalogue, name: str, parameters: Mapping[str, Any], examples: int, reference: bool, patience: float
) -> list[dict[str, str | None]]:
    """Check a mechanism where its code is: what came of each check, why it was not reached, and its traceback."""
    mechanism = make(catalogue.mechanisms[name], parameters, f"mechanism '{name}', parameters")
    with interruptible(patience), rationed(), keeping() as ways:
        found = examine(mechanism, examples, reference=reference)
    return [_told(one, ways) for one in found]


def _told(one: Finding, ways: Mapping[str, str]) -> dict[str, str | None]:
    way = next((way for failure, way in ways.items() if failure in (one.breach or "")), "")
    told = {"breach": one.breach, "exemption": one.exemption, "unreached": one.unreached}
    return {"check": one.check.name, **told, "traceback": way}


def _row(finding: Finding) -> dict[str, str]:
    return {"check": finding.check.name, "result": finding.result, "what": finding.sentence}


def _document(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check.name,
        "promise": finding.check.promise,
        "result": finding.result.partition(":")[0],
        "failed": finding.failed,
        "breach": finding.breach,
        "exemption": finding.exemption,
        "unreached": finding.unreached,
    }
