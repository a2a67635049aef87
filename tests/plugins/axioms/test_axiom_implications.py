"""What follows from what: an axiom that follows from others holds for every rule that keeps those."""

from dataclasses import replace

import numpy as np
import pytest

from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.testing.axioms import AXIOMS, Outcome, verdict
from lastresort.plugins.testing.axioms.axiom import differ
from lastresort.plugins.testing.axioms.bearing import bear
from lastresort.plugins.testing.axioms.book import Book, Holder
from lastresort.plugins.testing.axioms.sybil_resistance import split

FEW = 30
EQUAL = Holder(account=1, contracts=-20.0, entry=1.5, cash=10.0)
OTHER = Holder(account=3, contracts=-40.0, entry=1.25, cash=100.0)
BOOK = Book(holders=(EQUAL, OTHER), inventory=10.0, deficit=5.0)


@pytest.fixture(scope="module")
def rules() -> dict[str, type[Mechanism]]:
    return Catalogue.load().mechanisms


def keeps(rule: Mechanism, axiom: str) -> bool:
    return verdict(AXIOMS[axiom], rule, FEW).outcome is Outcome.HOLDS


@pytest.mark.parametrize(
    ("rule", "anonymous"),
    [
        ("pro-rata-adl", True),
        ("talmud-adl", True),
        ("gains-haircut", True),
        ("queue-adl", False),
        ("round-robin", False),
    ],
)
def test_whoever_ignores_the_order_treats_two_equals_alike(
    rules: dict[str, type[Mechanism]], rule: str, anonymous: bool
) -> None:
    """Turned around, a book of two equals is the same book, so each bears what the other bore."""
    book = replace(BOOK, holders=(EQUAL, replace(EQUAL, account=2)))
    borne = bear(rules[rule](), book)
    assert keeps(rules[rule](), "anonymity") is anonymous
    assert differ(borne, borne, (1,), (2,)) is not anonymous


@pytest.mark.parametrize("rule", ["gains-haircut", "profit-pro-rata", "capped-pro-rata", "socialized-loss"])
def test_with_sybil_resistance_and_anonymity_half_an_account_bears_half(
    rules: dict[str, type[Mechanism]], rule: str
) -> None:
    """The halves are equals and bear alike; together they bear what the whole account bore."""
    assert keeps(rules[rule](), "sybil-resistance")
    assert keeps(rules[rule](), "anonymity")
    whole, parts = (bear(rules[rule](), book) for book in (BOOK, split(BOOK, OTHER, 9, 0.5)))
    for half in (3, 9):
        assert parts.of(half).lost == pytest.approx(whole.of(3).lost / 2, abs=parts.dollars_of_lots)
        assert parts.of(half).contracts == pytest.approx(whole.of(3).contracts / 2, abs=parts.lots)


def test_composition_implies_deficit_monotonicity(rules: dict[str, type[Mechanism]]) -> None:
    """Twice the loss is the loss and then another one like it, and nobody gains from the second."""
    names = ("gains-haircut", "pro-rata-adl", "integer-pro-rata", "notional-pro-rata", "queue-adl", "talmud-adl")
    composed = {name for name in names if keeps(rules[name](), "composition")}
    assert {"gains-haircut", "pro-rata-adl", "integer-pro-rata", "notional-pro-rata"} <= composed
    assert all(keeps(rules[name](), "deficit-monotonicity") for name in composed)


def test_whoever_spares_people_in_a_larger_loss_does_not_compose() -> None:
    """The same, read backwards."""
    assert not keeps(GivingUp(sides="opposite"), "deficit-monotonicity")
    assert not keeps(GivingUp(sides="opposite"), "composition")


class GivingUp(SocializedLoss):
    """Cuts gains only where they cover the whole loss."""

    name = "giving-up"

    def allocate(self, event: LossEvent) -> Allocation:
        enough = float(np.maximum(event.candidates.profit, 0.0).sum()) >= event.dollars
        return super().allocate(event if enough else replace(event, dollars=0.0))
