"""Scores and report sections without their code: a stand-in of each says in which process it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from lastresort.plugins.isolation.plugin_set import PluginSet
from lastresort.plugins.report_section import ReportSection
from lastresort.plugins.score import Score


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Code that only a process of some plugins has."""

    plugins: PluginSet

    def __call__(self, *_: object) -> NoReturn:
        """Nobody calls it here."""
        raise AssertionError("the code of a plugin is asked for in a process that has not imported it")


def score_of(told: Mapping[str, Any], plugins: PluginSet) -> Score:
    """Return the stand-in of a score that a plugin's process has described."""
    return Score(**told, measure=Elsewhere(plugins))


def section_of(told: Mapping[str, Any], plugins: PluginSet) -> ReportSection:
    """Return the stand-in of a report section that a plugin's process has described."""
    return ReportSection(**told, write=Elsewhere(plugins))
