"""What is known about the built-in rules, found by the axioms; every axiom can hold and can fail."""

from dataclasses import replace

import numpy as np
import pytest

from lastresort.mechanisms.allocation.capped_pro_rata import CappedProRata
from lastresort.mechanisms.allocation.queue_adl import QueueAdl
from lastresort.mechanisms.contract import Allocation, LossEvent, Mechanism, Payer
from lastresort.mechanisms.recovery.socialized_loss import SocializedLoss
from lastresort.plugins.catalogue import Catalogue
from lastresort.plugins.testing.axioms import AXIOMS, Outcome, counterexample, verdict
from lastresort.plugins.testing.axioms.bearing import bear
from lastresort.plugins.testing.axioms.generation import cases

FEW = 50


@pytest.fixture(scope="module")
def rules() -> dict[str, type[Mechanism]]:
    return Catalogue.load().mechanisms


@pytest.mark.parametrize("axiom", ["sybil-resistance", "monotonicity"])
def test_the_queue_fails_with_a_counterexample_of_at_most_four_accounts(axiom: str) -> None:
    assert verdict(AXIOMS[axiom], QueueAdl(), FEW).outcome is Outcome.FAILS
    found = counterexample(AXIOMS[axiom], QueueAdl(), FEW)
    assert found.violated
    assert max(len(borne.book.holders) for _, borne in found.shown) <= 4


@pytest.mark.parametrize("axiom", ["sybil-resistance", "monotonicity", "scale-invariance"])
@pytest.mark.parametrize("rule", ["capped-pro-rata", "profit-pro-rata", "gains-haircut", "profit-clawback"])
def test_pro_rata_over_profits_passes(rules: dict[str, type[Mechanism]], rule: str, axiom: str) -> None:
    said = verdict(AXIOMS[axiom], rules[rule](), FEW)
    assert said.outcome is Outcome.HOLDS
    assert said.cases > FEW / 2


def test_an_equity_floor_that_binds_rewards_moving_cash_between_accounts() -> None:
    """Capped pro rata is sybil-proof up to its floor: thirty margins are more than what some winners have left."""
    assert verdict(AXIOMS["sybil-resistance"], CappedProRata(floor=30), FEW).outcome is Outcome.FAILS


@pytest.mark.parametrize("rule", ["random-lottery", "random-by-notional", "gmx-keeper", "dydx-rotation"])
def test_random_rules_are_not_predictable(rules: dict[str, type[Mechanism]], rule: str) -> None:
    assert verdict(AXIOMS["predictability"], rules[rule](), FEW).outcome is Outcome.FAILS


KNOWN = {
    "sybil-resistance": ("profit-pro-rata", "equal-awards-adl"),
    "scale-invariance": ("queue-adl", "binance-adl"),
    "anonymity": ("integer-pro-rata", "newest-first"),
    "monotonicity": ("talmud-adl", "size-queue"),
    "consistency": ("talmud-adl", "capped-profit"),
    "composition": ("pro-rata-adl", "round-robin"),
    "deficit-monotonicity": ("queue-adl", "giving-up"),
    "profits-only": ("equal-losses-adl", "equity-pro-rata"),
    "hedge-neutrality": ("pair-preserving", "hedge-aware-adl"),
    "no-run-incentive": ("gains-haircut", "socialized-loss"),
    "predictability": ("queue-adl", "random-lottery"),
}
"""A rule that keeps each axiom, and one that does not."""


@pytest.mark.parametrize("axiom", AXIOMS)
def test_every_axiom_tells_two_rules_apart(rules: dict[str, type[Mechanism]], axiom: str) -> None:
    keeps, breaks = KNOWN[axiom]
    assert verdict(AXIOMS[axiom], rules[keeps](), FEW).outcome is Outcome.HOLDS
    known = rules | {"giving-up": GivingUp}
    assert verdict(AXIOMS[axiom], known[breaks](), FEW).outcome is Outcome.FAILS


@pytest.mark.parametrize("rule", ["bearing-nothing", "okx-adl"])
def test_what_never_happens_is_silent(rules: dict[str, type[Mechanism]], rule: str) -> None:
    """Who closes at the mark takes no money, so that there is no principal to touch."""
    one = rules[rule]() if rule in rules else BearingNothing()
    assert verdict(AXIOMS["profits-only"], one, FEW).outcome is Outcome.SILENT


class GivingUp(SocializedLoss):
    """Cuts gains only where they cover the whole loss."""

    name = "giving-up"

    def allocate(self, event: LossEvent) -> Allocation:
        enough = float(np.maximum(event.candidates.profit, 0.0).sum()) >= event.dollars
        return super().allocate(event if enough else replace(event, dollars=0.0))


class BearingNothing(Mechanism):
    """Places nothing."""

    name = "bearing-nothing"

    def allocate(self, event: LossEvent) -> None:
        return None


class ClosingTooMuch(Mechanism):
    """Closes twice what everybody has."""

    name = "closing-too-much"

    def allocate(self, event: LossEvent) -> Allocation:
        return Allocation(2 * abs(event.candidates.quantity), event.candidates.notional * 0, event.mark, event.mark)


def test_a_rule_that_breaks_the_contract_is_refused_by_name() -> None:
    said = verdict(AXIOMS["anonymity"], ClosingTooMuch(), FEW)
    assert said.outcome is Outcome.REFUSED
    assert "mechanism 'closing-too-much', question 'allocate'" in said.refusal
    assert "over-closes" in said.refusal


class PaidFromOutside(Mechanism):
    """Closes winners at a price that outside money makes good."""

    name = "paid-from-outside"

    def allocate(self, event: LossEvent) -> Allocation:
        size = abs(event.candidates.quantity)
        size = size * min(1.0, abs(event.contracts) / size.sum())
        better = event.mark * (1 - 0.1 * np.sign(event.contracts))
        return Allocation(size, 0 * size, better, event.mark, gap_payer=Payer.BACKSTOP)


def test_axioms_ask_as_a_contender_is_asked() -> None:
    said = verdict(AXIOMS["anonymity"], PaidFromOutside(), FEW)
    assert said.outcome is Outcome.REFUSED
    assert "'gap_payer' is Payer.BACKSTOP, and it pays the gap of " in said.refusal


def test_books_and_counterexamples_are_the_same_every_time() -> None:
    assert cases(FEW) is not cases(FEW + 1)
    assert cases(FEW + 1)[: len(cases(FEW)) // 2] == cases(FEW)[: len(cases(FEW)) // 2]
    one, other = (counterexample(AXIOMS["monotonicity"], QueueAdl(), FEW) for _ in range(2))
    assert one == other


def test_rules_with_memory_are_asked_as_fresh_copies(rules: dict[str, type[Mechanism]]) -> None:
    rule = rules["round-robin"]()
    book = cases(FEW)[3]
    assert bear(rule, book) == bear(rule, book)
