"""Every figure of a report with its caption and its words for those who cannot see it."""

from collections.abc import Mapping, Sequence
from functools import partial

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.reports.bands import Band, Spread
from lastresort.reports.figures import forest, lorenz, pareto, references, timeline, waterfall
from lastresort.reports.figures.canvas import Plate, plate
from lastresort.reports.observations import Observations
from lastresort.scores import PRIMARY, Comparison, Estimate

BARS = "Bars are 95 % intervals over seeds (a single seed has none)"


def forest_plate(comparison: Comparison, policies: Sequence[Policy]) -> Plate:
    """Paired differences from the baseline."""
    rivals = [policy for policy in _contenders(policies) if policy.name != comparison.baseline]
    scores = {
        score.title: [found for policy in rivals if (found := comparison.difference(policy.name, score.name))]
        for score in PRIMARY
    }
    said = [f"{d.policy}: {d.score} {_written(d.estimate)}, {d.sentence}" for row in scores.values() for d in row]
    return plate(
        "forest",
        f"Differences from {comparison.baseline}. {'; '.join(said)}.",
        f"Each policy minus the baseline, {notation.quoted(_title(policies, comparison.baseline))}, on the same seeds. "
        f"{BARS}; the word at each dot is the verdict, which also takes the number of comparisons into account. "
        "Filled dots: better or worse.",
        partial(forest.draw, [policy.title for policy in rivals], scores),
    )


def pareto_plate(comparison: Comparison, policies: Sequence[Policy]) -> Plate:
    """Both headline scores at once."""
    points = [
        pareto.Point(
            policy.title,
            comparison.estimates[policy.name]["lc_star"],
            comparison.estimates[policy.name]["mnf"],
            comparison.pareto[policy.name],
        )
        for policy in _contenders(policies)
    ]
    said = [f"{p.title}: LC* {_written(p.centralization)}, MNF {_written(p.failure)}" for p in points]
    chances = [f"{notation.quoted(p.title)} {notation.percent(p.undominated, 0)}" for p in points]
    return plate(
        "pareto",
        f"Loss centralization against market-neutral failure. {'; '.join(said)}.",
        f"Nearer to the origin is better on both scores; the origin is the deep pocket. {BARS}. How often no other "
        f"policy was at least as good on both scores, over resampled seeds: {', '.join(chances)}. Policies at 50 % or"
        " more are in colour.",
        partial(pareto.draw, points),
    )


def waterfall_plate(policies: Sequence[Policy], seen: Observations) -> Plate:
    """Who paid."""
    payments = [seen.payments[policy.name] for policy in policies]
    paid = waterfall.payers(payments)
    said = [f"{policy.title}: {_paid(payment, paid)}" for policy, payment in zip(policies, payments, strict=True)]
    return plate(
        "waterfall",
        f"Loss absorption in billions of dollars. {'; '.join(said)}.",
        "Who paid what the liquidation engines lost: median over seeds of each part. The black bar is the range of the "
        "whole deficit from the lowest to the highest seed; medians of parts need not add up to that of the whole. "
        "A negative part, closes that turned out to favour those closed, is drawn as nothing and stands in the table.",
        partial(waterfall.draw, [policy.title for policy in policies], payments),
    )


def lorenz_plate(policies: Sequence[Policy], seen: Observations) -> Plate:
    """How evenly the loss lies on equity."""
    contenders = _contenders(policies)
    halves = {policy.title: seen.lorenz[policy.name] for policy in contenders}
    said = [
        f"{title}: no user loss"
        if curve is None
        else f"{title}: the less burdened half of equity bears {_half(curve)} of the loss"
        for title, curve in halves.items()
    ]
    return plate(
        "lorenz",
        f"Relative Lorenz curves. {'; '.join(said)}.",
        "Owners stand in the order of their burden, loss over equity. On the dashed diagonal everyone pays in "
        "proportion to equity; the further below it, the more the loss falls on a few. Line: median over seeds; "
        "band: lowest to highest seed. Where curves of two policies cross, which one is more equal depends on the "
        "measure.",
        partial(lorenz.draw, halves),
    )


def timeline_plate(policy: Policy, seen: Observations) -> Plate:
    """The course of the crash."""
    course = seen.courses[policy.name]
    others = [other for name, other in seen.courses.items() if name != policy.name]
    lows = [
        f"{notation.tier(tier)} {notation.number(float(course.columns[f'price_{tier}'].median.min()))}"
        f" (news alone {notation.number(float(course.columns[f'exogenous_{tier}'].median.min()))})"
        for tier in course.tiers
    ]
    return plate(
        "timeline",
        f"Course of the crash under {policy.title}. Lowest median prices, start = 1: {', '.join(lows)}. "
        f"Heaviest liquidations at hour {notation.number(course.peak, 1)}.",
        f"The run under {notation.quoted(policy.title)}. Line: median over seeds; band: lowest to highest seed. "
        "Dashed in the price panels: what the news alone would have done, median. Thin grey lines: the other "
        "policies, medians. Left: the whole run; right: around the heaviest liquidations.",
        partial(timeline.draw, course, others),
    )


def references_plate(policies: Sequence[Policy], differences: Mapping[str, Mapping[str, Estimate]]) -> Plate:
    """Excess drawdown against both references."""
    contenders = _contenders(policies)
    rows = {
        _title(policies, name): [found[policy.name] for policy in contenders] for name, found in differences.items()
    }
    said = [
        f"{policy.title} against {title}: {_written(found)}"
        for title, row in rows.items()
        for policy, found in zip(contenders, row, strict=True)
    ]
    return plate(
        "references",
        f"Difference in excess drawdown, as a fraction of price. {'; '.join(said)}.",
        "How much deeper prices fell than the news alone explains, each policy minus the reference run of the same "
        f"seed, weighted by open interest. {BARS}; a filled dot means that the interval excludes zero. These "
        "differences are exploratory: not adjusted for their number.",
        partial(references.draw, [policy.title for policy in contenders], rows),
    )


def _contenders(policies: Sequence[Policy]) -> list[Policy]:
    return [policy for policy in policies if policy.role == "contender"]


def _title(policies: Sequence[Policy], name: str | None) -> str:
    return next(policy.title for policy in policies if policy.name == name)


def _written(found: Estimate) -> str:
    return notation.with_interval(found.value, found.low, found.high)


def _half(curve: Band) -> str:
    """Share of the loss that the less burdened half of equity bears."""
    return notation.percent(float(curve.median[len(curve.median) // 2]), 0)


def _paid(payments: Mapping[str, Spread], paid: Sequence[str]) -> str:
    parts = [f"{waterfall.PAYERS[name][0]} {notation.billions(payments[name].median)}" for name in paid]
    return ", ".join(parts)
