"""The question, and the answer in five sentences, every number with its interval."""

from collections.abc import Iterator

import numpy as np

from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Caution, Column, Heading, Note, Paragraph, Section, Strong, Table
from lastresort.reports.scenario_results import ReportInput, ScenarioResults
from lastresort.reports.topics.amplification import effect_on_fall
from lastresort.reports.topics.forest import difference_rows
from lastresort.scores import PRIMARY, Comparison, Estimate, Verdict

SHORT = {"lc_star": "LC*", "mnf": "MNF"}
READING = (
    "LC* is the share of the deficit that reached users times how unequally they bore it for their size: 0 means that "
    "no user paid, or that everyone paid in proportion to equity. It counts money taken, that is charges and closes "
    "worse than the mark price; a hedge or a profit lost after a close near the mark shows in MNF. MNF is the share "
    "of hedged strategies, by gross notional, that failed here and not in the reference run. Lower is better on both. "
    "Brackets hold 95 % intervals over seeds; they cover chance within this model and not whether the model is right."
)
SINGLE_SEED = (
    "This comparison rests on a single seed. It has no intervals and settles nothing: every number is one draw and "
    "may be quite different in the next."
)


def answer(report: ReportInput) -> Section:
    """Question, five sentences for each scenario, and the verdicts."""
    blocks: list[Block] = [Paragraph((Strong("Question. "), report.question))]
    for results in report.scenarios:
        if len(report.scenarios) > 1:
            blocks.append(Heading((results.runs.scenario.title,)))
        blocks += _scenario(report, results)
    return Section("summary", "The answer", [*blocks, Note((READING,))])


def _scenario(report: ReportInput, results: ScenarioResults) -> Iterator[Block]:
    if results.comparison.baseline is None:
        yield Paragraph(("Only reference policies are in the comparison, so there is nothing to rank.",))
        return
    if len(results.seeds) == 1:
        yield Caution((SINGLE_SEED,))
    for subject, text in sentences(report, results):
        yield Paragraph((Strong(f"{subject}. "), text))
    if results.comparison.differences:
        baseline = notation.quoted(results.title(results.comparison.baseline))
        columns = [Column(score.title, align="left") for score in PRIMARY]
        caption = f"Each policy against the baseline, {baseline}: verdict, and difference with 95 % interval."
        yield Table(results.anchor("verdicts"), caption, columns, [("", difference_rows(results))], "text", "Policy")


def sentences(report: ReportInput, results: ScenarioResults) -> list[tuple[str, str]]:
    """Subject and text of the five sentences of a scenario with a baseline."""
    return [
        _centralization(results),
        _failure(results),
        _solvency(results),
        _choice(report, results),
        _certainty(report, results),
    ]


def _centralization(results: ScenarioResults) -> tuple[str, str]:
    best = _lowest(results, "lc_star")
    scores = results.comparison.estimates[best]
    cents = _percent(scores["pass_through"])
    return (
        f"{_quoted(results, best)} has the lowest loss centralization",
        f"{_against_baseline(results, best, 'lc_star')}; of every dollar of the reference deficit, {cents} cents "
        f"reached users{_rivals(results, best, 'lc_star')}.",
    )


def _failure(results: ScenarioResults) -> tuple[str, str]:
    best = _lowest(results, "mnf")
    forced = results.comparison.estimates[best]["forced_share"]
    legs = _percent(forced)
    return (
        f"{_quoted(results, best)} has the fewest market-neutral failures",
        f"{_against_baseline(results, best, 'mnf')}; on average {legs} % of hedge legs were closed by force for "
        f"others' losses{_rivals(results, best, 'mnf')}.",
    )


def _solvency(results: ScenarioResults) -> tuple[str, str]:
    """Who left something unpaid, and how far funds were used."""
    estimates = results.comparison.estimates
    safe = [policy.name for policy in results.contenders if estimates[policy.name]["solvent"].value == 1]
    worst = max(results.contenders, key=lambda policy: np.nan_to_num(estimates[policy.name]["unpaid_share"].value)).name
    share = _percent(estimates[worst]["unpaid_share"], 2)
    use = [100 * estimates[policy.name]["fund_use"].value for policy in results.contenders]
    fund = f"insurance funds paid out between {min(use):.0f} and {max(use):.0f} % of what they held"
    if len(safe) == len(results.contenders):
        return "Every policy paid the whole deficit in every seed", f"Nothing was left unpaid, and {fund}."
    return (
        f"{len(safe)} of {len(results.contenders)} policies paid the whole deficit in every seed",
        f"{_quoted(results, worst)} left most unpaid, {share} % of the reference deficit; {fund}.",
    )


