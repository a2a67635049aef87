"""A parameter is unread only where no line of the rule, of its parents or of the functions beside it can read it."""

from pathlib import Path

import pytest

from lastresort.plugins.discovery import of_file
from lastresort.plugins.testing.checks.unread_parameters import unread_parameters

START = """
from typing import Any, ClassVar
from pydantic import BaseModel, field_validator
from lastresort.mechanisms.building_blocks.deleveraging import Deleveraging
from lastresort.mechanisms.contract import Mechanism

def paced(rule: Any) -> float:
    return rule.pace

def anything(rule: Any) -> Any:
    return rule

class _Base(Mechanism):
    depth: float = 1.0
    def allocate(self, event: Any) -> Any:
        return self.depth

class Other(BaseModel):
    pace: float = 1.0
    def own(self) -> float:
        return self.lull

class Rule(_Base):
    name = "rule"
    pace: float = 1.0
    lull: float = 2.0
"""

CASES = {
    "nothing is read": ("", ["lull"]),
    "read in a method": ("def _x(self) -> float:\n        return self.lull", []),
    "set, and never read": ("def _x(self) -> None:\n        self.lull = 3.0", ["lull"]),
    "named by a validator": ("_x = field_validator('lull')(lambda value: value)", []),
    "handed on as a whole": ("def _x(self) -> Any:\n        return anything(self)", []),
    "dumped": ("def _x(self) -> Any:\n        return self.model_dump()", []),
    "only its class is asked for": ("def _x(self) -> Any:\n        return type(self).__name__", ["lull"]),
    "of another object of that name": ("def _x(self, other: Any) -> Any:\n        return other.lull", []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_nobody_reads(case: str, tmp_path: Path) -> None:
    """`depth` is read by the parent and `pace` by a function beside the rule; another class's own is another's."""
    body, unread = CASES[case]
    file = tmp_path / "rule.py"
    file.write_text(f"{START}    {body}\n", encoding="utf-8")
    (rule,) = of_file(file).mechanisms
    assert unread_parameters(rule) == unread
