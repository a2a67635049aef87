"""One name in its four forms, refused where Python, an installed package or another plugin has it already."""

import keyword
import re
from dataclasses import dataclass
from importlib.util import find_spec

from lastresort.mechanisms import contract
from lastresort.plugins.errors import InputError
from lastresort.plugins.isolation.contained import contained

WORDS = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 40
ALLOWED = f"small letters, digits and single hyphens, a letter first, at most {LONGEST} characters"
ALLOWED_NAMES = "a name of its own"
IMPORTED = {*contract.__all__, "ClassVar", "Field", "PrivateAttr"}
"""Classes that the templates import, which a new class would hide."""


@dataclass(frozen=True)
class Names:
    """A mechanism's name (`dutch-auction`), its module (`dutch_auction`), class (`DutchAuction`) and title."""

    name: str
    module: str
    class_name: str
    title: str

    @property
    def policy(self) -> str:
        """The policy in which the rule runs, as a plugin file without policies gets it."""
        return f"fund+{self.name}"


def new_names(name: str) -> Names:
    """Return the forms of a name for a new mechanism; raises InputError for one that is malformed or taken."""
    if not WORDS.fullmatch(name) or len(name) > LONGEST:
        raise InputError(f"name '{name}': not a name for a mechanism; allowed: {ALLOWED}{_meant(name)}")
    words = name.split("-")
    names = Names(
        name=name,
        module="_".join(words),
        class_name="".join(word.capitalize() for word in words),
        title=" ".join(words).capitalize(),
    )
    _check_free(names)
    return names


def _meant(name: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    meant = re.sub(r"[^a-z0-9]+", "-", apart).strip("-")
    return f"; did you mean '{meant}'?" if WORDS.fullmatch(meant) and len(meant) <= LONGEST else ""


def _check_free(names: Names) -> None:
    catalogue = contained()
    if names.name in catalogue.mechanisms:
        raise _taken(names, f"plugin {catalogue.origins[names.name]} has a mechanism of that name")
    if names.policy in catalogue.policies:
        raise _taken(names, f"there is a policy '{names.policy}'")
    if keyword.iskeyword(names.module) or find_spec(names.module):
        raise _taken(names, f"'{names.module}' is a word of Python or an installed module")
    if keyword.iskeyword(names.class_name) or names.class_name in IMPORTED:
        raise _taken(names, f"'{names.class_name}' is a class of the contract or a word of Python")


def _taken(names: Names, why: str) -> InputError:
    return InputError(f"name '{names.name}': {why}; allowed: {ALLOWED_NAMES}")
