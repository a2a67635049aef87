"""Go through the checks of the kit: the edge books, the small crash, books that hypothesis draws, a whole crash."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from hypothesis import HealthCheck, Phase, given, settings

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.testing.checks.crash_run import failure_in_crash
from lastresort.plugins.testing.checks.heard import Heard
from lastresort.plugins.testing.checks.promises import ACTS, CHECKS, PARAMETERS, SURVIVES, Check
from lastresort.plugins.testing.checks.telling import SMALL_CRASHES, Story, tell
from lastresort.plugins.testing.checks.unread_parameters import unread_parameters
from lastresort.plugins.testing.drawn_books import stories
from lastresort.plugins.testing.edge_books import TOLD_ANEW, edge_books
from lastresort.plugins.testing.questioning import fresh

EXAMPLES = 25
"""How many stories a check draws unless told otherwise."""


@dataclass(frozen=True)
class Finding:
    """What came of one check: the breach, in one sentence, or None; and why the mechanism says it is exempt, if so.

    `unreached` says why nothing was looked at that could have broken the promise, where that is so.
    """

    check: Check
    breach: str | None
    exemption: str | None = None
    unreached: str | None = None

    @property
    def failed(self) -> bool:
        """Whether somebody has to do something: a breach without an exemption, or an exemption without a breach.

        A remark is no failure, and neither is a check that was not reached: what kept it from being reached is one
        of its own, or may be meant.
        """
        if self.breach is None:
            return self.exemption is not None and self.unreached is None
        return self.exemption is None and not self.check.remark

    @property
    def result(self) -> str:
        """What to write beside the name of the check."""
        if self.failed:
            return "FAILS"
        if self.exemption is not None:
            return f"exempt: {self.exemption}"
        if self.unreached is not None:
            return "not reached"
        return "remark" if self.breach else "passes"

    @property
    def sentence(self) -> str:
        """What was found; the promise where it is kept."""
        stale = f"stale exemption: {self.exemption}" if self.failed else None
        return self.breach or self.unreached or stale or self.check.promise


def examine(
    mechanism: Mechanism, examples: int = EXAMPLES, checks: Sequence[Check] = CHECKS, reference: bool = False
) -> list[Finding]:
    """Return one finding per check; the mechanism itself is not asked, so its state stays as it is.

    As a stage of a `reference` it may use Payer.BACKSTOP, otherwise that is a breach.

    The same code is told the same stories every time; hypothesis puts numbers into some of them that it finds in the
    code under development. Raises InputError where the mechanism claims an exemption from nothing.
    """
    exempt, heard = exempted(mechanism), Heard(mechanism)
    found = _breaches(mechanism, examples, checks, reference, heard)
    return [
        Finding(check, found.get(check.name), exempt.get(check.name), _unreached(check, found, heard))
        for check in checks
    ]


def exempted(mechanism: Mechanism) -> dict[str, str]:
    """Return the checks that a mechanism does not claim to pass, each with its reason."""
    names = [check.name for check in CHECKS]
    for name, reason in mechanism.exemptions.items():
        place = f"mechanism '{mechanism.name}', exemptions"
        if name not in names:
            raise InputError(f"{place}: unknown check '{name}'; allowed: {one_of(names)}{did_you_mean(name, names)}")
        if not reason.strip():
            raise InputError(f"{place}: '{name}' has no reason; allowed: one sentence that says why")
    return dict(mechanism.exemptions)


def _breaches(
    mechanism: Mechanism, examples: int, checks: Sequence[Check], reference: bool, heard: Heard
) -> dict[str, str]:
    """The first breach of each check that is broken."""
    found: dict[str, str] = {}

    def look(told: Story, where: str = "", again: bool = True) -> None:
        story = replace(told, reference=reference)
        telling = tell(fresh(mechanism), story)
        heard.note(story, telling)
        for check in checks:
            if check.looks is not None and check.name not in found and (again or not check.retells):
                breach = check.looks(mechanism, story, telling)
                if breach is not None:
                    found[check.name] = f"{breach}{where}"

    for story in edge_books(any(question in LOSSES for question in heard.questions)):
        look(story, f" (in the edge book '{story.book}')", again=story.book in TOLD_ANEW)
    for story in SMALL_CRASHES:
        look(story)
    for story in _drawn(examples):
        look(story, " (in a book that was drawn)")
    for check in checks:
        breach = _AS_A_WHOLE[check.name](mechanism, reference, heard) if check.looks is None else None
        if breach is not None:
            found[check.name] = breach
    return found


def _unread(mechanism: Mechanism, reference: bool, heard: Heard) -> str | None:
    names = [f"'{name}'" for name in unread_parameters(type(mechanism))]
    return f"no line of the rule reads {' or '.join(names)}, so that changing it changes nothing" if names else None


_AS_A_WHOLE: dict[str, Callable[[Mechanism, bool, Heard], str | None]] = {
    SURVIVES: lambda mechanism, reference, heard: failure_in_crash(mechanism, reference),
    ACTS: lambda mechanism, reference, heard: None if heard.refusals else heard.idle(),
    PARAMETERS: _unread,
}
"""Checks that no single story can decide."""


def _unreached(check: Check, found: Mapping[str, str], heard: Heard) -> str | None:
    """Why a promise that was not seen to be broken could not have been; None where it could."""
    if check.name == ACTS and heard.refusals and heard.idle():
        return f"'{next(iter(heard.refusals))}' was refused: nobody knows what would have come of it"
    if check.name in found or check.looks is None:
        return None
    masked = next((name for name in _MASKS.get(check.name, ()) if name in found), None)
    if masked is not None:
        return f"'{masked}' is broken, so that a difference says nothing"
    return heard.missing(check)


_MASKS = {
    "deterministic": ("isolated",),
    "order": ("isolated", "deterministic"),
    "picklable": ("isolated", "deterministic"),
}
"""Breaches that hide whether a promise is kept."""


@cache
def _drawn(examples: int) -> tuple[Story, ...]:
    """Stories that hypothesis draws, without chance and without a database."""
    drawn: list[Story] = []

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories())
    def keep(story: Story) -> None:
        drawn.append(story)

    keep()
    return tuple(drawn)
