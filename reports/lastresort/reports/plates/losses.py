"""Figures of the loss: who absorbed it, how it lies on equity, who paid, and how large it gets."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from lastresort.mechanisms.contract import Floats
from lastresort.reports import notation
from lastresort.reports.bands import Band, Spread, band
from lastresort.reports.burdens import GROUPINGS, equity_shares, loss_shares
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Plate
from lastresort.reports.figures import lorenz as lorenz_figure
from lastresort.reports.figures import tail as tail_figure
from lastresort.reports.figures import waterfall as waterfall_figure
from lastresort.reports.figures import who_pays
from lastresort.reports.figures.canvas import plate
from lastresort.reports.payments import payments
from lastresort.scores import LORENZ_GRID
from lastresort.scores.statistics import ecdf


def waterfall(chapter: Chapter) -> Plate:
    """Who paid, layer by layer."""
    spreads = [payments(chapter, policy.name) for policy in chapter.policies]
    paid = waterfall_figure.payers(spreads)
    pairs = zip(chapter.policies, spreads, strict=True)
    said = [f"{policy.title}: {_paid(spread, paid)}" for policy, spread in pairs]
    return plate(
        chapter.anchor("waterfall"),
        f"Loss absorption in billions of dollars. {'; '.join(said)}.",
        "Who paid what the liquidation engines lost: median over seeds of each part. The black bar is the range of the "
        "whole deficit from the lowest to the highest seed; medians of parts need not add up to that of the whole. A "
        "negative part, closes that turned out to favour those closed, is drawn as nothing and stands in the table.",
        partial(waterfall_figure.draw, chapter.keys(chapter.policies), spreads),
    )


def lorenz(chapter: Chapter) -> Plate:
    """How evenly the loss lies on equity."""
    curves = {
        key: _lorenz(chapter, policy.name)
        for policy, key in zip(chapter.contenders, chapter.keys(chapter.contenders), strict=True)
    }
    said = [
        f"{key.title}: no user loss"
        if curve is None
        else f"{key.title}: the less burdened half of equity bears {notation.percent(_half(curve), 0)} of the loss"
        for key, curve in curves.items()
    ]
    return plate(
        chapter.anchor("lorenz"),
        f"Relative Lorenz curves. {'; '.join(said)}.",
        "Owners stand in the order of their burden, loss over equity. On the dashed diagonal everyone pays in "
        "proportion to equity; the further below it, the more the loss falls on a few. Line: median over seeds; band: "
        "lowest to highest seed.",
        partial(lorenz_figure.draw, curves),
    )


def payers(chapter: Chapter) -> Plate:
    """Who paid, by cohort, size, venue and asset."""
    divisions = [_division(chapter, grouping) for grouping in GROUPINGS]
    first = divisions[0]
    said = [f"{policy.title}: {_heaviest(first, place)}" for place, policy in enumerate(chapter.paying)]
    return plate(
        chapter.anchor("who-pays"),
        f"Share of the loss over share of equity. {'; '.join(said)}.",
        "Each group's share of the users' loss over its share of their equity, over all seeds: 1 is in proportion, "
        "warm colours paid more, cool colours less. Intervals stand in the tables.",
        partial(who_pays.draw, chapter.keys(chapter.paying), divisions),
    )


def tail(chapter: Chapter) -> Plate:
    """How large the users' loss gets in the worst seeds."""
    tails = []
    for policy, key in zip(chapter.contenders, chapter.keys(chapter.contenders), strict=True):
        losses = 100 * chapter.loss_shares(policy.name)
        tails.append(tail_figure.Tail(key, _at_least(losses), len(losses)))
    said = [f"{one.key.title}: largest {notation.number(float(one.band.at[-1]), 1)} %" for one in tails]
    return plate(
        chapter.anchor("tail"),
        f"Users' loss over the reference deficit, in the worst seeds. {'; '.join(said)}.",
        "Share of seeds in which users lost at least as much, as per cent of the deficit of the reference run. Bands "
        "hold each share with 95 % confidence (Wilson); a share of few seeds says "
        "little.",
        partial(tail_figure.draw, tails, "Users' loss, % of the deficit in the reference run"),
    )


def _paid(spreads: Mapping[str, Spread], paid: Sequence[str]) -> str:
    return ", ".join(f"{waterfall_figure.PAYERS[name][0]} {notation.billions(spreads[name].median)}" for name in paid)


def _at_least(losses: Floats) -> Band:
    """Share of the runs with at least each loss, and its band: the distribution function of the losses' negatives."""
    found = ecdf(-losses)
    return Band(-found.values[::-1], found.shares[::-1], found.low[::-1], found.high[::-1])


def _lorenz(chapter: Chapter, policy: str) -> Band | None:
    curves = chapter.over_seeds(policy, "lorenz")
    known = curves[np.isfinite(curves).all(axis=1)]
    return band(LORENZ_GRID, known) if len(known) else None


def _half(curve: Band) -> float:
    """Share of the loss that the less burdened half of equity bears."""
    return float(curve.median[len(curve.median) // 2])


def _division(chapter: Chapter, grouping: str) -> who_pays.Division:
    loss, held = (
        np.stack([share(chapter, policy.name, grouping) for policy in chapter.paying], axis=1)
        for share in (loss_shares, equity_shares)
    )
    labels = [notation.plain(label) for label in chapter.labels(grouping)]
    return who_pays.Division(f"By {GROUPINGS[grouping]}", labels, loss, held)


def _heaviest(division: who_pays.Division, policy: int) -> str:
    ratio = np.divide(
        division.loss[:, policy],
        division.endowment[:, policy],
        out=np.full(len(division.groups), -1.0),
        where=division.endowment[:, policy] > 0,
    )
    heaviest = int(ratio.argmax())
    return f"{division.groups[heaviest]} pay {notation.number(float(ratio[heaviest]), 2)} times their share"
