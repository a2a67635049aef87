"""`lastresort axioms`: which axioms a rule keeps, and a counterexample for each that it does not."""

from collections.abc import Iterable
from textwrap import fill
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lastresort.cli.options import Json, Plugins, Without

if TYPE_CHECKING:
    from lastresort.mechanisms.contract import Mechanism
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.testing.axioms import Verdict

WIDTH = 110
LEGEND = (
    "a number: holds on so many books, which is no proof; fails: there is a counterexample, which 'lastresort axioms "
    "NAME' prints; -: silent, the rule never does what the axiom is about; !: refused, the rule broke the contract"
)


def axioms(
    names: Annotated[
        list[str] | None, typer.Argument(help="Mechanisms; all if not given. One alone is told in full.")
    ] = None,
    cases: Annotated[int, typer.Option(min=1, help="Books that each rule is tried on.")] = 100,
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """Try allocation rules on the axioms of loss sharing: holds on so many books, or a counterexample."""
    from lastresort.cli.tables import print_document
    from lastresort.plugins.catalogue import Catalogue
    from lastresort.plugins.testing.axioms import matrix, not_applicable
    from lastresort.simulation.waterfall.memory_limit import rationed
    from lastresort.simulation.waterfall.time_limit import interruptible

    mechanisms = _chosen(names, Catalogue.load(tuple(plugin or ())))
    apart = {name: reason for name, one in mechanisms.items() if (reason := not_applicable(one))}
    with interruptible(), rationed():
        found = matrix(mechanisms, cases)
        alone = next(iter(found)) if len(mechanisms) == len(found) == 1 else None
        if json:
            print_document(_document(found, apart, mechanisms[alone]() if alone else None, cases))
        elif alone:
            _tell(mechanisms[alone](), found[alone], cases)
        else:
            _print_matrix(found, apart)


def _chosen(names: list[str] | None, catalogue: "Catalogue") -> "dict[str, type[Mechanism]]":
    from lastresort.plugins.errors import InputError, did_you_mean

    known = catalogue.mechanisms
    for name in names or ():
        if name not in known:
            shown = "a name that 'lastresort list mechanisms' shows"
            raise InputError(f"unknown mechanism '{name}'; allowed: {shown}{did_you_mean(name, known)}")
    return {name: known[name] for name in names} if names else dict(known)


def _cell(verdict: "Verdict") -> str:
    from lastresort.plugins.testing.axioms import Outcome

    return f"holds ({verdict.cases})" if verdict.outcome is Outcome.HOLDS else str(verdict.outcome)


def _print_matrix(found: "dict[str, dict[str, Verdict]]", apart: dict[str, str]) -> None:
    from lastresort.cli.tables import print_table

    rows = [
        {"mechanism": name} | {_short(axiom): _sign(verdict) for axiom, verdict in verdicts.items()}
        for name, verdicts in found.items()
    ]
    if rows:
        print_table("axioms", rows)
        typer.echo(fill(LEGEND, WIDTH))
        typer.echo(fill("; ".join(f"{_short(axiom)}: {axiom.replace('-', ' ')}" for axiom in _statements()), WIDTH))
    for reason in dict.fromkeys(apart.values()):
        typer.echo(fill(f"not applicable, {reason}: {', '.join(_with(reason, apart))}", WIDTH))


def _short(axiom: str) -> str:
    """Five letters, so that all columns fit side by side; no two axioms share them."""
    return axiom.removeprefix("no-").split("-")[0][:5]


def _sign(verdict: "Verdict") -> str:
    from lastresort.plugins.testing.axioms import Outcome

    signs = {Outcome.HOLDS: str(verdict.cases), Outcome.FAILS: "fails", Outcome.SILENT: "-", Outcome.REFUSED: "!"}
    return signs[verdict.outcome]


def _with(reason: str, apart: dict[str, str]) -> Iterable[str]:
    return [name for name, why in apart.items() if why == reason]


def _tell(rule: "Mechanism", verdicts: "dict[str, Verdict]", cases: int) -> None:
    """One line per axiom, then every counterexample."""
    from lastresort.cli.tables import print_table
    from lastresort.plugins.testing.axioms import AXIOMS, Outcome, counterexample
    from lastresort.plugins.testing.axioms.counterexamples import sentences, tables

    rows = [
        {"axiom": name, str(rule.name): _cell(verdict), "statement": AXIOMS[name].statement}
        for name, verdict in verdicts.items()
    ]
    print_table("axioms", rows)
    for name, verdict in verdicts.items():
        if verdict.outcome is Outcome.FAILS:
            comparison = counterexample(AXIOMS[name], rule, cases)
            typer.echo("\n".join(["", name, "=" * len(name), *_wrapped(sentences(AXIOMS[name], comparison)), ""]))
            for caption, shown in tables(comparison):
                typer.echo(caption)
                print_table("", shown)
        elif verdict.refusal:
            typer.echo(f"\n{name}: {verdict.refusal}")


def _wrapped(lines: Iterable[str]) -> list[str]:
    return [fill(line, WIDTH) for line in lines]


def _document(
    found: "dict[str, dict[str, Verdict]]", apart: dict[str, str], rule: "Mechanism | None", cases: int
) -> dict[str, Any]:
    from dataclasses import asdict

    told = {name: {axiom: asdict(verdict) for axiom, verdict in verdicts.items()} for name, verdicts in found.items()}
    if rule is not None:
        _add_counterexamples(told[str(rule.name)], rule, cases)
    return {"axioms": _statements(), "mechanisms": told, "not applicable": apart}


def _statements() -> dict[str, str]:
    from lastresort.plugins.testing.axioms import AXIOMS

    return {name: axiom.statement for name, axiom in AXIOMS.items()}


def _add_counterexamples(verdicts: dict[str, dict[str, Any]], rule: "Mechanism", cases: int) -> None:
    from lastresort.plugins.testing.axioms import AXIOMS, Outcome, counterexample
    from lastresort.plugins.testing.axioms.counterexamples import tables

    for name, verdict in verdicts.items():
        if verdict["outcome"] == Outcome.FAILS:
            comparison = counterexample(AXIOMS[name], rule, cases)
            verdict["counterexample"] = {"sentence": comparison.sentence, "tables": dict(tables(comparison))}
