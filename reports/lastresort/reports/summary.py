"""The comparison in words: every sentence carries its numbers, every number its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation
from lastresort.scores import Comparison, Difference, Estimate, Verdict

SHORT = {"lc_star": "LC*", "mnf": "MNF"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A line of the summary: what it is about, in bold, and what is said of it."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A caution to read first, if any; two findings; one verdict per rival of the baseline; and what it all means."""

    caution: str
    findings: tuple[Sentence, ...]
    verdicts: tuple[Sentence, ...]
    meaning: tuple[str, ...]


def summarize(comparison: Comparison, policies: Sequence[Policy], drawdowns: Mapping[str, Estimate]) -> Summary:
    """Put a comparison into words; `drawdowns` is the baseline's excess drawdown against each reference, by title."""
    titles = {policy.name: policy.title for policy in policies if policy.role == "contender"}
    if comparison.baseline is None:
        return Summary("", (), (), ("Only reference policies are in the comparison, so there is nothing to rank.",))
    return Summary(
        caution=_caution(comparison),
        findings=(_centralization(comparison, titles), _failure(comparison, titles)),
        verdicts=tuple(_verdicts(comparison, name, titles[name]) for name in titles if name != comparison.baseline),
        meaning=(
            *_trade_off(comparison, titles),
            *_confidence(comparison),
            _amplification(comparison, titles, drawdowns),
        ),
    )


def amplification(difference: Estimate) -> str:
    """What a difference in excess drawdown says: amplifies, dampens, or neither for certain."""
    if difference.low > 0:
        return "deepens the fall"
    if difference.high < 0:
        return "makes the fall shallower"
    return "cannot be told from no effect"


def points(difference: Estimate) -> str:
    """Write a difference of prices in percentage points, with its interval."""
    return notation.with_interval(100 * difference.value, 100 * difference.low, 100 * difference.high, 1, sign=True)


def _centralization(comparison: Comparison, titles: Mapping[str, str]) -> Sentence:
    best = _lowest(comparison, titles, "lc_star")
    scores = comparison.estimates[best]
    cents, misplaced = notation.number(100 * scores["pass_through"].value, 1), scores["hoover"].value
    users = f"Of every dollar of the reference deficit, {cents} cents reached users"
    moved = f", and {notation.percent(misplaced, 0)} of that would have to change hands to be in proportion to equity"
    return Sentence(
        f"{notation.quoted(titles[best])} has the lowest loss centralization",
        f"{_against_baseline(comparison, best, 'lc_star')}. {users}{moved if np.isfinite(misplaced) else ''}."
        f"{_rivals(comparison, titles, best, 'lc_star')}",
    )


def _failure(comparison: Comparison, titles: Mapping[str, str]) -> Sentence:
    best = _lowest(comparison, titles, "mnf")
    forced = comparison.estimates[best]["forced_share"]
    legs = f"On average {notation.percent(forced.value)} of hedge legs were closed by force for others' losses"
    return Sentence(
        f"{notation.quoted(titles[best])} has the fewest market-neutral failures",
        f"{_against_baseline(comparison, best, 'mnf')}. {legs}.{_rivals(comparison, titles, best, 'mnf')}",
    )


def _against_baseline(comparison: Comparison, name: str, score: str) -> str:
    own = f"{SHORT[score]} {_written(comparison.estimates[name][score])}"
    if name == comparison.baseline:
        return f"{own}; it is also the baseline"
    baseline = _written(comparison.estimates[str(comparison.baseline)][score])
    difference = comparison.difference(name, score)
    verdict = f"; verdict: {difference.sentence}" if difference else ""
    return f"{own}, against {baseline} under the baseline{verdict}"


def _rivals(comparison: Comparison, titles: Mapping[str, str], best: str, score: str) -> str:
    """Name the policies whose interval overlaps the best one's: the order among them is open."""
    top = comparison.estimates[best][score].high
    near = [
        notation.quoted(titles[name])
        for name in titles
        if name != best and comparison.estimates[name][score].low <= top
    ]
    if not near:
        return ""
    return f" Its interval overlaps that of {notation.listed(near)}, so the order between them is not settled."


def _verdicts(comparison: Comparison, name: str, title: str) -> Sentence:
    found = [comparison.difference(name, score) for score in SHORT]
    return Sentence(title, "; ".join(_verdict(difference) for difference in found if difference) + ".")


def _verdict(difference: Difference) -> str:
    change = difference.estimate
    interval = notation.with_interval(change.value, change.low, change.high, sign=True)
    return f"{SHORT[difference.score]} {difference.sentence}, {interval}"


def _trade_off(comparison: Comparison, titles: Mapping[str, str]) -> list[str]:
    fairest, safest = (notation.quoted(titles[_lowest(comparison, titles, score)]) for score in SHORT)
    if fairest == safest:
        return [f"In these runs one rule is lowest on both scores: {fairest}."]
    return [
        f"No rule is lowest on both scores. Choosing {fairest} leaves the least concentrated loss with users; "
        f"choosing {safest} keeps the most hedges whole. Which matters more is a policy decision, "
        "not a result of this comparison."
    ]


def _caution(comparison: Comparison) -> str:
    if len(comparison.seeds) > 1:
        return ""
    return (
        "This comparison rests on a single seed. It has no intervals and settles nothing: every number is one draw and "
        "may be quite different in the next."
    )


def _confidence(comparison: Comparison) -> list[str]:
    open_cases = sum(difference.verdict is Verdict.INCONCLUSIVE for difference in comparison.differences)
    if not open_cases:
        return []
    return [
        f"{open_cases} of {len(comparison.differences)} comparisons with the baseline are inconclusive: "
        "these seeds neither show a difference nor rule one out."
    ]


def _amplification(comparison: Comparison, titles: Mapping[str, str], drawdowns: Mapping[str, Estimate]) -> str:
    said = [
        f"against {notation.quoted(title)}, it {amplification(difference)} ({points(difference)} points)"
        for title, difference in drawdowns.items()
    ]
    baseline = notation.quoted(titles[str(comparison.baseline)])
    return f"Whether the baseline, {baseline}, amplifies the crash depends on the yardstick: {'; '.join(said)}."


def _lowest(comparison: Comparison, titles: Mapping[str, str], score: str) -> str:
    return min(titles, key=lambda name: np.nan_to_num(comparison.estimates[name][score].value, nan=np.inf))


def _written(found: Estimate) -> str:
    return notation.with_interval(found.value, found.low, found.high)
