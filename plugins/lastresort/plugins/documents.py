"""Read a YAML file into a pydantic model; whatever is wrong with it comes out as one sentence."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from lastresort.plugins.errors import InputError, did_you_mean, one_line, one_of

Model = TypeVar("Model", bound=BaseModel)

DEEPEST = 100
"""Levels of a document, far more than any model has."""


def read_document(path: Path, model: type[Model]) -> Model:
    """Return the content of a YAML 1.2 file as `model`; duplicate keys are refused.

    Raises InputError, naming the file, the line or key path, what was found and what is allowed.
    """
    return validated(model, _mapping(path), str(path))


def validated(model: type[Model], content: Any, place: str) -> Model:
    """Return `content` as `model`; raises InputError, which begins with `place` and speaks of the first mistake."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{place}: {_sentence(error, model)}") from error


def _mapping(path: Path) -> Any:
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise InputError(f"{path}: cannot be read (no plain file)")
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(f"{path}{line}: not valid YAML: {_first_line(error.problem or error.context)}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid YAML: {one_line(error)}") from error
    _check_depth(content, path)
    if not isinstance(content, dict):
        found = "nothing" if content is None else f"a {type(content).__name__}"
        raise InputError(f"{path}: found {found}, where a mapping of keys to values is needed")
    return content


def _check_depth(content: Any, path: Path) -> None:
    """Refuse what nests so deep, or in itself, that nobody who walks over it comes back."""
    level = [content]
    for _ in range(DEEPEST):
        inside = (inner for one in level for inner in _values(one))
        level = list({id(inner): inner for inner in inside}.values())
    if level:
        raise InputError(f"{path}: found values that lie more than {DEEPEST} deep in one another; allowed: fewer")


def _values(content: Any) -> Iterable[Any]:
    if isinstance(content, dict):
        return content.values()
    return content if isinstance(content, list) else ()


def _first_line(text: str | None) -> str:
    return text.splitlines()[0] if text else "malformed"


def _sentence(error: ValidationError, model: type[BaseModel]) -> str:
    """Speak of an unknown key first: it is often the misspelling of a missing one.

    Where values do not go together, what is allowed says which were found.
    """
    details = sorted(error.errors(), key=lambda detail: detail["type"] != "extra_forbidden")[0]
    location = details["loc"]
    key = ".".join(str(part) for part in location)
    if details["type"] in ("extra_forbidden", "missing"):
        allowed = sorted(_keys(_models_at(model, location[:-1])))
        state = "unknown key" if details["type"] == "extra_forbidden" else "missing key"
        hint = did_you_mean(str(location[-1]), allowed) if state == "unknown key" else ""
        return f"{state} '{key}'; allowed: {one_of(allowed)}{hint}"
    where = f"key '{key}': " if key else ""
    told = isinstance(details["input"], dict) and (not where or "; found " in details["msg"])
    found = "" if told else f"found {_shown(details['input'])}; "
    return f"{where}{found}allowed: {accepted(details)}{_literal_hint(details)}"


def accepted(details: ErrorDetails) -> str:
    """Return what pydantic would have accepted instead, to follow the word "allowed"."""
    message = details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _literal_hint(details: ErrorDetails) -> str:
    expected = str(details.get("ctx", {}).get("expected", ""))
    return did_you_mean(str(details["input"]), re.findall(r"'([^']*)'", expected))


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _models_at(model: type[BaseModel], location: tuple[int | str, ...]) -> set[type[BaseModel]]:
    """Models that may stand at a place; list positions and union tags leave them as they are."""
    models = {model}
    for part in location:
        annotations = [
            field.annotation
            for owner in models
            for name, field in owner.model_fields.items()
            if part in (name, field.alias)
        ]
        if annotations:
            models = {inner for annotation in annotations for inner in _models_in(annotation)}
    return models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _keys(models: set[type[BaseModel]]) -> set[str]:
    return {field.alias or name for model in models for name, field in model.model_fields.items()}
