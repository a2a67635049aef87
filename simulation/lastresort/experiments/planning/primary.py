"""Primary comparisons: those that are declared before anything runs, and that a study is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from lastresort.experiments.planning.repetition import first_repeated
from lastresort.experiments.planning.subjects import Item
from lastresort.experiments.planning.variants import Variant
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.replaced_scores import unknown_score
from lastresort.simulation.scenario import Scenario


class Declaration(BaseModel):
    """A comparison as a study file declares it: a policy against another by one score, in one scenario or in all.

    A name that a grid varies stands for all its variants.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: str = Field(description="name of the policy in question, or of a variant of it")
    against: str = Field(description="name of the policy it is compared with, or of a variant of it")
    score: str = Field(description="name of the score, as in lc")
    scenario: str | None = Field(None, description="name of a scenario or of a variant of it; without it, all")


@dataclass(frozen=True, order=True)
class Comparison:
    """One difference of a score between two policies, in one scenario, all by the names under which they run."""

    scenario: str
    policy: str
    against: str
    score: str


def comparisons(
    declared: Sequence[Declaration],
    scenarios: Sequence[Variant[Scenario]],
    policies: Sequence[Variant[Policy]],
    known_scores: Collection[str],
    place: str,
) -> tuple[Comparison, ...]:
    """Return every comparison that the declarations stand for, in their order.

    Variants are compared where they agree in whatever both vary. Raises InputError for what does not take part, for an
    unknown score, and for a comparison declared twice.
    """
    found: list[Comparison] = []
    for number, one in enumerate(declared, start=1):
        here = f"{place} {number}"
        _check_score(one.score, known_scores, here)
        where = scenarios if one.scenario is None else _named(one.scenario, scenarios, "scenario", here)
        pairs = _pairs(one, policies, here)
        found += [Comparison(scenario.item.name, *pair, one.score) for scenario in where for pair in pairs]
        _refuse_repetitions(found, here)
    return tuple(found)


def _check_score(score: str, known: Collection[str], place: str) -> None:
    if score not in known:
        raise InputError(f"{place}: {unknown_score(score, known)}")


def _named(word: str, variants: Sequence[Variant[Item]], noun: str, place: str) -> list[Variant[Item]]:
    """The variants that a name stands for: one of them, or all of its variants."""
    found = [variant for variant in variants if word in (variant.item.name, variant.base)]
    if not found:
        allowed = list(dict.fromkeys(name for variant in variants for name in (variant.base, variant.item.name)))
        hint = did_you_mean(word, allowed)
        raise InputError(f"{place}: no {noun} '{word}' takes part; allowed: {one_of(allowed)}{hint}")
    return found


def _pairs(one: Declaration, policies: Sequence[Variant[Policy]], place: str) -> list[tuple[str, str]]:
    if one.policy == one.against:
        raise InputError(f"{place}: '{one.policy}' is compared with itself; allowed: two different policies")
    first, second = (_named(word, policies, "policy", place) for word in (one.policy, one.against))
    exact = first[0].item.name == one.policy and second[0].item.name == one.against
    pairs = [(a.item.name, b.item.name) for a in first for b in second if a != b and (exact or _agree(a, b))]
    if not pairs:
        raise InputError(f"{place}: no variant of '{one.policy}' agrees with one of '{one.against}' in what both vary")
    return pairs


def _agree(one: Variant[Policy], other: Variant[Policy]) -> bool:
    return all(one.choices[key] == other.choices[key] for key in one.choices.keys() & other.choices.keys())


def _refuse_repetitions(found: Sequence[Comparison], place: str) -> None:
    """The other way round, a comparison is the same."""
    twice = first_repeated((one.scenario, frozenset((one.policy, one.against)), one.score) for one in found)
    if twice is not None:
        scenario, policies, score = twice
        names = " and ".join(f"'{name}'" for name in sorted(policies))
        raise InputError(f"{place}: the comparison of {names} by '{score}' is declared twice for '{scenario}'")
