"""The report's tables of scores: rows of plain text, ready for the templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lastresort.mechanisms.policy import Policy
from lastresort.plugins.score import Score
from lastresort.reports import notation
from lastresort.reports.figures import waterfall
from lastresort.reports.observations import Observations
from lastresort.scores import PRIMARY, Comparison, Estimate, Pairing, Verdict
from lastresort.scores.statistics import estimate, ratio

NO_LOSS = "no user loss"
FAILURES = {"mnf_break": "B", "mnf_orphan": "O", "mnf_shortfall": "P", "mnf_ruin": "R"}
HEAT_SPAN = 3.0
"""Doublings of the burden at which a cell of the heat table is at full colour."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and, in small type under it, its interval or remark."""

    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One policy: its title, its name, and its cells in the order of the table's columns."""

    title: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heat(Cell):
    """A coloured cell: `side` is "more" or "less" than in proportion, `strength` in per cent."""

    side: str = "less"
    strength: int = 0


def ranking(comparison: Comparison, policies: Sequence[Policy]) -> list[Row]:
    """Contenders by LC*, then MNF, with both scores, their parts and the verdicts."""
    contenders = by_centralization(comparison, policies)
    failures = sorted(comparison.estimates[policy.name]["mnf"].value for policy in contenders)
    return [
        Row(
            policy.title, policy.name, (*_ranks(comparison, policy, place, failures), *_scores(comparison, policy.name))
        )
        for place, policy in enumerate(contenders, start=1)
    ]


def yardsticks(comparison: Comparison, policies: Sequence[Policy]) -> list[Row]:
    """The reference policies, unranked, in the columns of `ranking`."""
    blank = (Cell(notation.MISSING), Cell(notation.MISSING))
    references = [policy for policy in policies if policy.role == "reference"]
    return [Row(policy.title, policy.name, (*blank, *_scores(comparison, policy.name))) for policy in references]


def by_centralization(comparison: Comparison, policies: Sequence[Policy]) -> list[Policy]:
    """Contenders, the least concentrated losses first; undefined scores come last."""

    def key(policy: Policy) -> tuple[float, ...]:
        scores = comparison.estimates[policy.name]
        return tuple(np.nan_to_num(scores[name].value, nan=np.inf) for name in ("lc_star", "mnf"))

    return sorted((policy for policy in policies if policy.role == "contender"), key=key)


def absorption(policies: Sequence[Policy], seen: Observations) -> tuple[list[str], list[Row]]:
    """Who paid the deficit, median and range over the seeds, in $ B; the names of those who paid, and the rows."""
    paid = waterfall.payers(seen.payments[policy.name] for policy in policies)
    return [waterfall.PAYERS[name][0] for name in paid], [
        Row(
            policy.title,
            policy.name,
            tuple(
                _bracketed(part.median / 1e9, part.low / 1e9, part.high / 1e9)
                for part in (seen.payments[policy.name][name] for name in (*paid, "deficit"))
            ),
        )
        for policy in policies
    ]


def cohorts(table: pd.DataFrame, policies: Sequence[Policy]) -> tuple[list[str], list[Row]]:
    """Burden of each cohort: its share of the users' loss over its share of their equity, and its loss in $ B.

    Returns the titles of the policies under which users lost anything, and one row per cohort.
    """
    rows = {policy.title: table[table["policy"] == policy.name] for policy in policies}
    rows = {title: own for title, own in rows.items() if own["loss"].sum() > 0}
    names = [str(name).removeprefix("loss_share_") for name in table.columns if str(name).startswith("loss_share_")]
    return list(rows), [
        Row(notation.plain(name), name, tuple(_burden(own, name) for own in rows.values())) for name in sorted(names)
    ]


def crashes(
    comparison: Comparison, policies: Sequence[Policy], differences: Mapping[str, Mapping[str, Estimate]]
) -> list[Row]:
    """How deep each policy's crash was, and how much deeper than under each reference, in points of price."""
    return [
        Row(policy.title, policy.name, (*_crash(comparison, policy.name), *_deeper(policy.name, differences)))
        for policy in policies
    ]


def pairings(comparison: Comparison, policies: Sequence[Policy]) -> list[Row]:
    """What pairing by seed saved on each difference from the baseline, one column per primary score."""
    found = {(difference.policy, difference.score): difference.pairing for difference in comparison.differences}
    return [
        Row(policy.title, policy.name, tuple(_saved(found[policy.name, score.name]) for score in PRIMARY))
        for policy in policies
        if (policy.name, PRIMARY[0].name) in found
    ]


def companions(comparison: Comparison, policies: Sequence[Policy], scores: Sequence[Score]) -> list[Row]:
    """Scores that plugins bring, in their units; dollars in $ M."""
    return [
        Row(
            policy.title,
            policy.name,
            tuple(_companion(comparison.estimates[policy.name][score.name], score.unit) for score in scores),
        )
        for policy in policies
    ]


