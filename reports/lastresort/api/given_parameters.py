"""Parameters of a rule that is looked at by itself, as in `limit=3`: those of a policy's line are written `with`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.settings_text import setting


def parameters_in(settings: Sequence[str], rules: Iterable[type[Mechanism]]) -> dict[str, Any]:
    """Return the parameters that `NAME=VALUE` sets, values read as YAML; InputError where none of `rules` has one."""
    known = sorted({name for rule in rules for name in rule.model_fields})
    given = dict(setting(text, "--with") for text in settings)
    for name in given:
        if name not in known:
            raise InputError(f"--with: unknown parameter '{name}'; allowed: {one_of(known)}{did_you_mean(name, known)}")
    return given


def own(given: Mapping[str, Any], rule: type[Mechanism]) -> dict[str, Any]:
    """Return those that a rule has; InputError where one without a default is not among them."""
    missing = [name for name, field in rule.model_fields.items() if field.is_required() and name not in given]
    if missing:
        place = f"mechanism '{rule.name}', parameter '{missing[0]}'"
        raise InputError(f"{place}: it has no default; allowed: a value for it, as in --with {missing[0]}=VALUE")
    return {name: value for name, value in given.items() if name in rule.model_fields}
