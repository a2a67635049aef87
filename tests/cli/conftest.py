"""A rule that fails."""

from collections.abc import Callable

import pytest

RULE = """
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism

class Failing(Mechanism):
    "Fail where the rehearsal does not look."
    name = "failing"

    def allocate(self, event: LossEvent) -> Allocation | None:
        if len(event.candidates.account) <= 13:
            return None
        {deed}
"""


@pytest.fixture
def failing() -> Callable[[str], str]:
    """The text of a rule `failing`, which does some deed in the crash and behaves in the rehearsal."""
    return lambda deed: RULE.format(deed=deed)