def _companion(found: Estimate, unit: str) -> Cell:
    return _scaled(found, 1e6, 1) if unit == "USD" else _bracketed(found.value, found.low, found.high)


def _crash(comparison: Comparison, name: str) -> tuple[Cell, ...]:
    scores = comparison.estimates[name]
    fall, *money = (scores[score] for score in ("excess_drawdown", "liquidated", "deficit", "backstop_paid"))
    return (
        _scaled(fall, 0.01, 1),
        *(_scaled(amount, 1e9, digits) for amount, digits in zip(money, (1, 2, 2), strict=True)),
    )


def _deeper(name: str, differences: Mapping[str, Mapping[str, Estimate]]) -> tuple[Cell, ...]:
    return tuple(
        _scaled(found[name], 0.01, 1, sign=True) if name in found else Cell(notation.MISSING)
        for found in differences.values()
    )


def _scaled(found: Estimate, unit: float, digits: int, sign: bool = False) -> Cell:
    return _bracketed(found.value / unit, found.low / unit, found.high / unit, digits, sign)


def _ranks(comparison: Comparison, policy: Policy, place: int, failures: list[float]) -> tuple[Cell, Cell]:
    failure = comparison.estimates[policy.name]["mnf"].value
    return Cell(str(place)), Cell(str(failures.index(failure) + 1) if failure in failures else notation.MISSING)


def _saved(pairing: Pairing) -> Cell:
    if not pairing.paired:
        return Cell("unpaired")
    if not np.isfinite(pairing.variance_reduction):
        return Cell(notation.MISSING)
    return Cell(f"{notation.percent(pairing.variance_reduction, 0)} of the variance")


def _scores(comparison: Comparison, name: str) -> tuple[Cell, ...]:
    scores = comparison.estimates[name]
    return (
        _with_interval(scores["lc_star"]),
        _scaled(scores["pass_through"], 0.01, 1),
        _with_interval(scores["lc"], undefined=NO_LOSS),
        _with_interval(scores["mnf"]),
        *(Cell(notation.number(100 * scores[part].value, 1)) for part in FAILURES),
        _scaled(scores["forced_share"], 0.01, 1),
        Cell(notation.billions(scores["liquidated"].value, 1)),
        Cell(notation.billions(scores["deleveraged"].value, 1)),
        *(_verdict(comparison, name, score) for score in ("lc_star", "mnf")),
    )


def _with_interval(found: Estimate, undefined: str = notation.MISSING) -> Cell:
    if np.isnan(found.value):
        return Cell(undefined)
    return _bracketed(found.value, found.low, found.high)


def _bracketed(value: float, low: float, high: float, digits: int = 3, sign: bool = False) -> Cell:
    """A number over its interval; nothing in every seed is a bare 0."""
    if value == 0 and not (low < 0 or high > 0):
        return Cell("0")
    return Cell(notation.number(value, digits, sign), notation.bracket(low, high, digits, sign))


def _verdict(comparison: Comparison, name: str, score: str) -> Cell:
    if name == comparison.baseline:
        return Cell("baseline")
    difference = comparison.difference(name, score)
    if difference is None:
        return Cell(notation.MISSING)
    more = difference.verdict is Verdict.INCONCLUSIVE and difference.seeds_needed
    return Cell(str(difference.verdict), f"needs \N{ALMOST EQUAL TO} {difference.seeds_needed:,} seeds" if more else "")


def _burden(rows: pd.DataFrame, cohort: str) -> Heat:
    loss = rows["loss"].to_numpy(np.float64)
    borne = np.where(loss > 0, loss * rows[f"loss_share_{cohort}"].to_numpy(np.float64), 0.0)
    # over the seeds: share of all loss / mean share of equity, as one ratio of sums
    fair = loss * float(rows[f"endowment_share_{cohort}"].mean())
    found = estimate(ratio, (borne, fair))
    if not np.isfinite(found.value):  # the cohort had no equity at stake, or nobody lost anything
        return Heat(value=notation.MISSING, detail="", side="less", strength=0)
    interval = notation.bracket(found.low, found.high, 2)
    doublings = float(np.clip(np.log2(max(found.value, 1e-9)), -HEAT_SPAN, HEAT_SPAN))
    return Heat(
        value=f"{notation.number(found.value, 2)}\N{MULTIPLICATION SIGN}",
        detail=" \N{MIDDLE DOT} ".join(filter(None, (interval, f"${notation.billions(borne.mean())} B"))),
        side="more" if doublings > 0 else "less",
        strength=round(45 * abs(doublings) / HEAT_SPAN),
    )
