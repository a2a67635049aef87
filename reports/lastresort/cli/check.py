"""`lastresort check`: does a mechanism keep its promises?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import Json, Plugins, Without

if TYPE_CHECKING:
    from lastresort.mechanisms.contract import Mechanism
    from lastresort.plugins.testing import Finding


def check(
    target: Annotated[str, typer.Argument(metavar="NAME|FILE", help="Name of a mechanism, or a Python file of them.")],
    examples: Annotated[int, typer.Option(min=1, help="Number of crashes to draw.")] = 25,
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Check mechanisms against the contract, in the small crash and in books drawn at random; exit code 1 on a breach.

    A mechanism can claim an exemption from a check, with a reason; parameters have their defaults. Only a stage of a
    policy with role: reference may use Payer.BACKSTOP.
    """
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.testing import examine
    from lastresort.simulation.waterfall.memory_limit import rationed
    from lastresort.simulation.waterfall.time_limit import interruptible

    findings = {}
    for mechanism, reference in _mechanisms(target, tuple(plugin or ())):
        with interruptible(), rationed():
            findings[str(mechanism.name)] = examine(mechanism, examples, reference=reference)
    if json:
        print_document({name: [_document(finding) for finding in found] for name, found in findings.items()})
    else:
        for name, found in findings.items():
            print_table(name, [_row(finding) for finding in found])
    if any(finding.failed for found in findings.values() for finding in found):
        raise typer.Exit(1)


def _mechanisms(target: str, files: tuple[Path, ...]) -> "list[tuple[Mechanism, bool]]":
    """The mechanism of a name, or all those of a file, and whether each plays in a reference."""
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.errors import InputError, did_you_mean
    from lastresort.plugins.manager import make

    file = Path(target)
    if file.suffix == ".py":
        catalogue = Catalogue.load((*files, file))
        names = [name for name, origin in catalogue.origins.items() if origin == str(file)]
    else:
        catalogue, names = Catalogue.load(files), [target]
    known = sorted(catalogue.mechanisms)
    if not set(names) <= set(known):
        shown = "a name that 'lastresort list mechanisms' shows, or a Python file"
        raise InputError(f"unknown mechanism '{target}'; allowed: {shown}{did_you_mean(target, known)}")
    return [
        (make(catalogue.mechanisms[name], {}, f"mechanism '{name}', parameters"), catalogue.plays_reference(name))
        for name in names
    ]


def _row(finding: "Finding") -> dict[str, str]:
    return {
        "check": finding.check.name,
        "result": _result(finding),
        "what": finding.breach
        or (f"stale exemption: {finding.exemption}" if finding.exemption else finding.check.promise),
    }


def _result(finding: "Finding") -> str:
    if finding.failed:
        return "FAILS"
    return "passes" if finding.exemption is None else f"exempt: {finding.exemption}"


def _document(finding: "Finding") -> dict[str, Any]:
    return {
        "check": finding.check.name,
        "promise": finding.check.promise,
        "failed": finding.failed,
        "breach": finding.breach,
        "exemption": finding.exemption,
    }
