"""The page on axioms: a row for each rule to which they apply, and one that is asked again."""

from pathlib import Path

from benchmarks import axiom_matrix

from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.testing.axioms import AXIOMS, not_applicable


def test_the_page_has_a_row_for_every_rule_that_allocates() -> None:
    mechanisms = Catalogue.load().mechanisms
    expected = {name for name, rule in mechanisms.items() if not not_applicable(rule)}
    assert set(axiom_matrix.rows_of(axiom_matrix.PAGE)) == expected


def test_a_rule_that_is_asked_again_has_its_row_on_the_page() -> None:
    again = axiom_matrix.asked(["leverage-draining"], 100)
    assert again["leverage-draining"] == axiom_matrix.rows_of(axiom_matrix.PAGE)["leverage-draining"]


def test_rows_stand_by_name_under_one_head(tmp_path: Path) -> None:
    signs = dict.fromkeys(AXIOMS, "fails")
    page = tmp_path / "page.md"
    page.write_text("\n".join(axiom_matrix.table({name: axiom_matrix.row(name, signs) for name in ("b", "a")})))
    assert list(axiom_matrix.rows_of(page)) == ["a", "b"]
    assert page.read_text().count("| fails") == 2 * len(AXIOMS)
