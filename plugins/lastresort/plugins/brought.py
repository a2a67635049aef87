"""What one plugin brings: everything with a name that comes from one file, one distribution, or ourselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lastresort.mechanisms.contract import Mechanism
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score

Kind = Literal["built-in", "installed", "file"]


@dataclass(frozen=True)
class Brought:
    """Rules, policies, scenario files, scores and report sections of one origin, checked one by one.

    `fingerprints` is the SHA-256 of everything that decides what a rule answers, by the name of the rule. `files` are
    those that a plugin's code and texts were read from.
    """

    origin: str
    kind: Kind
    mechanisms: tuple[type[Mechanism], ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    scenarios: tuple[Path, ...] = ()
    scores: tuple[Score, ...] = ()
    sections: tuple[ReportSection, ...] = ()
    files: tuple[Path, ...] = ()
