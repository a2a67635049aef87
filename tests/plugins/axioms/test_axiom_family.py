"""Known implications: of the rules that look at profits alone, sybil resistance, scale and monotony leave pro rata."""

from collections.abc import Callable

import numpy as np
import pytest

from lastresort.mechanisms.building_blocks.charging import charges
from lastresort.mechanisms.building_blocks.filling import (
    equal_awards,
    equal_losses,
    in_order,
    in_proportion,
    water_fill,
)
from lastresort.mechanisms.contract import Allocation, Floats, LossEvent, LossSharing, Mechanism, ResidualView
from lastresort.plugins.testing.axioms import AXIOMS, Outcome, verdict

THREE = ("sybil-resistance", "scale-invariance", "monotonicity")
Rule = Callable[[float, Floats], Floats]


class ByProfit(Mechanism):
    """Charges the loss to the winners by some division of profits; members of the family differ in `_divide`."""

    name = "by-profit"
    member: str

    def share_loss(self, view: ResidualView) -> LossSharing:
        return LossSharing(contracts=np.zeros(1), dollars=view.deficit)

    def allocate(self, event: LossEvent) -> Allocation:
        profit = np.maximum(event.candidates.profit, 0.0)
        return charges(event, FAMILY[self.member](event.dollars, profit))


def _talmud(loss: float, profit: Floats) -> Floats:
    return equal_awards(loss, profit / 2) + equal_losses(max(loss - float(profit.sum()) / 2, 0.0), profit / 2)


FAMILY: dict[str, Rule] = {
    "in proportion": in_proportion,
    "equal losses": equal_awards,
    "equal remainders": equal_losses,
    "contested garment": _talmud,
    "largest first": lambda loss, profit: in_order(loss, profit, profit),
    "smallest first": lambda loss, profit: in_order(loss, profit, -profit),
    "first come": lambda loss, profit: in_order(loss, profit, np.zeros_like(profit)),
    "by the square": lambda loss, profit: water_fill(loss, profit**2, profit),
    "by the root": lambda loss, profit: water_fill(loss, np.sqrt(profit), profit),
    "at most 4 USD in all": lambda loss, profit: in_proportion(min(loss, 4.0), profit),
    "small profits exempt": lambda loss, profit: in_proportion(loss, np.where(profit > 5, profit, 0.0)),
}
BREAKS: dict[str, set[str]] = {
    "in proportion": set(),
    "equal losses": {"sybil-resistance"},
    "equal remainders": {"sybil-resistance"},
    "contested garment": {"sybil-resistance"},
    "largest first": {"sybil-resistance", "monotonicity"},
    "smallest first": {"sybil-resistance", "monotonicity"},
    "first come": {"monotonicity"},
    "by the square": {"sybil-resistance", "monotonicity"},
    "by the root": {"sybil-resistance"},
    "at most 4 USD in all": {"scale-invariance"},
    "small profits exempt": {"sybil-resistance", "scale-invariance", "monotonicity"},
}


@pytest.mark.parametrize("member", FAMILY)
def test_only_pro_rata_keeps_all_three(member: str) -> None:
    outcomes = {axiom: verdict(AXIOMS[axiom], ByProfit(member=member), 50).outcome for axiom in THREE}
    assert {axiom for axiom, outcome in outcomes.items() if outcome is not Outcome.HOLDS} == BREAKS[member]


@pytest.mark.parametrize("member", ["equal losses", "equal remainders", "contested garment", "in proportion"])
def test_rules_for_claims_problems_are_consistent_and_keep_the_order(member: str) -> None:
    """Aumann and Maschler (1985), Young (1987): parametric rules are consistent; these four also preserve order."""
    for axiom in ("consistency", "monotonicity", "anonymity", "deficit-monotonicity", "profits-only"):
        assert verdict(AXIOMS[axiom], ByProfit(member=member), 30).outcome is Outcome.HOLDS, axiom


def test_whatever_looks_at_profits_alone_is_blind_to_hedges_and_invites_a_run() -> None:
    for axiom in ("hedge-neutrality", "no-run-incentive"):
        assert {verdict(AXIOMS[axiom], ByProfit(member=member), 30).outcome for member in FAMILY} == {Outcome.FAILS}
