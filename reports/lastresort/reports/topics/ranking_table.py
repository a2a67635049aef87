"""Policies by both headline scores, with their parts and the verdicts against the baseline; and who is out, and why."""

from collections.abc import Mapping, Sequence

import numpy as np

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Cell, Column, Note, Paragraph, Row, Section, Table, Tone
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.table_cells import NO_LOSS, policy_row
from lastresort.scores import PRIMARY, Comparison, Verdict

PARTS = ("mnf_break", "mnf_orphan", "mnf_shortfall", "mnf_ruin")
TONES: Mapping[Verdict, Tone] = {Verdict.BETTER: "good", Verdict.WORSE: "bad"}
COLUMNS = (
    Column("LC*", "Rank on"),
    Column("MNF", "Rank on"),
    Column("LC*", "Loss centralization"),
    Column("Pass-through λ, %", "Loss centralization", "share of the reference run's deficit that reached users"),
    Column("Shape LC", "Loss centralization", "how unequally users bore it, 0 in proportion to equity"),
    Column("MNF", "Market-neutral strategies"),
    Column("B, %", "Market-neutral strategies", "hedge break"),
    Column("O, %", "Market-neutral strategies", "orphaned leg"),
    Column("P, %", "Market-neutral strategies", "capital shortfall"),
    Column("R, %", "Market-neutral strategies", "ruin"),
    Column("Legs forced, %", "Market-neutral strategies", "share of hedge legs closed for others' losses"),
    Column("LC*", "Verdict on", align="left"),
    Column("MNF", "Verdict on", align="left"),
)
HOW_TO_READ = (
    "λ: share of the reference run's deficit that reached users. Shape LC: how unequally they bore it, 0 in "
    "proportion to equity. B: net delta above 20 % of gross for a minute after a forced action; O: another leg "
    "liquidated after one; P: earned less than in the reference run by 2 % of capital; R: equity at or below zero. "
    "One strategy may fail in several ways, so B, O, P and R may add up to more than MNF. Legs forced: share of hedge "
    "legs closed for others' losses."
)


def ranking(results: ScenarioResults) -> Section:
    """The table that the report is about."""
    comparison = results.comparison
    groups: list[tuple[str, Sequence[Row]]] = [("", ranked_rows(results))]
    if results.references:
        line = "References: no venue could run them; they are not ranked"
        blank = (table_cells.NOTHING, table_cells.NOTHING)
        groups.append(
            (line, [policy_row(policy, (*blank, *_scores(comparison, policy))) for policy in results.references])
        )
    caption = "Policies by loss centralization, lowest first. Intervals are 95 %."
    table = Table(results.anchor("ranking-table"), caption, COLUMNS, groups, "wide")
    return Section(results.anchor("ranking"), "Ranking on both scores", [table, Note((HOW_TO_READ,))])


def ranked_rows(results: ScenarioResults) -> list[Row]:
    """Contenders by LC*, then MNF."""
    comparison = results.comparison
    contenders = by_centralization(results)
    failures = sorted(comparison.estimates[policy.name]["mnf"].value for policy in contenders)
    return [
        policy_row(policy, (*_ranks(comparison, policy, place, failures), *_scores(comparison, policy)))
        for place, policy in enumerate(contenders, start=1)
    ]


def by_centralization(results: ScenarioResults) -> list[Policy]:
    """Contenders, the least concentrated losses first; undefined scores come last."""

    def key(policy: Policy) -> tuple[float, ...]:
        scores = results.comparison.estimates[policy.name]
        return tuple(np.nan_to_num(scores[score.name].value, nan=np.inf) for score in PRIMARY)

    return sorted(results.contenders, key=key)


def _ranks(comparison: Comparison, policy: Policy, place: int, failures: list[float]) -> tuple[Cell, Cell]:
    failure = comparison.estimates[policy.name]["mnf"].value
    return Cell(str(place)), Cell(str(failures.index(failure) + 1) if failure in failures else notation.MISSING)


def _scores(comparison: Comparison, policy: Policy) -> tuple[Cell, ...]:
    scores = comparison.estimates[policy.name]
    return (
        table_cells.estimated(scores["lc_star"]),
        table_cells.scaled(scores["pass_through"], 0.01, 1),
        table_cells.estimated(scores["lc"], NO_LOSS),
        table_cells.estimated(scores["mnf"]),
        *(Cell(notation.number(100 * scores[part].value, 1)) for part in PARTS),
        table_cells.scaled(scores["forced_share"], 0.01, 1),
        *(_verdict(comparison, policy.name, score.name) for score in PRIMARY),
    )


def _verdict(comparison: Comparison, name: str, score: str) -> Cell:
    if name == comparison.baseline:
        return Cell("baseline", tone="muted")
    found = comparison.difference(name, score)
    if found is None:
        return table_cells.NOTHING
    more = found.verdict is Verdict.INCONCLUSIVE and found.seeds_needed
    needed = f"needs ≈ {found.seeds_needed:,} seeds" if more else ""
    return Cell(str(found.verdict), needed, TONES.get(found.verdict, ""))


def failures(results: ScenarioResults) -> Section:
    """Who is out of the ranking."""
    columns = [Column("Extent", align="left"), Column("What happened", align="left")]
    rows = [
        Row((failure.policy.title,), [Cell(failure.extent), Cell(failure.reason)], failure.policy.name)
        for failure in results.runs.failed
    ]
    caption = "Policies that failed, and what ended the first of their failed runs."
    words = (
        "A policy of which any run failed is left out of every score, table and figure below. A run fails where a rule "
        "raises, answers too late, asks for too much memory or breaks the contract in another way."
    )
    table = Table(results.anchor("failed"), caption, columns, [("", rows)], "text")
    return Section(results.anchor("failures"), "Out of the ranking", [Paragraph((words,)), table])
