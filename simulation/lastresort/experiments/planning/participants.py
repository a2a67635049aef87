"""Who takes part in a study: the scenarios and policies that its words mean."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lastresort.experiments.design import REFERENCE
from lastresort.experiments.planning.repetition import first_repeated
from lastresort.experiments.waterfalls import resolve
from lastresort.mechanisms.policy import ALL, SUITES, Policy
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError
from lastresort.simulation.scenario import Scenario

USUAL_SUITES = ("core", "own")
"""Suites that take part where no policy is named: the plain stacks, and whatever plugins bring."""


def scenarios_meant(words: Sequence[str], catalogue: Catalogue, folder: Path, place: str) -> list[Scenario]:
    """Return the scenarios that names, or paths relative to `folder`, mean; raises InputError, also for repetitions."""
    _refuse_repetitions(words, place)
    scenarios: dict[str, Scenario] = {}
    for word in words:
        with _told_of(place):
            scenario = catalogue.scenario(_from(folder, word, catalogue.scenarios))
        if scenario.name in scenarios:
            raise InputError(f"{place}: two scenarios are named '{scenario.name}'; allowed: a name of its own for each")
        scenarios[scenario.name] = scenario
    return list(scenarios.values())


def policies_meant(words: Sequence[str | Policy], catalogue: Catalogue, folder: Path, place: str) -> list[Policy]:
    """Return the policies that names, suites, "all", or paths relative to `folder`, mean: the reference, then others.

    A policy means itself. Every parameter is written out. Without words the usual suites take part; a policy that two
    words mean takes part once. Raises InputError.
    """
    _refuse_repetitions([word for word in words if isinstance(word, str)], place)
    chosen: dict[str, Policy] = {}
    for policy in _usual(catalogue) if not words else _meant(words, catalogue, folder, place):
        if chosen.setdefault(policy.name, policy) != policy:
            raise InputError(f"{place}: two policies are named '{policy.name}'; allowed: a name of its own for each")
    reference = chosen.pop(REFERENCE, None) or catalogue.policy(REFERENCE)
    with _told_of(place):
        return [resolve(policy, catalogue) for policy in (reference, *chosen.values())]


def seen_from_anywhere(policy: str | Policy) -> str | Policy:
    """A path from where the program runs means the same when it is seen from the folder of a file."""
    is_path = isinstance(policy, str) and Path(policy).suffix in (".yaml", ".yml")
    return str(Path(str(policy)).absolute()) if is_path else policy


def _usual(catalogue: Catalogue) -> list[Policy]:
    return [policy for suite in USUAL_SUITES for policy in catalogue.suite(suite)]


def _meant(words: Sequence[str | Policy], catalogue: Catalogue, folder: Path, place: str) -> Iterator[Policy]:
    known = {*catalogue.policies, *SUITES, ALL}
    for word in words:
        if isinstance(word, Policy):
            yield word
            continue
        with _told_of(place):
            yield from catalogue.choice(_from(folder, word, known))


def _from(folder: Path, word: str, known: Collection[str]) -> str:
    """A path as seen from here, a name as it is."""
    is_path = word not in known and Path(word).suffix in (".yaml", ".yml")
    return str(folder / word) if is_path else word


def _refuse_repetitions(words: Sequence[str], place: str) -> None:
    twice = first_repeated(words)
    if twice is not None:
        raise InputError(f"{place}: '{twice}' is named twice")


@contextmanager
def _told_of(place: str) -> Iterator[None]:
    """Say in which place a word stands that leads to something wrong."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{place}: {error}") from error