def _choice(report: ReportInput, results: ScenarioResults) -> tuple[str, str]:
    """What choosing by one score costs on the other, which is its regret there."""
    fairest, safest = _lowest(results, "lc_star"), _lowest(results, "mnf")
    alone = f"in {notation.percent(results.comparison.pareto[fairest], 0)} of resamples no other policy was at least as"
    if fairest == safest:
        return "One policy is lowest on both scores", f"For {_quoted(results, fairest)}, {alone} good on both."
    return (
        "No policy is lowest on both scores",
        f"Choosing {_quoted(results, fairest)} costs {_cost(report, results, fairest, 'mnf')} of MNF, choosing "
        f"{_quoted(results, safest)} costs {_cost(report, results, safest, 'lc_star')} of LC*; which matters more is "
        "a decision, not a result.",
    )


def _cost(report: ReportInput, results: ScenarioResults, chosen: str, score: str) -> str:
    """How much worse a policy is than the best one of the scenario."""
    scenario = results.runs.scenario.name
    if report.decision and chosen in report.decision.policies:
        return table_cells.written(report.decision.regrets[score][chosen].by_scenario[scenario])
    estimates = results.comparison.estimates
    return notation.number(estimates[chosen][score].value - estimates[_lowest(results, score)][score].value)


def _certainty(report: ReportInput, results: ScenarioResults) -> tuple[str, str]:
    differences = results.comparison.differences
    still_open = [one for one in differences if one.verdict is Verdict.INCONCLUSIVE]
    needed = max((one.seeds_needed or 0 for one in still_open), default=0)
    settled = f"{len(differences) - len(still_open)} of {len(differences)} comparisons with the baseline are settled"
    more = f"; the others need up to about {needed:,} seeds" if needed else ""
    flip = f" {report.sensitivity.sentence}" if report.sensitivity else ""
    return (
        settled if differences else "There is nothing to compare with the baseline",
        f"{_amplification(results)}{more}; intervals cover chance within the model only.{flip}",
    )


def _amplification(results: ScenarioResults) -> str:
    baseline = str(results.comparison.baseline)
    found = results.drawdowns
    said = [
        f"against {_quoted(results, name)} it {effect_on_fall(one[baseline])} ({_points(one[baseline])} points)"
        for name, one in found.items()
        if baseline in one
    ]
    return f"Whether the baseline amplifies the crash depends on the yardstick: {', '.join(said)}"


def _points(found: Estimate) -> str:
    return _percent(found, sign=True)


def _against_baseline(results: ScenarioResults, name: str, score: str) -> str:
    comparison = results.comparison
    own = f"{SHORT[score]} {table_cells.written(comparison.estimates[name][score])}"
    if name == comparison.baseline:
        return f"{own}; it is also the baseline"
    baseline = table_cells.written(comparison.estimates[str(comparison.baseline)][score])
    difference = comparison.difference(name, score)
    verdict = f", verdict {difference.sentence}" if difference else ""
    return f"{own}, against {baseline} under the baseline{verdict}"


def _rivals(results: ScenarioResults, best: str, score: str) -> str:
    """Name the policies whose interval overlaps the best one's: the order among them is open."""
    estimates = results.comparison.estimates
    top = estimates[best][score].high
    near = [
        _quoted(results, policy.name)
        for policy in results.contenders
        if policy.name != best and estimates[policy.name][score].low <= top
    ]
    return f"; the order between it and {notation.listed(near)} is not settled" if near else ""


def _lowest(results: ScenarioResults, score: str) -> str:
    comparison: Comparison = results.comparison
    names = [policy.name for policy in results.contenders]
    return min(names, key=lambda name: np.nan_to_num(comparison.estimates[name][score].value, nan=np.inf))


def _quoted(results: ScenarioResults, name: str) -> str:
    return notation.quoted(results.title(name))


def _percent(found: Estimate, digits: int = 1, sign: bool = False) -> str:
    return notation.with_interval(100 * found.value, 100 * found.low, 100 * found.high, digits, sign)
