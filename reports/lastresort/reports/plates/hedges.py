"""Figures of broken hedges: how failure depends on its thresholds, and how long hedges stay broken."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.reports.bands import band
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Plate
from lastresort.reports.figures import failure as failure_figure
from lastresort.reports.figures import rehedging as rehedging_figure
from lastresort.reports.figures.canvas import plate
from lastresort.scores.measures.failure_curves import DELTAS, LAMBDAS, TAUS
from lastresort.scores.measures.neutrality import DEFAULT


def failure(chapter: Chapter) -> Plate:
    """Market-neutral failure against each of its thresholds."""
    delta, seconds, capital = 100 * DEFAULT.delta, DEFAULT.naked_seconds, 100 * DEFAULT.shortfall
    curves = {
        name: _curves(chapter, name, at)
        for name, at in (("delta", 100 * DELTAS), ("tau", TAUS / 60), ("lambda", 100 * LAMBDAS))
    }
    thresholds = [
        failure_figure.Threshold("Net delta", "of gross, %", delta, f"{delta:g} %", curves["delta"]),
        failure_figure.Threshold("Duration", "minutes", seconds / 60, f"{seconds:g} s", curves["tau"]),
        failure_figure.Threshold("Shortfall", "of capital, %", capital, f"{capital:g} %", curves["lambda"]),
    ]
    said = [
        f"{curve.key.title}: MNF from {notation.number(float(np.nanmin(curve.band.median)))} to "
        f"{notation.number(float(np.nanmax(curve.band.median)))}"
        for curve in thresholds[2].curves
    ]
    return plate(
        chapter.anchor("failure-curves"),
        f"Market-neutral failure over its thresholds; over the threshold of capital lost, {'; '.join(said)}.",
        "Market-neutral failure with one threshold varied and the others as usual (dashed): how large net delta has "
        "to be, for how long, and how much capital has to be lost. Bands: lowest to highest seed. Where lines "
        "cross, the order of policies depends on where the line is drawn.",
        partial(failure_figure.draw, thresholds),
    )


def rehedging(chapter: Chapter) -> Plate:
    """How long strategies stay naked."""
    curves = [_survival(chapter, policy, place) for place, policy in enumerate(chapter.contenders)]
    said = [
        f"{one.key.title}: {one.count:,} strategies, {notation.number(one.mean / 60, 1)} minutes on average"
        for one in curves
        if one.count
    ]
    return plate(
        chapter.anchor("time-to-rehedge"),
        f"Time to re-hedge. {'; '.join(said)}.",
        "Share of strategies still naked (net delta above 20 % of gross) since a leg was lost, over all seeds "
        "(Kaplan-Meier). Ticks: still naked when the run ended. Below: mean time within the first hour. Bands and "
        "bars are 95 % intervals over seeds.",
        partial(rehedging_figure.draw, curves),
    )


def _curves(chapter: Chapter, name: str, at: Floats) -> Sequence[failure_figure.Curve]:
    return [
        failure_figure.Curve(key, band(at, chapter.over_seeds(policy.name, f"mnf_by_{name}")))
        for policy, key in zip(chapter.contenders, chapter.keys(chapter.contenders), strict=True)
    ]


def _survival(chapter: Chapter, policy: Policy, place: int) -> rehedging_figure.Survival:
    found = chapter.rehedging[policy.name]
    key = chapter.keys(chapter.contenders)[place]
    return rehedging_figure.Survival(
        key,
        found.times,
        found.naked,
        found.naked_low,
        found.naked_high,
        found.censored,
        found.mean,
        found.low,
        found.high,
        found.count,
    )
