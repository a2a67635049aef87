"""Figures of the headline scores: differences, both at once, and the depth of the fall."""

from functools import partial

from lastresort.reports import notation
from lastresort.reports.chapters import Chapter
from lastresort.reports.document import Plate
from lastresort.reports.figures import forest as forest_figure
from lastresort.reports.figures import pareto as pareto_figure
from lastresort.reports.figures import references as references_figure
from lastresort.reports.figures.canvas import plate
from lastresort.reports.resampled import resampled_scores
from lastresort.scores import PRIMARY, Estimate

BARS = "Bars are 95 % intervals over seeds (a single seed has none)"


def forest(chapter: Chapter) -> Plate:
    """Paired differences from the baseline."""
    comparison = chapter.comparison
    rivals = [policy for policy in chapter.contenders if policy.name != comparison.baseline]
    scores = {
        score.title: [found for policy in rivals if (found := comparison.difference(policy.name, score.name))]
        for score in PRIMARY
    }
    said = [f"{d.policy}: {d.score} {written(d.estimate)}, {d.sentence}" for row in scores.values() for d in row]
    baseline = chapter.title(comparison.baseline)
    return plate(
        chapter.anchor("forest"),
        f"Differences from {comparison.baseline}. {'; '.join(said)}.",
        f"Each policy minus the baseline, {notation.quoted(baseline)}, on the same seeds. {BARS}; the word at each "
        "dot is the verdict, which also takes the number of comparisons into account. Filled dots: better or worse.",
        partial(forest_figure.draw, chapter.keys(rivals), scores),
    )


def pareto(chapter: Chapter) -> Plate:
    """Both headline scores at once."""
    comparison = chapter.comparison
    draws = resampled_scores(chapter.table, [policy.name for policy in chapter.contenders], PRIMARY)
    points = [
        pareto_figure.Point(
            policy.title,
            comparison.estimates[policy.name]["lc_star"],
            comparison.estimates[policy.name]["mnf"],
            comparison.pareto[policy.name],
            draws[policy.name],
            key,
        )
        for policy, key in zip(chapter.contenders, chapter.keys(chapter.contenders), strict=True)
    ]
    said = [f"{p.title}: LC* {written(p.centralization)}, MNF {written(p.failure)}" for p in points]
    return plate(
        chapter.anchor("pareto"),
        f"Loss centralization against market-neutral failure. {'; '.join(said)}.",
        "Nearer to the origin is better on both scores; the origin is the deep pocket. Ellipses hold 95 % of the "
        "bootstrap resamples of seeds. Filled dots: in at least half of the resamples no other policy is at least as "
        "good on both scores.",
        partial(pareto_figure.draw, points),
    )


def references(chapter: Chapter) -> Plate:
    """Excess drawdown against both references."""
    rows = {
        chapter.title(name): [found[policy.name] for policy in chapter.contenders]
        for name, found in chapter.drawdowns.items()
    }
    said = [
        f"{policy.title} against {title}: {written(found)}"
        for title, row in rows.items()
        for policy, found in zip(chapter.contenders, row, strict=True)
    ]
    return plate(
        chapter.anchor("references-figure"),
        f"Difference in excess drawdown, as a fraction of price. {'; '.join(said)}.",
        "How much deeper prices fell than the news alone explains, each policy minus the reference run of the same "
        f"seed, weighted by open interest. {BARS}; a filled dot means that the interval excludes zero. These "
        "differences are exploratory: not adjusted for their number.",
        partial(references_figure.draw, chapter.keys(chapter.contenders), rows),
    )


def written(found: Estimate) -> str:
    """An estimate with its interval."""
    return notation.with_interval(found.value, found.low, found.high)
