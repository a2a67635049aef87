"""Which policies a book is put to: by name, suite or file, or a rule by itself, as in `capped-pro-rata(hbar=0.05)`."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.mechanisms.policy import ALL, SUITES, Policy, Step
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.errors import InputError, did_you_mean
from lastresort.plugins.manager import build_waterfall
from lastresort.plugins.settings_text import outside_brackets, setting

CORE = "core"
TAKEOVER = "full-takeover"


class Asked(NamedTuple):
    """A policy, and how it was asked for."""

    word: str
    policy: Policy


def policies_meant(words: Sequence[str | Policy], catalogue: Catalogue) -> list[Asked]:
    """Return the policies that words mean, each once, in their order; the core suite without any.

    A rule's name alone means the smallest policy with it: a takeover, and the rule. InputError where nothing is called
    so, where a parameter is wrong, and for a rule that shares no losses.
    """
    found: dict[str, Asked] = {}
    for word in words or (CORE,):
        for asked in _meant(word, catalogue) if isinstance(word, str) else [Asked(word.name, word)]:
            found.setdefault(asked.word, asked)
    return list(found.values())


def _meant(word: str, catalogue: Catalogue) -> list[Asked]:
    rule, bracket, inside = word.partition("(")
    if bracket:
        return [_alone(word, rule.strip(), _parameters(word, inside), catalogue)]
    if word in catalogue.mechanisms and word not in catalogue.policies:
        return [_alone(word, word, {}, catalogue)]
    if word not in (ALL, *SUITES, *catalogue.policies) and not word.endswith((".yaml", ".yml")):
        known = [*catalogue.policies, ALL, *SUITES, *catalogue.mechanisms]
        shown = "a policy, a suite or a mechanism that 'lastresort list' shows, or the path of a YAML file"
        raise InputError(f"--policies: found '{word}'; allowed: {shown}{did_you_mean(word, known)}")
    return [Asked(policy.name, policy) for policy in catalogue.choice(word)]


def _parameters(word: str, inside: str) -> dict[str, Any]:
    if not inside.endswith(")"):
        raise InputError(f"--policies: found '{word}'; allowed: RULE(NAME=VALUE,...), with a bracket at its end")
    return dict(setting(text, f"--policies, {word}") for text in outside_brackets(inside[:-1]))


def _alone(word: str, rule: str, parameters: dict[str, Any], catalogue: Catalogue) -> Asked:
    """The smallest policy of a rule."""
    known = catalogue.mechanisms
    if rule not in known:
        shown = "a name that 'lastresort list mechanisms' shows"
        raise InputError(f"--policies: found rule '{rule}'; allowed: {shown}{did_you_mean(rule, known)}")
    if not set(LOSSES) & set(answered(known[rule])):
        raise InputError(f"--policies: '{rule}' answers no question about losses; allowed: a rule that shares them")
    steps = (Step(use=TAKEOVER), Step.model_validate({"use": rule, "with": parameters}))
    policy = Policy(name=rule, title=word, summary=f"A takeover, then {word}.", waterfall=steps)
    build_waterfall(policy, catalogue)
    return Asked(word, policy)
