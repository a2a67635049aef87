"""What the answer cannot say, in short, and which public figures the model misses."""

from lastresort.reports.document import Bullets, Link, Note, Prose, Section, Strong
from lastresort.reports.scenario_results import ReportInput
from lastresort.reports.topics.assumptions import misses

LIMITS: tuple[Prose, ...] = (
    (Strong("Intervals cover chance, not the model."), " A wrong assumption moves every run the same way."),
    (
        Strong("Nobody adapts in advance."),
        " Leverage, depth and funds before the crash are the same under every rule, and every venue runs the same one.",
    ),
    (
        Strong("Losses are those to the rule."),
        " What falling prices cost, what a close later spared its owner, and legal claims are left out.",
    ),
    (
        Strong("Failure has thresholds."),
        " 20 % of net exposure, a minute, 2 % of capital; how fast desks repair a hedge is assumed.",
    ),
)


def limits(report: ReportInput) -> Section:
    """Four limits and the misses; the rest is in the annex."""
    more: Prose = (
        "All limits and every number: ",
        Link("assumptions", "assumptions"),
        "; ",
        Link("validation", "validation"),
        ".",
    )
    return Section("limits", "Limits and validation", [Bullets([*LIMITS, *misses(report)]), Note(more)])
