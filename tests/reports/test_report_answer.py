"""The answer: every claim of its sentences holds in the tables of the same page, whatever the comparison."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lastresort.reports import notation
from lastresort.reports.document import Bullets, Caution, Paragraph, Takeaway, plain

MADE_UP = (
    "usual",
    "one unpaid",
    "one shut",
    "none covers",
    "rounding",
    "nobody loses",
    "no hedges",
    "two rules",
    "one rule",
    "one run",
)
MONEY = {" bn": 1e9, " M": 1e6, "": 1.0}
VALUE = r"(?:\$[\d,.]+(?: bn| M)?|(?:under )?[\d.]+ %)"
CLAUSE = re.compile(rf"({VALUE}) under (.+?)(?=(?:, | and ){VALUE}|[.;])")
BAND = re.compile(r"; differences within .*$")


@pytest.fixture(scope="module")
def pages(
    make: Any, rules: Mapping[str, Any], write: Any, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Any]:
    """A report of every made-up comparison, by its name."""

    def changed(seeds: tuple[int, ...] = (1, 2, 3, 4), only: tuple[str, ...] = (), **changes: Any) -> Any:
        kept = {name: rule for name, rule in rules.items() if not only or rule.role == "reference" or name in only}
        new = {
            name: rule if rule.role == "reference" else dataclasses.replace(rule, **changes)
            for name, rule in kept.items()
        }
        return write(make(tmp_path_factory.mktemp("made"), seeds, None, new))

    def one_apart(**changes: float) -> Any:
        breaker = "fund+queue-adl+circuit-breaker"
        new = {**rules, breaker: dataclasses.replace(rules[breaker], haircut=0.0, **changes)}
        return write(make(tmp_path_factory.mktemp("made"), (1, 2, 3, 4, 5, 6, 7, 8), None, new))

    return {
        "usual": changed((1, 2, 3, 4, 5, 6, 7, 8)),
        "one unpaid": one_apart(unpaid=0.3),
        "one shut": one_apart(halted=5e4),
        "none covers": changed(unpaid=0.02),
        "rounding": changed(unpaid=3e-7),
        "nobody loses": changed(haircut=0.0, charged=0.0, broken=0.0),
        "no hedges": write(unhedged(make(tmp_path_factory.mktemp("made")))),
        "two rules": changed(only=("fund+queue-adl", "fund+pro-rata-adl")),
        "one rule": changed(only=("fund+queue-adl",)),
        "one run": changed((7,)),
    }


def unhedged(results: Any) -> Any:
    """The same runs, where no strategy was hedged at the start."""
    records = {
        cell: dataclasses.replace(record, strategies=record.strategies.assign(neutrality_start=0.5))
        for cell, record in results.records.items()
    }
    return dataclasses.replace(results, records=records)


@pytest.fixture(params=MADE_UP)
def page(request: pytest.FixtureRequest, pages: Mapping[str, Any]) -> Any:
    return pages[request.param]


def said(page: Any) -> list[str]:
    """The two takeaways and the sentences."""
    blocks = page.section("answer").blocks
    bullets = [plain(item) for block in blocks if isinstance(block, Bullets) for item in block.items]
    return [plain(block.prose) for block in blocks if isinstance(block, Takeaway)] + bullets


def table(page: Any) -> dict[str, list[str]]:
    """Cells of the answer's table, by what a sentence calls the policy."""
    titles = {policy.name: notation.rule(policy.title) for policy in page.results.policies}
    return {titles[name]: cells for name, cells in page.cells("answer-table").items()}


def listed(text: str, rules: Mapping[str, Any]) -> list[str]:
    """The rules that a clause names, longest names first, so that none is found inside another."""
    found = []
    for name in sorted(rules, key=len, reverse=True):
        if name in text:
            text = text.replace(name, "")
            found.append(name)
    return found


def dollars(text: str) -> float:
    """What `$1.25 bn` says."""
    (value, unit), *_ = re.findall(r"\$([\d,.]+)( bn| M)?", text)
    return float(value.replace(",", "")) * MONEY[unit]


def per_cent(text: str) -> float:
    return 0.05 if text.startswith("under") else float(text.removesuffix(" %"))


def ranked(page: Any) -> list[str]:
    """Policies of the first lines of the table, unless a line above them says that they are not ranked."""
    line, rows = page.find_table("answer-table").groups[0]
    return [] if line else [notation.rule(plain(row.header)) for row in rows]


def test_there_are_two_takeaways_and_at_most_six_sentences(page: Any) -> None:
    blocks = page.section("answer").blocks
    assert sum(isinstance(block, Takeaway) for block in blocks) == 2
    assert len(said(page)) <= 8
    assert not [sentence for sentence in said(page) if "nan" in sentence or "\N{EN DASH}" in sentence]


def test_a_number_beside_a_rule_is_that_of_its_row(page: Any) -> None:
    cells = table(page)
    columns = {"cost users": 0, "of its equity: ": 1, "because of the rule: ": 4}
    for sentence in said(page):
        for words, column in columns.items():
            if words not in sentence:
                continue
            clauses = CLAUSE.findall(sentence.split(words)[1])
            assert clauses or "nothing" in sentence
            for value, rule in clauses:
                assert cells[rule][column] == value


