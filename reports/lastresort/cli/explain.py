"""`lastresort explain`: one mechanism in full."""

from collections.abc import Iterator
from json import dumps
from textwrap import indent, wrap
from typing import Annotated, Any

import typer

from lastresort import api
from lastresort.cli.options import Debug, Json, Parameters, Plugins, Traceback, Without

WIDTH = 110


def explain(
    mechanism: Annotated[str, typer.Argument(help="Name of a mechanism.")],
    parameters: Parameters = None,
    plugin: Plugins = None,
    without: Without = None,
    debug: Debug = False,
    traceback: Traceback = False,
    json: Json = False,
) -> None:
    """Explain a mechanism: what it does, its formula, source and parameters, and what it says in a small crash."""
    from dataclasses import asdict

    from lastresort.cli.tables import print_document

    told = api.explain(mechanism, plugin or (), parameters or ())
    if json:
        print_document(asdict(told))
    else:
        typer.echo("\n".join(_lines(told)))


def _lines(told: "api.Explanation") -> Iterator[str]:
    yield from (told.name, "=" * len(told.name), *wrap(told.summary, WIDTH), "")
    yield from (told.formula, "") if told.formula else ()
    yield from _labelled("answers", "; ".join(told.questions))
    yield from _labelled("family", told.family if told.family != "plugin" else f"plugin {told.origin}")
    yield from _labelled("source", told.source)
    yield from _labelled("evidence", told.evidence)
    for title, lines in (
        ("Parameters", [line for parameter in told.parameters for line in _parameter(parameter)]),
        ("Policies that use it", [line for use in told.uses for line in _use(use)]),
        (f"In the small crash, with {_with(told.given)}", told.transcript),
    ):
        if lines:
            yield from ("", title, "=" * len(title), *lines)


def _with(given: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in given.items()) or "default parameters"


def _shown(value: Any) -> str:
    """A list or a mapping as a policy would write it, and anything else as it is."""
    return dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _labelled(label: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=f"{label:10}", subsequent_indent=" " * 10)


def _parameter(parameter: "api.Parameter") -> list[str]:
    doubt = f"  ({parameter.doubt})" if parameter.doubt else ""
    text = "\n".join([*wrap(parameter.meaning, WIDTH - 4), *wrap(f"allowed: {parameter.allowed}", WIDTH - 4)])
    lines = wrap(f"{parameter.name} = {_shown(parameter.default)}{doubt}", WIDTH, subsequent_indent="    ")
    return [*lines, *indent(text, "    ").splitlines()]


def _use(use: "api.Use") -> list[str]:
    figures = [f"{name} = {_shown(value)}" for name, value in use.parameters.items()]
    doubts = [f"{name} is {standing}" for name, standing in use.figures.items()]
    engine = f"engine: {use.engine}" if use.engine else ""
    told = [f"with {', '.join(figures)}" if figures else "", use.source, use.evidence, *doubts, engine]
    text = "\n".join(wrap("; ".join(part for part in told if part), WIDTH - 4))
    return [use.policy, *indent(text, "    ").splitlines()]
