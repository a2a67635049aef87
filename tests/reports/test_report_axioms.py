"""The axioms in the report: a row per rule and parameters, tables to check by hand, and no rule takes it down."""

import re
from dataclasses import replace
from typing import Any

import pytest

from lastresort.mechanisms.policy import Step
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.testing.axioms import AXIOMS, Outcome
from lastresort.reports.document import Definitions, Row, Table, plain
from lastresort.reports.topics import axiom_matrix
from lastresort.reports.topics.axiom_matrix import Matrix, RuleRow, judge

PLUGIN = """
from lastresort.mechanisms.contract import Mechanism

class Moody(Mechanism):
    "Raises."
    name = "moody"

    def allocate(self, event):
        raise ValueError("<script>alert('R&D')</script>")
"""
STEPS = {
    "fund+queue-adl": Step(use="queue-adl"),
    "fund+queue-adl+circuit-breaker": Step(use="queue-adl", parameters={}),
    "fund+pro-rata-adl": Step(use="capped-pro-rata"),
    "fund+hedge-aware-adl": Step(use="capped-pro-rata", parameters={"floor": 30}),
    "fund+socialized-loss": Step(use="moody"),
    "deep-pocket": Step(use="stranger-adl"),
    "warehouse": Step(use="pro-rata-adl", parameters={"<b>x</b>": 1}),
}


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    file = tmp_path_factory.mktemp("plugin") / "moody.py"
    file.write_text(PLUGIN, encoding="utf-8")
    return Catalogue.load((file,))


@pytest.fixture(scope="module")
def results(report: Any) -> Any:
    takeover = Step(use="full-takeover")
    policies = [
        policy.model_copy(update={"waterfall": (takeover, STEPS[policy.name])}) for policy in report.results.policies
    ]
    return replace(report.results, policies=tuple(policies))


@pytest.fixture(scope="module")
def judged(results: Any, catalogue: Catalogue, write: Any) -> Any:
    """The report with axioms."""
    return write(results, catalogue)


@pytest.fixture(scope="module")
def page(judged: Any) -> str:
    """The section as HTML."""
    found = re.search(r'<section id="axioms".*?</section>', judged.page, flags=re.DOTALL)
    assert found is not None
    return found[0]


def row(judged: Any, name: str, parameters: str = "") -> Row:
    """The row of a rule, told from others of its name by how its remark begins."""
    rows = [row for _, members in judged.find_table("axiom-matrix").groups for row in members]
    found: Row
    (found,) = (row for row in rows if plain(row.header) == name and row.detail.startswith(parameters))
    return found


def of(judged: Any, name: str, axiom: str, parameters: str = "in ") -> str:
    cell: str = row(judged, name, parameters).cells[list(AXIOMS).index(axiom)].value
    return cell


@pytest.mark.parametrize("axiom", ["sybil-resistance", "monotonicity"])
def test_the_queue_fails_what_capped_pro_rata_keeps(judged: Any, axiom: str) -> None:
    assert of(judged, "queue-adl", axiom) == "fails"
    assert re.fullmatch(r"holds \(\d+\)", of(judged, "capped-pro-rata", axiom))


@pytest.mark.parametrize("axiom", ["sybil-resistance", "monotonicity"])
def test_the_queues_counterexamples_have_at_most_four_accounts(judged: Any, axiom: str) -> None:
    tables = [block for block in judged.blocks("axioms") if isinstance(block, Table)]
    shown = [table for table in tables if table.name.startswith(f"counterexample-queue-adl-{axiom}")]
    assert shown
    assert all(sum(len(rows) for _, rows in table.groups) <= 4 for table in shown)


def test_two_policies_with_the_same_rule_share_a_row(judged: Any) -> None:
    assert row(judged, "queue-adl").detail.startswith("in fund+queue-adl, fund+queue-adl+circuit-breaker")


def test_a_rule_is_judged_with_its_own_parameters(judged: Any) -> None:
    """Thirty margins are more than some winners have left, so that moving cash between accounts pays."""
    assert row(judged, "capped-pro-rata", "floor 30; ").detail.startswith("floor 30; in fund+hedge-aware-adl")
    assert of(judged, "capped-pro-rata", "sybil-resistance", "floor 30; ") == "fails"


def test_a_plugin_that_raises_is_refused_and_its_words_are_text(judged: Any, page: str) -> None:
    assert [cell.value for cell in row(judged, "moody").cells] == ["refused"] * len(AXIOMS)
    assert "raised ValueError: &lt;script&gt;alert(&#39;R&amp;D&#39;)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_what_cannot_be_judged_says_why(judged: Any, page: str) -> None:
    stranger, wrong = (row(judged, name).cells[0] for name in ("stranger-adl", "pro-rata-adl"))
    assert (stranger.value, stranger.detail) == ("not judged", "is not installed here")
    assert wrong.detail.startswith("cannot be made with its parameters: unknown key '<b>x</b>'")
    assert "<b>" not in page


def test_rules_that_share_no_loss_are_not_judged(page: str) -> None:
    assert "full-takeover" not in page


def test_every_axiom_is_told_and_linked(judged: Any, page: str) -> None:
    (told,) = (block for block in judged.blocks("axioms") if isinstance(block, Definitions))
    for (anchor, _, words), (name, axiom) in zip(told.items, AXIOMS.items(), strict=True):
        assert anchor == f"axiom-{name}"
        assert plain(words).startswith(axiom.statement)
        assert f'href="#axiom-{name}"' in page


def test_the_page_says_what_holding_means(page: str) -> None:
    assert "that is not a proof" in page
    assert "no stage before it pays or limits anything" in page


def only(results: Any, catalogue: Catalogue, name: str) -> Matrix:
    return judge([replace(results, policies=tuple(one for one in results.policies if one.name == name))], catalogue)


def test_the_same_rule_gets_the_same_row(results: Any, catalogue: Catalogue) -> None:
    assert only(results, catalogue, "fund+queue-adl") == only(results, catalogue, "fund+queue-adl")


def test_changed_code_is_told(results: Any, catalogue: Catalogue) -> None:
    own = {name: {"sha256": code} for name, code in catalogue.fingerprints.items()}
    same = replace(results, manifest=results.manifest | {"mechanisms": own})
    [changed], [unchanged] = (only(one, catalogue, "fund+socialized-loss").rows for one in (_other(same), same))
    assert changed.remark == "judged as it is now; its code has changed since the runs"
    assert unchanged.remark == ""


def _other(results: Any) -> Any:
    return replace(results, manifest=results.manifest | {"mechanisms": {"moody": {"sha256": "ab" * 32}}})


def test_counterexamples_of_a_few_rules_only(
    results: Any, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(axiom_matrix, "MOST_EXPLAINED", 0)
    matrix = only(results, catalogue, "fund+queue-adl")
    [queue] = matrix.rows
    assert queue.failures is None
    assert Outcome.FAILS in {verdict.outcome for verdict in queue.verdicts}
    assert matrix.unexplained == ["queue-adl"]


def test_a_rule_that_cannot_be_copied_is_refused(
    results: Any, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exit_at_once(*asked: object) -> None:
        raise SystemExit(3)

    monkeypatch.setattr(axiom_matrix, "ask_verdicts", exit_at_once)
    [queue] = only(results, catalogue, "fund+queue-adl").rows
    assert isinstance(queue, RuleRow)
    assert queue.refusals == ("SystemExit: 3",)


def test_without_a_catalogue_there_is_no_section(report: Any) -> None:
    assert 'id="axioms"' not in report.page
