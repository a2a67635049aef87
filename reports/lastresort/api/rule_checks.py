"""Do mechanisms keep their promises?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lastresort.api.shown import Shown
from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean
from lastresort.plugins.manager import make
from lastresort.plugins.testing.checks.examination import EXAMPLES, Finding, examine
from lastresort.simulation.waterfall.memory_limit import rationed
from lastresort.simulation.waterfall.time_limit import interruptible


@dataclass(frozen=True, repr=False)
class Checks(Shown):
    """What came of every check, by mechanism."""

    findings: Mapping[str, Sequence[Finding]]

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
        return {name: [_document(finding) for finding in found] for name, found in self.findings.items()}


def check(target: str | Path | Mechanism, examples: int = EXAMPLES, plugins: Sequence[str | Path] = ()) -> Checks:
    """Check a mechanism, or all those of a Python file, in the small crash and in `examples` crashes that are drawn.

    An object is checked with its parameters, a name with the defaults. `plugins` are Python files whose rules count
    too. InputError for an unknown name, and for an exemption from nothing.
    """
    findings = {}
    for mechanism, reference in _mechanisms(target, tuple(map(Path, plugins))):
        with interruptible(), rationed():
            findings[str(mechanism.name)] = examine(mechanism, examples, reference=reference)
    return Checks(findings)


def _mechanisms(target: str | Path | Mechanism, files: tuple[Path, ...]) -> list[tuple[Mechanism, bool]]:
    """The mechanisms that are meant, and whether each plays in a reference."""
    if isinstance(target, Mechanism):
        return [(target, Catalogue.load(files).plays_reference(str(target.name)))]
    file = Path(target)
    if file.suffix == ".py":
        catalogue = Catalogue.load((*files, file))
        names = [name for name, origin in catalogue.origins.items() if origin == str(file)]
    else:
        catalogue, names = Catalogue.load(files), [str(target)]
    known = sorted(catalogue.mechanisms)
    if not set(names) <= set(known):
        shown = "a name that 'lastresort list mechanisms' shows, or a Python file"
        raise InputError(f"unknown mechanism '{target}'; allowed: {shown}{did_you_mean(str(target), known)}")
    return [
        (make(catalogue.mechanisms[name], {}, f"mechanism '{name}', parameters"), catalogue.plays_reference(name))
        for name in names
    ]


def _row(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check.name,
        "result": _result(finding),
        "what": finding.breach
        or (f"stale exemption: {finding.exemption}" if finding.exemption else finding.check.promise),
    }


def _result(finding: Finding) -> str:
    if finding.failed:
        return "FAILS"
    return "passes" if finding.exemption is None else f"exempt: {finding.exemption}"


def _document(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check.name,
        "promise": finding.check.promise,
        "failed": finding.failed,
        "breach": finding.breach,
        "exemption": finding.exemption,
    }
