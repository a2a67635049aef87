"""Every score of every policy, family by family, with what each means; those of plugins last."""

from collections.abc import Iterator, Sequence

from lastresort.plugins.score import Score
from lastresort.reports import notation, table_cells
from lastresort.reports.document import (
    Block,
    Caution,
    Code,
    Column,
    Definitions,
    Fold,
    Paragraph,
    Prose,
    Row,
    Section,
    Table,
)
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.scores import FAMILIES

WORDS = (
    "All scores with 95 % intervals, one row per score. No policy is ranked on them, and differences between policies "
    "are exploratory: q is the p value of the difference from the baseline, adjusted by Benjamini and Hochberg's "
    "method over all of them."
)


def all_scores(results: ScenarioResults) -> Section:
    """One folded table per family, and the scores of plugins."""
    blocks: list[Block] = [Paragraph((WORDS,))]
    for family, scores in FAMILIES.items():
        inside: list[Block] = [_table(results, family, scores), _meanings([(None, score) for score in scores])]
        blocks.append(Fold((family,), inside))
    return Section(results.anchor("companions"), "All scores", [*blocks, *_plugins(results)])


def _plugins(results: ScenarioResults) -> Iterator[Block]:
    added = results.additions
    yield from (Caution((problem,)) for problem in added.problems)
    if added.scores:
        scores = [score for _, score in added.scores]
        yield _table(results, "Scores of plugins", scores)
        yield _meanings(added.scores)


def _table(results: ScenarioResults, family: str, scores: Sequence[Score]) -> Table:
    columns = [Column(policy.title) for policy in results.policies]
    rows = [_row(results, score) for score in scores]
    name = results.anchor(f"scores-{family.lower().replace(' ', '-')}")
    return Table(name, f"{family}, 95 % intervals.", columns, [("", rows)], "wide")


def _row(results: ScenarioResults, score: Score) -> Row:
    found = [results.comparison.estimates[policy.name][score.name] for policy in results.policies]
    shown = []
    for policy, estimate in zip(results.policies, found, strict=True):
        cell = table_cells.in_unit(estimate, score.unit)
        q = results.comparison.q_value(policy.name, score.name)
        shown.append(cell if q is None else table_cells.remarked(cell, f"q {notation.probability(q)}"))
    unit = table_cells.shown_unit(score.unit)
    return Row((score.title,), shown, f"{score.name}, {unit}; {score.direction}")


def _meanings(scores: Sequence[tuple[str | None, Score]]) -> Definitions:
    return Definitions([(f"score-{score.name}", _term(score), _said(origin, score)) for origin, score in scores])


def _term(score: Score) -> Prose:
    return (f"{score.title} ", Code(score.name))


def _said(origin: str | None, score: Score) -> Prose:
    brought = f" From the plugin {origin}." if origin else ""
    return (f"{score.meaning} ", Code(score.formula), f"; {score.direction}.{brought}")
