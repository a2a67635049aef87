"""The ranking by loss centralization, with its parts, failures of hedged books and verdicts; and who is out."""

from collections.abc import Mapping, Sequence

from lastresort.mechanisms.policy import Policy
from lastresort.reports import notation, table_cells
from lastresort.reports.document import Block, Cell, Column, Note, Paragraph, Row, Section, Table, Tone
from lastresort.reports.scenario_results import ScenarioResults
from lastresort.reports.topics.forest import forest, rivals_of_baseline
from lastresort.scores import PRIMARY, Verdict

TONES: Mapping[Verdict, Tone] = {Verdict.BETTER: "good", Verdict.WORSE: "bad", Verdict.INCONCLUSIVE: "muted"}
COLUMNS = (
    Column("LC"),
    Column("L", "Users' loss"),
    Column("β", "Users' loss"),
    Column("MNF", "Hedged books failed"),
    Column("B", "Hedged books failed"),
    Column("P", "Hedged books failed"),
    Column("LC", "Verdict on", align="left"),
    Column("MNF", "Verdict on", align="left"),
)
HOW_TO_READ = (
    "Loss centralization LC = L (1 + β) + 2U. L: users' loss. β: share of its equity at the start that the rule took "
    "from the owner of an average lost dollar. U: what nobody paid. Market-neutral failure MNF: hedged books, by size, "
    "that fail because of the rule; B: unhedged for a minute or to the end; P: over 2 % of capital taken. Brackets: "
    "95 % intervals; too few runs: one would be wider than what the runs range over. Open: not decided by these runs, "
    "or the difference has the opposite sign over 15 minutes."
)


def ranking(results: ScenarioResults) -> Section:
    """The table that the report is about, and how each policy differs from the baseline."""
    lines = groups(results)
    if results.references:
        lines.append(("References: no venue could run them; they are not ranked", results.references))
    rows = [(line, [_row(results, policy) for policy in members]) for line, members in lines]
    caption = "Policies by loss centralization LC, lowest first."
    blocks: list[Block] = [Table(results.anchor("ranking-table"), caption, COLUMNS, rows), Note((HOW_TO_READ,))]
    if rivals_of_baseline(results):
        blocks.append(forest(results))
    elif results.contenders:
        blocks.append(Paragraph(("There is no second contender to compare with the baseline.",)))
    return Section(results.anchor("ranking"), "Ranking", blocks)


def groups(results: ScenarioResults) -> list[tuple[str, Sequence[Policy]]]:
    """Contenders in the order of tables, those that are not ranked under a line of their own that says why."""
    found = results.comparison.ranking
    lines = (
        ("", found.ranked),
        ("Not ranked: a headline score is not defined, as where no hedged book took part", found.undefined),
        ("Not ranked: left losses unpaid, at the end or for a quarter of an hour", tuple(found.uncovered)),
        ("Not ranked: kept markets shut for more than a quarter of an hour", tuple(found.shut)),
        ("Not ranked: closed more than a tenth of open interest before there was a loss", tuple(found.emptied)),
    )
    return [(line, [results.policy(name) for name in names]) for line, names in lines if names]


def _row(results: ScenarioResults, policy: Policy) -> Row:
    scores = results.comparison.estimates[policy.name]
    cells = [
        table_cells.money(scores["lc"]),
        table_cells.money(scores["loss"]),
        table_cells.share(scores["beta"]),
        table_cells.share(scores["mnf"]),
        *(Cell(notation.share(scores[name].value)) for name in ("mnf_break", "mnf_cost")),
        *(verdict(results, policy.name, score.name) for score in PRIMARY),
    ]
    return Row((policy.title,), cells, why_apart(results, policy.name), policy.name)


def why_apart(results: ScenarioResults, name: str) -> str:
    """What keeps a policy out of the ranking, in figures; "" where nothing does."""
    found = results.comparison.ranking
    if name in found.uncovered:
        return f"unpaid {notation.dollars(found.uncovered[name])}"
    if name in found.shut:
        return f"shut for {notation.duration(found.shut[name])}"
    return f"closed {notation.share(found.emptied[name])} of open interest early" if name in found.emptied else ""


def verdict(results: ScenarioResults, name: str, score: str) -> Cell:
    """The verdict on a policy against the baseline; none is given to a policy that is not ranked for what it did."""
    comparison = results.comparison
    if name == comparison.baseline:
        return Cell("baseline", tone="muted")
    found = comparison.difference(name, score)
    if found is None:
        return table_cells.NOTHING
    if name in comparison.ranking.apart:
        return Cell("not ranked", tone="muted")
    return Cell(notation.verdict(found.verdict), tone=TONES.get(found.verdict, ""))


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
