"""A section that a plugin adds to the end of the report: what it may read, and what it may say."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from lastresort.mechanisms.contract.plain_text import escaped, representation
from lastresort.mechanisms.policy import Policy
from lastresort.plugins.errors import InputError
from lastresort.simulation.recording.record import RunRecord
from lastresort.simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Part: TypeAlias = "str | pd.DataFrame"
"""Plain text, in which blank lines part paragraphs; HTML as a `markupsafe.Markup`; or a table."""


@dataclass(frozen=True, slots=True)
class Findings:
    """A finished comparison: every run, crossed by policy and seed.

    scenario  the crash
    policies  those compared, in the order of the report
    seeds     seeds that all policies share
    table     the score table, one row per policy and seed; a copy of the section's own
    record    a function of a policy's name and a seed that reads a run from disk
    """

    scenario: Scenario
    policies: tuple[Policy, ...]
    seeds: tuple[int, ...]
    table: "pd.DataFrame"
    record: Callable[[str, int], RunRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """A section of the report.

    name   what messages call it
    title  its heading
    write  a function of the findings that returns one part, or several in their order: text or tables
    """

    name: str
    title: str
    write: "Callable[[Findings], Part | Iterable[Part]]"


def check_section(item: object, origin: str) -> ReportSection:
    """Return what a plugin brings as a section; InputError where it is none, naming the plugin and what is wrong."""
    if not isinstance(item, ReportSection):
        rule = "allowed: instances of ReportSection"
        raise InputError(f"plugin {origin}, hook 'lastresort_report_sections': found {representation(item)}; {rule}")
    place = f"plugin {origin}, report section {item.name!r}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", str(item.name)):
        raise InputError(f"{place}: found this name; allowed: lower-case letters, digits, dots and hyphens")
    if not callable(item.write):
        raise InputError(f"{place}: found {item.write!r} for 'write'; allowed: a function of the findings")
    return replace(item, title=escaped(str(item.title)))
