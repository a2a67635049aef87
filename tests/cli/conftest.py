"""A rule that fails."""

import shutil
from collections.abc import Callable
from pathlib import Path

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


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """What the module's own fixture `folder` holds, where it may be changed."""
    shutil.copytree(folder, tmp_path / "copy")
    return tmp_path / "copy"
