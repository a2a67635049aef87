"""A rule to start from, written to one file or as a distribution around it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lastresort.plugins.errors import InputError, one_of

FORMS = ("simple", "full", "package")


@dataclass(frozen=True)
class NewRule:
    """Where a new rule is, and what to type next, line by line."""

    path: Path
    steps: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([f"wrote {self.path}", "", "Next:", *(f"  {step}" for step in self.steps)])


def new(
    name: str,
    form: Literal["simple", "full", "package"] = "simple",
    folder: str | Path = ".",
    *,
    derived_from: str | None = None,
) -> NewRule:
    """Write a rule called `name` into `folder`, never over what is there.

    `simple` is a file that says who bears a loss, `full` one with parameters, memory and several answers, `package` a
    distribution with entry point, policy, test and README. A rule that is `derived_from` a built-in one is a file with
    a copy of it, its transcript and its test. InputError for a bad or taken name, and for an unknown rule.
    """
    from lastresort.plugins.scaffold import new_derived, new_mechanism, new_package

    if form not in FORMS:
        raise InputError(f"form: found '{form}'; allowed: {one_of(FORMS)}")
    place = Path(folder)
    if derived_from is not None:
        if form != "simple":
            raise InputError(f"form: found '{form}' of a copy of '{derived_from}'; allowed: 'simple'")
        path, steps = new_derived(name, derived_from, place)
    else:
        path, steps = new_package(name, place) if form == "package" else new_mechanism(name, form, place)
    return NewRule(path, tuple(steps))
