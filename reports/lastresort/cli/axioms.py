"""`lastresort axioms`: which axioms a rule keeps, and a counterexample for each that it does not."""

from textwrap import fill
from typing import Annotated

import typer

from lastresort import api
from lastresort.cli.one_line_errors import show_tracebacks
from lastresort.cli.options import PATIENCE, Debug, Json, Parameters, Patience, Plugins, Traceback, Without

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
    parameters: Parameters = None,
    plugin: Plugins = None,
    without: Without = None,
    patience: Patience = PATIENCE,
    debug: Debug = False,
    traceback: Traceback = False,
    json: Json = False,
) -> None:
    """Try allocation rules on the axioms of loss sharing: holds on so many books, or a counterexample."""
    from lastresort.cli.tables import print_document

    found = api.axioms(names or (), cases, plugin or (), parameters or (), patience=patience)
    if json:
        print_document(found.document())
    elif found.alone:
        _tell(found, found.alone)
    else:
        _print_matrix(found)
    if traceback:
        show_tracebacks(found.tracebacks)


def _print_matrix(found: "api.AxiomTable") -> None:
    from lastresort.cli.tables import print_table

    if found.rows:
        print_table("axioms", [{_short(axiom): sign for axiom, sign in row.items()} for row in found.rows])
        typer.echo(fill(LEGEND, WIDTH))
        typer.echo(fill("; ".join(f"{_short(axiom)}: {axiom.replace('-', ' ')}" for axiom in found.statements), WIDTH))
    for reason in dict.fromkeys(found.apart.values()):
        named = [name for name, why in found.apart.items() if why == reason]
        typer.echo(fill(f"not applicable, {reason}: {', '.join(named)}", WIDTH))


def _short(axiom: str) -> str:
    """Five letters, so that all columns fit side by side; no two axioms share them."""
    return axiom if axiom == "mechanism" else axiom.removeprefix("no-").split("-")[0][:5]


def _tell(found: "api.AxiomTable", name: str) -> None:
    """One line per axiom, then every counterexample."""
    from lastresort.cli.tables import print_table

    print_table("axioms", found.told(name))
    broken = set(found.broken(name))
    for axiom, verdict in found.verdicts[name].items():
        if axiom in broken:
            _tell_counterexample(axiom, found.counterexample(name, axiom))
        elif verdict.refusal:
            typer.echo(f"\n{axiom}: {verdict.refusal}")


def _tell_counterexample(axiom: str, shown: "api.Counterexample") -> None:
    from lastresort.cli.tables import print_table

    typer.echo("\n".join(["", axiom, "=" * len(axiom), *(fill(line, WIDTH) for line in shown.sentences), ""]))
    for caption, rows in shown.tables:
        typer.echo(caption)
        print_table("", rows)
