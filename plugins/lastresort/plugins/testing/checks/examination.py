"""Go through the checks of the kit: the small crash first, then books that hypothesis draws, then a whole crash."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from hypothesis import HealthCheck, Phase, given, settings

from lastresort.mechanisms.contract import Mechanism
from lastresort.plugins.errors import InputError, did_you_mean, one_of
from lastresort.plugins.testing.checks.crash_run import failure_in_crash
from lastresort.plugins.testing.checks.promises import CHECKS, Check
from lastresort.plugins.testing.checks.telling import SMALL_CRASHES, Story, tell
from lastresort.plugins.testing.drawn_books import stories
from lastresort.plugins.testing.questioning import fresh

EXAMPLES = 25
"""How many stories a check draws unless told otherwise."""


@dataclass(frozen=True)
class Finding:
    """What came of one check: the breach, in one sentence, or None; and why the mechanism says it is exempt, if so."""

    check: Check
    breach: str | None
    exemption: str | None = None

    @property
    def failed(self) -> bool:
        """Whether somebody has to do something: a breach without an exemption, or an exemption without a breach."""
        return (self.breach is None) != (self.exemption is None)


def examine(
    mechanism: Mechanism, examples: int = EXAMPLES, checks: Sequence[Check] = CHECKS, reference: bool = False
) -> list[Finding]:
    """Return one finding per check; the mechanism itself is not asked, so its state stays as it is.

    As a stage of a `reference` it may use Payer.BACKSTOP, otherwise that is a breach.

    The same code is told the same stories every time; hypothesis puts numbers into some of them that it finds in the
    code under development. Raises InputError where the mechanism claims an exemption from nothing.
    """
    exempt = exempted(mechanism)
    found = _breaches(mechanism, examples, checks, reference)
    return [Finding(check, found.get(check.name), exempt.get(check.name)) for check in checks]


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


def _breaches(mechanism: Mechanism, examples: int, checks: Sequence[Check], reference: bool) -> dict[str, str]:
    """The first breach of each check that is broken."""
    found: dict[str, str] = {}

    def look(told: Story, where: str = "") -> None:
        story = replace(told, reference=reference)
        telling = tell(fresh(mechanism), story)
        for check in checks:
            if check.looks is not None and check.name not in found:
                breach = check.looks(mechanism, story, telling)
                if breach is not None:
                    found[check.name] = f"{breach}{where}"

    for story in SMALL_CRASHES:
        look(story)
    for story in _drawn(examples):
        look(story, " (in a book that was drawn)")
    for check in checks:
        failure = failure_in_crash(mechanism, reference) if check.looks is None else None
        if failure is not None:
            found[check.name] = failure
    return found


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
