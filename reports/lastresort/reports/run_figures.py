"""Figures of a single run, by one call each; each shows itself in a notebook."""

from functools import partial

from lastresort.reports.bands import spread
from lastresort.reports.document import Plate
from lastresort.reports.figures import timeline as timeline_figure
from lastresort.reports.figures import waterfall as waterfall_figure
from lastresort.reports.figures.canvas import plate
from lastresort.reports.timelines import timeline_of
from lastresort.scores import profile_run
from lastresort.simulation.recording.record import RunRecord

ONE = "One run: no interval, and one draw of many."


def timeline(run: RunRecord) -> Plate:
    """The course of one run: prices, liquidations, depth, funds."""
    course = timeline_of([profile_run(run, run)])
    title = f"Course of {run.policy} on {run.scenario}, seed {run.seed}."
    return plate("timeline", title, f"{title} {ONE}", partial(timeline_figure.draw, course, []))


def waterfall(run: RunRecord) -> Plate:
    """Who paid in one run."""
    layers = {name: float(run.books[name].sum()) for name in waterfall_figure.PAYERS}
    spreads = {name: spread([amount]) for name, amount in (layers | {"deficit": sum(layers.values())}).items()}
    title = f"Who paid under {run.policy} on {run.scenario}, seed {run.seed}."
    return plate("waterfall", title, f"{title} {ONE}", partial(waterfall_figure.draw, [run.policy], [spreads]))
