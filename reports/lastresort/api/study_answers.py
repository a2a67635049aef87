"""What came of a study in the hand: its answers, as primary.json holds them, and the way to everything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lastresort.api.shown import Shown

if TYPE_CHECKING:
    from lastresort.api.results import Results

LABELS = ("scenario", "policy", "against", "score")


@dataclass(frozen=True, repr=False)
class StudyAnswers(Shown):
    """The folder of a finished study, and what it says; a finished study needs nothing else to be loaded."""

    directory: Path
    told: Mapping[str, Any]

    @property
    def failed(self) -> tuple[str, ...]:
        """A sentence for each policy that failed and is out of the ranking."""
        return tuple(map(_failure, self.told["failed"]))

    @property
    def title(self) -> str:
        """What was asked, of how many seeds."""
        number = len(self.told["comparisons"])
        family = "the primary comparison" if number == 1 else f"{number} primary comparisons"
        return f"{family}: policy minus other, 95 % intervals over {self.seeds}, p values by Holm over all"

    @property
    def seeds(self) -> str:
        """How many seeds there are, in words."""
        number = len(self.told["seeds"])
        return f"{number:,} seed" if number == 1 else f"{number:,} seeds"

    @property
    def rows(self) -> list[dict[str, str]]:
        """A row for each primary comparison; for each policy, the best first, where none was declared."""
        if not self.told["comparisons"]:
            return list(self.told["ranking"] or ())
        return [
            {name: str(one[name]) for name in LABELS}
            | {"difference": _difference(one), "p": _p(one), "verdict": str(one["verdict"])}
            for one in self.told["comparisons"]
        ]

    @property
    def precision(self) -> str:
        """Whether the declared precision was reached; empty where none was asked for."""
        asked = self.told["precision"]
        if not asked:
            return ""
        outcome = "reached" if asked["reached"] else f"not reached: {asked['needed']:,} seeds would be needed"
        aim = f"half-width {_width(asked['half_width'])}, all together at {asked['confidence']:.0%}"
        return f"precision, {aim}: {outcome}; {self.seeds} ran"

    @property
    def intervals(self) -> list[dict[str, str]]:
        """A row for each comparison whose precision was asked for."""
        return [
            {name: str(one[name]) for name in LABELS}
            | {"difference": _difference(one), "seeds needed": "" if one["needed"] is None else f"{one['needed']:,}"}
            for one in (self.told["precision"] or {"intervals": ()})["intervals"]
        ]

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it, with the folder."""
        return {"directory": str(self.directory)} | dict(self.told)

    def results(self) -> "Results":
        """Open the scenarios of the study: scores, differences, figures, report."""
        from lastresort.api.results import open_results

        return open_results(self.directory)


def _difference(one: Mapping[str, Any]) -> str:
    if one.get("value") is None:
        return ""
    told = f"{one['value']:+.3g}"
    return told if one["low"] is None else f"{told} [{one['low']:+.3g}, {one['high']:+.3g}]"


def _p(one: Mapping[str, Any]) -> str:
    return "" if one.get("p_adjusted") is None else f"{one['p_adjusted']:.2g}"


def _width(asked: float | Mapping[str, float]) -> str:
    if isinstance(asked, Mapping):
        return ", ".join(f"{width:g} of {score}" for score, width in asked.items())
    return f"{asked:g}"


def _failure(one: Mapping[str, str]) -> str:
    policy = f"policy '{one['policy']}' {one['extent']} of scenario '{one['scenario']}' and is out of the ranking"
    return f"{policy}; {one['what happened']}"
