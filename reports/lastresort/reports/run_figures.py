"""Figures of one run, which show themselves in a notebook."""

from functools import partial

from lastresort.reports.document import FigureBlock
from lastresort.reports.plotting.canvas import figure_block
from lastresort.reports.topics import absorption, timeline
from lastresort.scores import profile_run
from lastresort.simulation.recording.record import RunRecord

ONE = "One run: no interval, and one draw of many."


def timeline_of_run(run: RunRecord) -> FigureBlock:
    """The course of one run: prices, liquidations, depth, funds; it shows itself in a notebook."""
    course = timeline.timeline_of([profile_run(run, run)])
    title = f"Course of {run.policy} on {run.scenario}, seed {run.seed}."
    return figure_block("timeline", title, f"{title} {ONE}", partial(timeline.draw, course, []))


def waterfall_of_run(run: RunRecord) -> FigureBlock:
    """Who paid in one run; it shows itself in a notebook."""
    title = f"Who paid under {run.policy} on {run.scenario}, seed {run.seed}."
    return absorption.waterfall_of(run, f"{title} {ONE}")
