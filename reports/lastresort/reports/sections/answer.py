"""The question, and the answer in five sentences, every number with its interval."""

from collections.abc import Iterator

import numpy as np

from lastresort.reports import notation
from lastresort.reports.chapters import Chapter, Dossier
from lastresort.reports.document import Block, Caution, Column, Heading, Note, Paragraph, Section, Strong, Table
from lastresort.reports.sections.differences import difference_rows
from lastresort.scores import PRIMARY, Comparison, Estimate, Verdict

SHORT = {"lc_star": "LC*", "mnf": "MNF"}

READING = (
    "LC* is the share of the deficit that reached users times how unequally they bore it for their size: 0 means that "
    "no user paid, or that everyone paid in proportion to equity. It counts money taken, that is charges and closes "
    "worse than the mark price; a hedge or a profit lost after a close near the mark shows in MNF. MNF is the share "
    "of hedged strategies, by gross notional, that failed here and not in the reference run. Lower is better on both. "
    "Brackets hold 95 % intervals over seeds; they cover chance within this model and not whether the model is right."
)


def answer(dossier: Dossier) -> Section:
    """Question, five sentences for each chapter, and the verdicts."""
    blocks: list[Block] = [Paragraph((Strong("Question. "), dossier.question))]
    for chapter in dossier.chapters:
        if len(dossier.chapters) > 1:
            blocks.append(Heading((chapter.results.scenario.title,)))
        blocks += _chapter(dossier, chapter)
    return Section("summary", "The answer", [*blocks, Note((READING,))])


def _chapter(dossier: Dossier, chapter: Chapter) -> Iterator[Block]:
    if chapter.comparison.baseline is None:
        yield Paragraph(("Only reference policies are in the comparison, so there is nothing to rank.",))
        return
    if len(chapter.seeds) == 1:
        yield Caution((SINGLE_SEED,))
    for subject, text in sentences(dossier, chapter):
        yield Paragraph((Strong(f"{subject}. "), text))
    if chapter.comparison.differences:
        baseline = notation.quoted(chapter.title(chapter.comparison.baseline))
        columns = [Column(score.title, align="left") for score in PRIMARY]
        caption = f"Each policy against the baseline, {baseline}: verdict, and difference with 95 % interval."
        yield Table(chapter.anchor("verdicts"), caption, columns, [("", difference_rows(chapter))], "text", "Policy")


SINGLE_SEED = (
    "This comparison rests on a single seed. It has no intervals and settles nothing: every number is one draw and "
    "may be quite different in the next."
)


def sentences(dossier: Dossier, chapter: Chapter) -> list[tuple[str, str]]:
    """Subject and text of the five sentences of a chapter with a baseline."""
    return [
        _centralization(chapter),
        _failure(chapter),
        _solvency(chapter),
        _choice(dossier, chapter),
        _certainty(dossier, chapter),
    ]


def _centralization(chapter: Chapter) -> tuple[str, str]:
    best = _lowest(chapter, "lc_star")
    scores = chapter.comparison.estimates[best]
    cents = _percent(scores["pass_through"])
    return (
        f"{_quoted(chapter, best)} has the lowest loss centralization",
        f"{_against_baseline(chapter, best, 'lc_star')}; of every dollar of the reference deficit, {cents} cents "
        f"reached users{_rivals(chapter, best, 'lc_star')}.",
    )


def _failure(chapter: Chapter) -> tuple[str, str]:
    best = _lowest(chapter, "mnf")
    forced = chapter.comparison.estimates[best]["forced_share"]
    legs = _percent(forced)
    return (
        f"{_quoted(chapter, best)} has the fewest market-neutral failures",
        f"{_against_baseline(chapter, best, 'mnf')}; on average {legs} % of hedge legs were closed by force for "
        f"others' losses{_rivals(chapter, best, 'mnf')}.",
    )


def _solvency(chapter: Chapter) -> tuple[str, str]:
    """Who left something unpaid, and how far funds were used."""
    estimates = chapter.comparison.estimates
    safe = [policy.name for policy in chapter.contenders if estimates[policy.name]["solvent"].value == 1]
    worst = max(chapter.contenders, key=lambda policy: np.nan_to_num(estimates[policy.name]["unpaid_share"].value)).name
    share = _percent(estimates[worst]["unpaid_share"], 2)
    use = [100 * estimates[policy.name]["fund_use"].value for policy in chapter.contenders]
    fund = f"insurance funds paid out between {min(use):.0f} and {max(use):.0f} % of what they held"
    if len(safe) == len(chapter.contenders):
        return "Every policy paid the whole deficit in every seed", f"Nothing was left unpaid, and {fund}."
    return (
        f"{len(safe)} of {len(chapter.contenders)} policies paid the whole deficit in every seed",
        f"{_quoted(chapter, worst)} left most unpaid, {share} % of the reference deficit; {fund}.",
    )


