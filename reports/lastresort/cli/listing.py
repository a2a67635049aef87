"""`lastresort list`: what can be named on the command line."""

import inspect
from collections.abc import Callable
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from lastresort.cli.options import Json, Plugins, Without

if TYPE_CHECKING:
    from lastresort.plugins.catalogue import Catalogue

Rows = list[dict[str, str]]


class Kind(StrEnum):
    """Kinds of things with names."""

    MECHANISMS = "mechanisms"
    POLICIES = "policies"
    SCENARIOS = "scenarios"
    SCORES = "scores"
    PLUGINS = "plugins"


def list_names(
    kind: Annotated[Kind | None, typer.Argument(help="What to list; how much there is of each if not given.")] = None,
    plugin: Plugins = None,
    without: Without = None,
    json: Json = False,
) -> None:
    """List mechanisms, policies, scenarios or scores, those of plugins included, or the installed plugins."""
    from lastresort.cli.tables import print_document, print_table
    from lastresort.plugins.catalogue import Catalogue

    if kind is Kind.PLUGINS:
        rows = _plugins()
    else:
        catalogue = Catalogue.load(tuple(plugin or ()), _built_in(kind))
        rows = _kinds(catalogue) if kind is None else ROWS[kind](catalogue)
    if json:
        print_document(rows)
    elif not rows:
        typer.echo("no plugins are installed")
    else:
        shown = SHOWN.get(kind, tuple(rows[0]))
        print_table(str(kind or "kinds"), [{column: row[column] for column in shown} for row in rows])


def _built_in(kind: Kind | None) -> tuple[ModuleType, ...]:
    """The registration of the built-in scores, which takes a while to load, where scores are listed or counted."""
    if kind not in (None, Kind.SCORES):
        return ()
    from lastresort.scores import registration

    return (registration,)


def _kinds(catalogue: "Catalogue") -> Rows:
    numbers = {kind: len(rows(catalogue)) for kind, rows in ROWS.items()} | {Kind.PLUGINS: len(_plugins())}
    return [
        {"kind": kind, "number": str(number), "command": f"lastresort list {kind}"} for kind, number in numbers.items()
    ]


def _plugins() -> Rows:
    """What the metadata of installed distributions says; nothing of them is imported."""
    from lastresort.plugins.installed import installed, taking_part

    found = installed()
    chosen = taking_part(found)
    return [
        {
            "name": plugin.entry_point.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "takes part": "yes" if plugin in chosen else "no",
            "summary": plugin.summary,
        }
        for plugin in found
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
    from lastresort.plugins.figures import engine_in_words

    return [
        {
            "name": name,
            "suite": policy.suite,
            "role": policy.role,
            "waterfall": " > ".join(step.use for step in policy.waterfall),
            "engine": engine_in_words(policy.engine),
            "summary": policy.summary,
        }
        for name, policy in catalogue.policies.items()
    ]


def _scenarios(catalogue: "Catalogue") -> Rows:
    scenarios = [catalogue.scenario(name) for name in catalogue.scenarios]
    return [{"name": one.name, "title": one.title, "summary": one.summary} for one in scenarios]


def _scores(catalogue: "Catalogue") -> Rows:
    return [
        {
            "name": score.name,
            "title": score.title,
            "unit": score.unit,
            "direction": score.direction,
            "formula": score.formula,
            "meaning": score.meaning,
            "source": score.source,
            "origin": origin,
        }
        for origin, score in catalogue.scores.values()
    ]


ROWS: dict[Kind, Callable[["Catalogue"], Rows]] = {
    Kind.MECHANISMS: _mechanisms,
    Kind.POLICIES: _policies,
    Kind.SCENARIOS: _scenarios,
    Kind.SCORES: _scores,
}

SHOWN: dict[Kind | None, tuple[str, ...]] = {
    Kind.MECHANISMS: ("family", "name", "answers", "evidence", "summary"),
    Kind.SCORES: ("name", "title", "unit", "direction", "formula", "meaning"),
}
"""Columns that fit on a screen, where there are more; `lastresort explain` tells the rest."""
