"""Every built-in rule on a book: dollars add up, and what does not matter changes nothing."""

from pathlib import Path

import numpy as np
import pytest
from tests.books.mixed_book import halved, mixed_book, shuffled

from lastresort.books.allocating import Stress, outcome_of, taken_over
from lastresort.books.book import Book
from lastresort.books.lost_positions import OutsidePosition
from lastresort.books.policy_outcome import Taken
from lastresort.books.policy_words import policies_meant
from lastresort.mechanisms.contract.waterfall import LOSSES
from lastresort.plugins.answers import answered
from lastresort.plugins.catalogue import Catalogue

BUILT_IN = Catalogue.load()
RULES = sorted(name for name, rule in BUILT_IN.mechanisms.items() if set(LOSSES) & set(answered(rule)))
DRAWS = {"random-lottery", "random-by-notional"}
"""Rules that draw lots, which fall otherwise on other rows."""


def axiom_rows() -> dict[str, dict[str, str]]:
    """The published table of axioms, by rule."""
    text = Path("docs/axioms.md").read_text(encoding="utf-8")
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    head, *rows = [[cell.strip().strip("`") for cell in line] for line in lines]
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


AXIOMS = axiom_rows()


def holding(axiom: str) -> list[str]:
    """Rules for which no counterexample is known."""
    return [rule for rule in RULES if AXIOMS.get(rule, {}).get(axiom, "").isdigit() and rule not in DRAWS]


def put(book: Book, rule: str, fund: float = 20.0) -> Taken:
    (asked,) = policies_meant([rule], BUILT_IN)
    found = outcome_of(book, asked.policy, BUILT_IN, Stress(fund=fund))
    assert found.taken is not None, (found.needs, found.failure)
    return found.taken


@pytest.mark.parametrize("policy", sorted(BUILT_IN.policies))
def test_dollars_add_up_under_every_policy(policy: str) -> None:
    book = mixed_book()
    stress = Stress(positions=(OutsidePosition("ETH", -3.0, 7.5),), fund=20.0, capital=5.0)
    done = outcome_of(book, BUILT_IN.policies[policy], BUILT_IN, stress)
    assert done.taken is not None, (done.needs, done.failure)
    lost = sum(one.lacks for one in taken_over(book, stress))
    paid = done.taken.loss.sum() + sum(done.taken.paid.values()) + done.taken.unpaid - done.taken.overshoot
    assert paid == pytest.approx(lost, rel=1e-9)
    solvent = book.equity > 0
    assert (done.taken.loss[solvent] <= book.equity[solvent] * (1 + 1e-9)).all(), "nobody pays more than it has"
    assert done.taken.loss[~solvent] == pytest.approx(0)
    assert (done.taken.closed <= np.abs(book.quantity) * (1 + 1e-9)).all()


@pytest.mark.parametrize("rule", holding("anonymity"))
def test_the_order_of_rows_does_not_matter(rule: str) -> None:
    book, (other, to) = mixed_book(), shuffled(mixed_book(), seed=1)
    assert put(other, rule).loss[to] == pytest.approx(put(book, rule).loss, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("rule", holding("scale invariance"))
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3])
def test_the_size_of_contracts_and_of_money_does_not_matter(rule: str, scale: float) -> None:
    usual = put(mixed_book(), rule).loss
    assert put(mixed_book(size=scale), rule).loss == pytest.approx(usual, rel=1e-6, abs=1e-6)
    assert put(mixed_book(money=scale), rule, 20.0 * scale).loss / scale == pytest.approx(usual, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("rule", holding("sybil resistance"))
def test_two_halves_pay_what_the_whole_does(rule: str) -> None:
    book = mixed_book()
    usual, split = put(book, rule).loss, put(halved(book, 5), rule).loss
    together = np.append(split[:5], [split[5] + split[-1], *split[6:-1]])
    assert together == pytest.approx(usual, rel=1e-6, abs=1e-6)


def test_a_queue_tells_two_halves_from_the_whole_only_by_rank() -> None:
    """The whole queue is asked for the same contracts, so that the market as a whole pays the same."""
    book = mixed_book()
    usual, split = put(book, "queue-adl").loss, put(halved(book, 5), "queue-adl").loss
    assert split.sum() == pytest.approx(usual.sum())


def test_the_same_twice_to_the_last_bit() -> None:
    first, second = put(mixed_book(), "random-lottery"), put(mixed_book(), "random-lottery")
    assert first.loss.tobytes() == second.loss.tobytes()