def _choice(dossier: Dossier, chapter: Chapter) -> tuple[str, str]:
    """What choosing by one score costs on the other, which is its regret there."""
    fairest, safest = _lowest(chapter, "lc_star"), _lowest(chapter, "mnf")
    alone = f"in {notation.percent(chapter.comparison.pareto[fairest], 0)} of resamples no other policy was at least as"
    if fairest == safest:
        return "One policy is lowest on both scores", f"For {_quoted(chapter, fairest)}, {alone} good on both."
    return (
        "No policy is lowest on both scores",
        f"Choosing {_quoted(chapter, fairest)} costs {_cost(dossier, chapter, fairest, 'mnf')} of MNF, choosing "
        f"{_quoted(chapter, safest)} costs {_cost(dossier, chapter, safest, 'lc_star')} of LC*; which matters more is "
        "a decision, not a result.",
    )


def _cost(dossier: Dossier, chapter: Chapter, chosen: str, score: str) -> str:
    """How much worse a policy is than the best one of the scenario."""
    scenario = chapter.results.scenario.name
    if dossier.decision and chosen in dossier.decision.policies:
        return _written(dossier.decision.regrets[score][chosen].by_scenario[scenario])
    estimates = chapter.comparison.estimates
    return notation.number(estimates[chosen][score].value - estimates[_lowest(chapter, score)][score].value)


def _certainty(dossier: Dossier, chapter: Chapter) -> tuple[str, str]:
    differences = chapter.comparison.differences
    still_open = [one for one in differences if one.verdict is Verdict.INCONCLUSIVE]
    needed = max((one.seeds_needed or 0 for one in still_open), default=0)
    settled = f"{len(differences) - len(still_open)} of {len(differences)} comparisons with the baseline are settled"
    more = f"; the others need up to about {needed:,} seeds" if needed else ""
    flip = f" {dossier.sensitivity.sentence}" if dossier.sensitivity else ""
    return (
        settled if differences else "There is nothing to compare with the baseline",
        f"{_amplification(chapter)}{more}; intervals cover chance within the model only.{flip}",
    )


def amplification(difference: Estimate) -> str:
    """What a difference in excess drawdown says: deepens, makes shallower, or neither for certain."""
    if difference.low > 0:
        return "deepens the fall"
    if difference.high < 0:
        return "makes the fall shallower"
    return "cannot be told from no effect on the fall"


def _amplification(chapter: Chapter) -> str:
    baseline = str(chapter.comparison.baseline)
    found = chapter.drawdowns
    said = [
        f"against {_quoted(chapter, name)} it {amplification(one[baseline])} ({_points(one[baseline])} points)"
        for name, one in found.items()
        if baseline in one
    ]
    return f"Whether the baseline amplifies the crash depends on the yardstick: {', '.join(said)}"


def _points(found: Estimate) -> str:
    return _percent(found, sign=True)


def _against_baseline(chapter: Chapter, name: str, score: str) -> str:
    comparison = chapter.comparison
    own = f"{SHORT[score]} {_written(comparison.estimates[name][score])}"
    if name == comparison.baseline:
        return f"{own}; it is also the baseline"
    baseline = _written(comparison.estimates[str(comparison.baseline)][score])
    difference = comparison.difference(name, score)
    verdict = f", verdict {difference.sentence}" if difference else ""
    return f"{own}, against {baseline} under the baseline{verdict}"


def _rivals(chapter: Chapter, best: str, score: str) -> str:
    """Name the policies whose interval overlaps the best one's: the order among them is open."""
    estimates = chapter.comparison.estimates
    top = estimates[best][score].high
    near = [
        _quoted(chapter, policy.name)
        for policy in chapter.contenders
        if policy.name != best and estimates[policy.name][score].low <= top
    ]
    return f"; the order between it and {notation.listed(near)} is not settled" if near else ""


def _lowest(chapter: Chapter, score: str) -> str:
    comparison: Comparison = chapter.comparison
    names = [policy.name for policy in chapter.contenders]
    return min(names, key=lambda name: np.nan_to_num(comparison.estimates[name][score].value, nan=np.inf))


def _quoted(chapter: Chapter, name: str) -> str:
    return notation.quoted(chapter.title(name))


def _percent(found: Estimate, digits: int = 1, sign: bool = False) -> str:
    return notation.with_interval(100 * found.value, 100 * found.low, 100 * found.high, digits, sign)


def _written(found: Estimate) -> str:
    return notation.with_interval(found.value, found.low, found.high)
