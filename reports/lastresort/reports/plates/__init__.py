"""Every figure of the report with its caption and its words, drawn from a chapter or from the whole dossier."""

from lastresort.reports.plates.assumptions import morris, sobol
from lastresort.reports.plates.choices import ranks, regret
from lastresort.reports.plates.course import timeline
from lastresort.reports.plates.hedges import failure, rehedging
from lastresort.reports.plates.losses import lorenz, payers, tail, waterfall
from lastresort.reports.plates.scores import forest, pareto, references

__all__ = [
    "failure",
    "forest",
    "lorenz",
    "morris",
    "pareto",
    "payers",
    "ranks",
    "references",
    "regret",
    "rehedging",
    "sobol",
    "tail",
    "timeline",
    "waterfall",
]
