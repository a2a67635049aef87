"""`lastresort list`: what can be named on the command line."""

import inspect
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import Json, Plugins

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue

Rows = list[dict[str, str]]


class Kind(StrEnum):
    """Kinds of things with names."""

    MECHANISMS = "mechanisms"
    POLICIES = "policies"
    SCENARIOS = "scenarios"
    SCORES = "scores"


def list_names(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; how much there is of each if not given.")] = None,
    plugin: Plugins = None,
    json: Json = False,
) -> None:
    """List mechanisms, policies, scenarios or scores, those of plugins included."""
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.catalogue import Catalogue

    catalogue = Catalogue.load(tuple(plugin or ()))
    rows = _kinds(catalogue) if kind is None else ROWS[kind](catalogue)
    if json:
        print_document(rows)
    else:
        shown = SHOWN.get(kind, tuple(rows[0]))
        print_table(str(kind or "kinds"), [{column: row[column] for column in shown} for row in rows])


def _kinds(catalogue: "Catalogue") -> Rows:
    return [
        {"kind": kind, "number": str(len(rows(catalogue))), "command": f"lastresort list {kind}"}
        for kind, rows in ROWS.items()
    ]


def _mechanisms(catalogue: "Catalogue") -> Rows:
    from lastresort.plugins.answers import answered
    from lastresort.plugins.explanation import family

    return [
        {
            "family": family(mechanism, catalogue.origins[name]),
            "name": name,
            "answers": ", ".join(answered(mechanism)),
            "origin": catalogue.origins[name],
            "evidence": str(mechanism.evidence),
            "source": mechanism.source,
            "summary": inspect.cleandoc(mechanism.__doc__ or "").split("\n\n")[0].replace("\n", " "),
        }
        for name, mechanism in catalogue.mechanisms.items()
    ]


def _policies(catalogue: "Catalogue") -> Rows:
    return [
        {
            "name": name,
            "suite": policy.suite,
            "role": policy.role,
            "waterfall": " > ".join(step.use for step in policy.waterfall),
            "summary": policy.summary,
        }
        for name, policy in catalogue.policies.items()
    ]


def _scenarios(catalogue: "Catalogue") -> Rows:
    scenarios = [catalogue.scenario(name) for name in catalogue.scenarios]
    return [{"name": one.name, "title": one.title, "summary": one.summary} for one in scenarios]


def _scores(_: "Catalogue") -> Rows:
    from lastresort.scores import SCORES

    return [
        {
            "name": score.name,
            "title": score.title,
            "unit": score.unit,
            "direction": score.direction,
            "formula": score.formula,
            "meaning": score.meaning,
        }
        for score in SCORES
    ]


ROWS: dict[Kind, Callable[["Catalogue"], Rows]] = {
    Kind.MECHANISMS: _mechanisms,
    Kind.POLICIES: _policies,
    Kind.SCENARIOS: _scenarios,
    Kind.SCORES: _scores,
}

SHOWN: dict[Kind | None, tuple[str, ...]] = {Kind.MECHANISMS: ("family", "name", "answers", "evidence", "summary")}
"""Columns that fit on a screen, where there are more; `lastresort explain` tells the rest."""
