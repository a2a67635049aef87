"""A parameter as people type it: `limit=3`, whose value is read as YAML; and texts of several."""

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lastresort.plugins.errors import InputError

OPENING, CLOSING = "([{", ")]}"


def setting(text: str, where: str) -> tuple[str, Any]:
    """Return the name and the value of NAME=VALUE; InputError, which begins with `where`, for anything else."""
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise InputError(f"{where}: found '{text}'; allowed: NAME=VALUE, as in limit=3")
    try:
        return name.strip(), YAML(typ="safe").load(value)
    except (YAMLError, ValueError) as error:
        raise InputError(f"{where}, '{name.strip()}': found {value!r}, which is not valid YAML") from error


def outside_brackets(text: str) -> list[str]:
    """Return what commas separate that stand in no brackets, without blanks around it; empty parts are none."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in OPENING) - (sign in CLOSING)
        if sign == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]