def test_a_rule_called_lowest_on_both_is_and_none_is_called_so_otherwise(page: Any) -> None:
    order, cells = ranked(page), table(page)
    text = " ".join(said(page))
    if not order:
        assert "lowest" not in text
        return
    least = min(per_cent(cells[name][4]) for name in order)
    lowest = [name for name in order if per_cent(cells[name][4]) == least]
    if "no rule is lowest on weighted" in text:
        assert len(order) > 1
        assert lowest != [order[0]]
    if "is lowest on weighted" in text.replace("no rule is lowest on weighted", ""):
        assert order[0] in lowest
        assert f"{order[0]} is lowest on weighted" in text


def test_verdicts_in_words_are_those_of_the_table(page: Any) -> None:
    words = {
        "lower under": "better",
        "as good as equal under": "equivalent",
        "not decided under": "open",
        "higher under": "worse",
    }
    cells = table(page)
    for subject, column in (("Weighted losses", -2), ("Failures of hedged books", -1)):
        (sentence,) = [one for one in said(page) if one.startswith(f"{subject} against")] or [""]
        told: dict[str, str] = {}
        for part in BAND.sub("", sentence.partition(" are ")[2]).split("; "):
            for phrase, verdict in words.items():
                if part.startswith(phrase):
                    told |= dict.fromkeys(listed(part, cells), verdict)
        assert all(cells[rule][column] == verdict for rule, verdict in told.items())
        compared = {name for name, row in cells.items() if row[column] in words.values()}
        assert not sentence or set(told) == compared


def test_the_order_of_the_table_is_by_weighted_loss_and_what_is_open_is_said(page: Any) -> None:
    comparison = page.comparison
    names = list(page.cells("answer-table"))[: len(comparison.ranking.ranked)]
    assert names == list(comparison.ranking.ranked)
    values = [comparison.estimates[name]["lc"].value for name in names]
    assert values == sorted(values)
    text = " ".join(one for one in said(page) if one.startswith("In the order by losses"))
    titles = {policy.name: notation.rule(policy.title) for policy in page.results.policies}
    for one in comparison.ranking.neighbours:
        pair = f"between {titles[one.baseline]} and {titles[one.policy]}"
        assert (pair in text) is (one.verdict != "worse" and len(page.results.seeds) > 1)


def test_a_rule_that_does_not_cover_or_keeps_markets_shut_is_named_as_such_and_never_praised(page: Any) -> None:
    ranking = page.comparison.ranking
    text, cells = " ".join(said(page)), table(page)
    assert ("no rule left more than 0.1 % of its losses unpaid, kept markets shut or emptied them" in text) is (
        not ranking.apart
    )
    reasons = {name: f"unpaid {notation.dollars(unpaid)}" for name, unpaid in ranking.uncovered.items()}
    reasons |= {name: f"shut for {notation.duration(seconds)}" for name, seconds in ranking.shut.items()}
    reasons |= {
        name: f"closed {notation.share(share)} of open interest early" for name, share in ranking.emptied.items()
    }
    for name, reason in reasons.items():
        title = notation.rule(next(policy.title for policy in page.results.policies if policy.name == name))
        assert f"{title} ({reason})" in text
        assert cells[title][-2] in ("not ranked", "baseline")
        assert reason in cells[title][5]
        assert not re.search(rf"(lower|equal) under [^;.]*{re.escape(title)}", text)
        assert f"{title} is lowest" not in text


def test_unpaid_cents_are_no_alarm(pages: Mapping[str, Any]) -> None:
    assert not pages["rounding"].comparison.ranking.uncovered
    assert "unpaid" not in str(pages["rounding"].cells("answer-table"))
    assert any("no rule left more than 0.1 % of its losses unpaid" in one for one in said(pages["rounding"]))


def test_special_cases_are_said(pages: Mapping[str, Any]) -> None:
    expected = {
        "none covers": "No rule is ranked: ",
        "nobody loses": "Forced closes and charges cost users nothing",
        "no hedges": "No hedged book took part",
        "one rule": "no other rule is ranked",
        "one run": "One run settles no order",
        "one unpaid": "not ranked: ",
        "one shut": "(shut for 13.9 h)",
    }
    for name, words in expected.items():
        assert any(words in one for one in said(pages[name])), name
    (caution,) = [block for block in pages["one run"].section("answer").blocks if isinstance(block, Caution)]
    assert "no intervals" in plain(caution.prose)


def test_without_contenders_there_is_nothing_to_answer(make: Any, rules: Any, write: Any, tmp_path: Path) -> None:
    references = {name: rule for name, rule in rules.items() if rule.role == "reference"}
    found = write(make(tmp_path, (1, 2), None, references))
    (only,) = found.section("answer").blocks
    assert isinstance(only, Paragraph)
    assert "nothing to rank" in plain(only.prose)


def test_both_yardsticks_are_named_and_their_disagreement_is_said(page: Any) -> None:
    (sentence,) = [one for one in said(page) if "yardstick" in one]
    effects = re.findall(r"deepens the fall|makes the fall shallower|cannot be told", sentence)
    assert len(effects) == 2
    assert ("disagree" in sentence) is (effects[0] != effects[1])


def test_title_date_engine_and_result_stand_above(page: Any) -> None:
    (subtitle,) = page.document.subtitle
    assert "engine 0.1.0" in subtitle
    assert re.search(r"result [0-9a-f]{12}$", subtitle)
    assert "run on 2025-11-03" in subtitle
